"""Why somebody may see or do a thing, or may not: asked on a page, answered step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from core.base import administrator, auditor
from core.i18n import Text, _
from core.orm.env import Env
from core.orm.model import Model, model_name, models
from core.security import explain as explaining
from core.security.account import User
from core.security.role import VERBS
from core.web.parts import Crumb, Note, Option, Page, Words
from core.web.record_parts import FormField
from core.web.request import env, principal
from core.web.templating import render
from core.web.urls import list_url, model_at

blueprint = Blueprint("explain", __name__)

_VERB_LABELS: dict[str, Text] = {
    "read": _("See"), "create": _("Create"), "write": _("Change"), "delete": _("Delete")
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One step: whether it speaks for it; None when it is said for information."""

    allowed: bool | None
    title: Words
    text: Words = ""
    links: Sequence[object] = ()


@dataclass(frozen=True)
class QuestionForm:
    """The inputs of the question."""

    url: str
    fields: Sequence[FormField]


@dataclass(frozen=True)
class ExplainPage:
    """What explain.html.jinja shows."""

    form: QuestionForm
    verdict: Note | None = None
    steps: Sequence[Asked] = field(default_factory=list)
    who_can: Sequence[object] = ()
    ask: object = None


@blueprint.get("/-/explain")
def explain_page() -> Response:
    """Everybody may ask about themselves; who keeps users or audits them, about anybody they see."""
    at = env()
    user_id = (
        int(request.args["user"]) if request.args.get("user", "").isdecimal() else principal().user_id or 0
    )
    if not _may_ask_of_others():
        user_id = principal().user_id or 0
    user = at.get(User, user_id)
    form = QuestionForm("/-/explain", _fields(at, user))
    asked = ExplainPage(form)
    if request.args.get("model"):
        asked = _answered(at, form, user)
    title = _("Why may somebody see this")
    return render("explain.html.jinja", Page(title, crumbs=[Crumb(title)]), explain=asked)


def _answered(at: Env, form: QuestionForm, user: User) -> ExplainPage:
    model, record_id = model_at(request.args["model"]), _record_id()
    if record_id is not None and user.id != principal().user_id:
        at.get(model, record_id)
    verb = request.args.get("verb", "read")
    with at.as_system() as system:
        told = explaining.explain(system, user.id, model, record_id, verb if verb in VERBS else "read")
    verdict = Note(told.summary, tone="" if told.allowed else "warn")
    steps = [Asked(step.holds if step.decides else None, step.text) for step in told.steps]
    return ExplainPage(form, verdict, steps)


def _fields(at: Env, user: User) -> list[FormField]:
    known = sorted((m for m in models() if _is_asked_about(at, m)), key=lambda m: str(m.plural))
    chosen = request.args.get("model", "")
    options = [Option(model_name(m), str(m.plural), model_name(m) == chosen) for m in known]
    verb = request.args.get("verb", "read")
    verbs = [Option(v, _VERB_LABELS[v], v == verb) for v in VERBS]
    person = FormField(
        "user", _("Person"), widget="link", raw=str(user.id), pick_text=user.name, pick_url=f"{list_url(User)}/-/pick",
        readonly=not _may_ask_of_others(),
    )  # fmt: skip
    return [
        person,
        FormField("verb", _("May they"), widget="select", options=verbs, raw=verb, required=True),
        FormField("model", _("What"), widget="select", options=options, raw=chosen, required=True),
        FormField("record", _("Record number"), raw=request.args.get("record", ""), inputmode="numeric",
                  help=_("The number at the end of its address. Empty: the kind as a whole.")),
    ]  # fmt: skip


def _is_asked_about(at: Env, model: type[Model]) -> bool:
    """Kinds that some role is granted, so that the page does not list what no page shows."""
    return any(at.site.access.may(principal(), verb, model) for verb in VERBS) or _may_ask_of_others()


def _may_ask_of_others() -> bool:
    return bool({administrator.name, auditor.name} & principal().roles)


def _record_id() -> int | None:
    text = request.args.get("record", "")
    return int(text) if text.isdecimal() else None

"""Keeping a record as a template; core.web.drafting begins new ones with it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from core.base import RecordTemplate, employee
from core.errors import Forbidden, ValidationError
from core.i18n import _
from core.orm.model import Model, model_name
from core.web.asking import AskPage
from core.web.crumbs import record_crumbs
from core.web.drafting import content_of
from core.web.format import in_sentence
from core.web.lists import readable_model
from core.web.parts import Page
from core.web.record_parts import Fix, FormField
from core.web.request import UNPROCESSABLE, env, go, principal
from core.web.templating import render
from core.web.urls import record_url

blueprint = Blueprint("record_templates", __name__)


@blueprint.get("/m/<name>/<int:record_id>/-/template")
def ask(name: str, record_id: int) -> Response:
    """Ask what the template is to be called."""
    return _ask(_record_at(name, record_id))


@blueprint.post("/m/<name>/<int:record_id>/-/template")
def keep(name: str, record_id: int) -> Response:
    """Keep what may be copied of the record as it is saved, for oneself or for everybody of the company."""
    record = _record_at(name, record_id)
    title = request.form.get("name", "").strip()
    if not title:
        return _ask(record, _("Give the template a name."))
    shared = "1" in request.form.getlist("shared")
    made = RecordTemplate(
        name=title, model=model_name(type(record)), owner_id=principal().user_id,
        shared_role=employee.name if shared else None, content=content_of(env(), record),
    )  # fmt: skip
    try:
        with env().savepoint():
            env().add(made)
    except ValidationError:
        return _ask(
            record, _("You have a template of this name. Choose another name, or delete that one first.")
        )
    return go(record_url(RecordTemplate, made.id), full=True)


def _record_at(name: str, record_id: int) -> Model:
    """The record, if the person sees it and may make others of its kind."""
    model = readable_model(name)
    if not env().site.access.may(principal(), "create", model):
        raise Forbidden(_("You may not create {models}.", models=in_sentence(model.plural)))
    return env().get(model, record_id)


def _ask(record: Model, problem: object = None) -> Response:
    model = type(record)
    title, back = _("Save as template"), record_url(model, record.id)
    name = FormField(
        "name", _("Name"), raw=request.form.get("name", ""), required=True, autofocus=True, maxlength=60,
        error=Fix(str(problem)) if problem is not None else None,
    )  # fmt: skip
    shared = FormField("shared", _("Everyone in this company may use it"), widget="bool")
    about = _("Keeps what a duplicate would have, with its lines, to begin new records with.")
    asked = AskPage(f"{back}/-/template", [], str(about), "", [name, shared], _("Save template"), back)
    status = UNPROCESSABLE if problem is not None else 200
    return render("action.html.jinja", Page(title, crumbs=record_crumbs(record, title)), status, ask=asked)

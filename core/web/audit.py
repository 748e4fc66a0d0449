"""The audit trail as pages and files: what became of a record, and what somebody did."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, send_file
from markupsafe import Markup

from core.audit.reading import Asked, Pile, Step, every, read
from core.base.models.role import auditor
from core.errors import Forbidden, UserError
from core.formats.column import Column as FileColumn
from core.formats.column import Value as FileValue
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.env import Env
from core.orm.model import Model, model_name, models
from core.orm.personal import Erased
from core.orm.plan import plan_of
from core.orm.query import titles
from core.security.account import User
from core.web.cells import EMPTY, Column, Row, Value
from core.web.exports import FORMATS
from core.web.format import initials, present
from core.web.formfields import Titles
from core.web.parts import Action, Crumb, Empty, Option, Page
from core.web.record_parts import FormField
from core.web.request import env, principal, reader
from core.web.table import body
from core.web.templating import render
from core.web.typed import day, id_in
from core.web.urls import list_url, model_at, record_url, with_query

blueprint = Blueprint("audit", __name__)

URL = "/-/audit"
#: Steps of a file; a longer period is taken in parts.
MOST_IN_FILE = 100_000
_IN_MEMORY = 1_000_000
_KEPT = ("model", "record", "field", "user", "since", "until")
_SEALED, _UNSEALED = _("sealed"), _("not sealed yet")
_COLUMNS = (
    Column("at", _("When"), slot="date"), Column("by", _("Who"), slot="state"),
    Column("record", _("Record"), slot="key"), Column("event", _("What")),
    Column("field", _("Field"), slot="about"), Column("old", _("Before")),
    Column("new", _("After"), slot="amount"), Column("why", _("Why"), soft=True),
    Column("addon", _("Addon"), soft=True), Column("seal", _("Seal"), soft=True),
)  # fmt: skip


@dataclass(frozen=True)
class AuditPage:
    """What audit.html.jinja shows."""

    url: str
    fields: Sequence[FormField]
    columns: Sequence[Column]
    body: Markup | None
    older_url: str
    files: Sequence[Action]
    empty: Empty | None


@dataclass(frozen=True)
class _Names:
    """Names of the people, records and values of some steps."""

    people: Mapping[int, str]
    records: Mapping[type[Model], Mapping[int, str]]
    values: Titles

    def of(self, step: Step) -> str:
        known = self.records.get(step.model, {}).get(step.record_id)
        return known if known is not None else f"{step.model.singular} {step.record_id}"


def may_audit(at: Env) -> bool:
    return auditor.name in at.principal.roles


def audit_url(record: Model) -> str:
    """Where the trail of a record is."""
    return with_query(URL, [("model", model_name(type(record))), ("record", str(record.id))])


@blueprint.get(URL)
def show() -> Response:
    """Changes of a `model`, its `record` or `field`, of a `user`, `since` a day `until` another, the newest first."""
    asked = _asked()
    pile = read(env(), asked, _number("before") or 0)
    names = _names(pile.steps)
    rows = [_row(step, names) for step in pile.steps]
    shown = AuditPage(
        URL, _fields(asked), _COLUMNS, body(_COLUMNS, rows, selectable=False) if rows else None,
        _link(URL, before=str(pile.before)) if pile.before else "",
        [Action(form.label, _link(f"{URL}/file", format=form.name), "download") for form in FORMATS.values()],
        None if rows else _nothing(pile),
    )  # fmt: skip
    title = _("Audit trail")
    return render("audit.html.jinja", Page(title, _about(asked), list(_crumbs(asked))), audit=shown)


@blueprint.get(f"{URL}/file")
def file() -> Response:
    """The same as a file, all of it, with instants that name their offset."""
    asked, form = _asked(), FORMATS.get(request.args.get("format", ""))
    if form is None:
        raise UserError(_("Files are written as {known}.", known=", ".join(FORMATS)))
    target = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    form.write(target, [FileColumn(str(column.label)) for column in _COLUMNS], _lines(asked))  # type: ignore[arg-type]  # a binary file
    target.seek(0)
    return send_file(target, form.mime, as_attachment=True, download_name=f"audit.{form.name}")


def _asked() -> Asked:
    if not may_audit(env()):
        raise Forbidden(_("Your roles do not include the audit trail."))
    name = request.args.get("model", "")
    return Asked(
        model_at(name) if name else None, _number("record") if name else None,
        request.args.get("field", "") if name else "", _number("user"), _midnight("since"), _midnight("until", days=1),
    )  # fmt: skip


def _number(key: str) -> int | None:
    """The id that the address names, of those that a database can hold."""
    return id_in(request.args.get(key, ""))


def _midnight(key: str, days: int = 0) -> datetime | None:
    """The beginning of the day that the address names, in the person's zone."""
    text = request.args.get(key, "")
    if not text:
        return None
    named = day(reader(), text) + timedelta(days=days)
    return datetime.combine(named, time(), ZoneInfo(reader().zone)).astimezone(UTC)


def _lines(asked: Asked) -> Iterator[Sequence[FileValue]]:
    steps = every(env(), asked)
    count = 0
    while some := list(islice(steps, 500)):
        names = _names(some)
        count += len(some)
        if count > MOST_IN_FILE:
            raise UserError(
                _(
                    "These are more than {most} changes. Choose a shorter period.",
                    most=reader().number(MOST_IN_FILE),
                )
            )
        yield from (_line(step, names) for step in some)


def _line(step: Step, names: _Names) -> Sequence[FileValue]:
    at = step.at.astimezone(ZoneInfo(reader().zone)).isoformat(timespec="seconds")
    cells = _cells(step, names)
    return [at, *(cell.text if cell is not None else "" for cell in cells[1:])]


def _row(step: Step, names: _Names) -> Row:
    return Row(step.change_id, record_url(step.model, step.record_id), names.of(step), _cells(step, names))


def _cells(step: Step, names: _Names) -> Sequence[Value | None]:
    who = names.people.get(step.by_id or 0, "")
    by = Value("person", who, initials=initials(who), url=_link(URL, user=str(step.by_id))) if who else None
    about = _link(URL, model=model_name(step.model), record=str(step.record_id), user="", field="")
    old, new = (_shown(step, names, value) for value in (step.old, step.new))
    return [
        Value("date", reader().stamp(step.at), iso=step.at.isoformat()),
        by if by is not None else Value("text", str(_("the system") if step.by_id is None else f"#{step.by_id}")),
        Value("key", names.of(step), url=about, sub=str(step.model.singular)), Value("text", str(step.event.label)),
        Value("text", str(step.field.label) if step.field is not None else ""), old, new, Value("text", step.why),
        Value("text", step.addon), Value("text", str(_SEALED if step.is_sealed else _UNSEALED)),
    ]  # fmt: skip


def _shown(step: Step, names: _Names, value: object) -> Value:
    """The value as text, where lists leave out what is not ticked."""
    if step.field is None:
        return EMPTY
    if isinstance(value, Erased):
        return Value("text", value)
    shown = present(reader(), step.field, value, title=names.values.of(step.field, value))
    return Value("text", shown.text) if shown.kind == "bool" else shown


def _names(steps: Sequence[Step]) -> _Names:
    at = env()
    records: dict[type[Model], set[int]] = {}
    for step in steps:
        records.setdefault(step.model, set()).add(step.record_id)
    values = Titles(at)
    values.load((step.field, value) for step in steps if step.field for value in (step.old, step.new))
    with at.as_system() as system:
        people = titles(system, User, sorted({step.by_id for step in steps if step.by_id}))
    return _Names(people, {model: titles(at, model, sorted(ids)) for model, ids in records.items()}, values)


def _fields(asked: Asked) -> list[FormField]:
    at = env()
    known = sorted((m for m in models() if _is_kept(at, m)), key=lambda m: str(m.plural))
    kinds = [Option(model_name(m), str(m.plural), m is asked.model) for m in known]
    kept = _tracked(at, asked.model)
    who = titles(at, User, [asked.by_id]).get(asked.by_id, "") if asked.by_id else ""
    chosen = {key: request.args.get(key, "") for key in _KEPT}
    return [
        FormField("since", _("From"), widget="date", raw=chosen["since"]),
        FormField("until", _("To"), widget="date", raw=chosen["until"]),
        FormField("user", _("Who"), widget="link", raw=chosen["user"], pick_text=who,
                  pick_url=f"{list_url(User)}/-/pick"),
        FormField("model", _("Kind"), widget="select", options=kinds, raw=chosen["model"]),
        *([FormField("field", _("Field"), widget="select", options=kept, raw=chosen["field"]),
           FormField("record", _("Record number"), raw=chosen["record"], inputmode="numeric")] if asked.model else []),
    ]  # fmt: skip


def _is_kept(at: Env, model: type[Model]) -> bool:
    return bool(plan_of(model).tracked) and at.site.access.may(principal(), "read", model)


def _tracked(at: Env, model: type[Model] | None) -> list[Option]:
    if model is None:
        return []
    fields = visible_fields(at, model)
    return [Option(c.name, str(fields[c.name].label)) for c in plan_of(model).tracked if c.name in fields]


def _about(asked: Asked) -> str:
    at = env()
    if asked.model is not None and asked.record_id is not None:
        known = titles(at, asked.model, [asked.record_id]).get(asked.record_id)
        return f"{asked.model.singular} {known or asked.record_id}"
    if asked.by_id is not None:
        return titles(at, User, [asked.by_id]).get(asked.by_id, f"#{asked.by_id}")
    return str(asked.model.plural) if asked.model is not None else ""


def _crumbs(asked: Asked) -> Iterator[Crumb]:
    if asked.model is not None:
        yield Crumb(str(asked.model.plural), list_url(asked.model))
        if asked.record_id is not None:
            yield Crumb(_about(asked), record_url(asked.model, asked.record_id))
    yield Crumb(_("Audit trail"))


def _nothing(pile: Pile) -> Empty:
    if pile.before:
        return Empty(_("None of the newest ones are yours to see"), _("Go on to older ones."), "history")
    return Empty(_("No changes"), _("Nothing that is kept changed here, or you may not see it."), "history")


def _link(url: str, **changed: str) -> str:
    """The page, asked something else."""
    kept = {key: request.args.get(key, "") for key in _KEPT} | changed
    return with_query(url, kept.items())

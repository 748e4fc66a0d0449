"""Somebody saved in between: what was there, what they made of it, what the person wanted, and the person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from core.i18n import _
from core.orm.catalog import Field
from core.orm.env import Env
from core.orm.model import Model
from core.orm.query import titles
from core.security.account import User
from core.views.resolve import FormView
from core.web.format import Reader
from core.web.formdata import Submitted
from core.web.formpage import raw_values
from core.web.parts import Crumb, Page
from core.web.templating import render
from core.web.urls import list_url, record_url

CONFLICT = 409


@dataclass(frozen=True)
class Difference:
    """A field that one of the two changed: its text when opened, theirs, and the person's own."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    #: Changed by the person, by the other.
    touched: bool
    changed: bool

    @property
    def chosen(self) -> str:
        """What is taken unless the person decides otherwise: what only one of them changed is theirs."""
        return "mine" if self.touched and not self.changed else "theirs"


@dataclass(frozen=True)
class ConflictPage:
    """What conflict.html.jinja shows."""

    url: str
    version: str
    draft: Sequence[tuple[str, str]]
    who: str
    when: str
    rows: Sequence[Difference]
    decide: int
    taken: int
    back_url: str


def answer(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> Response:
    """The page that shows both; what it sends is the form again with the newer version and a choice for each field."""
    rows = differences(env, reader, view, record, said)
    with env.as_system() as system:
        other = titles(system, User, [record.changed_by_id] if record.changed_by_id else [])
    when = reader.instant(record.changed_at) if record.changed_at else ""
    page = ConflictPage(
        url=record_url(type(record), record.id),
        version=str(record.version),
        draft=_draft(),
        who=next(iter(other.values()), str(_("Somebody"))),
        when=when,
        rows=rows,
        decide=sum(row.touched and row.changed for row in rows),
        taken=sum(row.changed and not row.touched for row in rows),
        back_url=f"{record_url(type(record), record.id)}?edit=1",
    )
    title = _("{record} was changed meanwhile", record=record.label)
    crumbs = [Crumb(str(type(record).plural), list_url(type(record))), Crumb(title)]
    return render("conflict.html.jinja", Page(title, crumbs=crumbs), CONFLICT, conflict=page)


def decided(record: Model, reader: Reader, view: FormView, said: Submitted) -> Submitted:
    """The form with the person's choices carried out: fields of which they took theirs keep the record's values."""
    if not any(name.startswith("choice.") for name in request.form):
        return said
    theirs = raw_values(reader, view, record)
    for name, choice in request.form.items():
        field = name.removeprefix("choice.")
        if name.startswith("choice.") and choice == "theirs":
            _take_theirs(said, field, theirs.get(field, ""))
    return said


def differences(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> list[Difference]:
    """Every field that the person or the other changed since the form was opened."""
    theirs, mine = raw_values(reader, view, record), said.typed()
    found = []
    for name, field in _fields(view, record).items():
        before, now = said.opened.get(name, theirs.get(name, "")), theirs.get(name, "")
        wanted = mine.get(name, before)
        if wanted != before or now != before:
            was, is_now, mine_is = (_text(env, field, raw) for raw in (before, now, wanted))
            label = _label(view, name, field)
            found.append(Difference(name, label, was, is_now, mine_is, wanted != before, now != before))
    return found


def _take_theirs(said: Submitted, name: str, theirs: str) -> None:
    if name in said.values:
        said.values[name] = theirs
        said.values.pop(f"{name}.text", None)
        return
    table, _dot, rest = name.partition(".")
    key, _dot, field = rest.partition(".")
    for line in said.lines.get(table, []):
        if line.key == key:
            line.values[field] = theirs
            line.values.pop(f"{field}.text", None)


def _fields(view: FormView, record: Model) -> dict[str, Field]:
    found = {cell.name: cell.field for cell in view.cells()}
    for table in view.tables():
        for part in getattr(record, table.children.name):
            found |= {f"{table.children.name}.{part.id}.{cell.name}": cell.field for cell in table.columns}
    return found


def _label(view: FormView, name: str, field: Field) -> str:
    table, _dot, rest = name.partition(".")
    tables = {t.children.name: t for t in view.tables()}
    if table not in tables or not rest:
        return str(field.label)
    return str(_("{table}: {field}", table=tables[table].children.label, field=field.label))


def _text(env: Env, field: Field, raw: str) -> str:
    """A raw value as a person reads it: the name of a record, the label of a choice."""
    if field.target is not None and raw.isdecimal():
        return titles(env, field.target, [int(raw)]).get(int(raw), raw)
    if field.choices is not None and raw:
        return str(field.choices(raw).label)
    return raw


def _draft() -> list[tuple[str, str]]:
    """The person's form, to be sent again with their choices."""
    kept = ("csrf_token", "_version")
    return [
        (n, v) for n, v in request.form.items(multi=True) if n not in kept and not n.startswith("choice.")
    ]

"""Somebody saved in between: what was there, what they made of it, what the person wanted, and the person decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request

from core.errors import PlatformError
from core.i18n import _
from core.orm.assign import may_set
from core.orm.catalog import Field, fields_of
from core.orm.env import Env
from core.orm.model import Model
from core.orm.query import titles
from core.security.account import User
from core.views.resolved import FormView, Table
from core.web.crumbs import model_crumbs
from core.web.format import Reader, present
from core.web.formdata import Submitted, SubmittedLine
from core.web.formfields import POSITION, raw
from core.web.formpage import raw_values
from core.web.parts import Page, Words
from core.web.templating import render
from core.web.typed import typed
from core.web.urls import record_url
from core.workflow import workflow_of

CONFLICT = 409
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """A field or line that one of the two changed: its text when opened, theirs, and the person's own."""

    name: str
    label: Words
    before: Words
    theirs: Words
    mine: Words
    #: Changed by the person, by the other.
    touched: bool
    changed: bool

    @property
    def chosen(self) -> str:
        """What is taken unless the person decides otherwise: what only one of them changed is theirs."""
        return MINE if self.touched and not self.changed else THEIRS


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
    back_version: str


def answer(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> Response:
    """The page that shows both; what it sends is the form again with the newer version and a choice for each field."""
    rows = differences(env, reader, view, record, said)
    with env.as_system() as system:
        other = titles(system, User, [record.changed_by_id] if record.changed_by_id else [])
    page = ConflictPage(
        url=record_url(type(record), record.id),
        version=str(record.version),
        draft=_draft(),
        who=next(iter(other.values()), str(_("Somebody"))),
        when=reader.instant(record.changed_at) if record.changed_at else "",
        rows=rows,
        decide=sum(row.touched and row.changed for row in rows),
        taken=sum(row.changed and not row.touched for row in rows),
        back_version=str(said.version),
    )
    title = _("{record} was changed meanwhile", record=record.label)
    crumbs = model_crumbs(type(record), title)
    return render("conflict.html.jinja", Page(title, crumbs=crumbs), CONFLICT, conflict=page)


def decided(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> Submitted:
    """The form with the person's choices carried out: where they took theirs, the record keeps what it has."""
    choices = {
        name.removeprefix("choice."): choice
        for name, choice in request.form.items()
        if name.startswith("choice.")
    }
    if choices:
        theirs = raw_values(reader, view, record)
        for table in view.tables():
            _decide_lines(table, record, said, choices, theirs)
        for name, value in theirs.items():
            if choices.get(name) == THEIRS and name in said.values:
                said.values[name] = value
                said.values.pop(f"{name}.text", None)
    return said


def differences(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> list[Difference]:
    """Every field that the person or the other changed since the form was opened, then every line."""
    told = _Told(env, reader, said, raw_values(reader, view, record), said.typed())
    state = workflow_of(type(record))
    shown = {c.name: c.field for c in view.cells() if may_set(c.field, env)}
    if state is not None:
        shown[state.key] = fields_of(type(record))[state.key]
        told.theirs[state.key] = raw(reader, shown[state.key], getattr(record, state.key))
    found = [told.field(name, field, field.label) for name, field in shown.items()]
    for table in view.tables():
        found += told.lines(table, record)
    return [difference for difference in found if difference is not None]


@dataclass
class _Told:
    """What the three versions say, by input name: when it was opened, theirs, and the person's."""

    env: Env
    reader: Reader
    said: Submitted
    theirs: dict[str, str]
    mine: Mapping[str, str]

    def field(self, name: str, field: Field, label: Words) -> Difference | None:
        now = self.theirs.get(name, "")
        before = self.said.opened.get(name, now)
        wanted = self.mine.get(name, before)
        if wanted == before == now:
            return None
        was, is_now, mine_is = (self._text(field, text) for text in (before, now, wanted))
        return Difference(name, label, was, is_now, mine_is, wanted != before, now != before)

    def lines(self, table: Table, record: Model) -> Iterator[Difference | None]:
        """The cells of lines that both have, and lines that one of the two added or took away."""
        name = table.children.name
        parts = {part.id: part for part in getattr(record, name)}
        known = _opened_lines(self.said, name)
        for line in self.said.lines.get(name, []):
            if line.id and line.id not in parts:
                yield self._taken_away(table, line)
            elif line.id and line.deleted:
                yield self._dropped(table, line, parts[line.id])
            elif line.id:
                yield from self._cells(table, line, parts[line.id])
        for part in parts.values():
            if part.id not in known:
                new = self._row(table, f"{name}.{part.id}.")
                yield Difference(f"{name}.{part.id}", self._label(table, part), "", new, "", False, True)

    def _cells(self, table: Table, line: SubmittedLine, part: Model) -> Iterator[Difference | None]:
        for cell in table.columns:
            if may_set(cell.field, self.env) and cell.name != POSITION:
                label = f"{self._label(table, part)}, {cell.field.label}"
                yield self.field(f"{table.children.name}.{line.id}.{cell.name}", cell.field, label)

    def _taken_away(self, table: Table, line: SubmittedLine) -> Difference | None:
        """They deleted a line that the person still has: what was changed in it may be kept as a new line."""
        prefix = f"{table.children.name}.{line.id}."
        before = self._row(table, prefix, self.said.opened)
        mine = "" if line.deleted else self._row(table, prefix, self.mine)
        touched = not line.deleted and mine != before
        number = self.said.opened.get(prefix + POSITION, line.id)
        label = _("{line} {number}", line=table.children.target.singular, number=number)
        return Difference(prefix.rstrip("."), label, before, _("deleted"), mine, touched, True)

    def _dropped(self, table: Table, line: SubmittedLine, part: Model) -> Difference | None:
        """The person deleted a line that the other may have changed."""
        prefix = f"{table.children.name}.{line.id}."
        before, now = self._row(table, prefix, self.said.opened), self._row(table, prefix)
        return Difference(
            prefix.rstrip("."), self._label(table, part), before, now, _("deleted"), True, now != before
        )

    def _row(self, table: Table, prefix: str, texts: Mapping[str, str] | None = None) -> str:
        """A line in words: what it says in the cells that a person sets."""
        source = self.theirs if texts is None else texts
        cells = (c for c in table.columns if may_set(c.field, self.env) and c.name != POSITION)
        return ", ".join(
            text for c in cells if (text := self._text(c.field, source.get(prefix + c.name, "")))
        )

    def _label(self, table: Table, part: Model) -> str:
        number = getattr(part, POSITION, None) or getattr(part, "id", "")
        return str(_("{line} {number}", line=table.children.target.singular, number=number))

    def _text(self, field: Field, text: str) -> str:
        """A raw value as a person reads it; what cannot be read stays as it was typed."""
        try:
            value = typed(self.reader, field, text) if text else None
        except PlatformError:
            return text
        name = (
            titles(self.env, field.target, [value]).get(value)
            if field.target and isinstance(value, int)
            else None
        )
        return present(self.reader, field, value, title=name).text


def _opened_lines(said: Submitted, table: str) -> set[int]:
    """The ids of the lines that there were when the form was opened."""
    keys = (name.split(".")[1] for name in said.opened if name.startswith(f"{table}."))
    return {int(key) for key in keys if key.isdecimal()}


def _decide_lines(
    table: Table, record: Model, said: Submitted, choices: Mapping[str, str], theirs: Mapping[str, str]
) -> None:
    name = table.children.name
    parts = {part.id for part in getattr(record, name)}
    kept = []
    for line in said.lines.get(name, []):
        choice = choices.get(f"{name}.{line.id}", "")
        if line.id and line.id not in parts:
            if choice != MINE:
                continue
            line.id, line.deleted = 0, False
        elif line.deleted and choice == THEIRS:
            continue
        for field in [f for f in line.values if choices.get(f"{name}.{line.id}.{f}") == THEIRS]:
            line.values[field] = theirs.get(f"{name}.{line.id}.{field}", "")
            line.values.pop(f"{field}.text", None)
        kept.append(line)
    said.lines[name] = kept


def _draft() -> list[tuple[str, str]]:
    """The person's form, to be sent again with their choices."""
    left_out = ("csrf_token", "_version", "_back")
    return [
        (n, v) for n, v in request.form.items(multi=True) if n not in left_out and not n.startswith("choice.")
    ]

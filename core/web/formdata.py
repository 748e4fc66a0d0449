"""A submitted form: what it says of the record and of each of its lines, and setting that on the record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from core.errors import PlatformError, UserError, ValidationError
from core.i18n import _
from core.orm.assign import assign, may_set, message_of
from core.orm.catalog import Children, Field, fields_of
from core.orm.env import Env
from core.orm.model import Model
from core.views.resolve import Cell, FormView, Table
from core.web.format import Reader
from core.web.typed import record_called, typed

if TYPE_CHECKING:
    from core.orm.condition import Condition

#: Lines that one form may hold; more come by import.
MOST_LINES = 1_000


@dataclass
class SubmittedLine:
    """A row of a table of lines: `key` is that of its inputs, `id` that of the part it changes, 0 for a new one."""

    key: str
    id: int = 0
    deleted: bool = False
    values: dict[str, str] = field(default_factory=dict)
    #: The part that it stands for, once it was applied.
    part: Model | None = None

    @property
    def is_blank(self) -> bool:
        return not self.id and not any(self.values.values())


@dataclass
class Submitted:
    """A form as it came: texts by field name."""

    values: dict[str, str]
    lines: dict[str, list[SubmittedLine]]
    version: int
    #: The raw values when the form was opened, by input name.
    opened: dict[str, str]

    def typed(self) -> dict[str, str]:
        """Every text by the name of its input, to be shown again."""
        found = dict(self.values)
        for name, lines in self.lines.items():
            for line in lines:
                found |= {f"{name}.{line.key}.{field}": text for field, text in line.values.items()}
        return found

    def keys(self) -> dict[int, str]:
        """The input keys of the parts that were applied, by object identity."""
        return {
            id(line.part): line.key
            for lines in self.lines.values()
            for line in lines
            if line.part is not None
        }

    def deleted(self) -> set[str]:
        return {line.key for lines in self.lines.values() for line in lines if line.deleted}


def read_form(view: FormView, form: MultiDict[str, str]) -> Submitted:
    """What `form` says of the fields and tables that `view` shows; other names are ignored."""
    names = {cell.name for cell in view.cells()}
    values = {name: form.getlist(name)[-1] for name in names if name in form}
    values |= {f"{n}.text": form[f"{n}.text"] for n in names if f"{n}.text" in form}
    lines = {table.children.name: list(_lines(table, form)) for table in view.tables()}
    return Submitted(values, lines, _whole(form.get("_version", "0")), _opened(form.get("_opened", "")))


def apply(
    env: Env, reader: Reader, view: FormView, record: Model, said: Submitted, *, remove: bool = True
) -> None:
    """Set on `record` and its parts what the form says; raises ValidationError by input name, with nothing flushed.

    Without `remove` deleted lines stay, for a page that still shows them as deleted.
    """
    problems: dict[str, object] = {}
    cells = {
        cell.name: cell
        for cell in view.cells()
        if _is_open(env, cell.readonly, record) and may_set(cell.field)
    }
    _assign(env, reader, record, cells, said.values, problems, "")
    for table in view.tables():
        if _is_open(env, table.readonly, record):
            lines = [line for line in said.lines.get(table.children.name, []) if not line.is_blank]
            for number, line in enumerate(lines, start=1):
                line.part = _part(table, record, line, number)
                if line.deleted and remove:
                    _remove(table, record, line)
                elif not line.deleted:
                    prefix = f"{table.children.name}.{line.key}."
                    _assign(env, reader, line.part, _settable(table), line.values, problems, prefix)
    if problems:
        raise ValidationError(problems)


def relate(env: Env, record: Model) -> None:
    """Load the records that `record` refers to, so that rules can follow its links before it is saved."""
    for found in fields_of(type(record)).values():
        if found.target is None or found.link is None or found.facet is not None:
            continue
        record_id, linked = found.get(record), getattr(record, found.link)
        if record_id is not None and (linked is None or linked.id != record_id):
            setattr(record, found.link, env.session.get(found.target, record_id))


def _assign(
    env: Env,
    reader: Reader,
    record: Model,
    cells: Mapping[str, Cell],
    texts: Mapping[str, str],
    problems: dict[str, object],
    prefix: str,
) -> None:
    values: dict[str, object] = {}
    for name, cell in cells.items():
        if name not in texts and f"{name}.text" not in texts:
            continue
        try:
            values[name] = _value(env, reader, cell.field, texts)
        except PlatformError as error:
            problems[prefix + name] = message_of(error)
    try:
        assign(env, record, values)
        relate(env, record)
    except ValidationError as error:
        problems.update({prefix + name: message for name, message in error.fields.items()})


def _value(env: Env, reader: Reader, found: Field, texts: Mapping[str, str]) -> object:
    text = texts.get(found.name, "")
    if found.target is None:
        return typed(reader, found, text)
    name = texts.get(f"{found.name}.text")
    if name is None or (text and _names(env, found.target, text, name)):
        return typed(reader, found, text)
    return record_called(env, found.target, name.strip()) if name.strip() else typed(reader, found, "")


def _names(env: Env, target: type[Model], record_id: str, name: str) -> bool:
    """Whether `name` is still that of the record that the hidden input names (without scripts it may not be)."""
    found = env.session.get(target, _whole(record_id))
    return found is not None and found.label == name.strip()


def _settable(table: Table) -> dict[str, Cell]:
    return {cell.name: cell for cell in table.columns if may_set(cell.field)}


def _part(table: Table, record: Model, line: SubmittedLine, number: int) -> Model:
    """The part that a row changes, or a new one."""
    if not line.id:
        return _new_part(table.children, record, number)
    found: Model | None = next((p for p in getattr(record, table.children.name) if p.id == line.id), None)
    if found is None:
        raise UserError(
            _("Line {number} is gone: somebody deleted it. Load the record again.", number=number)
        )
    return found


def _remove(table: Table, record: Model, line: SubmittedLine) -> None:
    getattr(record, table.children.name).remove(line.part)
    line.part = None


def _new_part(children: Children, record: Model, number: int) -> Model:
    part = children.target()
    getattr(record, children.name).append(part)
    position = fields_of(children.target).get("position")
    if position is not None:
        position.set(part, number * 10)
    return part


def _is_open(env: Env, readonly: Condition | None, record: Model) -> bool:
    return readonly is None or not readonly.holds(record, env)


def _lines(table: Table, form: MultiDict[str, str]) -> Iterator[SubmittedLine]:
    """The rows in the order of their first input: `<lines>.<key>.<field>`."""
    prefix = f"{table.children.name}."
    names = {cell.name for cell in table.columns}
    rows: dict[str, SubmittedLine] = {}
    for full, texts in form.lists():
        if not full.startswith(prefix):
            continue
        key, _dot, name = full.removeprefix(prefix).partition(".")
        if key == "__key__" or not name:
            continue
        row = rows.setdefault(key, SubmittedLine(key))
        if name == "id":
            row.id = _whole(texts[-1] or "0")
        elif name == "_delete":
            row.deleted = texts[-1] == "1"
        elif name.removesuffix(".text") in names:
            row.values[name] = texts[-1]
    if len(rows) > MOST_LINES:
        raise UserError(
            _("A form holds {count} lines at most; import more of them from a file.", count=MOST_LINES)
        )
    yield from rows.values()


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UserError(_("{value} is no record.", value=text)) from error


def _opened(text: str) -> dict[str, str]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

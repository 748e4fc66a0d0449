"""A submitted form: what it says of the record and of each of its lines, and setting that on the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from werkzeug.datastructures import MultiDict

from core.errors import PlatformError, UserError, ValidationError
from core.i18n import _
from core.orm.assign import assign, check_required, may_set, message_of, visible_fields
from core.orm.catalog import Children, Field, fields_of
from core.orm.env import Env
from core.orm.model import Model
from core.orm.plan import plan_of
from core.views.resolved import Cell, FormView, Table
from core.web.format import Reader
from core.web.formfields import POSITION, raw
from core.web.typed import record_called, typed

if TYPE_CHECKING:
    from core.orm.condition import Condition

M = TypeVar("M", bound=Model)

#: Lines that one form may hold; more come by import.
MOST_LINES = 1_000


@dataclass
class SubmittedLine:
    """A row of a table of lines: `key` is that of its inputs, `id` that of the part it changes, 0 for a new one."""

    key: str
    id: int = 0
    deleted: bool = False
    values: dict[str, str] = field(default_factory=dict)
    #: Asked for by a button of the form, to be filled in next.
    wanted: bool = False
    #: The part that it stands for, once it was applied.
    part: Model | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nobody entered anything; an empty tick sends 0."""
        return not self.id and not self.wanted and all(text in ("", "0") for text in self.values.values())


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
    return Submitted(values, lines, whole(form.get("_version", "0")), _opened(form.get("_opened", "")))


def apply(
    env: Env, reader: Reader, view: FormView, record: Model, said: Submitted, *, remove: bool = True
) -> None:
    """Set on `record` and its parts what the form says; raises ValidationError by input name, with nothing flushed.

    Without `remove` deleted lines stay, for a page that still shows them as deleted.
    """
    problems: dict[str, object] = {}
    settable = {cell.name: cell for cell in view.cells() if may_set(cell.field, env)}
    fixed = {name for name, cell in settable.items() if not _is_open(env, cell.readonly, record)}
    always = {name: cell for name, cell in settable.items() if name not in fixed}
    _assign(env, reader, record, always, said.values, problems, "")
    # What the same form just unlocked may be given with it.
    freed = {name: settable[name] for name in fixed if _is_open(env, settable[name].readonly, record)}
    _assign(env, reader, record, freed, said.values, problems, "")
    for table in view.tables():
        if _is_open(env, table.readonly, record):
            _apply_lines(env, reader, table, record, said, problems, remove)
    if problems:
        raise ValidationError(problems)


def check(env: Env, view: FormView, record: Model, said: Submitted) -> None:
    """Bring totals in line, then refuse what is missing or wrong in any field or line, all at once by input name."""
    problems = _missing(view, record, env)
    lines = [(table, line) for table in view.tables() for line in said.lines.get(table.children.name, [])]
    for table, line in lines:
        if line.part is not None and not line.deleted:
            prefix = f"{table.children.name}.{line.key}."
            owned = _owner_names(table)
            wrong = {n: text for n, text in _wrong(line.part, env).items() if n not in owned}
            problems |= {prefix + name: message for name, message in wrong.items()}
    problems |= _refused(lambda: check_required(env, record))
    if not problems:
        problems = _refused(record.settle) or _refused(record.check)
    if problems:
        raise ValidationError(problems)


def write(env: Env, reader: Reader, view: FormView, record: Model, said: Submitted) -> None:
    """Set what the form says on a record that there is, check it and flush: all of it or nothing."""
    with env.savepoint():
        with env.session.no_autoflush:
            apply(env, reader, view, record, said)
            check(env, view, record, said)
        env.flush()


def with_defaults(env: Env, record: M) -> M:
    """A new record with the values that its fields take when nobody gives one, as far as the person may set them."""
    known = plan_of(type(record)).by_name
    for found in visible_fields(env, type(record)).values():
        default = known[found.name].default() if found.facet is None and found.name in known else None
        if default is not None and found.get(record) is None:
            found.set(record, default)
    return record


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
        if (name not in texts and f"{name}.text" not in texts) or _is_untouched(reader, cell, record, texts):
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


def _is_untouched(reader: Reader, cell: Cell, record: Model, texts: Mapping[str, str]) -> bool:
    """Whether the input still says what it was opened with, which may be less exact than what is kept (seconds)."""
    value = cell.field.get(record)
    has_value = value is not None and cell.field.target is None
    return has_value and texts.get(cell.name) == raw(reader, cell.field, value)


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
    found = env.session.get(target, whole(record_id))
    return found is not None and found.label == name.strip()


def _apply_lines(
    env: Env,
    reader: Reader,
    table: Table,
    record: Model,
    said: Submitted,
    problems: dict[str, object],
    remove: bool,
) -> None:
    lines = [line for line in said.lines.get(table.children.name, []) if not line.is_blank]
    for number, line in enumerate(lines, start=1):
        line.part = _part(env, table, record, line, number)
        if line.deleted and remove:
            _remove(table, record, line)
        elif not line.deleted:
            prefix = f"{table.children.name}.{line.key}."
            _assign(env, reader, line.part, _settable(env, table), line.values, problems, prefix)
    _count_in_tens(table, [line.part for line in lines if line.part is not None])


def _count_in_tens(table: Table, parts: list[Model]) -> None:
    """Number the lines as they stand: new ones after the last, all of them anew once their order has changed."""
    counter = fields_of(table.children.target).get(POSITION)
    if counter is None:
        return
    numbers = [counter.get(part) for part in parts]
    known = [number for number in numbers if number is not None]
    in_order = numbers[: len(known)] == known and all(a < b for a, b in pairwise(known))
    first = (known[-1] // 10 + 1 if known else 1) if in_order else 1
    for at, part in enumerate(parts[len(known) :] if in_order else parts):
        counter.set(part, 10 * (first + at))


def _settable(env: Env, table: Table) -> dict[str, Cell]:
    return {cell.name: cell for cell in table.columns if may_set(cell.field, env) and cell.name != POSITION}


def _missing(view: FormView, record: Model, env: Env) -> dict[str, object]:
    """Fields that a condition of the view asks for while they are shown."""
    return {
        cell.name: _("{field} is needed.", field=cell.shown_label)
        for cell in view.cells()
        if cell.required is not None and cell.required.holds(record, env)
        and (cell.visible is None or cell.visible.holds(record, env))
        and cell.field.get(record) in (None, "")
    }  # fmt: skip


def _owner_names(table: Table) -> tuple[str, ...]:
    """The reference of a line to its record, which a new one gets when it is saved."""
    return tuple(f.name for f in fields_of(table.children.target).values() if f.info.owner)


def _wrong(part: Model, env: Env) -> dict[str, object]:
    return _refused(lambda: check_required(env, part)) or _refused(part.check)


def _refused(step: Callable[[], None]) -> dict[str, object]:
    """The messages of a step that may refuse, by field."""
    try:
        step()
    except ValidationError as error:
        return dict(error.fields)
    return {}


def _part(env: Env, table: Table, record: Model, line: SubmittedLine, number: int) -> Model:
    """The part that a row changes, or a new one."""
    if not line.id:
        return _new_part(env, table.children, record)
    found: Model | None = next((p for p in getattr(record, table.children.name) if p.id == line.id), None)
    if found is None:
        raise UserError(
            _("Line {number} is gone: somebody deleted it. Load the record again.", number=number)
        )
    return found


def _remove(table: Table, record: Model, line: SubmittedLine) -> None:
    getattr(record, table.children.name).remove(line.part)
    line.part = None


def _new_part(env: Env, children: Children, record: Model) -> Model:
    part = with_defaults(env, children.target())
    getattr(record, children.name).append(part)
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
            row.id = whole(texts[-1] or "0")
        elif name == "_delete":
            row.deleted = texts[-1] == "1"
        elif name.removesuffix(".text") in names:
            row.values[name] = texts[-1]
    if len(rows) > MOST_LINES:
        raise UserError(
            _("A form holds {count} lines at most; import more of them from a file.", count=MOST_LINES)
        )
    yield from rows.values()


def whole(text: str) -> int:
    """The number of a record or version in a form; raises UserError for anything else."""
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

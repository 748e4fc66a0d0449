"""Importing a table: mapped to fields, tried without keeping anything, done as a set, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core import clock
from core.base import written
from core.base.actions.exporting import HIDDEN, ID, heading
from core.base.models.transfer import Import
from core.errors import Conflict, PlatformError, UserError, ValidationError
from core.formats.tabular import Row
from core.i18n import _
from core.orm import bulk
from core.orm.assign import may_set, message_of, visible_fields
from core.orm.catalog import Field, key_fields, title_fields
from core.orm.condition import parse
from core.orm.model import Model, model_name, model_named
from core.orm.plan import plan_of

if TYPE_CHECKING:
    from core.orm.env import Env

#: Rows that one file may hold.
MOST_ROWS = 200_000
#: Wrong cells that are told of; more help nobody.
MOST_PROBLEMS = 200
_CHUNK = 2_000
#: Rows whose fate is told one by one.
_SHOWN = 100


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be taken: its row in the spreadsheet, its column's heading, and why."""

    row: int
    column: str
    message: str


@dataclass
class Report:
    """What an import would do, or did."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: What becomes of the first rows: new, changed or same, by row in the spreadsheet.
    states: dict[int, str] = field(default_factory=dict)
    #: The import that can be undone; 0 for a dry run.
    import_id: int = 0

    @property
    def is_good(self) -> bool:
        return not self.problems


@dataclass
class _Table:
    """The rows of a file as values by field name."""

    rows: list[dict[str, object]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def suggest(env: Env, model: type[Model], headings: Sequence[str]) -> dict[str, str]:
    """The field that each heading most likely means: by name or label, whatever the case; "" for none."""
    known: dict[str, str] = {ID: ID}
    for name, found in visible_fields(env, model).items():
        if may_set(found):
            for word in (name, heading(found), str(found.label), found.label.source):
                known.setdefault(_bare(word), name)
    return {text: known.get(_bare(text), "") for text in headings}


def mappable(env: Env, model: type[Model]) -> dict[str, Field]:
    """The fields that a column may be mapped to."""
    return {n: f for n, f in visible_fields(env, model).items() if may_set(f) and f.key != "company_id"}


def bring(
    env: Env, model: type[Model], name: str, rows: Iterable[Row], mapping: Mapping[str, str], headings: Sequence[str],
    *, keep: bool,
) -> Report:  # fmt: skip
    """Import `rows` of the file `name`; with any problem, or without `keep`, nothing is kept.

    `mapping` gives the field of each heading. Rows whose id or key is known change that record; the others make one.
    """
    _check_mapping(env, model, mapping)
    report = Report()
    table = _read(env, model, rows, mapping, headings, report)
    if report.problems:
        return report
    if keep:
        _write(env, model, name, table, report, {n: h for h, n in mapping.items()})
        return report
    with env.trying():
        _write(env, model, name, table, report, {n: h for h, n in mapping.items()})
        report.import_id = 0
    return report


def undo(env: Env, done: Import) -> Report:
    """Delete what the import made and put back what it changed; refused when somebody worked on it since."""
    if done.undone_at is not None:
        raise UserError(_("{file} was undone already.", file=done.file_name))
    model = model_named(done.model)
    if model is None:
        raise UserError(_("The addon of {model} is not installed.", model=done.model))
    created, changed = done.trail.get("created", []), done.trail.get("changed", [])
    _require_untouched(env, model, [*created, *((i, v) for i, v, _old in changed)])
    bulk.delete(env, model, [record_id for record_id, _version in created])
    plan = plan_of(model)
    back = [{"id": i} | {n: _restored(plan.fields[n], v) for n, v in old.items()} for i, _v, old in changed]
    bulk.update(env, model, back)
    with env.acting_as("base"):
        done.undone_at = clock.now()
    return Report(rows=len(created) + len(changed), changed=len(changed), created=-len(created))


def _read(
    env: Env,
    model: type[Model],
    rows: Iterable[Row],
    mapping: Mapping[str, str],
    headings: Sequence[str],
    report: Report,
) -> _Table:
    """The rows as values; every cell that cannot be read is told."""
    known = mappable(env, model)
    at = {mapping[h]: i for i, h in enumerate(headings) if mapping.get(h)}
    table = _Table()
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        report.rows += 1
        if report.rows > MOST_ROWS:
            raise UserError(_("A file may hold {most} rows at most. Split it.", most=MOST_ROWS))
        if row.problem is not None:
            _tell(report, row.number, "", row.problem)
            continue
        values: dict[str, object] = {}
        for name, i in at.items():
            cell = row.values[i] if i < len(row.values) else None
            if name == ID:
                values[ID] = _id(report, row.number, headings[i], cell)
            elif known[name].target is not None and cell == str(HIDDEN):
                continue
            elif known[name].target is not None and isinstance(cell, str) and cell.strip():
                names[name].append((len(table.rows), cell.strip()))
                values[name] = None
            else:
                values[name] = _typed(env, report, row.number, headings[i], known[name], cell)
        table.rows.append(values)
        table.numbers.append(row.number)
    for name, wanted in names.items():
        _refer(env, report, table, known[name], wanted, headings[at[name]])
    return table


def _typed(env: Env, report: Report, number: int, column: str, found: Field, cell: object) -> object:
    try:
        value = written.typed(found, cell, env.principal.locale, env.zone)
    except PlatformError as error:
        _tell(report, number, column, message_of(error))
        return None
    complaint = plan_of(found.model).by_name[found.name].complaint(value)
    if complaint is not None:
        _tell(report, number, column, complaint)
    return value


def _refer(
    env: Env, report: Report, table: _Table, found: Field, wanted: Sequence[tuple[int, str]], column: str
) -> None:
    """Find the records that cells name, by key or title, in one statement a chunk."""
    assert found.target is not None
    ids = _records_called(env, found.target, {text for _i, text in wanted})
    for i, text in wanted:
        hits = ids.get(text, set())
        if len(hits) == 1:
            table.rows[i][found.name] = next(iter(hits))
        elif not hits:
            _tell(
                report,
                table.numbers[i],
                column,
                _("There is no {model} {text}.", model=found.target.singular, text=text),
            )
        else:
            _tell(report, table.numbers[i], column, _("{text} is the name of several {models}; use the key.",
                                                      text=text, models=found.target.plural))  # fmt: skip


def _records_called(env: Env, model: type[Model], texts: set[str]) -> dict[str, set[int]]:
    """Ids by text: a key or title field that equals it, or the whole title."""
    fields = [
        f for f in dict.fromkeys((*key_fields(model), *title_fields(model))) if f.is_text and f.facet is None
    ]
    titles = [f.attribute for f in title_fields(model) if f.is_text and f.facet is None]
    texts_of = [f.attribute for f in fields] + ([_whole(titles)] if len(titles) > 1 else [])
    found: dict[str, set[int]] = defaultdict(set)
    wanted = sorted(texts)
    for one in texts_of:
        for start in range(0, len(wanted), _CHUNK):
            asked = select(model.id, one).where(one.in_(wanted[start : start + _CHUNK]))
            for record_id, text in env.session.execute(asked):
                found[text].add(record_id)
        wanted = [text for text in wanted if text not in found]
    return found


def _whole(titles: Sequence[InstrumentedAttribute[Any]]) -> ColumnElement[str]:  # Any: text, optional or not
    """The title as it is shown: its parts with a space between."""
    parts: list[ColumnElement[str]] = [func.coalesce(title, "") for title in titles]
    whole: ColumnElement[str] = func.trim(reduce(lambda left, right: left.concat(" ").concat(right), parts))
    return whole


def _write(
    env: Env, model: type[Model], name: str, table: _Table, report: Report, columns: Mapping[str, str]
) -> None:
    ids = _matched(env, model, table, report)
    if report.problems:
        return
    new = [(i, row) for i, row in enumerate(table.rows) if ids[i] is None]
    old = [(i, row) for i, row in enumerate(table.rows) if ids[i] is not None]
    before = _values_before(env, model, [ids[i] for i, _row in old if ids[i]], table)
    made = _tried(report, table, [i for i, _row in new], columns,
                  lambda: bulk.create(env, model, [_bare_row(row) for _i, row in new]))  # fmt: skip
    changed = _tried(report, table, [i for i, _row in old], columns,
                     lambda: bulk.update(env, model, [_bare_row(row) | {"id": ids[i]} for i, row in old]))  # fmt: skip
    if report.problems:
        return
    report.created, report.changed = len(made), len(changed)
    report.unchanged = len(old) - len(changed)
    for i, number in list(enumerate(table.numbers))[:_SHOWN]:
        report.states[number] = "new" if ids[i] is None else "changed" if ids[i] in changed else "same"
    report.import_id = _remember(env, model, name, made, {i: before[i] for i in changed}, report)


def _tried(
    report: Report, table: _Table, indexes: Sequence[int], columns: Mapping[str, str], step: Any
) -> list[int]:  # Any: a callable
    """The ids that a bulk step gives; what it refuses is told by row and column."""
    try:
        found: list[int] = step()
    except ValidationError as error:
        for path, message in error.fields.items():
            index, _dot, name = path.partition(".")
            row = table.numbers[indexes[int(index)]] if index.isdecimal() and int(index) < len(indexes) else 0
            _tell(report, row, columns.get(name if row else path, name if row else path), message)
        return []
    return found


def _matched(env: Env, model: type[Model], table: _Table, report: Report) -> list[int | None]:
    """The record that each row is about: by id, else by natural key; None for a new one."""
    keys = [f for f in key_fields(model) if f.facet is None and f.key != "company_id"]
    by_key = (
        _ids_by_key(env, model, keys, table)
        if keys and all(k.name in row for k in keys for row in table.rows[:1])
        else {}
    )
    known = _existing(env, model, {row[ID] for row in table.rows if row.get(ID)})
    found: list[int | None] = []
    seen: dict[object, int] = {}
    for row, number in zip(table.rows, table.numbers, strict=True):
        given, key = row.get(ID), tuple(row.get(k.name) for k in keys)
        if given is not None and given not in known:
            _tell(
                report,
                number,
                ID,
                _("There is no {model} {id} that you may change.", model=model.singular, id=given),
            )
        record_id = given if isinstance(given, int) else by_key.get(key)
        twin = (
            seen.setdefault(record_id if record_id is not None else key, number)
            if (record_id or any(key))
            else number
        )
        if twin != number:
            _tell(
                report,
                number,
                keys[0].name if keys else ID,
                _("The same record stands in row {row} already.", row=twin),
            )
        found.append(record_id)
    return found


def _ids_by_key(
    env: Env, model: type[Model], keys: Sequence[Field], table: _Table
) -> dict[tuple[object, ...], int]:
    first = sorted({row[keys[0].name] for row in table.rows if row.get(keys[0].name) is not None}, key=str)
    found: dict[tuple[object, ...], int] = {}
    for start in range(0, len(first), _CHUNK):
        chunk = first[start : start + _CHUNK]
        asked = select(model.id, *(k.attribute for k in keys)).where(keys[0].attribute.in_(chunk))
        found |= {tuple(row[1:]): row[0] for row in env.session.execute(asked)}
    return found


def _existing(env: Env, model: type[Model], ids: set[object]) -> set[object]:
    wanted = sorted(i for i in ids if isinstance(i, int))
    found: set[object] = set()
    for start in range(0, len(wanted), _CHUNK):
        found |= set(
            env.session.scalars(select(model.id).where(model.id.in_(wanted[start : start + _CHUNK])))
        )
    return found


def _values_before(
    env: Env, model: type[Model], ids: Sequence[int | None], table: _Table
) -> dict[int, dict[str, Any]]:  # Any: JSON
    """What the fields of the file are now, in the audit trail's plain form."""
    names = [n for n in dict.fromkeys(name for row in table.rows for name in row) if n != ID]
    plan = plan_of(model)
    fields = [plan.fields[n] for n in names]
    facets = {f.facet for f in fields if f.facet is not None}
    before: dict[int, dict[str, Any]] = {}
    wanted = sorted(i for i in ids if i is not None)
    for start in range(0, len(wanted), _CHUNK):
        asked = select(model.id, *(f.attribute for f in fields)).where(
            model.id.in_(wanted[start : start + _CHUNK])
        )
        for facet in facets:
            asked = asked.outerjoin(facet, facet.id == model.id)
        for row in env.session.execute(asked):
            before[row[0]] = {n: plan.by_name[n].plain(v) for n, v in zip(names, row[1:], strict=True)}
    return before


def _remember(
    env: Env,
    model: type[Model],
    name: str,
    made: Sequence[int],
    changed: Mapping[int, dict[str, Any]],
    report: Report,
) -> int:  # Any: JSON
    if env.user_id is None:
        return 0
    versions = _versions(env, model, [*made, *changed])
    trail = {
        "created": [[i, versions[i]] for i in made],
        "changed": [[i, versions[i], old] for i, old in changed.items()],
    }
    with env.acting_as("base"):
        kept = Import(
            model=model_name(model), file_name=name[:200], user_id=env.user_id, company_id=env.company_id,
            created=report.created, changed=report.changed, trail=trail,
        )  # fmt: skip
        env.add(kept)
        env.flush()
    return kept.id


def _versions(env: Env, model: type[Model], ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(ids), _CHUNK):
        asked = select(model.id, model.version).where(model.id.in_(ids[start : start + _CHUNK]))
        found |= {row[0]: row[1] for row in env.session.execute(asked)}
    return found


def _require_untouched(env: Env, model: type[Model], kept: Sequence[tuple[int, int]]) -> None:
    now = _versions(env, model, [i for i, _v in kept])
    touched = [i for i, version in kept if now.get(i) != version]
    if touched:
        raise Conflict(
            _("{count} of the imported records were changed or deleted since; the import cannot be undone as a whole.",
              count=len(touched)), touched,
        )  # fmt: skip


def _check_mapping(env: Env, model: type[Model], mapping: Mapping[str, str]) -> None:
    known = mappable(env, model)
    wanted = [name for name in mapping.values() if name]
    for name in wanted:
        if name != ID and name not in known:
            raise ValidationError({name: _("There is no field {name} that an import may set.", name=name)})
        if wanted.count(name) > 1:
            raise ValidationError({name: _("Two columns are mapped to {name}.", name=name)})
    missing = [f for f in known.values() if f.required and f.facet is None and f.name not in wanted]
    if missing and ID not in wanted and not {k.name for k in key_fields(model)} <= set(wanted):
        raise ValidationError(
            {
                missing[0].name: _(
                    "Map a column to {fields}: new records need it.",
                    fields=", ".join(str(f.label) for f in missing),
                )
            }
        )


def _id(report: Report, number: int, column: str, cell: object) -> int | None:
    if cell in (None, ""):
        return None
    try:
        return int(str(cell))
    except ValueError:
        _tell(report, number, column, _("{value} is no record's id.", value=str(cell)[:60]))
        return None


def _tell(report: Report, row: int, column: str, message: object) -> None:
    if len(report.problems) < MOST_PROBLEMS:
        report.problems.append(Problem(row, column, str(message)))


def _restored(found: Field, plain: Any) -> object:  # Any: JSON
    return parse(found, plain)


def _bare_row(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != ID}


def _bare(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()

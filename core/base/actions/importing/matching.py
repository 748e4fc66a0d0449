"""Which record each row of a file is about: by its id, else by its natural key in the company at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.base.actions.exporting import ID
from core.base.actions.importing.report import Report
from core.base.actions.importing.table import Table
from core.i18n import _
from core.orm.catalog import Field
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.orm.env import Env

_CHUNK = 2_000

#: The values of a natural key; of a part, after the id of what it belongs to.
Key = tuple[object, ...]


def match(
    env: Env, table: Table, report: Report, *, by_key: bool, owners: Sequence[int | None] = ()
) -> list[int | None]:
    """The id of each row's record, None for a new one; what stands twice or cannot be found is told.

    `by_key` leaves the ids in the file aside. `owners` are the records that parts belong to, None for new ones.
    """
    ids = {} if by_key else {i: row[ID] for i, row in enumerate(table.rows) if row.get(ID)}
    known = _existing(env, table, {i for i in ids.values() if isinstance(i, int)}, owners)
    keys = _keys(table, owners)
    by_name = _by_key(env, table, keys) if table.natural_key() else {}
    found: list[int | None] = []
    seen: dict[object, int] = {}
    for i, number in enumerate(table.numbers):
        given, key = ids.get(i), keys[i]
        if given is not None and given not in known:
            _wrong(table, report, i, ID, _missing(table, given))
        record_id = given if isinstance(given, int) else by_name.get(key) if key is not None else None
        what = record_id if record_id is not None else key
        first = seen.setdefault(what, number) if what is not None and i not in table.wrong else number
        if first != number:
            _wrong(
                table,
                report,
                i,
                _key_name(table),
                _("The same record stands in row {row} already.", row=first),
            )
        if record_id is None and key is None and owners and owners[table.owners[i]] is not None:
            _wrong(table, report, i, _key_name(table), _lost(table))
        found.append(record_id)
    return found


def _keys(table: Table, owners: Sequence[int | None]) -> list[Key | None]:
    """The natural key of each row, None where the file does not give all of it."""
    keys = table.natural_key()
    if not keys:
        return [None] * len(table.rows)
    found: list[Key | None] = []
    for i, row in enumerate(table.rows):
        values = tuple(row.get(k.name) for k in keys)
        whole = any(v is not None for v in values) and all(
            v is not None or not k.required for k, v in zip(keys, values, strict=True)
        )
        found.append((_whose(table, owners, i), *values) if whole and i not in table.wrong else None)
    return found


def _whose(table: Table, owners: Sequence[int | None], index: int) -> object:
    """What a part belongs to: the id of a record, or, of one that is new, its place in the file."""
    if not owners:
        return None
    owner = table.owners[index]
    return owners[owner] if owners[owner] is not None else ("new", owner)


def _by_key(env: Env, table: Table, keys: Sequence[Key | None]) -> Mapping[Key, int]:
    """Ids by natural key: of records of the company at hand, then of shared ones; never of another company's."""
    model, fields = table.model, table.natural_key()
    part = table.children
    first = getattr(model, part.owner) if part else fields[0].attribute
    has_company = issubclass(model, OfCompany | SharedByCompanies)
    company: Any = model.company_id if has_company else first  # type: ignore[attr-defined]  # as asked; Any: a column
    wanted = {key[0] if part else key[1] for key in keys if key is not None}
    values = sorted((v for v in wanted if v is not None and not isinstance(v, tuple)), key=str)
    found: dict[Key, int] = {}
    shared: dict[Key, int] = {}
    for chunk in _chunks(values):
        asked = select(model.id, company, first, *(k.attribute for k in fields)).where(first.in_(chunk))
        for row in env.session.execute(asked):
            key = (row[2] if part else None, *row[3:])
            if not has_company or row[1] == env.company_id:
                found[key] = row[0]
            elif row[1] is None:
                shared[key] = row[0]
    return shared | found


def _existing(env: Env, table: Table, ids: set[int], owners: Sequence[int | None]) -> set[int]:
    """Those of the ids that there are; of parts, those of the records in the file."""
    model, found = table.model, set()
    above = {o for o in owners if o is not None}
    for chunk in _chunks(sorted(ids)):
        asked = select(model.id, getattr(model, table.children.owner) if table.children else model.id)
        for record_id, owner in env.session.execute(asked.where(among(model.id, chunk, env.dialect))):
            if table.children is None or owner in above:
                found.add(record_id)
    return found


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:  # Any: of a column's type
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _wrong(table: Table, report: Report, index: int, name: str, message: object) -> None:
    table.wrong.add(index)
    report.tell(table.numbers[index], table.heading(name), message)


def _key_name(table: Table) -> str:
    keys: Sequence[Field] = table.natural_key()
    return keys[0].name if keys else ID


def _missing(table: Table, record_id: object) -> object:
    model: type[Model] = table.model
    return _("There is no {model} {id} that you may change.", model=model.singular, id=record_id)


def _lost(table: Table) -> object:
    keys = ", ".join(str(k.label) for k in table.natural_key()) or ID
    return _("The record is there already; {keys} must say which of its parts is meant.", keys=keys)

"""What follows when an administrator defines, changes or purges a custom field; all of it in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    exists,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)

from core.custom import schema
from core.custom.column import default_of, measure_of, table_for
from core.custom.definition import Definition, definitions
from core.custom.field import CustomField, extensible, referable
from core.custom.kind import KINDS, CustomType
from core.custom.mapping import known
from core.custom.naming import key_problem
from core.errors import ValidationError
from core.i18n import Text, _
from core.orm.catalog import fields_of
from core.orm.model import Model, model_named
from core.orm.plan import table_of

if TYPE_CHECKING:
    from core.orm.env import Env

#: What a field is kept by: another one of these would be another field.
_FIXED = ("model", "key", "type", "target")


def created(env: Env, ids: Sequence[int]) -> None:
    """Refuse what cannot be a field, make its column, and give the records that exist its default."""
    for found in _of(env, ids):
        model = _require_sound(env, found)
        schema.fit(env._connection, found.model)
        _fill(env._connection, found, model)
        _require_filled(env._connection, found, model)


def changed(env: Env, ids: Sequence[int], fields: frozenset[str]) -> None:
    """Refuse what would make another field of it; what was entered stays."""
    fixed = [name for name in _FIXED if name in fields]
    if fixed:
        raise ValidationError({fixed[0]: _fixed(fields_of(CustomField)[fixed[0]].label)})
    for found in _of(env, ids):
        model = _require_sound(env, found)
        schema.fit(env._connection, found.model)
        _keep_defaults(env._connection, found, model)
        if found.required:
            _fill(env._connection, found, model)
        _require_filled(env._connection, found, model)


def purged(env: Env, models: Iterable[str]) -> None:
    """Drop the columns of fields that are gone, with what was entered."""
    for name in set(models):
        schema.fit(env._connection, name)


def choices_changed(env: Env, fields: Iterable[int]) -> None:
    """Refuse to take away a choice that records have, or that is the default."""
    for found in _of(env, list(fields)):
        model = _require_sound(env, found)
        column = _table(env._connection, found).c[found.key]
        held = type_coerce(column, String)
        chosen = [value for value, _label in found.choices]
        unknown = select(held, func.count()).where(held.is_not(None), held.not_in(chosen)).group_by(held)
        row = env._connection.execute(unknown).first()
        if row is not None:
            raise ValidationError({"choices": _(
                "{count} records have the choice “{value}”: change them first, or give it another label.",
                count=row[1], value=row[0],
            )})  # fmt: skip
        default_of(found, model)


def _of(env: Env, ids: Sequence[int]) -> list[Definition]:
    return [each for each in definitions(env._connection) if each.id in set(ids)]


def _require_sound(env: Env, found: Definition) -> type[Model]:
    """The model that gets the field; raises ValidationError for what no field can be."""
    model = model_named(found.model)
    if model is None or found.model not in extensible():
        raise ValidationError({"model": _("There is no {name} here.", name=found.model)})
    own = [field.key for field in fields_of(model).values() if field.facet is None]
    problems = {
        "key": key_problem(found.key, own),
        "target": _target_problem(found),
        "type": _measure_problem(found, model),
        "seen_by": _role_problem(env, found.seen_by),
        "set_by": _role_problem(env, found.set_by),
    }
    wrong = {name: problem for name, problem in problems.items() if problem is not None}
    if wrong:
        raise ValidationError(wrong)
    default_of(found, model)
    return model


def _target_problem(found: Definition) -> Text | None:
    if found.type is not CustomType.REFERENCE:
        return _("Only a reference refers to something. Leave it empty.") if found.target else None
    if not found.target:
        return _("Say what it refers to.")
    return None if found.target in referable() else _("There is no {name} here.", name=found.target)


def _measure_problem(found: Definition, model: type[Model]) -> Text | None:
    if not KINDS[found.type].measure or measure_of(found, model) is not None:
        return None
    if found.type is CustomType.MONEY:
        return _("{models} have no currency. Use a number with decimals.", models=model.plural)
    return _("{models} have no unit. Use a number with decimals.", models=model.plural)


def _role_problem(env: Env, name: str | None) -> Text | None:
    return _("There is no role {role}.", role=name) if name and name not in env.site.access.roles else None


def _fixed(label: Text) -> Text:
    return _(
        "{field} cannot be changed, since what was entered would not fit any more. Hide this field and add another.",
        field=label,
    )


def _fill(connection: Connection, found: Definition, model: type[Model]) -> None:
    """Give the default to rows that say nothing; records without a row read it anyway."""
    default = default_of(found, model)
    if default is not None:
        column = _table(connection, found).c[found.key]
        connection.execute(update(column.table).where(column.is_(None)).values({column: default}))


def _keep_defaults(connection: Connection, found: Definition, model: type[Model]) -> None:
    """Write down what records without a row say so far, before another default would speak for them."""
    before = known(found.model, found.key)
    if before is None or default_of(before, model) == default_of(found, model):
        return
    fields = [each for each in definitions(connection, found.model) if each.id != found.id] + [before]
    table = _table(connection, found)
    said = {each.key: default_of(each, model) for each in fields}
    values = [literal(said[c.name], c.type) for c in table.c if c.name in said]
    names = ["id", *(c.name for c in table.c if c.name in said)]
    connection.execute(insert(table).from_select(names, _without_row(table, model).add_columns(*values)))


def _require_filled(connection: Connection, found: Definition, model: type[Model]) -> None:
    """Refuse to ask for a value that records which exist do not have."""
    if not found.required or not found.active or default_of(found, model) is not None:
        return
    table, records = _table(connection, found), table_of(model)
    joined = records.join(table, table.c.id == records.c.id, isouter=True)
    lacking = select(func.count()).select_from(joined).where(table.c[found.key].is_(None))
    count = connection.scalar(lacking.where(*_of_company(found, records))) or 0
    if count:
        raise ValidationError({"required": _(
            "{count} records have no value. Give a default, or fill them first and require it then.", count=count
        )})  # fmt: skip


def _of_company(found: Definition, records: Table) -> list[ColumnElement[bool]]:
    if found.company_id is None or "company_id" not in records.c:
        return []
    return [records.c.company_id == found.company_id]


def _without_row(table: Table, model: type[Model]) -> Select[Any]:  # Any: ids
    records: Column[Any] = table_of(model).c.id  # Any: as above
    return select(records).where(~exists().where(table.c.id == records))


def _table(connection: Connection, found: Definition) -> Table:
    return table_for(found.model, definitions(connection, found.model))

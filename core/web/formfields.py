"""Fields and tables of a form as the macros show them, reading and editing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.base.actions.documenting import docs_page
from core.base.written import decimal_sign
from core.orm.assign import may_set
from core.orm.catalog import Field, fields_of
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.model import Model
from core.orm.query import titles
from core.views.resolved import Cell, Section, Table
from core.web.cells import Column, Value
from core.web.filtering import condition_input, condition_value
from core.web.format import Reader, present
from core.web.parts import Option, Words
from core.web.record_parts import FieldGroup, Fix, FormField, Line, Lines, Sum
from core.web.urls import list_url, new_url

#: The macro's widget for a field's.
WIDGETS = {
    "long_text": "textarea", "json": "json", "choice": "select", "reference": "link", "day": "date",
    "instant": "datetime", "boolean": "bool", "integer": "number", "money": "money", "price": "number",
    "quantity": "quantity", "rate": "number", "percent": "number", "number": "number", "phone": "tel",
    "email": "email", "url": "url", "condition": "condition",
}  # fmt: skip
WIDE = ("textarea", "json", "condition")
#: The field by which a table of lines counts in tens.
POSITION = "position"


@dataclass
class Titles:
    """Names of the records that a form refers to, read in one statement a model."""

    env: Env
    known: dict[type[Model], dict[int, str]] = field(default_factory=dict)

    def load(self, pairs: Iterable[tuple[Field, object]]) -> None:
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for found, value in pairs:
            if (
                found.target is not None
                and isinstance(value, int)
                and value not in self.known.get(found.target, {})
            ):
                wanted[found.target].add(value)
        for target, ids in wanted.items():
            self.known.setdefault(target, {}).update(titles(self.env, target, sorted(ids)))

    def of(self, found: Field, value: object) -> str | None:
        if found.target is None or not isinstance(value, int):
            return None
        return self.known.get(found.target, {}).get(value)


@dataclass
class Shown:
    """What building a form's fields needs: who reads, in which mode, with which errors and texts typed so far."""

    env: Env
    reader: Reader
    titles: Titles
    editing: bool = False
    errors: Mapping[str, object] = field(default_factory=dict)
    #: What the person typed, by input name, shown again when it could not be saved.
    typed: Mapping[str, str] = field(default_factory=dict)
    #: Whether the person may create records of a model from a picker.
    may_create: Mapping[type[Model], bool] = field(default_factory=dict)
    #: The input keys of parts by object identity, for those that were not saved yet, and of those taken out.
    keys: Mapping[int, str] = field(default_factory=dict)
    deleted: Collection[str] = ()


def group_of(shown: Shown, section: Section, record: Model) -> FieldGroup:
    hidden = section.visible is not None and not section.visible.holds(record, shown.env)
    return FieldGroup(
        section.label or "",
        [field_of_cell(shown, cell, record, cell.name) for cell in section.cells],
        hidden,
        json.dumps({"visible": section.visible.to_json()}) if section.visible is not None else "",
    )


def field_of_cell(shown: Shown, cell: Cell, record: Model, name: str) -> FormField:
    """One field of `record`; `name` is that of its input."""
    found, value = cell.field, cell.field.get(record)
    hidden = cell.visible is not None and not cell.visible.holds(record, shown.env)
    locked = not may_set(found, shown.env) or (
        cell.readonly is not None and cell.readonly.holds(record, shown.env)
    )
    options = _options(shown, cell, value)
    widget = "select" if options else WIDGETS.get(cell.shown_widget, "text")
    error = shown.errors.get(name)
    builder = condition_input(shown.env, record) if widget == "condition" and shown.editing else None
    return FormField(
        name=name,
        label=cell.shown_label,
        value=_condition_value(shown, widget, record, value) or value_of(shown, found, record, value),
        widget=widget if widget != "condition" or builder else "json",
        builder=builder,
        editing=shown.editing and not locked,
        raw=shown.typed.get(name, raw(shown.reader, found, value)),
        required=found.required or (cell.required is not None and cell.required.holds(record, shown.env)),
        readonly=locked,
        hidden=hidden or (widget == "condition" and shown.editing and builder is None),
        help=cell.help or found.info.help or "",
        docs_url=docs_page(shown.env, found.attribute.class_, cell.docs) if cell.docs else "",
        error=Fix(str(error)) if error is not None else None,
        options=options,
        pick_url=f"{list_url(found.target)}/-/pick" if found.target else "",
        pick_text=shown.typed.get(f"{name}.text", shown.titles.of(found, value) or ""),
        create_url=_create_url(shown, found),
        unit=_measure(shown, found, record) if found.is_exact else "",
        maxlength=_maxlength(found),
        span=2 if widget in WIDE else 1,
        when=_when(cell),
        private=found.info.is_guarded or found.info.personal,
    )


def value_of(shown: Shown, found: Field, record: Model, value: object) -> Value:
    measure = _measure(shown, found, record)
    return present(shown.reader, found, value, title=shown.titles.of(found, value), measure=measure)


def _condition_value(shown: Shown, widget: str, record: Model, value: object) -> Value | None:
    return condition_value(shown.env, shown.reader, record, value) if widget == "condition" else None


def raw(reader: Reader, found: Field, value: Any) -> str:  # Any: of the field's type
    """The value as an input holds it: ISO days, numbers with the locale's decimal sign."""
    if value is None:
        return ""
    if found.is_boolean:
        return "1" if value else "0"
    if isinstance(value, Decimal):
        places = money_places(value) if found.widget in ("money", "price") else None
        text = f"{value.normalize():f}" if places is None else f"{value:.{places}f}"
        return text.replace(".", decimal_sign(reader.locale))
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(reader.zone)).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def money_places(value: Decimal) -> int:
    """Two places at least, more where the amount has them."""
    exponent = value.normalize().as_tuple().exponent
    return max(2, -exponent if isinstance(exponent, int) else 0)


def table_of(shown: Shown, table: Table, record: Model, sums: Sequence[Sum]) -> Lines:
    """The lines of `record`."""
    locked = table.readonly is not None and table.readonly.holds(record, shown.env)
    editing = shown.editing and not locked
    parts: list[Model] = getattr(record, table.children.name)
    units = {field.name for field in measures(table)}
    currency = currency_of(shown, table, record)
    key = _key_column(table)
    columns = [_column(cell, units, currency, is_key=cell.name == key) for cell in table.columns]
    rows = [
        _line(shown, table, part, shown.keys.get(id(part)) or str(part.id or f"n{number}"), number, editing)
        for number, part in enumerate(parts, start=1)
    ]
    blank = _blank(shown, table) if editing else None
    number = next((cell.name for cell in table.columns if cell.name == POSITION), "")
    return Lines(
        table.children.name, table.children.label, columns, rows, editing, editing, number, sums, blank
    )


def currency_of(shown: Shown, table: Table, record: Model) -> str:
    """The currency of the document's totals, which the amounts of its lines share."""
    known = fields_of(type(record))
    return next((_measure(shown, known[name], record) for name in table.totals if name in known), "")


def cells_of(table: Table, record: Model) -> Iterable[tuple[Field, object]]:
    """Every field of every line with its value, for the names of what they refer to."""
    for part in getattr(record, table.children.name):
        for cell in table.columns:
            yield cell.field, cell.field.get(part)
        yield from ((m, m.get(part)) for m in measures(table))


def measures(table: Table) -> list[Field]:
    """The fields that hold units and currencies of a table's numbers."""
    known = fields_of(table.children.target)
    return [known[cell.field.measure] for cell in table.columns if cell.field.measure in known]


def _line(shown: Shown, table: Table, part: Model, key: str, number: int, editing: bool) -> Line:
    prefix = f"{table.children.name}.{key}."
    cells = [line_value(shown, table, cell.field, part) for cell in table.columns]
    fields = [
        field_of_cell(shown, cell, part, prefix + cell.name)
        if editing and may_set(cell.field, shown.env) and cell.name != POSITION
        else None
        for cell in table.columns
    ]
    position = getattr(part, "position", None)
    error = shown.errors.get(prefix.rstrip("."), "")
    return Line(
        key,
        cells,
        fields,
        str(part.id or ""),
        str(position or number),
        deleted=key in shown.deleted,
        error=str(error),
    )


def line_value(shown: Shown, table: Table, found: Field, part: Model) -> Value:
    """A cell of a line; a unit that has its own column is not said twice."""
    value = value_of(shown, found, part, found.get(part))
    if found.name == _key_column(table) and value.url:
        return replace(value, kind="key")
    has_column = any(cell.name == found.measure for cell in table.columns)
    return replace(value, unit="", currency="") if has_column else value


def _blank(shown: Shown, table: Table) -> Line:
    part = table.children.target()
    return _line(shown, table, part, "__key__", 0, True)


def _key_column(table: Table) -> str:
    """The column that names what a line is about: its first reference that is no unit."""
    units = {field.name for field in measures(table)}
    return next((c.name for c in table.columns if c.field.target is not None and c.name not in units), "")


def _column(cell: Cell, units: Collection[str], currency: str, *, is_key: bool) -> Column:
    """Units stand narrow beside their numbers; the currency that all amounts share stands in the head."""
    label: Words = cell.shown_label
    if currency and cell.shown_widget == "money":
        label = f"{label} {currency}"
    return Column(
        cell.name, label, "end" if cell.field.is_number else "", narrow=cell.name in units,
        slot="key" if is_key else "reference" if cell.field.target is not None else "",
        soft=cell.name == POSITION, widget=WIDGETS.get(cell.shown_widget, "text"),
    )  # fmt: skip


def _measure(shown: Shown, found: Field, record: Model) -> str:
    """The unit or currency that stands after a number."""
    name = found.measure
    if name is None:
        return ""
    other = fields_of(type(record)).get(name)
    return (shown.titles.of(other, other.get(record)) or "") if other is not None else ""


def _options(shown: Shown, cell: Cell, value: object) -> Sequence[Option]:
    """What a choice, or a text that is chosen from a list, may be; what it is now stays among it."""
    if cell.field.choices is not None:
        return [Option(member.value, member.label, member is value) for member in cell.field.choices]
    offered = dict(_offered(shown, cell))
    if offered and value:
        offered.setdefault(str(value), str(value))
    return [Option(key, label, key == value) for key, label in offered.items()]


def _offered(shown: Shown, cell: Cell) -> Mapping[str, Words]:
    if cell.shown_widget == "role":
        roles = shown.env.site.access.roles
        return {name: roles[name].label for name in sorted(roles)}
    return cell.field.info.offers() if cell.field.info.offers is not None else {}


def _create_url(shown: Shown, found: Field) -> str:
    if found.target is None or not shown.may_create.get(found.target, False):
        return ""
    return f"{new_url(found.target)}/-/quick"


def _maxlength(found: Field) -> int:
    return int(getattr(found.type, "length", 0) or 0) if found.is_text else 0


def _when(cell: Cell) -> str:
    conditions: dict[str, Condition | None] = {
        "visible": cell.visible, "required": cell.required, "readonly": cell.readonly
    }  # fmt: skip
    given = {name: condition.to_json() for name, condition in conditions.items() if condition is not None}
    return json.dumps(given) if given else ""

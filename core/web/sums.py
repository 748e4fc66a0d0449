"""Totals of a list's columns, each by its currency or unit; sums of several currencies in the company's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import and_, func, or_, select

from core import clock
from core.base import Company, Currency, Rate
from core.base.rules.money import in_company_currency
from core.i18n import Text, _
from core.orm import query
from core.orm.aggregate import Aggregate
from core.orm.catalog import Field, field_of, measure_of
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.model import Model
from core.web.cells import Column, Value
from core.web.format import Reader, decimals, places_of, present

#: Places after the point that an average or a median shows at most.
MEAN_PLACES = 2
#: Sums of one field by the id of the currency or unit; None where the field has none.
ByUnit = dict[int | None, Any]  # Any: of the field's type


@dataclass
class Amounts:
    """The sums of a group of records, by field."""

    fields: dict[str, ByUnit] = field(default_factory=dict)

    def add(self, name: str, unit: int | None, amount: Decimal) -> None:
        sums = self.fields.setdefault(name, {})
        sums[unit] = sums.get(unit, Decimal(0)) + amount


@dataclass(frozen=True)
class Rates:
    """The company's currency and what one unit of it buys of others on a day."""

    currency_id: int
    code: str
    exponent: int
    by_currency: Mapping[int, tuple[Decimal, str, date]]

    def converted(self, sums: ByUnit) -> Decimal | None:
        """The sums in the company's currency; None where a rate is missing."""
        total = Decimal(0)
        for unit, amount in sums.items():
            known = self.by_currency.get(unit or 0)
            if unit == self.currency_id:
                total += amount
            elif known is not None:
                total += in_company_currency(amount, known[0], self.exponent)
            else:
                return None
        return total


class Summing:
    """Reads and shows what some fields of a model come to, each by its own aggregate."""

    def __init__(self, env: Env, model: type[Model], wanted: Mapping[str, Aggregate], reader: Reader) -> None:
        self.env, self.model, self.reader, self.wanted = env, model, reader, wanted
        self.fields = {name: field_of(model, name) for name in wanted}
        #: Groups have sums alone.
        self.summed = [name for name, kind in wanted.items() if kind is Aggregate.SUM]
        self.measures = list(dict.fromkeys(m for n in self.summed if (m := measure_of(self.fields[n]))))
        #: Names of currencies and units, by field and id.
        self._units: dict[tuple[str, int], str] = {}
        self._converted: set[int] = set()

    def groups(self, by: Sequence[str], where: Condition | None, limit: int) -> list[query.Group]:
        """The groups by `by`, each once for every currency and unit in it."""
        return query.groups(
            self.env, self.model, [*by, *self.measures], where=where, sums=self.summed, limit=limit
        )

    def counted(self, where: Condition | None, cap: int = query.COUNT_CAP) -> tuple[query.Count, Amounts]:
        """How many records there are, and their totals unless there are more than `cap`, in one statement."""
        if not self.fields:
            return query.count(self.env, self.model, where), Amounts()
        found = query.totals(self.env, self.model, self.wanted, where, cap)
        self._units |= found.units
        return found.count, Amounts(found.fields)

    def take(self, amounts: Amounts, group: query.Group) -> None:
        """Add the sums of a group that was read by `groups`."""
        first = len(group.values) - len(self.measures)
        units = dict(zip(self.measures, group.values[first:], strict=True))
        for name, unit, title in zip(self.measures, group.values[first:], group.titles[first:], strict=True):
            if unit is not None:
                self._units[name, unit] = title or ""
        for name in self.summed:
            if group.sums[name] is not None:
                unit = units.get(measure_of(self.fields[name]))
                amounts.add(name, unit, Decimal(group.sums[name]))

    def in_one(self, name: str, groups: Sequence[Amounts]) -> tuple[str, list[Decimal] | None]:
        """The sums of several groups in one currency or unit, and its name; None where they cannot be made one."""
        found = self.fields[name]
        sums = [group.fields.get(name, {}) for group in groups]
        units = {unit for by_unit in sums for unit in by_unit}
        if len(units) <= 1:
            unit = next(iter(units), None)
            return self._unit_name(found, unit), [Decimal(by_unit.get(unit, 0)) for by_unit in sums]
        converted = [self._in_own_currency(found, by_unit) if by_unit else Decimal(0) for by_unit in sums]
        if self._rates is None or None in converted:
            return "", None
        self._converted |= {unit for unit in units if unit is not None and unit != self._rates.currency_id}
        return self._rates.code, [value for value in converted if value is not None]

    def unit_name(self, name: str, unit: int | None) -> str:
        return self._unit_name(self.fields[name], unit)

    def cells(self, columns: Sequence[Column], amounts: Amounts) -> list[Value | None]:
        """One cell for each column: a total, its currency beside it, or nothing."""
        shown = {name: self._shown(name, amounts.fields.get(name, {})) for name in self.fields}
        return [self._cell(column, shown) for column in columns]

    @property
    def note(self) -> Text | str:
        """How sums of several currencies came about, after the cells were made."""
        if not self._converted or self._rates is None:
            return ""
        rates = [self._rates.by_currency[unit] for unit in sorted(self._converted)]
        codes = ", ".join(code for _rate, code, _day in rates)
        oldest = min(day for _rate, _code, day in rates)
        return _("{currencies} at the rate of {day}", currencies=codes, day=self.reader.day(oldest))

    def _cell(self, column: Column, shown: Mapping[str, tuple[Value, Value] | None]) -> Value | None:
        made = shown.get(column.name.removesuffix(".currency"))
        return None if made is None else made[1] if column.narrow else made[0]

    def _shown(self, name: str, by_unit: ByUnit) -> tuple[Value, Value] | None:
        """A field's total and its unit; one for each unit where they cannot be made one."""
        if not by_unit:
            return None
        found, kind = self.fields[name], self.wanted[name]
        if kind is Aggregate.COUNT:
            number = Value("number", self.reader.number(int(sum(by_unit.values()))))
            return self._labelled(kind, [number], [""])
        total = self._in_own_currency(found, by_unit) if kind is Aggregate.SUM and len(by_unit) > 1 else None
        if total is not None and self._rates is not None:
            self._converted |= {u for u in by_unit if u is not None and u != self._rates.currency_id}
            code = self._rates.code
            return self._labelled(kind, [self._value(found, kind, total, code)], [code])
        named = sorted((self._unit_name(found, unit), amount) for unit, amount in by_unit.items())
        return self._labelled(
            kind,
            [self._value(found, kind, amount, unit) for unit, amount in named],
            [u for u, _amount in named],
        )

    def _labelled(
        self, kind: Aggregate, values: Sequence[Value], units: Sequence[str]
    ) -> tuple[Value, Value]:
        """A plain sum is known by its place below the column; anything else says what it is."""
        if kind is Aggregate.SUM and len(values) == 1:
            return values[0], Value("text", units[0])
        label = "" if kind is Aggregate.SUM else kind.label
        shown = Value("total", values[0].text, items=tuple(values), title=label)
        return shown, Value("total", units[0], items=tuple(Value("text", unit) for unit in units))

    def _unit_name(self, found: Field, unit: int | None) -> str:
        return "" if unit is None else self._units.get((measure_of(found), unit), "")

    def _value(
        self, found: Field, kind: Aggregate, amount: Any, unit: str
    ) -> Value:  # Any: of the field's type
        places = places_of(found, [amount])
        if kind in (Aggregate.AVERAGE, Aggregate.MEDIAN):
            places = min(decimals(amount), MEAN_PLACES) if found.widget != "money" else places
        return present(self.reader, found, amount, measure=unit, places=places)

    def _in_own_currency(self, found: Field, sums: ByUnit) -> Decimal | None:
        measure = measure_of(found)
        if not measure or field_of(self.model, measure).target is not Currency or self._rates is None:
            return None
        return self._rates.converted(sums)

    @cached_property
    def _rates(self) -> Rates | None:
        """The company's currency and the rates of today, in one statement, asked only where several currencies meet."""
        newest = (
            select(func.max(Rate.valid_from))
            .where(Rate.company_id == self.env.company_id, Rate.currency_id == Currency.id)
            .where(Rate.valid_from <= clock.today(self.env.zone))
            .correlate(Currency)
            .scalar_subquery()
        )
        today = (
            Rate.currency_id == Currency.id,
            Rate.company_id == self.env.company_id,
            Rate.valid_from == newest,
        )
        own = (Company.currency_id == Currency.id, Company.id == self.env.company_id)
        rows = self.env.session.execute(
            select(Currency.id, Currency.code, Currency.exponent, Company.id, Rate.rate, Rate.valid_from)
            .outerjoin(Company, and_(*own)).outerjoin(Rate, and_(*today))
            .where(or_(Company.id.is_not(None), Rate.id.is_not(None)))
        ).all()  # fmt: skip
        known = {row[0]: (row[4], row[1], row[5]) for row in rows if row[4] is not None}
        home = next((row for row in rows if row[3] is not None), None)
        return None if home is None else Rates(home[0], home[1], home[2], known)

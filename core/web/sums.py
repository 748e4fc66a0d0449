"""Sums of a list's amounts and quantities, each by its currency or unit; several currencies in the company's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import and_, func, or_, select

from core import clock
from core.base import Company, Currency, Rate
from core.base.rules.money import in_company_currency
from core.i18n import Text, _
from core.orm import query
from core.orm.catalog import Field, field_of
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.model import Model
from core.web.cells import Column, Value
from core.web.columns import measure_of
from core.web.format import Reader, places_of, present

#: Sums of one field by the id of the currency or unit; None where the field has none.
ByUnit = dict[int | None, Decimal]


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
    """Reads and shows the sums of some fields of a model."""

    def __init__(self, env: Env, model: type[Model], names: Sequence[str], reader: Reader) -> None:
        self.env, self.model, self.reader = env, model, reader
        self.fields = {name: field_of(model, name) for name in names}
        self.measures = list(dict.fromkeys(m for f in self.fields.values() if (m := measure_of(f))))
        #: Names of currencies and units, by field and id.
        self._units: dict[tuple[str, int], str] = {}
        self._converted: set[int] = set()
        self._unsummed = False

    def groups(self, by: Sequence[str], where: Condition | None, limit: int) -> list[query.Group]:
        """The groups by `by`, each once for every currency and unit in it."""
        return query.groups(
            self.env, self.model, [*by, *self.measures], where=where, sums=list(self.fields), limit=limit
        )

    def counted(self, where: Condition | None) -> tuple[query.Count, Amounts]:
        """How many records there are, and their sums unless there are too many to be counted, in one statement."""
        if not self.fields:
            return query.count(self.env, self.model, where), Amounts()
        count, groups = query.counted(self.env, self.model, self.measures, list(self.fields), where)
        amounts = Amounts()
        for group in groups:
            self.take(amounts, group)
        return count, amounts

    def take(self, amounts: Amounts, group: query.Group) -> None:
        """Add the sums of a group that was read by `groups`."""
        first = len(group.values) - len(self.measures)
        units = dict(zip(self.measures, group.values[first:], strict=True))
        for name, unit, title in zip(self.measures, group.values[first:], group.titles[first:], strict=True):
            if unit is not None:
                self._units[name, unit] = title or ""
        for name, found in self.fields.items():
            if group.sums[name] is not None:
                amounts.add(name, units.get(measure_of(found)), Decimal(group.sums[name]))

    def cells(self, columns: Sequence[Column], amounts: Amounts) -> list[Value | None]:
        """One cell for each column: a sum, its currency beside it, or nothing."""
        shown = {
            name: self._shown(found, amounts.fields.get(name, {})) for name, found in self.fields.items()
        }
        return [self._cell(column, shown) for column in columns]

    @property
    def note(self) -> Text | str:
        """How sums of several currencies came about, after the cells were made."""
        if self._unsummed:
            return _("several currencies or units, not summed")
        if not self._converted or self._rates is None:
            return ""
        rates = [self._rates.by_currency[unit] for unit in sorted(self._converted)]
        codes = ", ".join(code for _rate, code, _day in rates)
        oldest = min(day for _rate, _code, day in rates)
        return _("{currencies} at the rate of {day}", currencies=codes, day=self.reader.day(oldest))

    def _cell(self, column: Column, shown: Mapping[str, tuple[Value, str] | None]) -> Value | None:
        made = shown.get(column.name.removesuffix(".currency"))
        if made is None:
            return None
        value, unit = made
        return Value("text", unit) if column.narrow else value

    def _shown(self, found: Field, sums: ByUnit) -> tuple[Value, str] | None:
        if not sums:
            return None
        if len(sums) == 1:
            unit, amount = next(iter(sums.items()))
            name = self._units.get((measure_of(found), unit), "") if unit is not None else ""
            return self._value(found, amount, name), name
        total = self._in_own_currency(found, sums)
        if total is None or self._rates is None:
            self._unsummed = True
            return None
        self._converted |= {unit for unit in sums if unit is not None and unit != self._rates.currency_id}
        return self._value(found, total, self._rates.code), self._rates.code

    def _value(self, found: Field, amount: Decimal, unit: str) -> Value:
        return present(self.reader, found, amount, measure=unit, places=places_of(found, [amount]))

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

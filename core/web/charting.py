"""A list as a chart: its records counted, or a number of theirs summed, by a field; each mark leads to its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.i18n import Text, _
from core.orm.aggregate import Aggregate, offered_totals
from core.orm.catalog import Field
from core.orm.condition import Condition, all_of
from core.orm.env import Env
from core.orm.grouping import PERIODS
from core.web.format import Reader, decimals, places_of
from core.web.grouping import condition_of_group, groupable, label_of, next_period
from core.web.list_parts import Mode
from core.web.parts import Switch, Words
from core.web.plot import Axes, Slice, axes, ring
from core.web.state import ListState
from core.web.sums import Amounts, Summing
from core.web.urls import list_url, with_query

#: Groups that a chart shows; more of them are a list.
MOST = 200
#: Slices that can be told apart; what is smaller is one of its own.
SLICES = 8
KINDS = {
    "bar": (_("Bars"), "chart-bar"),
    "line": (_("Line chart"), "chart-line"),
    "pie": (_("Ring"), "chart-donut"),
}
_PERIOD_NAMES = {
    "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A group of the chart: its value, as words too, and its records."""

    label: str
    value: Decimal
    shown: str
    share: str
    url: str
    #: Of a hundred, for a bar in a row of a table.
    width: float = 0
    slice: Slice | None = None


@dataclass(frozen=True)
class Figure:
    """The chart of one unit."""

    unit: str
    points: Sequence[Point]
    axes: Axes | None = None
    ticks: Sequence[str] = ()


@dataclass(frozen=True)
class ChartPage:
    """What macros/graph shows."""

    title: Words
    kind: str
    kinds: Sequence[Mode]
    measure: Words
    measures: Sequence[Switch]
    periods: Sequence[Switch]
    figures: Sequence[Figure]
    label: Words
    note: Words
    csv_url: str
    is_cut: bool


@dataclass
class _Group:
    label: str
    value: Any  # Any: of the field's type
    url: str
    count: int = 0
    amounts: Amounts = field(default_factory=Amounts)


def chart_fields(seen: Sequence[Field]) -> list[Field]:
    """What charts can be by: what records agree in."""
    return [f for f in seen if f.info.listed and groupable(f)]


def chart_field(state: ListState, fields: Sequence[Field]) -> Field:
    """What the list is grouped by, else the first choice, else the first field that records agree in."""
    by_name = {f.name: f for f in fields}
    grouped = next((by_name[n] for name in state.group if (n := name.partition(":")[0]) in by_name), None)
    return grouped or next((f for f in fields if f.choices is not None), fields[0])


def chart_summing(env: Env, state: ListState, seen: Sequence[Field], reader: Reader) -> Summing:
    """What is summed up: the number that the address names, if any."""
    name = state.chart.partition(":")[2]
    fits = any(f.name == name and Aggregate.SUM in offered_totals(f) for f in seen)
    return Summing(env, state.model, {name: Aggregate.SUM} if fits else {}, reader)


class Chart:
    """The chart of a state by one field, in one statement; another where currencies are converted."""

    def __init__(self, state: ListState, by: Field, summing: Summing, reader: Reader) -> None:
        self.state, self.by, self.summing, self.reader = state, by, summing, reader
        named = next((name for name in state.group if name.partition(":")[0] == by.name), "")
        period = named.partition(":")[2]
        self.period = (period if period in PERIODS else "month") if by.is_day or by.is_instant else ""
        kind = state.chart.partition(":")[0]
        self.kind = kind if kind in KINDS and (kind != "line" or self.period) else "bar"
        self.name = summing.summed[0] if summing.summed else ""

    @property
    def measure(self) -> Text:
        """What each mark is the amount of."""
        return self.summing.fields[self.name].label if self.name else _("Number of records")

    def page(self, where: Condition | None, seen: Sequence[Field]) -> tuple[ChartPage, int]:
        """The chart, and how many records it is of."""
        groups, is_cut = self._groups(where)
        figures = [self._figure(unit, values) for unit, values in self.series(groups)]
        page = ChartPage(
            _("{measure} by {field}", measure=self.measure, field=self.by.label), self.kind, self._kinds(),
            self.measure, self._measures(seen), self._periods(), figures, self.by.label, self.summing.note,
            with_query(f"{list_url(self.state.model)}/-/chart.csv", self.state.first.pairs()), is_cut,
        )  # fmt: skip
        return page, sum(group.count for group in groups)

    def rows(self, where: Condition | None) -> Iterator[tuple[str, Decimal, str]]:
        """Label, value and unit of each mark, as a file has them."""
        for unit, values in self.series(self._groups(where)[0]):
            yield from ((group.label, value, unit) for group, value in values)

    def series(self, groups: Sequence[_Group]) -> list[tuple[str, list[tuple[_Group, Decimal]]]]:
        """The groups' values by unit: one series where all are of one, or can be made so, else one of each."""
        if not self.name:
            return [("", [(group, Decimal(group.count)) for group in groups])]
        unit, values = self.summing.in_one(self.name, [group.amounts for group in groups])
        if values is not None:
            return [(unit, list(zip(groups, values, strict=True)))]
        units = dict.fromkeys(u for group in groups for u in group.amounts.fields.get(self.name, {}))
        return [
            (self.summing.unit_name(self.name, unit_id), [
                (group, Decimal(by_unit[unit_id])) for group in groups
                if unit_id in (by_unit := group.amounts.fields.get(self.name, {}))
            ])
            for unit_id in units
        ]  # fmt: skip

    def _groups(self, where: Condition | None) -> tuple[list[_Group], bool]:
        by = f"{self.by.name}:{self.period}" if self.period else self.by.name
        found = self.summing.groups([by], where, MOST * 5)
        made: dict[Any, _Group] = {}
        for part in found:
            value = part.values[0]
            if value not in made:
                condition = all_of((self.state.filter, condition_of_group(self.by, self.period, value)))
                url = self.state.url(mode="", group=(), chart="", filter=condition)
                label = label_of(self.reader, self.by, self.period, value, part.titles[0])
                made[value] = _Group(label, value, url)
            made[value].count += part.count
            self.summing.take(made[value].amounts, part)
        ordered = list(self._whole(made) if self.period else self._in_order(made))
        return ordered[:MOST], len(ordered) > MOST

    def _in_order(self, made: dict[Any, _Group]) -> list[_Group]:
        """Choices as they follow each other; others stand by size."""
        choices = self.by.choices
        if choices is None:
            return list(made.values())
        return sorted(
            made.values(), key=lambda g: len(choices) if g.value is None else choices(str(g.value)).ordinal
        )

    def _whole(self, made: dict[Any, _Group]) -> Iterator[_Group]:
        """Every period between the first and the last, those without records too; what has no date comes last."""
        dated = sorted(value for value in made if value is not None)
        day = date.fromisoformat(dated[0]) if dated else None
        while day is not None and day.isoformat() <= dated[-1]:
            key = day.isoformat()
            yield made.get(key) or _Group(self.reader.period(day, self.period), key, "")
            day = next_period(self.period, day)
        if None in made:
            yield made[None]

    def _figure(self, unit: str, values: Sequence[tuple[_Group, Decimal]]) -> Figure:
        if not self.period and self.by.choices is None:
            values = sorted(values, key=lambda pair: -pair[1])
        if self.kind == "pie":
            values = _with_rest(values)
        numbers = [value for _group, value in values]
        places = places_of(self.summing.fields[self.name], numbers) if self.name else 0
        total, greatest = sum(numbers), max((abs(n) for n in numbers), default=Decimal(0))
        parted = self.kind == "pie" and all(number >= 0 for number in numbers)
        slices: Sequence[Slice | None] = ring(numbers) if parted else [None] * len(numbers)
        points = [
            Point(
                group.label, value, self.reader.number(value, places),
                self.reader.number(100 * value / total, 1) if total and not self.period else "", group.url,
                round(float(abs(value) / greatest) * 100, 1) if greatest else 0, slice_,
            )
            for (group, value), slice_ in zip(values, slices, strict=True)
        ]  # fmt: skip
        drawn = axes(numbers) if self.period and self.kind != "pie" and numbers else None
        ticks = [self.reader.number(t.value, decimals(t.value)) for t in drawn.ticks] if drawn else []
        return Figure(unit, points, drawn, ticks)

    def _kinds(self) -> list[Mode]:
        rest = self.state.chart.partition(":")[2]
        return [
            Mode(name, label, icon, self.state.url(chart=f"{name}:{rest}"), name == self.kind)
            for name, (label, icon) in KINDS.items()
            if name != "line" or self.period
        ]

    def _measures(self, seen: Sequence[Field]) -> list[Switch]:
        fields: list[tuple[str, Text]] = [("", _("Number of records"))]
        fields += [(f.name, f.label) for f in seen if f.info.listed and Aggregate.SUM in offered_totals(f)]
        return [
            Switch(label, self.state.url(chart=f"{self.kind}:{n}"), n == self.name) for n, label in fields
        ]

    def _periods(self) -> list[Switch]:
        if not self.period:
            return []
        return [
            Switch(label, self.state.url(group=(f"{self.by.name}:{name}",)), name == self.period)
            for name, label in _PERIOD_NAMES.items()
        ]


def _with_rest(values: Sequence[tuple[_Group, Decimal]]) -> list[tuple[_Group, Decimal]]:
    """The greatest, and all others as one."""
    ordered = sorted(values, key=lambda pair: -pair[1])
    if len(ordered) <= SLICES:
        return ordered
    rest = sum((value for _group, value in ordered[SLICES - 1 :]), Decimal(0))
    return [*ordered[: SLICES - 1], (_Group(str(_("Others")), None, ""), rest)]

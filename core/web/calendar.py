"""A list as a calendar: the records of a month, a week or the days ahead by a date, or by the span between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from core.i18n import _
from core.orm import query
from core.orm.assign import may_set
from core.orm.catalog import Field
from core.orm.condition import AnyOf, Condition, Test, all_of, name_of
from core.orm.env import Env
from core.orm.model import model_name
from core.views.nodes import View
from core.views.resolved import ListView
from core.web.cells import Value
from core.web.columns import Layout, Shape
from core.web.format import Reader, known_locale
from core.web.parts import Action, Empty, Switch, Words
from core.web.state import ListState
from core.web.urls import list_url, new_url, record_url
from core.web.weeks import DAYS, Bar, Span, bars, month_of, week_of

SPANS = {"month": _("Month"), "week": _("Week"), "agenda": _("Agenda")}
#: Records of one page; more of them are a list.
MOST = 1_000
#: Rows of bars in a week of a month and of a week alone, before "n more".
ROWS = {"month": 3, "week": 40}


@dataclass(frozen=True)
class Entry:
    """A record in the calendar."""

    id: int
    version: int
    url: str
    key: str
    about: str
    state: Value | None
    first: date
    last: date
    time: str = ""


@dataclass(frozen=True)
class Day:
    """A day with what lies on it."""

    iso: str
    number: int
    label: str
    entries: Sequence[Entry]
    #: How many of them the grid has no room for, and the list of all of them.
    more: int = 0
    more_url: str = ""
    new_url: str = ""
    is_today: bool = False
    is_off: bool = False
    is_outside: bool = False


@dataclass(frozen=True)
class Week:
    """A row of the grid."""

    days: Sequence[Day]
    bars: Sequence[Bar[Entry]]


@dataclass(frozen=True)
class CalendarPage:
    """What macros/calendar shows."""

    model: str
    url: str
    title: str
    span: str
    spans: Sequence[Switch]
    previous_url: str
    next_url: str
    today_url: str
    weekdays: Sequence[str]
    weeks: Sequence[Week]
    by: str
    label: Words
    shift_url: str
    #: Whether the person may move what is shown, and change where it ends.
    movable: bool
    has_end: bool
    empty: Empty | None
    is_cut: bool


def calendar_fields(seen: Sequence[Field]) -> list[Field]:
    """The dates that a calendar can be by."""
    return [f for f in seen if (f.is_day or f.is_instant) and f.column is not None and f.info.listed]


def calendar_field(shown: View, state: ListState, fields: Sequence[Field]) -> Field:
    """The date that records begin on: what the list is grouped by, what its view says, when it is due, or its first."""
    written = name_of(shown.calendar.start) if shown.calendar is not None else ""
    due = name_of(shown.list.due) if shown.list is not None and shown.list.due is not None else ""
    grouped = [name.partition(":")[0] for name in state.group]
    by_name = {f.name: f for f in fields}
    return next((by_name[name] for name in (*grouped, written, due) if name in by_name), fields[0])


class CalendarView:
    """The calendar of a state, in one statement and a second where nothing lies in it."""

    def __init__(self, env: Env, shown: View, view: ListView, state: ListState, reader: Reader) -> None:
        self.env, self.view, self.reader = env, view, reader
        self.state = state
        self.shown = shown
        self.span = state.span if state.span in SPANS else "month"
        self.day = day_of(state.at) or reader.today
        locale = known_locale(reader.locale)
        self.locale: Locale = locale
        self.first, self.last = (
            (
                week_of(self.day, locale.first_week_day),
                week_of(self.day, locale.first_week_day) + timedelta(6),
            )
            if self.span == "week"
            else month_of(self.day, locale.first_week_day)
        )

    def page(self, by: Field, end: Field | None, where: Condition | None) -> CalendarPage:
        entries, is_cut = self._entries(by, end, where)
        spans = [Span(entry, entry.first, entry.last) for entry in entries]
        starts = [self.first + timedelta(days=n) for n in range(0, (self.last - self.first).days + 1, DAYS)]
        may_write = self.env.site.access.may(self.env.principal, "write", by.model)
        return CalendarPage(
            model_name(by.model), self.state.url(), self._title(), self.span,
            [Switch(label, self.state.url(span=name), name == self.span) for name, label in SPANS.items()],
            self._at(-1), self._at(1), self.state.url(at=""),
            [self.reader.weekday(self.first + timedelta(days=n)) for n in range(DAYS)],
            [self._week(by, start, spans) for start in starts], by.name, by.label,
            f"{list_url(by.model)}/-/shift", may_write and may_set(by, self.env),
            end is not None and may_set(end, self.env), None if entries else self._nothing(by, where), is_cut,
        )  # fmt: skip

    def _entries(self, by: Field, end: Field | None, where: Condition | None) -> tuple[list[Entry], bool]:
        layout = Layout(self.view, Shape.of(by.model), replace(self.state, group=()), self.reader)
        names = list(dict.fromkeys([*layout.fields, by.name, *([end.name] if end is not None else ())]))
        found = query.page(
            self.env, by.model, names, where=all_of((where, self._within(by, end))), sort=(by.name,), limit=MOST
        )  # fmt: skip
        if not found.rows:
            return [], False
        columns = layout.columns()
        values = layout.values(found.rows, found.selected, lambda record_id: record_url(by.model, record_id))
        made = []
        for row, cells in zip(found.rows, values, strict=True):
            shown = {c.name: (c.slot, v) for c, v in zip(columns, cells, strict=True) if not c.narrow}
            begins = found.selected[by.name].value(row)
            ends = found.selected[end.name].value(row) if end is not None else None
            made.append(self._entry(row, layout, shown, begins, ends or begins))
        return made, bool(found.after)

    def _entry(
        self,
        row: Sequence[Any],
        layout: Layout,
        shown: Mapping[str, tuple[str, Value]],
        begins: Any,
        ends: Any,
    ) -> Entry:  # Any: columns of any type, days or instants
        first, last = local_day(begins, self.reader.zone), local_day(ends, self.reader.zone)
        named = [v.text for n, (_slot, v) in shown.items() if n in layout.titles and n != layout.key]
        about = [v.text for slot, v in shown.values() if slot == "about"]
        state = next((v for _slot, v in shown.values() if v.kind == "state"), None)
        time = self.reader.time(begins) if isinstance(begins, datetime) else ""
        return Entry(
            row[0], row[1], record_url(self.view.model, row[0]), shown[layout.key][1].text,
            next(iter([*named, *about]), ""), state, first, max(first, last), time,
        )  # fmt: skip

    def _within(self, by: Field, end: Field | None) -> Condition:
        """What begins in the shown days, or began before and has not ended."""
        begins = Test(by.name, "ge", self.first) & Test(by.name, "le", self.last)
        if end is None:
            return begins
        return AnyOf((begins, Test(by.name, "le", self.last) & Test(end.name, "ge", self.first)))

    def _week(self, by: Field, start: date, spans: Sequence[Span[Entry]]) -> Week:
        placed = list(bars(start, spans))
        rows = ROWS.get(self.span, 0)
        days = [self._day(by, start + timedelta(days=n), n + 1, placed, rows) for n in range(DAYS)]
        return Week(days, [bar for bar in placed if bar.row <= rows])

    def _day(self, by: Field, day: date, column: int, placed: Sequence[Bar[Entry]], rows: int) -> Day:
        here = [bar for bar in placed if bar.column <= column < bar.column + bar.length]
        of_day = all_of((self.state.filter, Test(by.name, "ge", day), Test(by.name, "le", day)))
        may_create = self.env.site.access.may(self.env.principal, "create", by.model) and may_set(
            by, self.env
        )
        return Day(
            day.isoformat(), day.day, self.reader.day(day, weekday=True), [bar.what for bar in here],
            sum(1 for bar in here if bar.row > rows), self.state.url(mode="", at="", span="", group=(), filter=of_day),
            new_url(by.model, **{by.name: day.isoformat()}) if may_create and by.is_day else "",
            day == self.reader.today, self._is_off(day), self.span != "week" and day.month != self.day.month,
        )  # fmt: skip

    def _is_off(self, day: date) -> bool:
        first, last = self.locale.weekend_start, self.locale.weekend_end
        return (day.weekday() - first) % DAYS <= (last - first) % DAYS

    def _title(self) -> str:
        if self.span == "week":
            return self.reader.period(self.first, "week")
        return self.reader.period(self.day.replace(day=1), "month")

    def _at(self, step: int) -> str:
        """The address of the page before or after."""
        if self.span == "week":
            return self.state.url(at=(self.first + timedelta(days=step * DAYS)).isoformat())
        first = self.day.replace(day=1)
        other = first - timedelta(days=1) if step < 0 else first + timedelta(days=31)
        return self.state.url(at=other.replace(day=1).isoformat())

    def _nothing(self, by: Field, where: Condition | None) -> Empty:
        """That the shown days are empty, and where the next record is."""
        later = query.page(
            self.env, by.model, [by.name], where=all_of((where, Test(by.name, "gt", self.last))), sort=(by.name,),
            limit=1,
        )  # fmt: skip
        title = _("Nothing in {period}", period=self._title())
        if not later.rows:
            return Empty(title, _("Nothing comes after it either."), "calendar")
        day = local_day(later.rows[0][later.selected[by.name].index], self.reader.zone)
        go = Action(
            _("Go to {day}", day=self.reader.day(day)), self.state.url(at=day.isoformat()), "arrow-right"
        )
        return Empty(title, _("The next one is on {day}.", day=self.reader.day(day)), "calendar", [go])


def local_day(value: Any, zone: str) -> date:  # Any: a day or an instant
    """The day of an instant in `zone`."""
    found: date = value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value
    return found


def shifted(value: Any, days: int, zone: str) -> Any:  # Any: a day or an instant
    """A day, or an instant at the same time by the clock in `zone`, so many days later."""
    if not isinstance(value, datetime):
        return value + timedelta(days=days)
    return value.astimezone(ZoneInfo(zone)) + timedelta(days=days)


def end_of(shown: View, by: Field, seen: Sequence[Field]) -> Field | None:
    """The field that says until when, where the view names one and the person sees it."""
    written = shown.calendar
    if written is None or written.end is None or name_of(written.start) != by.name:
        return None
    return next((f for f in seen if f.name == name_of(written.end)), None)


def day_of(text: str) -> date | None:
    """The day that an address or a form names; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

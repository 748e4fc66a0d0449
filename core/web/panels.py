"""What a list shows in place of its rows: a board, a calendar, a chart; which of them it offers, and by which field."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from core.orm import query
from core.orm.catalog import Field
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.query import Count
from core.views.nodes import View
from core.views.resolved import ListView
from core.web.board import Boards, board_field, board_fields
from core.web.calendar import CalendarView, calendar_field, calendar_fields, end_of
from core.web.charting import Chart, chart_field, chart_fields, chart_summing
from core.web.format import Reader
from core.web.modes import BOARD, CALENDAR, CHART, mode_of
from core.web.parts import Switch
from core.web.state import ListState
from core.web.sums import Summing
from core.web.templating import markup


class Panels:
    """The panels of one state of a list."""

    def __init__(
        self, env: Env, shown: View, view: ListView, state: ListState, reader: Reader, seen: Sequence[Field]
    ) -> None:
        self.env, self.shown, self.view, self.state, self.reader = env, shown, view, state, reader
        self.seen = seen
        self._fields = {
            BOARD: board_fields(seen), CALENDAR: calendar_fields(seen), CHART: chart_fields(seen)
        }  # fmt: skip
        self.offered = [name for name, fields in self._fields.items() if fields]
        #: The panel that is shown; "" where it is the list itself.
        self.mode = mode_of(state, self.offered)

    @property
    def field(self) -> Field:
        """What the panel is by."""
        fields = self._fields[self.mode]
        if self.mode == CHART:
            return chart_field(self.state, fields)
        return (board_field if self.mode == BOARD else calendar_field)(self.shown, self.state, fields)

    def options(self) -> list[Switch]:
        """The other fields that it can be by."""
        by = self.field
        return [Switch(f.label, self.state.url(group=(f.name,)), f is by) for f in self._fields[self.mode]]

    def body(self, where: Condition | None, summing: Summing) -> tuple[Markup, Count]:
        """The panel, and how many records the list has."""
        by = self.field
        if self.mode == BOARD:
            boards = Boards(self.env, self.shown, self.view, self.state, self.reader, summing)
            board, number = boards.page(by, where)
            return markup("macros/board.html.jinja", "board", board), Count(number)
        if self.mode == CHART:
            summed = chart_summing(self.env, self.state, self.seen, self.reader)
            chart, number = Chart(self.state, by, summed, self.reader).page(where, self.seen)
            return markup("macros/graph.html.jinja", "graph", chart), Count(number)
        calendar = CalendarView(self.env, self.shown, self.view, self.state, self.reader)
        page = calendar.page(by, end_of(self.shown, by, self.seen), where)
        return markup("macros/calendar.html.jinja", "calendar", page), query.count(
            self.env, self.view.model, where
        )

"""Columns of a list: those of the view or of the person's choice, and how each value is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.i18n import Text, _
from core.orm.aggregate import Aggregate, offered_totals
from core.orm.catalog import Field, measure_of, title_fields
from core.orm.model import Model, model_name
from core.orm.query import Selected
from core.orm.types import Choice
from core.views.resolved import Cell, ListView
from core.web.cells import EMPTY, Column, Value
from core.web.format import Reader, family_name, is_of_person, places_of, present
from core.web.request import visitor
from core.web.sorting import turned, turned_also
from core.web.state import ListState
from core.workflow import workflow_of

NARROWEST, WIDEST = 40, 900

#: One row of a page, as the database gave it.
Record = Sequence[Any]  # Any: columns of any type


@dataclass(frozen=True)
class Shape:
    """What a person chose for the columns of one list."""

    names: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    pinned: frozenset[str] = frozenset()
    #: What columns are summed up by, "" for nothing; the others as the view says.
    totals: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, model: type[Model]) -> Shape:
        """The choice of the person of this request; empty when they made none."""
        lists = visitor().preferences.get("lists")
        kept = lists.get(model_name(model), {}) if isinstance(lists, dict) else {}
        return cls(
            tuple(str(n) for n in kept.get("columns", ())),
            {str(n): int(w) for n, w in kept.get("widths", {}).items()},
            frozenset(str(n) for n in kept.get("pinned", ())),
            {str(n): str(kind) for n, kind in kept.get("totals", {}).items()},
        )

    def plain(self) -> dict[str, object]:
        """As it is kept among the preferences."""
        return {
            "columns": list(self.names), "widths": dict(self.widths), "pinned": sorted(self.pinned),
            "totals": dict(self.totals),
        }  # fmt: skip


def chosen_cells(view: ListView, shape: Shape) -> list[Cell]:
    """The columns in order: the person's choice as far as those fields are still there, else the view's."""
    known = {cell.name: cell for cell in (*view.available, *view.columns)}
    cells = [known[name] for name in shape.names if name in known] or list(view.columns)
    return cells or [Cell(f) for f in title_fields(view.model)]


def chosen_totals(
    view: ListView, shape: Shape, state: ListState, shown: Sequence[Cell]
) -> dict[str, Aggregate]:
    """What the shown columns are summed up by: as the address says, else the person, else the view."""
    chosen = {**dict.fromkeys(view.sums, Aggregate.SUM.value), **shape.totals, **state.totals}
    return {
        cell.name: kind
        for cell in shown
        for kind in offered_totals(cell.field)
        if chosen.get(cell.name) == kind.value
    }


class Layout:
    """The columns of a list with what they need of each record, and their values."""

    def __init__(self, view: ListView, shape: Shape, state: ListState, reader: Reader) -> None:
        self.model = view.model
        self.reader = reader
        # What records are grouped by is said by the groups.
        self.cells = [c for c in chosen_cells(view, shape) if c.name not in state.group] or chosen_cells(
            view, shape
        )
        self._shape, self._inline = shape, view.inline
        self._state = state
        self._sort = state.sort or view.sort
        self._due = view.written.due.key if view.written.due is not None else ""
        self._workflow = workflow_of(view.model)
        self.key = next(
            (c.name for c in self.cells if c.field.info.title or c.field.info.key), self.cells[0].name
        )
        self.titles = [f.name for f in title_fields(view.model) if f.column is not None]

    @property
    def fields(self) -> list[str]:
        """What is read of each record."""
        names = [cell.name for cell in self.cells]
        names += [m for cell in self.cells if (m := measure_of(cell.field))]
        if self._workflow is not None and self._due:
            names.append(self._workflow.key)
        return list(dict.fromkeys([*names, *self.titles]))

    def columns(self) -> list[Column]:
        """Heads in order; an amount is followed by the narrow column of its currency."""
        slots = self._slots()
        made = []
        for cell in self.cells:
            made.append(self._column(cell, slots.get(cell.name, "")))
            if _has_currency(cell.field):
                slot = "currency" if slots.get(cell.name) == "amount" else ""
                made.append(Column(f"{cell.name}.currency", _("Currency"), narrow=True, slot=slot))
        return _with_trailing(made)

    def values(
        self, rows: Sequence[Record], selected: Mapping[str, Selected], urls: Callable[[int], str]
    ) -> list[list[Value]]:
        """The cells of each row; decimals agree down each column."""
        writers = [self._writer(cell, rows, selected) for cell in self.cells]
        return [[value for write in writers for value in write(row, urls)] for row in rows]

    def name_of(self, row: Record, selected: Mapping[str, Selected]) -> str:
        """The record's name, for what reads its row aloud."""
        parts = [selected[name].title(row) or row[selected[name].index] for name in self.titles]
        return " ".join(str(part) for part in parts if part not in (None, "")) or f"#{row[0]}"

    def _column(self, cell: Cell, slot: str) -> Column:
        found = cell.field
        keys = [key.removeprefix("-") for key in self._sort]
        place = keys.index(cell.name) if cell.name in keys else None
        sorted_by = (
            "" if place is None else "descending" if self._sort[place].startswith("-") else "ascending"
        )
        sortable, url = found.column is not None, self._state.url
        return Column(
            cell.name, cell.label or found.label, align="end" if found.is_number else "", slot=slot,
            sort_url=url(sort=turned(self._sort, cell.name)) if sortable else "",
            also_url=url(sort=turned_also(self._state.sort, cell.name)) if sortable else "",
            sorted=sorted_by, sort_place=place + 1 if place is not None and len(keys) > 1 else 0,
            width=self._shape.widths.get(cell.name, 0), pinned=cell.name in self._shape.pinned,
            soft=not found.is_number and slot != "key" and not (found.info.title or found.target or found.choices),
            filtered=cell.name in self._state.picks, widget=cell.shown_widget,
            inline=cell.name in self._inline and cell.name != self.key,
        )  # fmt: skip

    def _slots(self) -> dict[str, str]:
        """What a phone's card shows: the key, whom it is about and an amount above, a state and a date below."""
        slots = {self.key: "key"}
        wanted: list[tuple[str, Callable[[Field], bool]]] = [
            ("amount", lambda f: f.is_exact),
            ("state", lambda f: f.choices is not None),
            ("date", lambda f: f.is_day or f.is_instant),
            ("about", lambda f: f.target is not None and not is_of_person(f)),
        ]
        for slot, fits in wanted:
            order = sorted(self.cells, key=lambda c: c.name != self._due) if slot == "date" else self.cells
            found = next((c.name for c in order if c.name not in slots and fits(c.field)), None)
            if found is not None:
                slots[found] = slot
        if "date" not in slots.values():
            # Master data: the name below the code, and what kind it is at the right.
            second = next((c.name for c in self.cells if c.name not in slots and c.field.is_text), None)
            kind = next((name for name, slot in slots.items() if slot == "state"), None)
            slots |= ({kind: "date"} if kind and second else {}) | ({second: "state"} if second else {})
        return slots

    def _writer(
        self, cell: Cell, rows: Sequence[Record], selected: Mapping[str, Selected]
    ) -> Callable[[Record, Callable[[int], str]], list[Value]]:
        """What makes the values of one column (two for an amount) of a row."""
        chosen, reader, found = selected[cell.name], self.reader, cell.field
        index, measure = chosen.index, selected.get(measure_of(found))
        places = places_of(found, (row[index] for row in rows))
        if cell.name == self.key:
            return lambda row, urls: [self._key(row, chosen, urls)]
        if cell.name == self._due and found.is_day:
            return lambda row, _urls: [self._due_value(row, chosen, selected)]
        with_currency = _has_currency(found)

        def write(row: Record, _urls: Callable[[int], str]) -> list[Value]:
            unit = (measure.title(row) or "") if measure is not None else ""
            value = present(reader, found, row[index], title=chosen.title(row), measure=unit, places=places)
            if value.kind == "person":
                value = replace(value, text=family_name(value.text), title=value.text)
            if not with_currency:
                return [value]
            return [value, Value("text", unit) if value is not EMPTY else EMPTY]

        return write

    def _key(self, row: Record, chosen: Selected, urls: Callable[[int], str]) -> Value:
        raw = row[chosen.index]
        shown = (
            present(self.reader, chosen.field, raw, title=chosen.title(row)).text if raw is not None else ""
        )
        return Value("key", shown or f"#{row[0]}", url=urls(row[0]))

    def _due_value(self, row: Record, chosen: Selected, selected: Mapping[str, Selected]) -> Value:
        day = row[chosen.index]
        if day is None:
            return EMPTY
        late = self.reader.late(day) if self._is_going_on(row, selected) else ""
        return Value("due", self.reader.day(day), iso=day.isoformat(), late=late, tone="bad" if late else "")

    def _is_going_on(self, row: Record, selected: Mapping[str, Selected]) -> bool:
        """Whether something is still waited for: neither at the end of its workflow nor cancelled."""
        if self._workflow is None:
            return True
        state = row[selected[self._workflow.key].index]
        return (
            isinstance(state, Choice)
            and state not in self._workflow.cancelled
            and state is not _end(self._workflow.cancelled, state)
        )


def _with_trailing(columns: list[Column]) -> list[Column]:
    """An amount and its currency at the end of the row stay in sight."""
    if len(columns) < 3 or not columns[-1].narrow:  # noqa: PLR2004 -- the key, the amount, its currency
        return columns
    return [*columns[:-2], *(replace(column, trailing=True) for column in columns[-2:])]


def label_of(cell: Cell) -> Text:
    return cell.label or cell.field.label


def _has_currency(found: Field) -> bool:
    return found.widget in ("money", "price") and bool(measure_of(found))


def _end(cancelled: Sequence[Choice], state: Choice) -> Choice:
    """The last state of the workflow that `state` belongs to."""
    return [member for member in type(state) if member not in cancelled][-1]

"""What a list can be sorted by: a column, and others after it."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _
from core.views.resolved import Cell
from core.web.parts import Switch
from core.web.state import ListState


def turned(sort: Sequence[str], name: str) -> tuple[str, ...]:
    """By `name` alone; downwards where it comes first upwards already."""
    return (f"-{name}",) if sort[:1] == (name,) else (name,)


def turned_also(sort: Sequence[str], name: str) -> tuple[str, ...]:
    """By `name` after what is sorted by already: upwards, then downwards, then no more."""
    if name in sort:
        return tuple(f"-{key}" if key == name else key for key in sort)
    if f"-{name}" in sort:
        return tuple(key for key in sort if key != f"-{name}")
    return (*sort, name)


def sort_menu(state: ListState, cells: Sequence[Cell]) -> list[Switch]:
    """The keys in their order, each turned by its entry; then the other columns, alone or after those."""
    labels = {cell.name: cell.shown_label for cell in cells if cell.field.column is not None}
    made = []
    for place, key in enumerate(state.sort, 1):
        name, down = key.removeprefix("-"), key.startswith("-")
        other = tuple((name if down else f"-{name}") if k == key else k for k in state.sort)
        shown = f"{place}. {labels.get(name, '')}"
        made.append(Switch(shown, state.url(sort=other), True, "arrow-down" if down else "arrow-up"))
    chosen = {key.removeprefix("-") for key in state.sort}
    for name, label in labels.items():
        if name in chosen:
            continue
        made.append(Switch(label, state.url(sort=(name,)), icon="point"))
        if state.sort:
            then = _("then by {field}", field=label)
            made.append(Switch(then, state.url(sort=(*state.sort, name)), icon="point"))
    if state.sort:
        made.append(Switch(_("Order of the view"), state.url(sort=()), icon="arrow-back-up"))
    return made

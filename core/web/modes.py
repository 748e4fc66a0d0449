"""The ways to see the records of a list: as a list, a tree, a board, a calendar, a chart."""

from __future__ import annotations

from collections.abc import Collection

from core.i18n import _
from core.web.list_parts import Mode
from core.web.state import ListState
from core.web.trees import is_tree

BOARD, CALENDAR, CHART = "board", "calendar", "chart"
_MODES = {
    "tree": (_("Tree"), "sitemap"), BOARD: (_("Board"), "layout-kanban"), CALENDAR: (_("Calendar"), "calendar"),
    CHART: (_("Chart"), "chart-bar"),
}  # fmt: skip


def modes_of(state: ListState, offered: Collection[str]) -> list[Mode]:
    """The list itself, then the modes that the model's fields allow; nothing where there is no choice."""
    current = mode_of(state, offered)
    plain = {"at": "", "span": "", "chart": "", "opened": frozenset()}
    made = [
        Mode(
            name,
            label,
            icon,
            state.url(mode=name, **plain, group=() if name == "tree" else state.group),
            name == current,
        )
        for name, (label, icon) in _MODES.items()
        if name in offered
    ]
    return [Mode("list", _("List"), "list", state.url(mode="", **plain), not current), *made] if made else []


def mode_of(state: ListState, offered: Collection[str]) -> str:
    """The mode that is shown; "" for the list, which stands in where the address asks for what cannot be."""
    if state.mode == "tree" and not is_tree(state):
        return ""
    return state.mode if state.mode in offered else ""

"""The ways to see the records of a list: as a list, a tree, a board."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _
from core.orm.catalog import Field
from core.web.list_parts import Mode
from core.web.state import ListState
from core.web.trees import is_tree

BOARD = "board"


def modes_of(state: ListState, *, has_tree: bool, lanes: Sequence[Field]) -> list[Mode]:
    """The modes that the model's fields allow; the list itself comes first."""
    offered = {
        "tree": (has_tree, _("Tree"), "sitemap"),
        BOARD: (bool(lanes), _("Board"), "layout-kanban"),
    }
    current = mode_of(state, has_tree=has_tree, lanes=lanes)
    made = [
        Mode(
            name,
            label,
            icon,
            state.url(mode=name, group=() if name == "tree" else state.group),
            name == current,
        )
        for name, (fits, label, icon) in offered.items()
        if fits
    ]
    return [Mode("list", _("List"), "list", state.url(mode=""), not current), *made] if made else []


def mode_of(state: ListState, *, has_tree: bool, lanes: Sequence[Field]) -> str:
    """The mode that is shown; "" for the list, which stands in where the address asks for what cannot be."""
    if state.mode == "tree":
        return "tree" if has_tree and is_tree(state) else ""
    return BOARD if state.mode == BOARD and lanes else ""

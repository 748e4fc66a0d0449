"""place(): an addon adds fields and tabs to another addon's view. It can only add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.orm.model import Model
from core.views.nodes import Attribute, Leaf, Lines, MenuPage, Tab, View

Placeable = Leaf | Tab | Lines | MenuPage


@dataclass(frozen=True, eq=False)
class Placement:
    """Something added to the slot of a model's form or list, after a field if that is still there."""

    model: type[Model]
    slot: str
    items: tuple[Placeable, ...]
    after: Attribute | None


_placements: list[Placement] = []


def place(view: View | type[Model], *, into: str, after: Attribute | None = None) -> Callable[..., Placement]:
    """Add to slot `into` of the view: a group's name, a tab's name, `tabs`, `list` or `links`.

    A page among `links` stands at the head of the list and on each record, which it is told in its address.

    When `after` is no longer in the slot the addition goes to its end, and `dovetail check` says so.
    """
    model = view.model if isinstance(view, View) else view

    def added(*items: Placeable) -> Placement:
        placement = Placement(model, into, items, after)
        _placements.append(placement)
        return placement

    return added


def placements(model: type[Model]) -> list[Placement]:
    """What addons added to the views of `model`, in dependency order of the addons."""
    return [placement for placement in _placements if placement.model is model]

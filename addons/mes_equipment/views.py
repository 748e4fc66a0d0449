"""What is seen of equipment."""

from __future__ import annotations

from addons.mes_equipment.models import Equipment, StateMap, StateMapLine
from core import Form, Group, Lines, Menu, MenuSection, Tab, View, _, place
from core.base import WorkCenter

section = MenuSection("equipment", _("Equipment"), order=40)

state_maps = View(
    StateMap,
    icon="arrows-exchange",
    form=Form(
        Group("main", StateMap.code, StateMap.name, StateMap.description, StateMap.active),
        Tab(
            "lines", _("Lines"),
            Lines(
                StateMap.lines, StateMapLine.position, StateMapLine.raw, StateMapLine.mode, StateMapLine.has_order,
                StateMapLine.in_calendar, StateMapLine.state,
            ),
        ),
    ),
    menu=Menu("equipment", _("State maps"), icon="arrows-exchange", order=90),
)  # fmt: skip

place(WorkCenter, into="tabs")(
    Tab(
        "equipment", _("Equipment"),
        Group(
            "equipment", Equipment.monitored, Equipment.position, Equipment.state_map_id, Equipment.cycle_seconds,
            Equipment.minor_stop_seconds, Equipment.stale_seconds,
        ),
    )
)  # fmt: skip

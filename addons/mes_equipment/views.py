"""What is seen of equipment."""

from __future__ import annotations

from addons.mes_equipment.models import (
    AssetAssignment,
    CountEvent,
    CountKind,
    EdgeNode,
    Equipment,
    MaterialUse,
    Reason,
    ShiftBreak,
    ShiftInstance,
    StateChange,
    StateInterval,
    StateMap,
    StateMapLine,
    Tag,
    TimeElements,
    Workplace,
)
from addons.mes_equipment.rules.state import TO_EXPLAIN
from core import (
    FirstStep,
    Form,
    Group,
    Lines,
    List,
    Menu,
    MenuPage,
    MenuSection,
    Preset,
    Relative,
    Tab,
    Tile,
    Tree,
    View,
    _,
    place,
    there_is,
    where,
)
from core.base import WorkCenter

section = MenuSection("equipment", _("Equipment"), order=40)

board = MenuPage("equipment", _("Board"), "/equipment", StateInterval, icon="layout-dashboard", order=1)
coding = MenuPage("equipment", _("Stop reasons"), "/equipment/stops", StateInterval, icon="message", order=2)
oee = MenuPage("equipment", _("OEE"), "/equipment/oee", StateInterval, icon="chart-bar", order=3)
losses = MenuPage(
    "equipment", _("Losses"), "/equipment/losses", StateInterval, icon="clock-exclamation", order=4
)

_stopped = where(StateInterval.state, "in", [*TO_EXPLAIN])
_unexplained = _stopped & where(StateInterval.reason_id, "empty")
_now = where(StateInterval.ends_at, "empty")

states = View(
    StateInterval,
    docs="addons/mes_equipment/README.html#states",
    icon="activity",
    list=List(
        StateInterval.equipment_id, StateInterval.state, StateInterval.starts_at, StateInterval.ends_at,
        StateInterval.seconds, StateInterval.reason_id, StateInterval.order_code, StateInterval.item_id,
        facets=(StateInterval.state, StateInterval.equipment_id, StateInterval.reason_id),
        sort=("-starts_at",),
        presets=(
            Preset("now", _("Now"), _now, group=(StateInterval.state,)),
            Preset("unexplained", _("Stops without reason"), _unexplained, sort=("-starts_at",)),
            Preset("by_reason", _("By reason"), _stopped, group=(StateInterval.reason_id,), sort=("-seconds",)),
        ),
    ),
    menu=Menu("equipment", _("States"), icon="activity", order=10),
)  # fmt: skip

state_changes = View(
    StateChange,
    docs="addons/mes_equipment/README.html#states",
    icon="list-details",
    list=List(
        StateChange.at, StateChange.equipment_id, StateChange.state, StateChange.reason_id, StateChange.source,
        StateChange.raw, StateChange.order_code, StateChange.recorded_at,
        facets=(StateChange.equipment_id, StateChange.state, StateChange.source),
        sort=("-at",),
    ),
    menu=Menu("equipment", _("State changes"), icon="list-details", order=15),
)  # fmt: skip

counts = View(
    CountEvent,
    docs="addons/mes_equipment/README.html#nouns",
    icon="plus",
    list=List(
        CountEvent.at, CountEvent.equipment_id, CountEvent.kind, CountEvent.quantity, CountEvent.item_id,
        CountEvent.order_code, CountEvent.reason_id, CountEvent.source,
        facets=(CountEvent.kind, CountEvent.equipment_id, CountEvent.item_id, CountEvent.reason_id),
        sort=("-at",),
        presets=(
            Preset(
                "rejects", _("Scrap and rework"),
                where(CountEvent.kind, "in", [CountKind.SCRAP, CountKind.REWORK]), group=(CountEvent.reason_id,),
            ),
        ),
    ),
    menu=Menu("equipment", _("Counts"), icon="plus", order=20),
)  # fmt: skip

material_uses = View(
    MaterialUse,
    docs="addons/mes_equipment/README.html#nouns",
    icon="tool",
    list=List(
        MaterialUse.at, MaterialUse.equipment_id, MaterialUse.item_id, MaterialUse.lot_id, MaterialUse.quantity,
        MaterialUse.reason_id, MaterialUse.order_code,
        facets=(MaterialUse.equipment_id, MaterialUse.item_id),
        sort=("-at",),
    ),
    menu=Menu("equipment", _("Material use"), icon="tool", order=30),
)  # fmt: skip

shifts = View(
    ShiftInstance,
    docs="addons/mes_equipment/README.html#time-and-losses",
    icon="clock",
    list=List(
        ShiftInstance.equipment_id, ShiftInstance.day, ShiftInstance.name, ShiftInstance.starts_at,
        ShiftInstance.ends_at,
        facets=(ShiftInstance.equipment_id, ShiftInstance.name),
        sort=("-starts_at",),
    ),
    form=Form(
        Group(
            "main", ShiftInstance.equipment_id, ShiftInstance.day, ShiftInstance.name, ShiftInstance.starts_at,
            ShiftInstance.ends_at,
        ),
        Tab("breaks", _("Breaks"), Lines(ShiftInstance.breaks, ShiftBreak.starts_at, ShiftBreak.ends_at)),
    ),
    menu=Menu("equipment", _("Shifts"), icon="clock", order=40),
)  # fmt: skip

time_elements = View(
    TimeElements,
    docs="addons/mes_equipment/README.html#time-and-losses",
    icon="chart-bar",
    list=List(
        TimeElements.equipment_id, TimeElements.day, TimeElements.order_code, TimeElements.item_id,
        TimeElements.production, TimeElements.setup, TimeElements.delay, TimeElements.idle, TimeElements.planned,
        TimeElements.unknown, TimeElements.good, TimeElements.scrap, TimeElements.rework,
        facets=(TimeElements.equipment_id, TimeElements.item_id),
        sort=("-day",),
        presets=(
            Preset(
                "last_week", _("Since last week"), where(TimeElements.day, "ge", Relative("week", -1)),
                group=(TimeElements.equipment_id,),
            ),
        ),
        sums=(TimeElements.good, TimeElements.scrap, TimeElements.rework),
    ),
    menu=Menu("equipment", _("Time elements"), icon="chart-bar", order=50),
)  # fmt: skip

asset_assignments = View(
    AssetAssignment,
    docs="addons/mes_equipment/README.html#nouns",
    icon="arrows-exchange",
    list=List(
        AssetAssignment.equipment_id, AssetAssignment.asset_id, AssetAssignment.starts_at, AssetAssignment.ends_at,
        facets=(AssetAssignment.equipment_id,),
        sort=("-starts_at",),
    ),
    menu=Menu("equipment", _("Asset assignments"), icon="arrows-exchange", order=60),
)  # fmt: skip

reasons = View(
    Reason,
    docs="addons/mes_equipment/README.html#time-and-losses",
    icon="message",
    list=List(Reason.code, Reason.name, Reason.use, Reason.loss, Reason.parent_id, facets=(Reason.use, Reason.loss)),
    tree=Tree(Reason.parent_id),
    menu=Menu("equipment", _("Reasons"), icon="message", order=70),
)  # fmt: skip

workplaces = View(
    Workplace, icon="map-pin", menu=Menu("equipment", _("Workplaces"), icon="map-pin", order=80)
)

state_maps = View(
    StateMap,
    docs="addons/mes_equipment/README.html#machine-data",
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

tags = View(
    Tag,
    docs="addons/mes_equipment/README.html#machine-data",
    icon="activity",
    list=List(Tag.path, Tag.work_center_id, Tag.role, Tag.unit_id, Tag.protocol, Tag.edge_node_id),
    form=Form(
        Group(
            "main", Tag.path, Tag.work_center_id, Tag.role, Tag.unit_id, Tag.low, Tag.high, Tag.rollover_bits,
            Tag.active,
        ),
        Tab("source", _("Source"), Group("source", Tag.protocol, Tag.edge_node_id, Tag.address)),
        Tab(
            "keeping", _("Keeping"),
            Group(
                "keeping", Tag.retention, Tag.exception_deviation, Tag.compression_deviation, Tag.longest_seconds
            ),
        ),
    ),
    menu=Menu("equipment", _("Tags"), icon="activity", order=70),
)  # fmt: skip

edge_nodes = View(
    EdgeNode,
    docs="addons/mes_equipment/README.html#machine-data",
    icon="router",
    list=List(EdgeNode.path, EdgeNode.online, EdgeNode.seen_at, EdgeNode.clock_wrong),
    form=Form(
        Group("main", EdgeNode.path, EdgeNode.description),
        Group(
            "presence", EdgeNode.online, EdgeNode.seen_at, EdgeNode.epoch, EdgeNode.clock_off_ms, EdgeNode.clock_wrong
        ),
    ),
    menu=Menu("equipment", _("Edge nodes"), icon="router", order=75),
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

first_steps = [
    FirstStep(
        "machines", _("Watch the first machine"),
        _("A work centre with the tick Monitored: its states, pieces and losses are kept from then on."),
        "/m/base.work_center", WorkCenter, there_is(WorkCenter, where(Equipment.monitored, "eq", True)), order=80,
    ),
]  # fmt: skip

tiles = [
    Tile("equipment_down", _("Equipment down"), StateInterval, _now & _stopped, urgent=True, order=50),
    Tile("equipment_unexplained", _("Stops without reason"), StateInterval, _unexplained, order=60),
]

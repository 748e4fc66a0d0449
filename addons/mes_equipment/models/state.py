"""How the words of a control become the canonical states of equipment."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.mes_equipment.rules.state import EquipmentState
from core import (
    Choice,
    Code,
    LongText,
    Model,
    Name,
    SharedByCompanies,
    _,
    children,
    field,
    index,
    link,
    part_of,
)
from core.base import unique_by_company


class Answer(Choice):
    """Yes or no, for a condition that may also be left open."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class StateMap(SharedByCompanies, Model):
    """How a control's own state names become canonical states; the first line that fits decides."""

    __tablename__ = "mes_equipment_state_map"
    singular = _("State map")
    plural = _("State maps")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    description: Mapped[LongText | None] = field(_("Description"), listed=False)
    active: Mapped[bool] = field(_("Active"), default=True)
    lines: Mapped[list[StateMapLine]] = children(
        _("Lines"), by=lambda: StateMapLine.map, order=lambda: StateMapLine.position
    )

    __table_args__ = unique_by_company("code")


class StateMapLine(Model):
    """One state name of a control, perhaps only in a mode or with an order, and what it means."""

    __tablename__ = "mes_equipment_state_map_line"
    singular = _("State map line")
    plural = _("State map lines")

    map_id: Mapped[int] = part_of(StateMap, _("State map"))
    map: Mapped[StateMap] = link(map_id, back=lambda: StateMap.lines)
    position: Mapped[int] = field(_("Position"), default=10, key=True)
    raw: Mapped[Name | None] = field(
        _("State of the control"), title=True, track=True, help=_("Empty for every one.")
    )
    mode: Mapped[Name | None] = field(_("Mode"), track=True, help=_("Empty for every one."))
    has_order: Mapped[Answer | None] = field(
        _("With an order"), track=True, help=_("Empty when it does not matter.")
    )
    in_calendar: Mapped[Answer | None] = field(
        _("Within a shift"), track=True, help=_("Empty when it does not matter.")
    )
    state: Mapped[EquipmentState] = field(_("State"), title=True, track=True)

    __table_args__ = (index("map_id", "position", unique=True),)

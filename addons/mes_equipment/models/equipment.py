"""What the shop floor knows of a work centre."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.state import StateMap
from core import Facet, Quantity, ValidationError, _, field, link, reference
from core.base import WorkCenter


class Equipment(Facet[WorkCenter]):
    """What the shop floor knows of a work centre: how it is watched and judged."""

    __tablename__ = "mes_equipment_equipment"

    monitored: Mapped[bool] = field(
        _("Monitored"), default=False, sort=True, track=True, help=_("States and counts are kept for it.")
    )
    position: Mapped[int] = field(
        _("Place on the floor"),
        default=0,
        sort=True,
        track=True,
        help=_("Its order on the board of its area."),
    )
    state_map_id: Mapped[int | None] = reference(
        StateMap, _("State map"), track=True, help=_("How the states of its control are read.")
    )
    state_map: Mapped[StateMap | None] = link(state_map_id)
    cycle_seconds: Mapped[Quantity | None] = field(
        _("Nominal cycle, seconds"),
        track=True,
        help=_("Planned run time for one unit, where no operation of a routing gives one."),
    )
    minor_stop_seconds: Mapped[int] = field(
        _("Minor stop below, seconds"),
        default=300,
        track=True,
        help=_("A shorter stop without a reason is a minor stop."),
    )
    stale_seconds: Mapped[int] = field(
        _("Stale after, seconds"),
        default=300,
        track=True,
        help=_("Without a sign of life for longer its state is unknown."),
    )

    def check(self) -> None:
        for name, least in (
            ("minor_stop_seconds", 0),
            ("stale_seconds", 1),
            ("cycle_seconds", Decimal("0.000001")),
        ):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValidationError({f"mes_equipment.{name}": _("It must be greater than zero.")})

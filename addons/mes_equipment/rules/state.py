"""The canonical states of equipment, the losses they belong to, and how a control's own words become them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core import Choice, _


class EquipmentState(Choice):
    """What equipment does, whatever its control calls it."""

    RUN = "run", _("Producing")
    IDLE = "idle", _("Idle")
    STARVED = "starved", _("Starved")
    BLOCKED = "blocked", _("Blocked")
    SETUP = "setup", _("Set-up")
    MINOR_STOP = "minor_stop", _("Minor stop")
    DOWN = "down", _("Down")
    PM = "pm", _("Maintenance")
    ENG = "eng", _("Engineering")
    OFF = "off", _("Off")
    UNKNOWN = "unknown", _("Unknown")


class Loss(Choice):
    """The six big losses, planned downtime, and none: then the state itself decides."""

    BREAKDOWN = "breakdown", _("Breakdown")
    SETUP = "setup", _("Set-up and adjustment")
    MINOR_STOP = "minor_stop", _("Idling and minor stops")
    SPEED = "speed", _("Reduced speed")
    DEFECT = "defect", _("Process defects")
    STARTUP = "startup", _("Start-up rejects")
    PLANNED = "planned", _("Planned downtime")
    NONE = "none", _("No loss of its own")


class CountKind(Choice):
    """What became of a piece."""

    GOOD = "good", _("Good")
    SCRAP = "scrap", _("Scrap")
    REWORK = "rework", _("Rework")


#: Stops that a machine caused and somebody has to explain.
TO_EXPLAIN = (EquipmentState.DOWN, EquipmentState.STARVED, EquipmentState.BLOCKED)
#: Short ones of these are minor stops.
STOPS = frozenset({*TO_EXPLAIN, EquipmentState.MINOR_STOP})


@dataclass(frozen=True, slots=True)
class Meaning:
    """One line of a state map; what is None fits everything."""

    state: EquipmentState
    raw: str | None = None
    mode: str | None = None
    has_order: bool | None = None
    in_calendar: bool | None = None

    def fits(self, raw: str, mode: str, *, has_order: bool, in_calendar: bool) -> bool:
        return (
            (self.raw is None or self.raw.casefold() == raw.casefold())
            and (self.mode is None or self.mode.casefold() == mode.casefold())
            and self.has_order in (None, has_order)
            and self.in_calendar in (None, in_calendar)
        )


def translated(
    meanings: Iterable[Meaning], raw: str, mode: str = "", *, has_order: bool, in_calendar: bool
) -> EquipmentState:
    """The state of the first line that fits; UNKNOWN where none does, since a guess would count as knowledge."""
    return next(
        (m.state for m in meanings if m.fits(raw, mode, has_order=has_order, in_calendar=in_calendar)),
        EquipmentState.UNKNOWN,
    )

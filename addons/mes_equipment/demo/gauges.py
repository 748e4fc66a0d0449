"""What the machines of the example measure: gauges that follow their states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sin

from addons.mes_equipment.models import EquipmentState
from core import Text, _

S = EquipmentState
#: While these last, the control is off or nobody hears it.
SILENT = frozenset({S.OFF, S.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value by what its machine does; it swings about the level of work, now faster, now slower."""

    name: Text
    unit: str
    span: tuple[int, int]
    run: float
    setup: float
    rest: float
    swing: float
    period_seconds: float
    #: It is read so often; what is slow, seldom.
    every_seconds: int = 20

    def level(self, state: EquipmentState) -> float:
        if state is S.RUN:
            return self.run
        return self.setup if state is S.SETUP else self.rest

    def swing_at(self, state: EquipmentState) -> float:
        """A machine at rest hardly moves a gauge."""
        return self.swing * (
            1.0 if state is S.RUN else 0.4 if state is S.SETUP else 0.04 if self.rest else 0.0
        )

    def value(self, phase: float, state: EquipmentState, at: float) -> float:
        """What it shows `at` seconds; `phase` tells machines of one kind apart."""
        turn = 2 * pi * at / self.period_seconds + phase
        wave = 0.7 * sin(turn) + 0.3 * sin(2.7 * turn + phase)
        return max(round(self.level(state) + self.swing_at(state) * wave, 2), 0.0)


_MILL = (
    Gauge(_("Spindle load"), "P1", (0, 120), 58, 16, 0, 15, 290),
    Gauge(_("Spindle speed"), "RPM", (0, 12_000), 7900, 2400, 0, 420, 470),
    Gauge(_("Power"), "KWT", (0, 30), 11.4, 4.3, 1.4, 2.5, 290, 120),
    Gauge(_("Coolant temperature"), "CEL", (10, 40), 28.6, 25.8, 23.4, 1.1, 5200, 300),
    Gauge(_("Spindle temperature"), "CEL", (10, 80), 46, 37, 29, 2.4, 3900, 300),
)
_BENCH = (
    Gauge(_("Test pressure"), "BAR", (0, 350), 240, 80, 4, 32, 190),
    Gauge(_("Oil temperature"), "CEL", (20, 70), 46, 41, 37.5, 1.6, 4100, 300),
)
_WASH = (Gauge(_("Bath temperature"), "CEL", (40, 75), 61, 58, 55, 1.3, 2600, 300),)
#: By the code of the machine.
GAUGES: Mapping[str, Sequence[Gauge]] = {
    **dict.fromkeys(("M-401", "M-402", "M-403", "M-404"), _MILL), "H-01": _BENCH, "W-01": _WASH,
}  # fmt: skip

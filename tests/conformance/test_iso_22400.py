"""ISO 22400-2: a worked shift, from its states and counts to every figure that the norm's formulas give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.element import Counted, Elements, Key, Window, elements, total
from addons.mes_equipment.rules.ledger import Entry, Work, fold
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.rules.state import CountKind, EquipmentState, Loss

STARTS = datetime(2026, 3, 12, 5, tzinfo=UTC)
MINUTE = 60
ITEM = 1
ORDER = Work("WO-1", "20", ITEM)
#: Order execution, work and attendance of the oracle, in seconds.
AOET, APWT, APAT = 600 * MINUTE, 420 * MINUTE, 450 * MINUTE

#: Minutes and what the control said: 480 in all.
_SAID = [
    (40, EquipmentState.SETUP), (100, EquipmentState.RUN), (4, EquipmentState.DOWN), (80, EquipmentState.RUN),
    (30, EquipmentState.IDLE), (60, EquipmentState.RUN), (38, EquipmentState.DOWN), (50, EquipmentState.RUN),
    (4, EquipmentState.STARVED), (40, EquipmentState.RUN), (4, EquipmentState.BLOCKED), (30, EquipmentState.RUN),
]  # fmt: skip
_BREAK = Span(STARTS + timedelta(minutes=224), STARTS + timedelta(minutes=254))


@pytest.fixture(scope="module")
def shift() -> Elements:
    """POT 480 min, planned down 30, set-up 40, one breakdown of 38, minor stops 12, PRI 6 min, PQ 57, GQ 54."""
    at, entries = STARTS, []
    for number, (minutes, state) in enumerate(_SAID, start=1):
        entries.append(Entry(number, at, state, work=ORDER))
        at += timedelta(minutes=minutes)
    entries.append(Entry(len(_SAID) + 1, at, EquipmentState.OFF))
    key = Key("WO-1", ITEM)
    counts = [
        Counted(key, CountKind.GOOD, Decimal(54)),
        Counted(key, CountKind.REWORK, Decimal(2)),
        Counted(key, CountKind.SCRAP, Decimal(1)),
    ]
    found = elements(
        Window(Span(STARTS, at), (_BREAK,)),
        fold(entries, timedelta(minutes=5)),
        counts,
        loss_of=lambda _reason: Loss.NONE,
        run_time=lambda _item: Decimal(6 * MINUTE),
    )
    return total(found.values())


def _percent(fraction: Decimal | None) -> Decimal | None:
    return None if fraction is None else round(fraction * 100, 2)


def test_the_time_elements_of_the_shift(shift: Elements) -> None:
    minutes = {
        "POT": shift.operation_time, "PBT": kpi.planned_busy_time(shift), "APT": shift.production,
        "AUST": shift.setup, "AUPT": shift.processing_time, "ADET": shift.delay, "AUBT": shift.busy_time,
        "ADOT": shift.idle, "planned": shift.planned,
    }  # fmt: skip

    assert {name: seconds / MINUTE for name, seconds in minutes.items()} == {
        "POT": 480, "PBT": 450, "APT": 360, "AUST": 40, "AUPT": 400, "ADET": 50, "AUBT": 450, "ADOT": 0, "planned": 30,
    }  # fmt: skip


def test_the_ratios_of_the_shift(shift: Elements) -> None:
    assert {
        "availability": _percent(kpi.availability(shift)),
        "effectiveness": _percent(kpi.effectiveness(shift)),
        "quality": _percent(kpi.quality_ratio(shift)),
        "oee": _percent(kpi.oee(shift)),
        "nee": _percent(kpi.nee(shift)),
        "allocation efficiency": _percent(kpi.allocation_efficiency(shift)),
        "utilisation": _percent(kpi.utilization_efficiency(shift)),
        "technical": _percent(kpi.technical_efficiency(shift)),
        "setup": _percent(kpi.setup_ratio(shift)),
        "allocation ratio": _percent(kpi.allocation_ratio(shift, AOET)),
        "worker": _percent(kpi.worker_efficiency(APWT, APAT)),
        "scrap": _percent(kpi.scrap_ratio(shift)),
        "rework": _percent(kpi.rework_ratio(shift)),
    } == {
        "availability": Decimal("80.00"),
        "effectiveness": Decimal("95.00"),
        "quality": Decimal("94.74"),
        "oee": Decimal("72.00"),
        "nee": Decimal("80.00"),
        "allocation efficiency": Decimal("100.00"),
        "utilisation": Decimal("80.00"),
        "technical": Decimal("87.80"),
        "setup": Decimal("10.00"),
        "allocation ratio": Decimal("75.00"),
        "worker": Decimal("93.33"),
        "scrap": Decimal("1.75"),
        "rework": Decimal("3.51"),
    }


def test_the_throughput_and_the_time_to_restoration(shift: Elements) -> None:
    assert kpi.throughput_rate(shift, AOET) == Decimal("5.7")
    assert (shift.failures, kpi.time_to_restoration(shift)) == (1, Decimal(38 * MINUTE))


def test_the_losses_come_to_126_minutes_of_450(shift: Elements) -> None:
    tree = kpi.loss_tree(shift)

    assert tree is not None
    lost: list[Decimal | int] = [
        tree.breakdown,
        tree.setup,
        tree.minor_stop,
        tree.speed,
        tree.defect + tree.startup,
    ]
    assert [float(seconds) / MINUTE for seconds in lost] == [38, 40, 12, 18, 18]
    assert (tree.planned_busy / MINUTE, float(tree.valuable) / MINUTE, tree.unknown) == (450, 324, 0)


def test_nakajima_splits_the_same_oee_otherwise(shift: Elements) -> None:
    split = kpi.nakajima(shift)

    assert [_percent(part) for part in (split.availability, split.performance, split.quality)] == [
        Decimal("82.67"), Decimal("91.94"), Decimal("94.74"),
    ]  # fmt: skip
    assert split.availability is not None
    assert split.performance is not None
    assert split.quality is not None
    assert _percent(split.availability * split.performance * split.quality) == Decimal("72.00")

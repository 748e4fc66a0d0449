"""The key performance indicators of ISO 22400-2 on equipment, the loss tree, and Nakajima's split.

Each divides sums (`Elements`), so that no ratio is ever averaged. A ratio is a fraction of one; one without a
denominator is None, never 0. Numbers of indicators are those of the list in ISO 22400-2:2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from addons.mes_equipment.rules.element import Elements

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Policy:
    """What plants judge differently."""

    #: Time of which nothing is known is part of PBT, so that silence lowers availability.
    unknown_counts: bool = True
    #: ISO divides the time between failures by failures + 1; many plants divide by failures.
    one_more_failure: bool = True


ISO = Policy()


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` of `whole`; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None


def planned_busy_time(e: Elements, policy: Policy = ISO) -> int:
    """PBT = POT - planned downtime = AUBT + ADOT and, unless policy leaves it out, the unknown time; seconds."""
    return e.busy_time + e.idle + (e.unknown if policy.unknown_counts else 0)


def worker_efficiency(work: int, attendance: int) -> Decimal | None:
    """APWT / APAT, both in seconds; a fraction (ISO 22400-2, KPI 1)."""
    return ratio(work, attendance)


def allocation_ratio(e: Elements, execution: int) -> Decimal | None:
    """ΣAUBT / AOET of an order, AOET in seconds; above 1 where operations overlap (ISO 22400-2, KPI 2)."""
    return ratio(e.busy_time, execution)


def throughput_rate(e: Elements, execution: int) -> Decimal | None:
    """PQ / AOET; units per hour, AOET in seconds (ISO 22400-2, KPI 3)."""
    return ratio(e.produced * SECONDS_PER_HOUR, execution)


def allocation_efficiency(e: Elements, policy: Policy = ISO) -> Decimal | None:
    """AUBT / PBT; a fraction (ISO 22400-2, KPI 4)."""
    return ratio(e.busy_time, planned_busy_time(e, policy))


def utilization_efficiency(e: Elements) -> Decimal | None:
    """APT / AUBT; a fraction (ISO 22400-2, KPI 5)."""
    return ratio(e.production, e.busy_time)


def oee(e: Elements, policy: Policy = ISO) -> Decimal | None:
    """Availability · effectiveness · quality ratio = ΣPRI·GQ / PBT; a fraction (ISO 22400-2, KPI 6)."""
    return None if e.unrated else ratio(e.good_run, planned_busy_time(e, policy))


def nee(e: Elements, policy: Policy = ISO) -> Decimal | None:
    """AUPT / PBT · effectiveness · quality ratio: setting up is no loss; a fraction (ISO 22400-2, KPI 7)."""
    return (
        None
        if e.unrated
        else _times(ratio(e.good_run, e.production), ratio(e.processing_time, planned_busy_time(e, policy)))
    )


def availability(e: Elements, policy: Policy = ISO) -> Decimal | None:
    """APT / PBT; a fraction (ISO 22400-2, KPI 8)."""
    return ratio(e.production, planned_busy_time(e, policy))


def effectiveness(e: Elements) -> Decimal | None:
    """Σ(PRI·PQ) / ΣAPT; a fraction, above 1 where the planned run time is too long (ISO 22400-2, KPI 9)."""
    return None if e.unrated else ratio(e.planned_run, e.production)


def quality_ratio(e: Elements) -> Decimal | None:
    """GQ / PQ; a fraction (ISO 22400-2, KPI 10). Several items are weighed by their planned run times."""
    if e.planned_run and not e.unrated:
        return ratio(e.good_run, e.planned_run)
    return ratio(e.good, e.produced)


def setup_ratio(e: Elements) -> Decimal | None:
    """AUST / AUPT; a fraction (ISO 22400-2, KPI 11)."""
    return ratio(e.setup, e.processing_time)


def technical_efficiency(e: Elements) -> Decimal | None:
    """APT / (APT + ADET); a fraction (ISO 22400-2, KPI 12)."""
    return ratio(e.production, e.production + e.delay)


def scrap_ratio(e: Elements) -> Decimal | None:
    """SQ / PQ; a fraction (ISO 22400-2, KPI 16)."""
    return ratio(e.scrap, e.produced)


def rework_ratio(e: Elements) -> Decimal | None:
    """RQ / PQ; a fraction (ISO 22400-2, KPI 17)."""
    return ratio(e.rework, e.produced)


def time_between_failures(e: Elements, policy: Policy = ISO) -> Decimal | None:
    """MTBF = ΣTBF / (FE + 1), or / FE by policy; seconds of production (ISO 22400-2, KPI 31)."""
    return ratio(e.production, e.failures + policy.one_more_failure)


def time_to_restoration(e: Elements) -> Decimal | None:
    """MTTR = ΣTTR / FE; seconds (ISO 22400-2, KPI 33)."""
    return ratio(e.breakdown, e.failures)


def loading(e: Elements, calendar_time: int, policy: Policy = ISO) -> Decimal | None:
    """PBT / CT, calendar time in seconds; a fraction."""
    return ratio(planned_busy_time(e, policy), calendar_time)


def teep(e: Elements, calendar_time: int) -> Decimal | None:
    """Total effective equipment performance: PRI·GQ / CT = OEE · loading; a fraction."""
    return None if e.unrated else ratio(e.good_run, calendar_time)


def is_too_fast(e: Elements) -> bool:
    """Whether more was made than the time allows at the planned run time: check the PRI."""
    found = effectiveness(e)
    return found is not None and found > 1


@dataclass(frozen=True, slots=True)
class Nakajima:
    """The split of OEE by Nakajima: minor stops lower performance, not availability."""

    availability: Decimal | None
    performance: Decimal | None
    quality: Decimal | None


def nakajima(e: Elements, policy: Policy = ISO) -> Nakajima:
    """A = (PBT - L1 - L2) / PBT, P = PRI·PQ / (PBT - L1 - L2), Q = GQ / PQ; the same OEE as ISO's split."""
    whole = planned_busy_time(e, policy)
    running = whole - e.breakdown - e.setup_loss
    return Nakajima(
        ratio(running, whole), None if e.unrated else ratio(e.planned_run, running), quality_ratio(e)
    )


@dataclass(frozen=True, slots=True)
class LossTree:
    """PBT down to what is worth: `planned_busy = L1 + … + L6 + unknown + valuable`, in seconds.

    Reduced speed is negative where more was made than the planned run time allows.
    """

    planned_busy: int
    breakdown: int
    setup: int
    minor_stop: int
    speed: Decimal
    defect: Decimal
    startup: Decimal
    unknown: int
    valuable: Decimal


def loss_tree(e: Elements, policy: Policy = ISO) -> LossTree | None:
    """The six big losses: L4 = APT - ΣPRI·PQ, L5 + L6 = ΣPRI·(PQ - GQ); None where a planned run time is missing."""
    if e.unrated:
        return None
    return LossTree(
        planned_busy_time(e, policy),
        e.breakdown,
        e.setup_loss,
        e.minor_loss,
        e.production - e.planned_run,
        e.planned_run - e.good_run - e.startup_run,
        e.startup_run,
        e.unknown if policy.unknown_counts else 0,
        e.good_run,
    )


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one * other

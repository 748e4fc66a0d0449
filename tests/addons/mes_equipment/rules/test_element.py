"""Where the time goes: whatever happened, it adds up to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.element import (
    Counted,
    Element,
    Elements,
    Key,
    Window,
    classified,
    elements,
    total,
)
from addons.mes_equipment.rules.kpi import Policy
from addons.mes_equipment.rules.ledger import Entry, Interval, Work, fold
from addons.mes_equipment.rules.shift import Pattern, Span, shifts_on
from addons.mes_equipment.rules.state import CountKind, EquipmentState, Loss

#: An ordinary day and the days whose nights are those of the two changes of the clock.
DAYS = (date(2026, 3, 12), date(2026, 3, 28), date(2026, 10, 24))
PATTERNS = [
    Pattern(weekday, name, starts, ends, 30)
    for weekday in range(1, 8)
    for name, starts, ends in (
        ("early", "06:00", "14:00"),
        ("late", "14:00", "22:00"),
        ("night", "22:00", "06:00"),
    )
]
LOSSES = dict(enumerate(Loss, start=1))
RUN_TIMES = {1: Decimal(90), 2: Decimal("12.5")}

works = st.builds(Work, order=st.sampled_from((None, "WO-1", "WO-2")), item_id=st.sampled_from((None, 1, 2)))
policies = st.builds(Policy, unknown_counts=st.booleans(), one_more_failure=st.booleans())


@st.composite
def windows(draw: st.DrawFn) -> Window:
    shift = draw(st.sampled_from([s for day in DAYS for s in shifts_on(day, PATTERNS, [], "Europe/Berlin")]))
    return Window(shift.span, shift.breaks)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Window, list[Interval]]:
    """A shift, and a ledger that may begin before it, in it, or leave it open; not on full seconds."""
    window = draw(windows())
    entries = [
        Entry(
            number,
            window.span.starts_at + timedelta(microseconds=draw(st.integers(-(10**10), 4 * 10**10))),
            draw(st.sampled_from(list(EquipmentState))),
            draw(st.sampled_from((None, *LOSSES))),
            draw(works),
        )
        for number in range(draw(st.integers(0, 20)))
    ]
    return window, fold(entries, timedelta(minutes=5))


counts = st.lists(
    st.builds(
        Counted, key=st.builds(Key, order=st.sampled_from((None, "WO-1")), item_id=st.sampled_from((1, 2))),
        kind=st.sampled_from(list(CountKind)), quantity=st.integers(0, 300).map(Decimal),
        loss=st.sampled_from((None, Loss.STARTUP, Loss.DEFECT)),
    ),
    max_size=8,
)  # fmt: skip


def _by_key(history: tuple[Window, list[Interval]], made: list[Counted]) -> dict[Key, Elements]:
    window, intervals = history
    return elements(
        window, intervals, made, LOSSES.__getitem__, lambda counted: RUN_TIMES.get(counted.key.item_id or 0)
    )


@given(histories(), counts, policies)
def test_the_time_elements_add_up_to_the_shift(
    history: tuple[Window, list[Interval]], made: list[Counted], policy: Policy
) -> None:
    e = total(_by_key(history, made).values())
    span = history[0].span

    assert e.operation_time == (span.ends_at - span.starts_at).total_seconds()
    assert e.processing_time == e.production + e.setup
    assert e.busy_time == e.processing_time + e.delay
    unknown = e.unknown if policy.unknown_counts else 0
    assert kpi.planned_busy_time(e, policy) == e.busy_time + e.idle + unknown
    assert kpi.planned_busy_time(e) == e.operation_time - e.planned


@given(histories(), counts, policies)
def test_the_losses_and_the_valuable_time_are_the_planned_busy_time(
    history: tuple[Window, list[Interval]], made: list[Counted], policy: Policy
) -> None:
    e = total(_by_key(history, made).values())
    tree = kpi.loss_tree(e, policy)

    assert tree is not None
    assert tree.planned_busy == kpi.planned_busy_time(e, policy)
    parts = (tree.breakdown, tree.setup, tree.minor_stop, tree.speed, tree.defect, tree.startup, tree.unknown)
    assert sum(parts) + tree.valuable == tree.planned_busy
    assert all(part >= 0 for part in parts if part is not tree.speed)


@given(histories(), counts, policies)
def test_both_splits_give_the_same_oee(
    history: tuple[Window, list[Interval]], made: list[Counted], policy: Policy
) -> None:
    e = total(_by_key(history, made).values())
    whole, split = kpi.oee(e, policy), kpi.nakajima(e, policy)

    assert (whole is None) == (kpi.planned_busy_time(e, policy) == 0)
    iso = (kpi.availability(e, policy), kpi.effectiveness(e), kpi.quality_ratio(e))
    for parts in (iso, (split.availability, split.performance, split.quality)):
        if whole is not None and None not in parts and e.planned_run:
            product = Decimal(1)
            for part in parts:
                product *= part or 0
            assert product == pytest.approx(whole)


@given(histories(), counts)
def test_what_is_told_apart_by_order_is_the_whole_once(
    history: tuple[Window, list[Interval]], made: list[Counted]
) -> None:
    window, intervals = history
    middle = window.span.starts_at + (window.span.ends_at - window.span.starts_at) / 2
    halves = [
        Window(Span(window.span.starts_at, middle), window.breaks),
        Window(Span(middle, window.span.ends_at), window.breaks),
    ]

    whole = total(_by_key(history, made).values())
    split = total(e for half in halves for e in _by_key((half, intervals), []).values())

    assert split + total(_by_key((Window(Span(middle, middle)), []), made).values()) == whole


@given(histories())
def test_no_ratio_of_time_lies_outside_nought_to_one(history: tuple[Window, list[Interval]]) -> None:
    e = total(_by_key(history, []).values())
    ratios = (
        kpi.availability(e), kpi.allocation_efficiency(e), kpi.utilization_efficiency(e), kpi.setup_ratio(e),
        kpi.technical_efficiency(e), kpi.nakajima(e).availability,
    )  # fmt: skip

    assert all(found is None or 0 <= found <= 1 for found in ratios)


def test_without_a_denominator_there_is_no_ratio() -> None:
    nothing = Elements()

    assert [
        kpi.oee(nothing), kpi.nee(nothing), kpi.availability(nothing), kpi.effectiveness(nothing),
        kpi.quality_ratio(nothing), kpi.setup_ratio(nothing), kpi.technical_efficiency(nothing),
        kpi.allocation_efficiency(nothing), kpi.allocation_ratio(nothing, 0), kpi.throughput_rate(nothing, 0),
        kpi.scrap_ratio(nothing), kpi.rework_ratio(nothing), kpi.utilization_efficiency(nothing),
        kpi.time_to_restoration(nothing), kpi.teep(nothing, 0), kpi.worker_efficiency(0, 0),
    ] == [None] * 16  # fmt: skip


def test_what_has_no_planned_run_time_has_no_effectiveness_and_no_oee() -> None:
    e = Elements(production=3600, good=Decimal(10), unrated=Decimal(10))

    assert (kpi.effectiveness(e), kpi.oee(e), kpi.nee(e), kpi.loss_tree(e)) == (None, None, None, None)
    assert (kpi.availability(e), kpi.quality_ratio(e)) == (Decimal(1), Decimal(1))


def test_more_than_the_time_allows_is_shown_as_it_is_and_flagged() -> None:
    e = Elements(production=600, good=Decimal(10), planned_run=Decimal(700), good_run=Decimal(700))

    assert kpi.is_too_fast(e)
    assert kpi.effectiveness(e) == pytest.approx(Decimal(7) / 6)
    assert not kpi.is_too_fast(Elements(production=600, planned_run=Decimal(600)))


def test_the_time_between_failures_divides_by_one_more_failure_unless_the_plant_wants_otherwise() -> None:
    e = Elements(production=7200, failures=1)

    assert kpi.time_between_failures(e) == 3600
    assert kpi.time_between_failures(e, Policy(one_more_failure=False)) == 7200
    assert kpi.time_between_failures(Elements(production=7200), Policy(one_more_failure=False)) is None


def test_teep_is_oee_times_loading() -> None:
    e = Elements(production=3600, idle=3600, good_run=Decimal(1800), planned_run=Decimal(2000))
    oee, loading = kpi.oee(e), kpi.loading(e, 14400)

    assert oee is not None
    assert loading is not None
    assert kpi.teep(e, 14400) == oee * loading


def test_unknown_time_lowers_availability_unless_policy_leaves_it_out() -> None:
    e = Elements(production=3600, unknown=3600)

    assert kpi.availability(e) == Decimal("0.5")
    assert kpi.availability(e, Policy(unknown_counts=False)) == 1


def test_silence_is_unknown_and_never_idle() -> None:
    starts = datetime(2026, 3, 12, 5, tzinfo=UTC)
    window = Window(Span(starts, starts + timedelta(hours=1)))
    late = [Interval(starts + timedelta(minutes=20), None, EquipmentState.RUN, None, Work(), 1)]

    e = total(elements(window, late, [], LOSSES.__getitem__, lambda _item: None).values())

    assert (e.unknown, e.production, e.idle) == (20 * 60, 40 * 60, 0)


def test_a_breakdown_counts_as_a_failure_in_the_shift_in_which_it_began() -> None:
    starts = datetime(2026, 3, 12, 5, tzinfo=UTC)
    down = [Interval(starts - timedelta(minutes=9), None, EquipmentState.DOWN, None, Work(), 1)]
    before = Window(Span(starts - timedelta(hours=1), starts))
    after = Window(Span(starts, starts + timedelta(hours=1)))

    found = [
        total(elements(w, down, [], LOSSES.__getitem__, lambda _item: None).values()) for w in (before, after)
    ]

    assert [(e.failures, e.breakdown) for e in found] == [(1, 9 * 60), (0, 3600)]


@pytest.mark.parametrize(
    ("state", "given", "has_order", "in_break", "expected"),
    [
        (EquipmentState.RUN, Loss.NONE, True, True, (Element.APT, None)),
        (EquipmentState.IDLE, Loss.NONE, True, False, (Element.ADET, Loss.MINOR_STOP)),
        (EquipmentState.IDLE, Loss.NONE, False, False, (Element.ADOT, Loss.MINOR_STOP)),
        (EquipmentState.IDLE, Loss.NONE, True, True, (Element.PLANNED, None)),
        (EquipmentState.DOWN, Loss.NONE, True, False, (Element.ADET, Loss.BREAKDOWN)),
        (EquipmentState.DOWN, Loss.SETUP, True, False, (Element.ADET, Loss.SETUP)),
        (EquipmentState.DOWN, Loss.PLANNED, True, False, (Element.PLANNED, None)),
        (EquipmentState.SETUP, Loss.NONE, True, True, (Element.AUST, Loss.SETUP)),
        (EquipmentState.SETUP, Loss.BREAKDOWN, True, False, (Element.AUST, Loss.BREAKDOWN)),
        (EquipmentState.PM, Loss.NONE, False, False, (Element.PLANNED, None)),
        (EquipmentState.PM, Loss.BREAKDOWN, False, False, (Element.ADOT, Loss.BREAKDOWN)),
        (EquipmentState.UNKNOWN, Loss.NONE, True, False, (Element.UNKNOWN, None)),
        (EquipmentState.UNKNOWN, Loss.MINOR_STOP, True, False, (Element.ADET, Loss.MINOR_STOP)),
    ],
)
def test_a_state_is_an_element_and_perhaps_a_loss(
    state: EquipmentState, given: Loss, has_order: bool, in_break: bool, expected: tuple[Element, Loss | None]
) -> None:
    assert classified(state, given, has_order=has_order, in_break=in_break) == expected

"""From the ledger's entries to intervals: corrections, joining and short stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.ledger import Entry, Interval, Work, effective, fold
from addons.mes_equipment.rules.state import EquipmentState

START = datetime(2026, 3, 12, 5, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
RUN, DOWN, IDLE = EquipmentState.RUN, EquipmentState.DOWN, EquipmentState.IDLE

works = st.builds(Work, order=st.sampled_from((None, "WO-1", "WO-2")))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """Entries with corrections of earlier ones, each corrected once at most, as the database keeps it."""
    made: list[Entry] = []
    free: list[int] = []
    for number in range(1, draw(st.integers(1, 25)) + 1):
        corrected = draw(st.sampled_from((None, *free)))
        if corrected is not None:
            free.remove(corrected)
        made.append(
            Entry(
                number,
                START + timedelta(seconds=draw(st.integers(0, 7200))),
                draw(st.sampled_from(list(EquipmentState))),
                draw(st.sampled_from((None, 1, 2))),
                draw(works),
                corrected,
                withdrawn=corrected is not None and draw(st.booleans()),
            )
        )
        free.append(number)
    return made


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def _seen(intervals: list[Interval]) -> list[tuple[EquipmentState, float]]:
    return [(i.state, (i.starts_at - START).total_seconds() / 60) for i in intervals]


@given(ledgers())
def test_intervals_meet_without_gap_and_the_last_stays_open(entries: list[Entry]) -> None:
    intervals = fold(entries, FIVE_MINUTES)

    counting = effective(entries)
    assert bool(intervals) == bool(counting)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(intervals))
    if intervals:
        assert intervals[0].starts_at == counting[0].at
        assert intervals[-1].ends_at is None


@given(ledgers())
def test_at_every_entry_the_interval_says_what_the_entry_says_or_that_the_stop_was_short(
    entries: list[Entry],
) -> None:
    intervals = fold(entries, FIVE_MINUTES)

    for entry in effective(entries):
        (found,) = [
            i for i in intervals if i.starts_at <= entry.at and (i.ends_at is None or entry.at < i.ends_at)
        ]
        assert found.work == entry.work
        judged = {EquipmentState.MINOR_STOP, DOWN} & {found.state}
        assert found.state == entry.state or judged
        assert entry.reason_id in (None, found.reason_id)


@given(ledgers(), st.integers(0, 7200))
def test_folding_from_where_an_interval_begins_gives_the_rest_of_the_whole(
    entries: list[Entry], second: int
) -> None:
    whole = fold(entries, FIVE_MINUTES)
    before = [i for i in whole if i.starts_at <= START + timedelta(seconds=second)]
    if not before:
        return
    begin = before[-1].starts_at

    rest = fold([e for e in effective(entries) if e.at >= begin], FIVE_MINUTES)

    assert rest == whole[len(before) - 1 :]


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    entries = [
        Entry(1, at(0), RUN),
        Entry(2, at(10), DOWN),
        Entry(3, at(30), RUN),
        Entry(4, at(10), EquipmentState.SETUP, corrects_id=2),
    ]

    assert _seen(fold(entries, FIVE_MINUTES)) == [(RUN, 0), (EquipmentState.SETUP, 10), (RUN, 30)]


def test_what_is_withdrawn_leaves_the_former_state() -> None:
    entries = [
        Entry(1, at(0), RUN),
        Entry(2, at(10), DOWN),
        Entry(3, at(10), DOWN, corrects_id=2, withdrawn=True),
    ]

    assert _seen(fold(entries, FIVE_MINUTES)) == [(RUN, 0)]


def test_a_correction_may_be_corrected() -> None:
    entries = [
        Entry(1, at(0), DOWN),
        Entry(2, at(0), IDLE, corrects_id=1),
        Entry(3, at(0), EquipmentState.PM, corrects_id=2),
    ]

    assert _seen(fold(entries, FIVE_MINUTES)) == [(EquipmentState.PM, 0)]


def test_a_stop_below_the_threshold_is_minor_and_one_that_reaches_it_is_not() -> None:
    entries = [Entry(1, at(0), DOWN), Entry(2, at(4.99), RUN), Entry(3, at(10), DOWN), Entry(4, at(15), RUN)]

    assert [i.state for i in fold(entries, FIVE_MINUTES)] == [EquipmentState.MINOR_STOP, RUN, DOWN, RUN]


def test_a_stop_that_lasts_is_no_minor_one_yet() -> None:
    assert [i.state for i in fold([Entry(1, at(0), DOWN)], FIVE_MINUTES)] == [DOWN]


def test_a_short_stop_with_a_reason_stays_what_it_was() -> None:
    entries = [Entry(1, at(0), DOWN, reason_id=7), Entry(2, at(2), RUN)]

    assert [i.state for i in fold(entries, FIVE_MINUTES)] == [DOWN, RUN]


def test_waiting_without_an_order_is_no_stop_however_short() -> None:
    entries = [
        Entry(1, at(0), IDLE),
        Entry(2, at(1), RUN),
        Entry(3, at(2), IDLE, work=Work("WO-1")),
        Entry(4, at(3), RUN),
    ]

    assert [i.state for i in fold(entries, FIVE_MINUTES)] == [IDLE, RUN, EquipmentState.MINOR_STOP, RUN]


def test_a_reason_given_at_the_beginning_of_a_stop_holds_for_what_the_control_says_next() -> None:
    entries = [Entry(1, at(0), DOWN, reason_id=7), Entry(2, at(3), DOWN), Entry(3, at(20), RUN)]

    assert [(i.state, i.reason_id) for i in fold(entries, FIVE_MINUTES)] == [(DOWN, 7), (RUN, None)]


def test_another_order_begins_another_interval() -> None:
    entries = [Entry(1, at(0), RUN, work=Work("WO-1")), Entry(2, at(3), RUN, work=Work("WO-2"))]

    assert [i.work.order for i in fold(entries, FIVE_MINUTES)] == ["WO-1", "WO-2"]

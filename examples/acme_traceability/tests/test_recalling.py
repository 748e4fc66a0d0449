"""A bad lot is called back with everything that it went into, and nothing else."""

from datetime import UTC, date, datetime

import pytest
from core import Env, Forbidden, UserError
from core.base import Lot
from core.testing import AsUser, Heard, HeldClock, QueryBudget, signing

from acme_traceability.actions.holding import hold, release
from acme_traceability.actions.recalling import call_back, close
from acme_traceability.models import Recall, RecallState, Standing, TracedLot

Chain = dict[str, Lot]
MANAGER, RECORDER = "acme_traceability.quality_manager", "acme_traceability.recorder"


def standings(chain: Chain) -> dict[str, Standing]:
    return {number: TracedLot.of(lot).standing for number, lot in chain.items()}


def recalled(env: Env, lot: Lot) -> Recall:
    (recall,) = call_back.run(env, [lot], reason="Porous").opened
    assert isinstance(recall, Recall)
    return recall


def test_a_recall_blocks_and_lists_what_the_lot_went_into(env: Env, chain: Chain, clock: HeldClock) -> None:
    clock.set(datetime(2026, 3, 1, 12, tzinfo=UTC))

    recall = recalled(env, chain["CASTING"])
    env.finish()

    assert {line.lot.number: line.steps for line in recall.lines} == {
        "CASTING": 0,
        "BODY": 1,
        "VALVE-1": 2,
        "VALVE-2": 2,
    }
    assert standings(chain) == {
        "CASTING": Standing.RECALLED,
        "BODY": Standing.RECALLED,
        "SEAL": Standing.FREE,
        "VALVE-1": Standing.RECALLED,
        "VALVE-2": Standing.RECALLED,
    }
    assert (recall.number, recall.opened_on, recall.affected) == ("RC-2026-0001", date(2026, 3, 1), 4)


def test_others_hear_of_a_recall(env: Env, chain: Chain, heard: Heard) -> None:
    heard.listen("lots_recalled")

    recall = recalled(env, chain["SEAL"])

    (call,) = heard.of("lots_recalled")
    assert (call["recall"], call["lots"]) == (recall, [chain["SEAL"].id, chain["VALVE-2"].id])


def test_a_recall_is_closed_by_a_signature_when_every_lot_is_settled(as_user: AsUser, chain: Chain) -> None:
    manager = as_user(MANAGER)
    recall = recalled(manager, manager.get(Lot, chain["SEAL"].id))
    recall.lines[0].settled = True

    with pytest.raises(UserError, match=r"1 lot of .* is not settled yet"):
        close.run(manager, [recall])
    recall.lines[1].settled = True
    with pytest.raises(UserError, match="has to be signed"):
        close.run(manager, [recall])
    signing(manager, recall)
    close.run(manager, [recall])

    assert recall.state == RecallState.CLOSED


def test_a_held_lot_is_released_and_a_recalled_one_is_not(env: Env, chain: Chain) -> None:
    seal = chain["SEAL"]
    hold.run(env, [seal], reason="Certificate missing")
    assert (TracedLot.of(seal).standing, TracedLot.of(seal).reason) == (Standing.HELD, "Certificate missing")

    release.run(env, [seal])
    assert TracedLot.of(seal).standing == Standing.FREE

    recalled(env, seal)
    with pytest.raises(UserError, match="not possible"):
        release.run(env, [seal])


def test_who_records_uses_calls_nothing_back_and_a_manager_who_may_not_write_lots_does(
    as_user: AsUser, chain: Chain
) -> None:
    recorder, manager = as_user(RECORDER), as_user(MANAGER)

    with pytest.raises(Forbidden):
        call_back.run(recorder, [recorder.get(Lot, chain["SEAL"].id)], reason="Swollen")
    recall = recalled(manager, manager.get(Lot, chain["SEAL"].id))

    assert recall.affected == 2


def test_a_long_way_costs_one_statement_a_level(env: Env, chain: Chain, query_budget: QueryBudget) -> None:
    from acme_traceability.actions.tracing import Direction, links

    with query_budget(3):
        found = links(env, [chain["CASTING"].id], Direction.FORWARD)

    assert len(found) == 3

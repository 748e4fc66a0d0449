"""What happens when uses of lots are written down, and when an item changes."""

from collections.abc import Callable

import pytest
from core import Env, UserError, bulk
from core.base import Item, Lot, Tracking

from acme_traceability.actions.holding import hold
from acme_traceability.models import LotUse, Standing, TracedLot

Use = Callable[[Lot, Lot], LotUse]


def test_what_is_made_of_a_held_lot_is_held_and_the_use_is_kept(
    env: Env, lot: Callable[[str], Lot], use: Use
) -> None:
    casting, body = lot("CASTING"), lot("BODY")
    hold.run(env, [casting], reason="Cracks")

    made = use(casting, body)

    assert made.id
    assert TracedLot.of(body).standing == Standing.HELD
    assert TracedLot.of(body).reason == "Made of CASTING, which is blocked"


def test_a_lot_does_not_go_into_what_it_is_made_of(env: Env, chain: dict[str, Lot], use: Use) -> None:
    with pytest.raises(UserError, match="VALVE-2 would be made of itself: CASTING went into it already"):
        use(chain["VALVE-2"], chain["CASTING"])


def test_neither_by_a_correction(
    env: Env, chain: dict[str, Lot], use: Use, lot: Callable[[str], Lot]
) -> None:
    correct = use(chain["VALVE-1"], lot("CRATE"))

    correct.product_id = chain["CASTING"].id
    with pytest.raises(UserError, match="would be made of itself"):
        env.flush()


def test_an_item_whose_lots_are_traced_stays_tracked(env: Env, chain: dict[str, Lot]) -> None:
    item = env.get(Item, chain["BODY"].item_id)
    item.tracking = Tracking.LOT
    env.flush()

    with pytest.raises(UserError, match="keeps being tracked"):
        bulk.update(env, Item, [{"id": item.id, "tracking": Tracking.NONE}])

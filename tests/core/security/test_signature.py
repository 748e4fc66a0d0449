"""A signed step takes the person's password, and the signature stays tied to what was signed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseLine, PurchaseOrder, purchase_workflow
from addons.erp_supply.models.purchase import sign_approvals
from core.actions import run, run_each
from core.base import Item, Party, Unit, settings
from core.base.actions.signing import signatures
from core.base.settings import Level
from core.errors import Conflict, UserError
from core.orm.env import Env
from core.security.signature import Signature, SignatureNeeded, SigningProof, Validity, present
from core.testing import signing

NAME = "erp_supply.purchase_order"


@pytest.fixture
def orders(env: Env, make: Callable[..., Any]) -> list[PurchaseOrder]:
    """Two orders that wait for approval, on a site where approvals are signed."""
    settings.choose(env, sign_approvals, True, Level.SITE)
    unit = make(Unit, code="PCE")
    found = []
    for _number in range(2):
        line = PurchaseLine(
            item_id=make(Item, unit_id=unit.id).id, unit_id=unit.id, quantity=Decimal(3), price=Decimal(7)
        )
        found.append(make(PurchaseOrder, supplier_id=make(Party).id, lines=[line]))
    purchase_workflow.move(env, found, OrderState.TO_APPROVE)
    env.flush()
    return found


@pytest.fixture
def tove(as_user: Callable[..., Env]) -> Env:
    """Somebody who approves."""
    return as_user("erp_supply.supply_manager")


def seen(tove: Env, orders: list[PurchaseOrder]) -> list[PurchaseOrder]:
    return [tove.get(PurchaseOrder, order.id) for order in orders]


def test_without_a_password_nothing_moves(tove: Env, orders: list[PurchaseOrder]) -> None:
    (first, _second) = seen(tove, orders)

    with pytest.raises(SignatureNeeded) as refused, tove.savepoint():
        run(tove, purchasing.approve, [first])

    assert str(refused.value.meaning) == "I have checked this order and approve it."
    assert first.state is OrderState.TO_APPROVE


def test_a_signature_says_who_when_what_it_means_and_of_which_version(
    env: Env, tove: Env, orders: list[PurchaseOrder]
) -> None:
    (first, _second) = seen(tove, orders)
    signing(tove, first)

    run(tove, purchasing.approve, [first])
    tove.finish()

    (signed,) = signatures(tove, first)
    assert (signed.printed_name, signed.meaning) == (
        tove.principal.name,
        "I have checked this order and approve it.",
    )
    assert (signed.record_version, signed.validity) == (first.version, Validity.CURRENT)


def test_a_later_change_of_content_makes_it_one_of_an_earlier_version(
    env: Env, tove: Env, orders: list[PurchaseOrder]
) -> None:
    (first, _second) = seen(tove, orders)
    signing(tove, first)
    run(tove, purchasing.approve, [first])
    tove.finish()

    run(tove, purchasing.confirm, [first], {})
    tove.finish()
    confirmed = signatures(tove, first)[0].validity
    first.promised_on = first.ordered_on
    tove.finish()

    assert confirmed is Validity.CURRENT
    assert signatures(tove, first)[0].validity is Validity.EARLIER


def test_what_was_changed_after_it_was_read_is_not_signed(
    env: Env, tove: Env, orders: list[PurchaseOrder]
) -> None:
    (first, _second) = seen(tove, orders)
    proof = SigningProof(
        tove.user_id or 0, ("login", "password"), frozenset({(NAME, first.id, first.version)})
    )
    orders[0].note = "Another text"
    env.flush()
    present(tove, proof)

    with pytest.raises(Conflict, match="changed after you read it"):
        run(tove, purchasing.approve, [first])


def test_what_the_signer_did_not_see_is_not_signed(tove: Env, orders: list[PurchaseOrder]) -> None:
    first, second = seen(tove, orders)
    signing(tove, first)

    with pytest.raises(SignatureNeeded, match="not among what you signed"):
        run(tove, purchasing.approve, [second])


def test_in_bulk_each_record_has_a_signature_and_a_refused_one_has_none(
    env: Env, tove: Env, orders: list[PurchaseOrder]
) -> None:
    first, second = seen(tove, orders)
    second.submitted_by_id = tove.user_id
    signing(tove, first, second)

    done = run_each(tove, purchasing.approve, [first, second])
    tove.finish()

    assert [outcome.error is None for outcome in done.outcomes] == [True, False]
    assert [len(signatures(tove, order)) for order in (first, second)] == [1, 0]


def test_the_system_cannot_sign(env: Env, orders: list[PurchaseOrder]) -> None:
    with pytest.raises(SignatureNeeded):
        run(env, purchasing.approve, [orders[0]])


def test_nobody_alters_or_deletes_a_signature(env: Env, tove: Env, orders: list[PurchaseOrder]) -> None:
    (first, _second) = seen(tove, orders)
    signing(tove, first)
    run(tove, purchasing.approve, [first])
    tove.finish()
    signed = env.session.scalars(select(Signature)).one()

    with pytest.raises(UserError, match="never changed or deleted"), env.savepoint():
        signed.meaning = "Read"
    with pytest.raises(UserError, match="never changed or deleted"), env.savepoint():
        env.delete(env.session.scalars(select(Signature)).one())

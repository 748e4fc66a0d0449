"""A purchase order is signed as 21 CFR Part 11 asks, and nobody makes another signature of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseOrder
from addons.erp_supply.models.purchase import sign_approvals
from core.audit import heads
from core.audit.check import check
from core.audit.finding import Tampering
from core.audit.sealer import Sealer
from core.base import User, settings
from core.base.settings import Level
from core.orm import guards
from core.orm.env import open_env
from core.security.principal import principal_of
from core.security.signature import Signature
from core.testing import HeldClock
from core.testing.browsing import signed_in
from core.testing.rest import Rest, rest_of
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, do, order

pytestmark = pytest.mark.story

NOON = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)


def user(plant: Plant, login: str) -> int:
    with open_env(plant.site) as env:
        return env.session.scalars(select(User.id).where(User.login == login)).one()


def waiting(plant: Plant, quantity: int) -> str:
    """The address of an order of Maren's that waits for approval."""
    with plant.env("maren") as env:
        made = order(env, ("CS-210-RAW", quantity, 948))
        do(env, purchasing.send, made)
        assert made.state is OrderState.TO_APPROVE
        return f"erp_supply/purchase_order/{made.id}"


def found(plant: Plant) -> set[Tampering]:
    """What a check finds, but for what the site that the plant is a copy of signed with its own key."""
    problems = check(plant.site, heads.file_of(plant.site.folder)).problems
    return {problem.kind for problem in problems} - {Tampering.UNVERIFIED}


def tampered_with(plant: Plant, statement: str) -> set[Tampering]:
    """What a check finds after somebody had the database and not the key."""
    with plant.site.engine.connect().execution_options(dovetail_write=True) as connection:
        guards.drop(connection, ["base_signature"])
        connection.execute(text(statement))
        connection.commit()
    return found(plant)


def test_an_approval_is_signed_by_a_password_and_stays_tied_to_what_was_approved(
    plant: Plant, clock: HeldClock
) -> None:
    clock.set(NOON)

    # The controller of Kestrel has approvals signed from today on.
    with open_env(plant.site, write=True) as env:
        settings.choose(env, sign_approvals, True, Level.SITE)
    address, other = waiting(plant, 120), waiting(plant, 90)
    tove: Rest = rest_of(plant.site, user(plant, "tove"))
    version = tove.get(address).json["version"]

    # Tove's tool has her token. That is no signature, nor is a wrong password, nor an order that she has not read.
    assert tove.post(f"{address}/approve").json["code"] == "signature_needed"
    wrong = tove.sign(f"{address}/approve", version=version, password="guessed")
    assert (wrong.status, wrong.json["code"]) == (401, "sign_in_refused")
    assert tove.sign(f"{address}/approve", version=version - 1).status == 409
    assert tove.get(address).json["state"] == "to_approve"

    # With her password it is: her name, the moment, what it means, and the version that she approved.
    clock.set(NOON + timedelta(minutes=5))
    signed = tove.sign(f"{address}/approve", version=version)
    assert (signed.status, signed.json["record"]["state"]) == (200, "sent")
    with open_env(plant.site) as env:
        kept = env.session.scalars(select(Signature)).one()
        assert (kept.printed_name, kept.signed_at, kept.meaning) == (
            "Tove", NOON + timedelta(minutes=5), "I have checked this order and approve it.",
        )  # fmt: skip
        assert kept.record_version == signed.json["record"]["version"]
        maren = principal_of(env, user(plant, "maren"))

    # Whoever opens the order sees it, and it is printed with it.
    page, record = signed_in(plant.site, maren), int(address.rpartition("/")[2])
    form = page.get(f"/m/erp_supply.purchase_order/{record}").text
    paper = page.get(f"/m/erp_supply.purchase_order/{record}/-/print").text
    for shown in (form, paper):
        assert "I have checked this order and approve it." in shown
        assert f"Unchanged since then (version {kept.record_version})" in shown
    assert "9 Mar 2026" in paper

    # When the order is changed after that, the signature says that it is of another version.
    with plant.env("maren") as env:
        do(env, purchasing.reopen, env.get(PurchaseOrder, record), reason="More castings")
        env.get(PurchaseOrder, record).lines[0].quantity += 1
    assert f"Of an earlier version (version {kept.record_version})" in page.get(
        f"/m/erp_supply.purchase_order/{record}"
    ).text  # fmt: skip

    # Nobody gets it under the other order unseen.
    Sealer(plant.site).run_waiting()
    assert found(plant) == set()
    moved = f"UPDATE base_signature SET record_id = {int(other.rpartition('/')[2])}"  # noqa: S608 -- a number
    assert tampered_with(plant, moved) == {Tampering.TRANSPLANTED}

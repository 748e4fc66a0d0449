"""The dialog of a signed step: what it means, the password, and one signature for each record."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseOrder
from addons.erp_supply.models.purchase import sign_approvals
from core.base import User, settings
from core.base.settings import Level
from core.orm.env import open_env
from core.security.principal import principal_of
from core.security.signature import Signature
from core.testing.browsing import csrf_of, signed_in
from core.testing.signatures import PASSWORD, form_of, login_of
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, do, order

LIST = "/m/erp_supply.purchase_order"


class Desk:
    """Tove at her desk, two orders waiting for her."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        with open_env(plant.site, write=True) as env:
            settings.choose(env, sign_approvals, True, Level.SITE)
            self.tove = env.session.scalars(select(User.id).where(User.login == "tove")).one()
            principal = principal_of(env, self.tove)
        login_of(plant.site, self.tove)
        self.client: FlaskClient = signed_in(plant.site, principal)
        self.headers = csrf_of(self.client.get("/").text)
        self.ids = [self._waiting() for _order in range(2)]

    def _waiting(self) -> int:
        with self.plant.env("maren") as env:
            made = order(env, ("CS-210-RAW", 120, 948))
            do(env, purchasing.send, made)
            return made.id

    def form(self, *ids: int, **changed: str) -> dict[str, str | Sequence[str]]:
        with open_env(self.plant.site) as env:
            orders = [env.get(PurchaseOrder, i) for i in ids]
            for one in orders:
                env.session.expunge(one)
        return {"ids": [str(i) for i in ids], **form_of(self.plant.site, self.tove, *orders), **changed}

    def post(self, verb: str, data: dict[str, str | Sequence[str]]) -> TestResponse:
        return self.client.post(f"{LIST}/-/{verb}/approve", data=data, headers=self.headers)

    def states(self) -> list[OrderState]:
        with open_env(self.plant.site) as env:
            return [env.get(PurchaseOrder, i).state for i in self.ids]

    def signed(self) -> list[int]:
        with open_env(self.plant.site) as env:
            return sorted(env.session.scalars(select(Signature.record_id)))


@pytest.fixture
def desk(plant: Plant) -> Desk:
    return Desk(plant)


WAITING, SENT = OrderState.TO_APPROVE, OrderState.SENT


def test_the_dialog_says_what_the_signature_means_and_asks_for_all_components_once(desk: Desk) -> None:
    first, second = desk.ids

    asked = desk.post("action", {"ids": [str(first)]})
    done = desk.post("action", desk.form(first))
    again = desk.post("action", {"ids": [str(second)]})

    assert "I have checked this order and approve it." in asked.text
    assert 'name="_login"' in asked.text
    assert done.status_code == 303
    assert 'name="_password"' in again.text
    assert 'name="_login"' not in again.text
    assert (desk.states(), desk.signed()) == ([SENT, WAITING], [first])


def test_a_wrong_password_is_told_at_its_input_and_is_not_sent_back(desk: Desk) -> None:
    answer = desk.post("action", desk.form(desk.ids[0], _password="guessed it"))

    assert answer.status_code == 422
    assert "The login or the password is wrong." in answer.text
    assert "guessed it" not in answer.text
    assert (desk.states()[0], desk.signed()) == (WAITING, [])


def test_what_changed_while_the_dialog_stood_open_is_not_signed(desk: Desk) -> None:
    form = desk.form(desk.ids[0])
    with desk.plant.env("maren") as env:
        env.get(PurchaseOrder, desk.ids[0]).note = "By lorry"

    answer = desk.post("action", form)

    assert answer.status_code == 409
    assert (desk.states()[0], desk.signed()) == (WAITING, [])


def test_one_password_signs_each_of_several_orders(desk: Desk) -> None:
    asked = desk.post("do", {"ids": [str(i) for i in desk.ids]})
    done = desk.post("do", desk.form(*desk.ids))

    assert asked.text.count('name="_seen"') == 2
    assert asked.text.count('name="_password"') == 1
    assert done.status_code == 303
    assert (desk.states(), desk.signed()) == ([SENT, SENT], desk.ids)


def test_of_several_only_what_was_seen_is_signed(desk: Desk) -> None:
    first, second = desk.ids
    form = desk.form(first)
    form["ids"] = [str(first), str(second)]

    answer = desk.post("do", form)

    assert "was not among what you signed" in answer.text
    assert (desk.states(), desk.signed()) == ([SENT, WAITING], [first])


def test_a_board_asks_before_it_moves_a_card(desk: Desk) -> None:
    first = desk.ids[0]
    data = {
        "id": str(first),
        "version": desk.form(first)["_seen"][0].partition(":")[2],
        "by": "state",
        "to": "sent",
    }

    asked = desk.client.post(f"{LIST}/-/move", data=data, headers=desk.headers)

    assert "I have checked this order and approve it." in asked.text
    assert PASSWORD not in asked.text
    assert desk.states()[0] is WAITING

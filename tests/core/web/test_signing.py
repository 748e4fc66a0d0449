"""The dialog of a signed step: what it means, the password, and one signature for each record."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.test import TestResponse

from addons.erp_supply.actions import purchasing
from addons.erp_supply.models import OrderState, PurchaseOrder
from addons.erp_supply.models.purchase import sign_approvals
from core import config
from core.base import User, settings
from core.base.settings import Level
from core.config import Settings
from core.orm.env import open_env
from core.security import passkey
from core.security.account import Credential
from core.security.passkey import Place, Question
from core.security.principal import principal_of
from core.security.signature import Signature
from core.testing.browser import driving
from core.testing.browsing import csrf_of, signed_in
from core.testing.signatures import PASSWORD, form_of, login_of
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, do, order
from tests.core.security.authenticator import Authenticator
from tests.core.web.devices import with_device

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


THERE = Place("localhost", "https://localhost")


def _without_password(desk: Desk) -> Authenticator:
    """Tove has a passkey instead, as people of an identity provider have."""
    device = Authenticator(THERE.host, THERE.origin)
    with open_env(desk.plant.site, write=True) as env:
        credential = env.session.get(Credential, desk.tove)
        assert credential is not None
        credential.password_hash = None
        question = passkey.begin(env, desk.tove, THERE)
    begun = passkey.taken(desk.plant.site, question.ticket)
    with open_env(desk.plant.site, write=True) as env:
        passkey.register(env, desk.tove, THERE, "Desk", begun, device.create(question))
    return device


def test_who_has_a_passkey_and_no_password_signs_what_the_passkey_was_asked_about(desk: Desk) -> None:
    (first, second), device = desk.ids, _without_password(desk)

    def answer(*ids: int) -> dict[str, str]:
        asked = desk.client.post(
            "/-/sign/erp_supply.purchase_order/question", data=_sent(*ids), headers=desk.headers
        ).get_json()
        credential = device.get(Question(asked["ticket"], asked["options"]))
        return {"_ticket": asked["ticket"], "_credential": credential}

    def _sent(*ids: int) -> dict[str, str | Sequence[str]]:
        form = desk.form(*ids)
        return {name: value for name, value in form.items() if name not in ("_login", "_password")}

    asked = desk.post("action", {"ids": [str(first)]})
    other = desk.post("action", _sent(first) | answer(second))
    without = desk.post("action", _sent(first))
    done = desk.post("action", _sent(first) | answer(first))

    assert "Sign with a passkey" in asked.text
    assert 'name="_password"' not in asked.text
    assert (other.status_code, without.status_code, done.status_code) == (422, 422, 303)
    assert "This passkey is not accepted here." in other.text
    assert (desk.states(), desk.signed()) == ([SENT, WAITING], [first])
    with open_env(desk.plant.site) as env:
        assert env.session.scalars(select(Signature.components)).all() == ["passkey"]


@pytest.mark.browser
def test_a_device_signs_in_the_dialog(desk: Desk, chromium: Chromium) -> None:
    config.write(Settings(desk.plant.site.folder, secure_cookies=False))
    with driving(desk.plant.site, chromium) as driver:
        driver.address = driver.address.replace("127.0.0.1", "localhost")  # a passkey is of a host by name
        with open_env(desk.plant.site) as env:
            page = driver.page(principal_of(env, desk.tove))
        with_device(page)
        page.goto("/-/settings/passkeys/new")
        page.fill("[name=name]", "Desk")
        page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_text("Each works once")).to_be_visible()

        page.goto(f"{LIST}/{desk.ids[0]}")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("I have checked this order and approve it.")).to_be_visible()
        page.get_by_role("button", name="Sign with a passkey").click()

        expect(page.locator('[aria-current="step"]')).to_have_text("Sent")
        expect(page.locator("#dt-timeline")).to_contain_text("Unchanged since then")
        assert driver.complaints == []

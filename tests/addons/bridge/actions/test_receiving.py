"""Receiving: the partner's account with its own token is heard, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from addons.bridge.actions.telling import HERE
from addons.bridge.joins.erp.models import FloorIssue
from addons.bridge.messages import b2mml
from addons.bridge.messages.envelope import Envelope, Sender, sealed, to_json
from addons.bridge.messages.envelope import from_json as envelope_of
from addons.bridge.messages.message import ProcessOperationsPerformance
from addons.bridge.messages.noun import (
    MaterialActual,
    MaterialUse,
    OperationsPerformance,
    OperationsType,
    Quantity,
)
from addons.bridge.messages.reconciliation import Flow, GetReconciliation, Period, ShowReconciliation
from addons.bridge.models import Partner, Side
from core.app import web
from core.base.models.mechanism import IncomingMessage, IncomingState
from tests.addons.bridge.connection import give_token
from tests.addons.bridge.house import House, count, one, partner, quantity
from tests.addons.bridge.store import on_hand, received

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)


def use(number: int = 1, *, company: str = "KH", pieces: int = 2, message_id: str = "") -> Envelope:
    """The floor's report that filters were used, as the number-th of its key."""
    actual = MaterialActual("FILTER", Quantity(quantity(pieces), "H87"), MaterialUse.CONSUMABLE)
    performance = OperationsPerformance(
        str(number), company, OperationsType.MAINTENANCE, AT, AT, equipment="M-1", materials=(actual,)
    )
    return sealed(
        Envelope(
            message_id or f"0190-{number}", Sender("KH", "MES"), AT, "1/use/1", number,
            ProcessOperationsPerformance(performance),
        )
    )  # fmt: skip


@dataclass
class Office:
    """The ERP's server with ten filters, and the token that the floor has for it."""

    house: House
    client: FlaskClient
    partner_id: int
    token: str

    def hand(self, body: str, *, token: str | None = None) -> int:
        """Hand a message over; the status of the answer."""
        return self.client.post(
            f"/api/bridge/partner/{self.partner_id}/receive", json={"message": body},
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        ).status_code  # fmt: skip

    def ask(self, company: str = "KH", *, token: str | None = None) -> TestResponse:
        """Ask what the ERP has."""
        period = Period(AT, AT.replace(year=2100))
        question = GetReconciliation(company, period, tuple(Flow))
        envelope = sealed(Envelope("0190-ask", Sender("KH", "MES"), AT, "reconciliation", 0, question))
        return self.client.post(
            f"/api/bridge/partner/{self.partner_id}/receive", json={"message": text(envelope)},
            headers={"Authorization": f"Bearer {self.token if token is None else token}"},
        )  # fmt: skip

    def issued(self) -> int:
        with self.house.env(write=False) as env:
            return count(env, FloorIssue)

    def states(self) -> list[IncomingState]:
        with self.house.env(write=False) as env:
            handed = select(IncomingMessage.state).where(IncomingMessage.sender != HERE)
            return list(env.session.scalars(handed.order_by(IncomingMessage.id)))


@pytest.fixture
def erp(office: House) -> Office:
    with office.env("priya") as env:
        received(env, "FILTER", 10)
    with office.env() as env:
        partner_id = partner(env, Side.MES, "https://floor.example/").id
    return Office(
        office, web(office.site).test_client(), partner_id, give_token(to=office, of=office, name="own")
    )


def text(envelope: Envelope) -> str:
    return to_json(envelope).decode()


def test_a_message_three_times_has_its_effect_once(erp: Office) -> None:
    assert [erp.hand(text(use())) for _time in range(3)] == [200, 200, 200]

    assert erp.issued() == 1
    with erp.house.env(write=False) as env:
        assert one(env, IncomingMessage, message_id="0190-1").hits == 3
        assert on_hand(env, "FILTER") == 8


def test_a_later_message_waits_for_the_earlier_one(erp: Office) -> None:
    erp.hand(text(use(2, pieces=1)))
    assert (erp.issued(), erp.states()) == (0, [IncomingState.WAITING])

    erp.hand(text(use(1)))

    assert (erp.issued(), set(erp.states())) == (2, {IncomingState.DONE})


def test_another_content_under_a_known_id_is_quarantined(erp: Office) -> None:
    erp.hand(text(use()))
    erp.hand(text(use(pieces=9)))

    assert erp.issued() == 1
    assert IncomingState.POISON in erp.states()


def test_b2mml_is_understood_as_well(erp: Office) -> None:
    assert erp.hand(b2mml.to_xml(use()).decode()) == 200

    assert erp.issued() == 1


def test_a_forged_token_another_account_and_another_company_get_nothing(erp: Office) -> None:
    other_company = give_token(to=erp.house, of=erp.house, name="ines", login="ines")
    other_account = give_token(to=erp.house, of=erp.house, name="kira", login="kira")

    refused = [erp.hand(text(use()), token=t) for t in ("dovetail_forged", "", other_company, other_account)]

    assert refused == [401, 401, 404, 403]
    assert erp.hand(text(use(company="OM"))) == 403
    assert (erp.issued(), erp.states()) == (0, [])


def test_a_question_of_the_partner_is_answered_and_leaves_nothing_behind(erp: Office) -> None:
    answer = erp.ask()

    assert answer.status_code == 200
    told = envelope_of((answer.json or {})["answer"]["message"].encode())
    assert isinstance(told.payload, ShowReconciliation)
    assert told.correlation_id == "0190-ask"
    assert {fact.what for fact in told.payload.facts if fact.flow is Flow.RECEIPTS} == {"FILTER · A-01"}
    assert erp.states() == []


def test_a_question_of_anybody_else_or_about_another_company_gets_nothing(erp: Office) -> None:
    strangers = [
        give_token(to=erp.house, of=erp.house, name=login, login=login) for login in ("ines", "kira")
    ]

    answers = [erp.ask(token=token) for token in ("dovetail_forged", "", *strangers)]
    answers.append(erp.ask("OM"))

    assert [answer.status_code for answer in answers] == [401, 401, 404, 403, 403]
    assert not any("answer" in (answer.json or {}) or "FILTER" in answer.text for answer in answers)


def test_an_answer_that_nobody_asked_for_is_refused(erp: Office) -> None:
    unasked = sealed(Envelope("0190-x", Sender("KH", "MES"), AT, "", 0, ShowReconciliation()))

    assert erp.hand(text(unasked)) == 422
    assert erp.states() == []


def test_a_token_of_the_partner_opens_nothing_else(erp: Office) -> None:
    for address in ("/api/base/item", "/api/erp_supply/stock_quant", "/api/base/company"):
        answer = erp.client.get(address, headers={"Authorization": f"Bearer {erp.token}"})
        assert answer.status_code == 403, address


def test_a_partner_that_was_switched_off_is_not_heard(erp: Office) -> None:
    with erp.house.env() as env:
        env.get(Partner, erp.partner_id).active = False

    assert erp.hand(text(use())) == 422
    assert erp.issued() == 0


def test_what_is_damaged_or_of_an_unknown_version_is_refused_for_good(erp: Office) -> None:
    told = text(use())
    assert erp.hand(told.replace('"value":"2"', '"value":"3"')) == 422
    assert erp.hand(text(replace(use(), schema_version="2.0"))) == 422
    assert erp.hand("no message") == 422

    assert (erp.issued(), erp.states()) == (0, [])

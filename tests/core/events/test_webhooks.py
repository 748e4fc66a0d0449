"""Webhooks: who is told what, by whose rights, and what a change costs to whom nobody listens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.actions import run
from core.base import Company, Contact, Currency, Party, User, UserRole
from core.base.actions.subscribing import delete_webhook, ping, redeliver, renew_secret
from core.base.models.mechanism import OutgoingMessage, OutgoingState
from core.base.models.webhook import DeliveryState, Webhook, WebhookDelivery
from core.clock import now
from core.errors import Forbidden, NotFound, PlatformError, ValidationError
from core.events.courier import Courier
from core.orm import bulk
from core.orm.env import open_env
from core.testing.given import HeldClock, QueryBudget
from core.testing.making import make
from tests.core.events.listeners import Plant, plant, receiver
from tests.core.events.receiver import Receiver
from tests.core.events.test_outbox import let_time_pass

__all__ = ["plant", "receiver"]  # fixtures


def test_a_transaction_is_told_once_a_record_as_it_was_committed(plant: Plant) -> None:
    plant.webhook(field_names="code, name")
    with open_env(plant.site, write=True) as env:
        made = make(env, Party, code="NG", name="Nor", company_id=plant.company)
        made.name = "Norrgjut"
        env.flush()
        env.delete(make(env, Party, code="XX", company_id=plant.company))
        made_id = made.id
    with open_env(plant.site, write=True) as env:
        env.get(Party, made_id).name = "Norrgjut AB"

    assert plant.told() == [
        {"type": "base.party.created", "company": "KH", "model": "base.party",
         "record": {"id": made_id, "code": "NG", "name": "Norrgjut"}},
        {"type": "base.party.changed", "company": "KH", "model": "base.party", "changed": ["name"],
         "record": {"id": made_id, "code": "NG", "name": "Norrgjut AB"}},
    ]  # fmt: skip


def test_what_a_savepoint_or_the_whole_transaction_took_back_is_not_told(plant: Plant) -> None:
    plant.webhook()
    with open_env(plant.site, write=True) as env, env.trying():
        make(env, Party, code="NG", company_id=plant.company)
    with open_env(plant.site) as env:
        code = env.get(Company, plant.company).code
    with pytest.raises(ValidationError, match="taken"):
        plant.fail("NG", code)

    assert plant.told() == []


def test_lines_are_told_as_a_change_of_their_document(plant: Plant) -> None:
    party = plant.party("NG")
    plant.webhook()
    with open_env(plant.site, write=True) as env:
        make(env, Contact, party_id=party, name="Ada")

    (told,) = plant.told()
    assert told["type"] == "base.party.changed"
    assert [each["name"] for each in told["record"]["contacts"]] == ["Ada"]


def test_a_record_of_another_company_is_never_told_deleted_or_not(plant: Plant) -> None:
    plant.webhook(on_deleted=True)
    theirs = plant.party("OL", plant.other)
    mine = plant.party("NG")
    with open_env(plant.site, write=True) as env:
        bulk.delete(env, Party, [theirs, mine])

    told = plant.told()
    assert [(each["type"], each["record"]["id"]) for each in told] == [
        ("base.party.created", mine), ("base.party.deleted", mine)
    ]  # fmt: skip


def test_what_does_not_fulfil_the_condition_is_not_told(plant: Plant) -> None:
    plant.webhook(condition={"path": "code", "op": "starts", "value": "N"})
    plant.party("NG")
    plant.party("OL")

    assert [each["record"]["code"] for each in plant.told()] == ["NG"]


def test_who_may_not_read_is_told_nothing_and_a_scope_holds(plant: Plant) -> None:
    clerk = plant.person("base.employee")
    plant.webhook(name="Sees no users of others", runs_as_id=clerk.user_id, model="base.user")
    plant.webhook(name="Sees no company", runs_as_id=clerk.user_id, model="base.company")
    with open_env(plant.site, write=True) as env:
        make(env, User, home_company_id=plant.other)
        make(env, Company, code="ZZ")

    assert plant.told() == []


def test_nobody_sets_up_what_may_do_more_than_they(plant: Plant) -> None:
    auditor = plant.person("base.auditor")
    keeper = plant.person("base.administrator")
    mighty = plant.person("base.administrator", "base.personnel_officer")
    with open_env(plant.site, write=True) as env:
        env.add(UserRole(user_id=mighty.user_id or 0, role="base.auditor"))
    limited = replace(keeper, roles=keeper.roles - {"base.auditor"})
    for who, error in ((auditor, Forbidden), (limited, ValidationError)):
        with pytest.raises(error):
            plant.webhook(who=replace(who), runs_as_id=mighty.user_id)
    with pytest.raises(Forbidden, match="token"):
        plant.webhook(who=replace(keeper, allowed=frozenset({"base.webhook:*", "base.user:read"})))
    with pytest.raises(ValidationError):
        plant.webhook(runs_as_id=plant.ines.user_id)


def test_one_who_may_less_cannot_change_what_runs_as_one_who_may_more(plant: Plant) -> None:
    made = plant.webhook()
    limited = replace(plant.tove, roles=plant.tove.roles - {"base.auditor"})

    with (
        pytest.raises(ValidationError, match="more than you"),
        open_env(plant.site, limited, write=True) as env,
    ):
        env.get(Webhook, made).field_names = "code"


def test_another_company_sees_neither_webhook_nor_delivery(plant: Plant) -> None:
    made = plant.webhook()
    plant.party("NG")
    with open_env(plant.site, plant.tove) as env:
        delivery = env.session.scalars(select(WebhookDelivery)).one().id

    with open_env(plant.site, plant.ines) as env:
        for model, record_id in ((Webhook, made), (WebhookDelivery, delivery)):
            with pytest.raises(NotFound):
                env.get(model, record_id)


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/", "http://[::1]/", "http://example.com/", "https://u:p@a.com/"]
)
def test_an_address_that_is_never_called_is_not_kept(plant: Plant, url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        plant.webhook(url)

    assert "url" in refused.value.fields


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("condition", {"path": "nothing", "op": "eq", "value": 1}), ("field_names", "nothing"),
        ("model", "base.webhook"), ("model", "base.job"),
    ],
)  # fmt: skip
def test_what_could_not_be_told_is_not_kept(plant: Plant, name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        plant.webhook("https://example.com/", None, **{name: value})

    assert name in refused.value.fields


def test_a_webhook_whose_person_left_is_paused_with_the_reason_and_the_change_goes_on(plant: Plant) -> None:
    clerk = plant.person("base.employee")
    made = plant.webhook(runs_as_id=clerk.user_id)
    with open_env(plant.site, write=True) as env:
        env.get(User, clerk.user_id or 0).active = False

    party = plant.party("NG")

    with open_env(plant.site) as env:
        kept = env.get(Webhook, made)
        assert (kept.active, env.get(Party, party).code) == (False, "NG")
        assert "cannot sign in" in (kept.reason or "")
    assert plant.told() == []


def test_a_field_that_went_pauses_it(plant: Plant) -> None:
    made = plant.webhook()
    with open_env(plant.site, write=True) as env:
        gone = {"path": "custom.gone", "op": "eq", "value": 1}
        env.session.execute(update(Webhook).values(condition=gone, changed_at=now()))

    plant.party("NG")

    with open_env(plant.site) as env:
        assert "custom.gone" in (env.get(Webhook, made).reason or "")


def test_a_model_that_nobody_listens_to_is_saved_with_no_more_statements(
    plant: Plant, query_budget: QueryBudget
) -> None:
    with query_budget(50) as before, open_env(plant.site, plant.tove, write=True) as env:
        make(env, Currency, code="XTS")
    plant.webhook()
    with open_env(plant.site, plant.tove, write=True) as env:
        make(env, Currency, code="XUA")

    with query_budget(50) as after, open_env(plant.site, plant.tove, write=True) as env:
        make(env, Currency, code="XXX")

    assert len(after) == len(before)


def test_it_is_signed_delivered_and_logged(plant: Plant, receiver: Receiver) -> None:
    made = plant.webhook(receiver.url)
    with open_env(plant.site, plant.tove, write=True) as env:
        secret = str((run(env, renew_secret, [env.get(Webhook, made)]).answer or {})["secret"])
    party = plant.party("NG")

    Courier(plant.site).run_waiting()

    (came,) = receiver.taken
    assert came.is_signed_by(secret)
    assert came.json["id"] == came.id
    assert came.json["occurred_at"].endswith("Z")
    assert (came.json["type"], came.json["company"], came.json["record"]["id"]) == (
        "base.party.created",
        "KH",
        party,
    )
    with open_env(plant.site, plant.tove) as env:
        kept = env.session.scalars(select(WebhookDelivery)).one()
        assert (kept.state, kept.status, kept.attempts, kept.answer) == (
            DeliveryState.DELIVERED,
            200,
            1,
            "thank you",
        )
        assert kept.milliseconds is not None


def test_an_earlier_secret_signs_until_its_hours_are_over(
    plant: Plant, receiver: Receiver, clock: HeldClock
) -> None:
    clock.set(clock.now())
    made = plant.webhook(receiver.url)

    def renewed(hours: int) -> str:
        with open_env(plant.site, plant.tove, write=True) as env:
            done = run(env, renew_secret, [env.get(Webhook, made)], {"hours": hours})
            return str((done.answer or {})["secret"])

    first, second = renewed(0), renewed(2)
    plant.party("A")
    Courier(plant.site).run_waiting()
    clock.set(clock.now() + timedelta(hours=3))
    plant.party("B")
    Courier(plant.site).run_waiting()

    signed = [(came.is_signed_by(first), came.is_signed_by(second)) for came in receiver.taken]
    assert signed == [(True, True), (False, True)]


def test_after_a_500_and_a_refused_connection_it_is_tried_again_with_the_same_id_and_in_order(
    plant: Plant, receiver: Receiver
) -> None:
    plant.webhook(receiver.url)
    receiver.statuses = [500]
    party = plant.party("NG")
    with open_env(plant.site, write=True) as env:
        env.get(Party, party).name = "Norrgjut"

    Courier(plant.site).run_waiting()
    let_time_pass(plant.site)
    Courier(plant.site).run_waiting()

    first, again, second = receiver.taken
    assert (first.id, first.body) == (again.id, again.body)
    assert [each.json["type"].rpartition(".")[2] for each in (again, second)] == ["created", "changed"]
    with open_env(plant.site) as env:
        states = list(env.session.scalars(select(OutgoingMessage.state)))
        assert states == [OutgoingState.SENT, OutgoingState.SENT]


def test_a_delivery_that_is_sent_again_has_the_same_id(plant: Plant, receiver: Receiver) -> None:
    plant.webhook(receiver.url)
    plant.party("NG")
    Courier(plant.site).run_waiting()
    with open_env(plant.site, plant.tove, write=True) as env:
        run(env, redeliver, env.session.scalars(select(WebhookDelivery)).all())
    Courier(plant.site).run_waiting()

    first, second = receiver.taken
    assert (first.id, first.body) == (second.id, second.body)


def test_a_ping_shows_the_answer_of_a_paused_webhook(plant: Plant, receiver: Receiver) -> None:
    with open_env(plant.site, plant.tove, write=True) as env:
        made = make(env, Webhook, url=receiver.url, model="base.party", runs_as_id=plant.tove.user_id)
        run(env, renew_secret, [made])
        (shown,) = run(env, ping, [made]).opened
    Courier(plant.site).run_waiting()

    assert receiver.taken[0].json["type"] == "ping"
    with open_env(plant.site, plant.tove) as env:
        assert env.get(WebhookDelivery, shown.id).status == 200


def test_a_receiver_that_is_gone_for_good_is_told_no_more(plant: Plant, receiver: Receiver) -> None:
    made = plant.webhook(receiver.url)
    receiver.statuses = [410]
    plant.party("NG")
    Courier(plant.site).run_waiting()
    plant.party("OL")
    Courier(plant.site).run_waiting()

    assert len(receiver.taken) == 1
    with open_env(plant.site) as env:
        assert "410" in (env.get(Webhook, made).reason or "")


def test_the_secret_is_kept_encrypted_and_shown_by_no_way_of_reading(plant: Plant, rest: Any) -> None:
    made = plant.webhook()
    with open_env(plant.site, plant.tove, write=True) as env:
        secret = str((run(env, renew_secret, [env.get(Webhook, made)]).answer or {})["secret"])
    with open_env(plant.site) as env:
        assert secret not in str(env.get(Webhook, made).secret)

    read_ = rest("base.administrator", company_id=plant.company).get(f"base/webhook/{made}")

    assert read_.status == 200
    assert not [name for name in read_.json if name in ("secret", "earlier_secret")]


def test_a_webhook_is_deleted_with_its_log_when_it_is_paused(plant: Plant) -> None:
    made = plant.webhook()
    plant.party("NG")
    with pytest.raises(PlatformError), open_env(plant.site, plant.tove, write=True) as env:
        run(env, delete_webhook, [env.get(Webhook, made)])
    with open_env(plant.site, write=True) as env:
        env.get(Webhook, made).active = False

    with open_env(plant.site, plant.tove, write=True) as env:
        run(env, delete_webhook, [env.get(Webhook, made)])

    with open_env(plant.site) as env:
        assert not env.session.scalars(select(Webhook)).all()
        assert not env.session.scalars(select(WebhookDelivery)).all()
        assert list(env.session.scalars(select(OutgoingMessage.state))) == [OutgoingState.DISCARDED]

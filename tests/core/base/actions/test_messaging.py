"""Who looks after messages decides about those that did not get through, in their company, with a reason that stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.actions import Action, Outcome, run, run_each
from core.base import Company, UserRole
from core.base.actions import messaging, scheduling
from core.base.actions.tidying import tidy
from core.base.models import IncomingMessage, Job, OutgoingMessage, Schedule, User
from core.base.models.mechanism import Change
from core.errors import Forbidden, NotFound, UserError, ValidationError
from core.events import effect, outbox
from core.events.courier import Courier
from core.events.effect import handles
from core.events.inbox import receive
from core.events.incoming import IncomingState
from core.events.message import Message
from core.events.outbox import OutgoingState, Refused, send, transport
from core.orm.env import Env, Site, open_env
from core.orm.model import Model
from core.testing.making import make
from tests.core.base.conftest import Plant

KIND = "tests.kind"


@pytest.fixture(autouse=True)
def operator(plant: Plant) -> None:
    """Maren and Ines look after messages, each in her company."""
    with open_env(plant.site, write=True) as env:
        for login in ("maren", "ines"):
            user = env.session.scalars(select(User).where(User.login == login)).one()
            env.add(UserRole(user_id=user.id, role="base.integration_operator"))


@pytest.fixture
def refused() -> Iterator[set[int]]:
    """The numbers that receivers refuse, in and out."""
    numbers: set[int] = {1}

    def deliver(site: Site, message: Message) -> None:
        if message.payload["n"] in numbers:
            raise Refused("No such order.")

    def effect_of(env: Env, message: Message) -> None:
        if message.payload["n"] in numbers:
            raise UserError("The period is closed.")

    transport("tests")(deliver)
    handles(KIND)(effect_of)
    yield numbers
    outbox._transports.pop("tests")
    effect._effects.pop(KIND)


def dead(plant: Plant) -> list[int]:
    """Two messages of one key, of which the first was refused; gives their ids."""
    for number in (1, 2):
        with plant.env("jonas", write=True) as env:
            send(env, "tests", KIND, {"n": number}, key="A")
    Courier(plant.site).run_waiting()
    return ids(plant, OutgoingMessage)


def parked(plant: Plant) -> list[int]:
    """Two messages of one key, of which the first was refused; gives their ids."""
    for number in (1, 2):
        with plant.env("jonas", write=True) as env:
            receive(env, Message(KIND, {"n": number}, sender="mes", key="A", sequence=number))
    return ids(plant, IncomingMessage)


def ids(plant: Plant, model: type[Model]) -> list[int]:
    with open_env(plant.site) as env:
        return list(env.session.scalars(select(model.id).order_by(model.id)))


def states(plant: Plant, model: Any) -> list[str]:  # Any: either kind of message
    with open_env(plant.site) as env:
        return [str(state) for state in env.session.scalars(select(model.state).order_by(model.id))]


def done(plant: Plant, login: str, action: Action, record_id: int, **values: object) -> None:
    with plant.env(login, write=True) as env:
        run(env, action, [env.get(action.model, record_id)], values)


def decisions(plant: Plant) -> list[tuple[str, int | None]]:
    """What the audit trail says about messages: the new values, and who decided."""
    with open_env(plant.site) as env:
        rows = env.session.execute(select(Change.new, Change.by_id).where(Change.model.like("base.%message")))
        return [(new, by) for new, by in rows if "decision" in new]


def test_a_dead_message_that_is_sent_again_takes_those_behind_it_along(
    plant: Plant, refused: set[int]
) -> None:
    first, _second = dead(plant)
    before = states(plant, OutgoingMessage)
    refused.clear()
    done(plant, "maren", messaging.send_again, first)
    Courier(plant.site).run_waiting()

    assert before == [OutgoingState.DEAD, OutgoingState.WAITING]
    assert states(plant, OutgoingMessage) == [OutgoingState.SENT] * 2
    assert decisions(plant) == [('{"decision":"Sent again"}', plant.id_of("maren"))]
    with pytest.raises(UserError, match="not possible"):
        done(plant, "maren", messaging.send_again, first)


def test_a_dead_message_that_is_discarded_lets_those_behind_it_go(plant: Plant, refused: set[int]) -> None:
    first, _second = dead(plant)
    with pytest.raises(ValidationError, match="Say why"):
        done(plant, "maren", messaging.discard_outgoing, first, reason=" ")
    done(plant, "maren", messaging.discard_outgoing, first, reason="Told by telephone.")
    Courier(plant.site).run_waiting()

    assert states(plant, OutgoingMessage) == [OutgoingState.DISCARDED, OutgoingState.SENT]
    assert decisions(plant) == [('{"decision":"Told by telephone."}', plant.id_of("maren"))]


def test_a_parked_message_is_done_again_with_those_behind_it(plant: Plant, refused: set[int]) -> None:
    first, second = parked(plant)
    before = states(plant, IncomingMessage)
    done(plant, "maren", messaging.replay, first)
    still = states(plant, IncomingMessage)
    refused.clear()
    done(plant, "maren", messaging.replay, first)

    assert before == still == [IncomingState.PARKED, IncomingState.WAITING]
    assert states(plant, IncomingMessage) == [IncomingState.DONE] * 2
    with pytest.raises(UserError, match="not possible"):
        done(plant, "maren", messaging.replay, second)


def test_a_parked_message_that_is_discarded_lets_those_behind_it_go_on(
    plant: Plant, refused: set[int]
) -> None:
    first, _second = parked(plant)
    done(plant, "maren", messaging.discard_incoming, first, reason="Booked by hand.")

    assert states(plant, IncomingMessage) == [IncomingState.DISCARDED, IncomingState.DONE]
    assert decisions(plant) == [('{"decision":"Booked by hand."}', plant.id_of("maren"))]


def test_what_never_came_is_gone_on_without(plant: Plant, refused: set[int]) -> None:
    with plant.env("jonas", write=True) as env:
        receive(env, Message(KIND, {"n": 3}, sender="mes", key="A", sequence=3))
    done(plant, "maren", messaging.go_on, ids(plant, IncomingMessage)[0], reason="Lost with the old server.")

    assert states(plant, IncomingMessage) == [IncomingState.DONE]


@pytest.mark.parametrize("login", ["jonas", "ines"])
def test_messages_are_the_matter_of_who_looks_after_them_in_their_company(
    plant: Plant, refused: set[int], login: str
) -> None:
    first, _second = parked(plant)
    gone, _behind = dead(plant)
    with plant.env(login, write=True) as env:
        for model, record_id in ((IncomingMessage, first), (OutgoingMessage, gone)):
            with pytest.raises((NotFound, Forbidden)):
                env.get(model, record_id)

    assert states(plant, IncomingMessage)[0] == IncomingState.PARKED


def test_many_are_decided_one_by_one(plant: Plant, refused: set[int]) -> None:
    first, second = parked(plant)
    with plant.env("maren", write=True) as env:
        records = [env.get(IncomingMessage, i) for i in (first, second)]
        outcomes: tuple[Outcome, ...] = run_each(
            env, messaging.discard_incoming, records, {"reason": "Old."}
        ).outcomes

    assert [bool(outcome.error) for outcome in outcomes] == [False, True]
    assert states(plant, IncomingMessage) == [IncomingState.DISCARDED, IncomingState.DONE]


def test_an_administrator_runs_pauses_and_resumes_a_schedule(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        made = make(
            env,
            Schedule,
            name="tests.tidy",
            task=tidy.name,
            cron="0 3 * * *",
            zone="UTC",
            payload={},
            addon="base",
        ).id
    with plant.env("tove", write=True) as env:
        (job,) = run(env, scheduling.run_now, [env.get(Schedule, made)]).opened
        assert isinstance(job, Job)
        assert (job.task, job.user_id, job.due_at) == (tidy.name, None, None)
    done(plant, "tove", scheduling.pause, made)
    with open_env(plant.site) as env:
        paused = env.get(Schedule, made)
        assert (paused.active, paused.next_at, paused.last_job_id) == (False, None, job.id)
    done(plant, "tove", scheduling.resume, made)
    with open_env(plant.site) as env:
        assert env.get(Schedule, made).next_at is not None
    with plant.env("maren") as env, pytest.raises((NotFound, Forbidden)):
        env.get(Schedule, made)


def test_a_company_that_is_not_one_s_own_is_nowhere_in_the_messages(plant: Plant, refused: set[int]) -> None:
    parked(plant)
    with plant.env("maren") as env:
        own = set(env.session.scalars(select(IncomingMessage.company_id)))
        companies = set(env.session.scalars(select(Company.id)))

    assert own == companies

"""A browser hears what it may know, in order and once, whatever happens to its connection and its session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import delete, update

from core import clock, config
from core.base import Item, User
from core.cli.streaming import Streams
from core.config import Settings
from core.events import hub as hubs
from core.events.asgi import PATH, Message, StreamApp
from core.events.stream import Event, publish
from core.orm.env import Site, open_env
from core.security import session
from core.security.headers import headers
from core.security.session import LoginSession
from tests.core.events.conftest import Plant
from tests.core.events.listening import Closed, Listening

Listen = Callable[..., Listening]


def finish(plant: Plant) -> None:
    """An event for everybody's item lists, behind which nothing earlier can come."""
    with open_env(plant.site, write=True) as env:
        publish(env, "the end", model=Item, companies=())


def test_a_browser_hears_of_a_record_that_somebody_changed(plant: Plant, listen: Listen) -> None:
    item = plant.item("P-1")
    writer = plant.person("base.master_data_editor")
    listening = listen(plant.person("base.employee")).ready()

    plant.rename(item, "Pump", writer)

    heard = listening.events(1)[0]
    assert (heard.data["topic"], heard.data["records"], heard.data["by"], heard.data["data"]) == (
        "base.item", [item], writer.user_id, {"event": "changed"},
    )  # fmt: skip


def test_nothing_of_another_company_arrives(plant: Plant, listen: Listen) -> None:
    own, foreign = plant.item("P-1"), plant.item("P-2", plant.orrin)
    stranger = plant.person("base.master_data_editor", companies=(plant.orrin,))
    both = plant.person("base.master_data_editor", companies=(plant.kestrel, plant.orrin))
    listening = listen(plant.person("base.employee")).ready()

    plant.rename(foreign, "Theirs", stranger)
    plant.rename(foreign, "Theirs still", both)
    plant.rename(own, "Ours", both)
    plant.item("P-3", plant.orrin)
    with open_env(plant.site, both.principal, write=True) as env:
        env.delete(env.get(Item, foreign))
    finish(plant)

    heard = listening.before("the end")
    assert [each.data["records"] for each in heard if each.data["topic"] == "base.item"] == [[own]]


def test_a_cut_loses_nothing_and_doubles_nothing(plant: Plant, listen: Listen) -> None:
    item, who = plant.item("P-1"), plant.person("base.employee")
    first = listen(who).ready()
    for n in range(3):
        plant.rename(item, f"before {n}")
    before = [heard.id for heard in first.events(2)]
    first.close()
    for n in range(3):
        plant.rename(item, f"meanwhile {n}")

    second = listen(who, after=first.last_id)
    plant.rename(item, "after")
    finish(plant)

    after = [heard.id for heard in second.before("the end")]
    assert len(set(before) | set(after)) == len(before) + len(after) == 7
    assert before + after == sorted(before + after)


def test_a_browser_that_comes_while_others_write_gets_each_event_once(plant: Plant, listen: Listen) -> None:
    item, who = plant.item("P-1"), plant.person("base.employee")
    start = listen(who).ready().last_id
    heard: list[list[int]] = []
    for n in range(8):
        plant.rename(item, f"name {n}")
        heard.append([])
        listening = listen(who, after=start)
        plant.rename(item, f"other name {n}")
        heard[-1] += [each.id for each in listening.events(2 * n + 2)]
        listening.close()

    assert all(ids == sorted(set(ids)) for ids in heard)
    assert all(later[: len(ids)] == ids for ids, later in pairwise(heard))


def test_a_browser_that_was_away_too_long_is_told_to_load_again(plant: Plant, listen: Listen) -> None:
    item, who = plant.item("P-1"), plant.person("base.employee")
    start = listen(who).ready().last_id
    for n in range(3):
        plant.rename(item, f"name {n}")
    with open_env(plant.site, write=True) as env:
        env.session.execute(delete(Event).where(Event.id <= start + 1))

    assert listen(who, after=start).next().kind == "reset"


def test_a_browser_that_knows_more_than_there_is_is_told_to_load_again(plant: Plant, listen: Listen) -> None:
    assert listen(plant.person("base.employee"), after=1_000_000).next().kind == "reset"


def test_a_revoked_session_ends_its_stream(
    plant: Plant, listen: Listen, monkeypatch: pytest.MonkeyPatch, streams: Streams
) -> None:
    who = plant.person("base.employee")
    listening = listen(who).ready()

    with open_env(plant.site, write=True) as env:
        session.end(env, who.user_id)

    assert listening.until("signed-out").kind == "signed-out"
    with pytest.raises(Closed):
        listening.next()


def test_an_expired_session_ends_its_stream(plant: Plant, listen: Listen) -> None:
    who = plant.person("base.employee")
    listening = listen(who).ready()

    with open_env(plant.site, write=True) as env:
        mine = LoginSession.user_id == who.user_id
        past = clock.now() - timedelta(seconds=1)
        env.session.execute(update(LoginSession).where(mine).values(expires_at=past))

    assert listening.until("signed-out").kind == "signed-out"


def test_a_stream_goes_on_when_the_session_gets_a_new_token(plant: Plant, listen: Listen) -> None:
    item, who = plant.item("P-1"), plant.person("base.employee")
    listening = listen(who).ready()

    with open_env(plant.site, write=True) as env:
        found = session.find(env, who.token)
        assert found is not None
        token = session.prove(found)
    time.sleep(3 * hubs.CHECK_SECONDS)
    plant.rename(item, "Pump")

    assert listening.events(1)[0].data["records"] == [item]
    assert listen(who).status == 401
    listen(replace(who, token=token)).ready()


def test_a_later_session_of_the_same_id_does_not_take_over_a_stream(plant: Plant, listen: Listen) -> None:
    who, other = plant.person("base.employee"), plant.person("base.master_data_editor")
    listening = listen(who).ready()

    with open_env(plant.site, write=True) as env:
        found = session.find(env, who.token)
        assert found is not None
        known = found.id
        session.end(env, who.user_id)
        reused = update(LoginSession).where(LoginSession.user_id == other.user_id).values(id=known)
        env.session.execute(reused)

    assert listening.until("signed-out").kind == "signed-out"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "CHECK_SECONDS", 0.1)


def test_who_has_not_signed_in_hears_nothing(listen: Listen) -> None:
    assert listen(None).status == 401


def test_an_answer_of_the_stream_has_the_headers_of_pages(site: Site) -> None:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Message = {"type": "http", "method": "GET", "path": PATH, "query_string": b"", "headers": []}
    answer = partial(StreamApp(site, secure_cookies=True), scope, receive, send)
    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have a loop in this one
        thread.submit(lambda: asyncio.run(answer())).result()

    got = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    wanted = {name.lower(): value for name, value in headers(over_tls=True).items()}
    assert said[0]["status"] == 401
    assert wanted.items() <= got.items()


def test_who_lacks_the_second_factor_that_is_required_hears_nothing(plant: Plant, listen: Listen) -> None:
    config.write(Settings(plant.site.folder, require_second_factor=True))
    without, with_one = plant.person("base.employee"), plant.person("base.employee")
    with open_env(plant.site, write=True) as env:
        env.get(User, with_one.principal.user_id or 0).second_factor = True

    assert listen(without).status == 401
    listen(with_one).ready()


def test_a_page_of_another_site_cannot_listen(plant: Plant, listen: Listen) -> None:
    assert listen(plant.person("base.employee"), sec_fetch_site="cross-site").status == 403


def test_a_person_has_so_many_streams_and_no_more(plant: Plant, listen: Listen) -> None:
    who = plant.person("base.employee")
    for _n in range(hubs.MOST_OF_PERSON):
        listen(who).ready()

    assert listen(who).status == 429
    assert listen(plant.person("base.employee")).status == 200

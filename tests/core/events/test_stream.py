"""What a transaction tells open pages: after its commit, in the order of commits, and to whom it is for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import func, select, update

from core import clock
from core.base import Activity, Calendar, Item, Recent, Shift
from core.base.models.role import auditor, employee
from core.base.models.transfer import Import
from core.errors import UserError
from core.events import feed, stream
from core.events.audience import Told, seen_by
from core.events.stream import Event, prune, publish
from core.orm import bulk
from core.orm.env import Env, Site, open_env
from core.orm.sequence import Sequence
from core.testing.making import make
from tests.core.events.conftest import Plant, Somebody


def told(site: Site, topic: str) -> list[Told]:
    return [each for each in feed.after(site, 0) if each.topic == topic]


def hears(plant: Plant, who: Somebody, topic: str) -> list[tuple[int, ...]]:
    """The records of each event of `topic` that `who` gets."""
    seen = [seen_by(plant.site, who.principal, each) for each in told(plant.site, topic)]
    return [each.records for each in seen if each is not None]


def _tell_and_fail(site: Site) -> None:
    with open_env(site, write=True) as env:
        publish(env, "news", role=employee)
        env.flush()
        raise UserError("no")


def test_what_is_rolled_back_is_not_told(site: Site) -> None:
    with pytest.raises(UserError):
        _tell_and_fail(site)

    assert told(site, "news") == []


def test_what_a_failed_savepoint_told_is_taken_back(site: Site) -> None:
    with open_env(site, write=True) as env:
        publish(env, "news", {"n": 1}, role=employee)
        with suppress(UserError), env.savepoint():
            publish(env, "news", {"n": 2}, role=employee)
            raise UserError("no")

    assert [each.data for each in told(site, "news")] == [{"n": 1}]


def test_a_preview_tells_nothing(plant: Plant) -> None:
    item = plant.item("P-1")
    before = len(told(plant.site, "base.item"))

    with open_env(plant.site, write=True) as env, env.trying():
        env.get(Item, item).name = "Proposed"
        env.flush()

    assert len(told(plant.site, "base.item")) == before


def test_an_event_for_nobody_is_refused(env: Env) -> None:
    with pytest.raises(TypeError):
        publish(env, "news")


def test_more_data_than_a_page_needs_is_refused(env: Env) -> None:
    with pytest.raises(ValueError, match="bytes"):
        publish(env, "news", {"text": "x" * stream.MOST_BYTES}, role=employee)


def test_a_transaction_tells_of_a_model_once(plant: Plant) -> None:
    first, second = plant.item("P-1"), plant.item("P-2")

    with open_env(plant.site, write=True) as env:
        for item in (first, second, first):
            env.get(Item, item).name += "!"
            env.flush()

    assert told(plant.site, "base.item")[-1].records == (first, second)


def test_of_many_records_the_first_are_named_and_all_are_counted(plant: Plant) -> None:
    count = stream.MOST_RECORDS + 5
    with open_env(plant.site, write=True) as env:
        unit = make(env, Item).unit_id
        rows = [
            {"code": f"X-{n}", "name": "Bolt", "unit_id": unit, "company_id": plant.kestrel}
            for n in range(count)
        ]
        bulk.create(env, Item, rows)

    last = told(plant.site, "base.item")[-1]
    assert (len(last.records), last.count, last.companies) == (
        stream.MOST_RECORDS,
        count,
        frozenset({plant.kestrel}),
    )


def test_a_change_of_a_part_is_a_change_of_its_document(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        calendar = make(env, Calendar, company_id=plant.orrin).id
        shift_id = make(env, Shift, calendar_id=calendar, starts="06:00", ends="14:00").id
    with open_env(plant.site, write=True) as env:
        env.get(Shift, shift_id).name = "Late"

    last = told(plant.site, "base.calendar")[-1]
    assert (last.records, last.companies, last.model) == (
        (calendar,),
        frozenset({plant.orrin}),
        "base.calendar",
    )


def test_what_somebody_opened_last_is_told_to_nobody(plant: Plant) -> None:
    who = plant.person("base.employee")
    with open_env(plant.site, write=True) as env:
        env.add(Recent(user_id=who.user_id, model="base.item", record_id=1, opened_at=clock.now()))

    assert told(plant.site, "base.recent") == []


@pytest.mark.parametrize(
    "database_kind", ["postgresql"], indirect=True
)  # SQLite has one writer, and one order
def test_events_are_in_the_order_of_the_commits(plant: Plant) -> None:
    with open_env(plant.site, write=True) as slow:
        publish(slow, "slow", role=employee)
        slow.flush()
        with open_env(plant.site, write=True) as quick:
            publish(quick, "quick", role=employee)

    order = [each.topic for each in feed.after(plant.site, 0) if each.topic in ("slow", "quick")]
    assert order == ["quick", "slow"]


def test_pruning_keeps_the_newest_whatever_its_age(site: Site) -> None:
    for n in range(3):
        with open_env(site, write=True) as env:
            publish(env, "news", {"n": n}, role=employee)
    with open_env(site, write=True) as env:
        env.session.execute(update(Event).values(at=clock.now() - 2 * stream.KEPT))
        prune(env)

    with open_env(site) as env:
        assert env.session.scalar(select(func.count()).select_from(Event)) == 1
    assert [each.data for each in told(site, "news")] == [{"n": 2}]


def test_pruning_keeps_so_many_and_no_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_KEPT", 2)
    for n in range(4):
        with open_env(site, write=True) as env:
            publish(env, "news", {"n": n}, role=employee)
    with open_env(site, write=True) as env:
        prune(env)

    assert [each.data["n"] for each in told(site, "news")] == [2, 3]


def test_without_a_grant_nobody_hears_of_a_model(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        sequence = make(env, Sequence).id

    assert hears(plant, plant.person("base.auditor"), "base.sequence") == [(sequence,)]
    assert hears(plant, plant.person("base.employee"), "base.sequence") == []


def test_who_sees_a_part_of_a_model_hears_of_that_part(plant: Plant) -> None:
    mine, other = plant.person("base.employee"), plant.person("base.employee")
    with open_env(plant.site, write=True) as env:
        own, foreign = (
            make(env, Import, user_id=who.user_id, company_id=plant.kestrel).id for who in (mine, other)
        )

    assert hears(plant, mine, "base.import") == [(own,)]
    assert hears(plant, other, "base.import") == [(foreign,)]


def test_an_event_for_a_role_reaches_those_who_have_it(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        publish(env, "audit", role=auditor, companies=())

    assert hears(plant, plant.person("base.auditor"), "audit") == [()]
    assert hears(plant, plant.person("base.employee"), "audit") == []


def test_a_to_do_rings_at_the_person_it_is_for(plant: Plant) -> None:
    anna, bert = plant.person("base.employee"), plant.person("base.employee")
    with open_env(plant.site, write=True) as env:
        make(env, Activity, assignee_id=anna.user_id, author_id=bert.user_id, company_id=plant.kestrel)

    assert hears(plant, anna, "inbox") == [()]
    assert hears(plant, bert, "inbox") == []

"""Selected records: actions on each, a field set on all, deletion, and who may."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.jobs.job import Job, JobLine
from core.web import bulk
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import REPAIRS, repairs
from tests.core.web.workshop.models import Repair, RepairState


def states(shop: Shop) -> list[RepairState]:
    with shop.env() as env:
        return list(env.session.scalars(select(Repair.state).order_by(Repair.code)))


def test_an_action_runs_on_each_and_one_refusal_does_not_stop_the_others(shop: Shop) -> None:
    ids = repairs(shop, 3)
    shop.browser("jonas").post(f"{REPAIRS}/-/do/offer", {"ids": ids[0]})

    page = shop.browser("jonas").post(f"{REPAIRS}/-/do/offer", {"ids": [str(i) for i in ids]})

    assert page.status == 200
    assert "2 done, 1 refused" in page.text
    assert states(shop) == [RepairState.OFFERED] * 3


def test_all_that_match_means_the_list_s_query_and_nothing_else(shop: Shop) -> None:
    repairs(shop, 4)

    answer = shop.browser("jonas").post(f"{REPAIRS}/-/do/offer", {"all": "1", "query": "f.urgent=1"})

    assert answer.goes_to == f"{REPAIRS}?f.urgent=1"
    assert states(shop) == [RepairState.DRAFT, RepairState.OFFERED, RepairState.DRAFT, RepairState.OFFERED]


def test_an_action_that_asks_asks_once_for_all(shop: Shop) -> None:
    ids = [str(i) for i in repairs(shop, 2)]
    browser = shop.browser("jonas")

    asked = browser.post(f"{REPAIRS}/-/do/drop", {"ids": ids})
    refused = browser.post(f"{REPAIRS}/-/do/drop", {"ids": ids, "_asked": "1", "fee": "many"})
    done = browser.post(f"{REPAIRS}/-/do/drop", {"ids": ids, "_asked": "1", "reason": "Too dear"})

    assert "2 records" in asked.text
    assert refused.status == 422
    assert done.status == 303
    assert states(shop) == [RepairState.DROPPED] * 2


def test_many_records_are_worked_on_by_a_job_with_a_result_for_each(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    repairs(shop, 3)

    answer = shop.browser("jonas").post(f"{REPAIRS}/-/do/offer", {"all": "1", "query": ""})

    assert answer.goes_to.startswith("/-/jobs/")
    assert states(shop) == [RepairState.DRAFT] * 3
    with shop.env() as env:
        job = env.session.scalars(select(Job)).one()
        assert job.payload["action"] == "offer"
        assert len(job.payload["ids"]) == 3
        assert env.session.scalar(select(func.count(JobLine.id))) == 0


def test_a_field_is_tried_before_it_is_set(shop: Shop) -> None:
    ids = [str(i) for i in repairs(shop, 3)]
    browser = shop.browser("jonas")
    sent = {"ids": ids, "field": "hours", "value": "7"}

    tried = browser.post(f"{REPAIRS}/-/set", sent)

    assert "3 of 3 will change" in tried.text
    assert shop.value(Repair, int(ids[0]), "hours") is None
    assert browser.post(f"{REPAIRS}/-/set", {**sent, "_sure": "1"}).status == 303
    assert shop.value(Repair, int(ids[0]), "hours") == 7


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("hours", "seven", 422),
        ("code", "", 422),
        ("margin", "5", 404),
        ("total", "5", 404),
        ("nothing", "1", 404),
    ],
)
def test_a_field_that_cannot_be_set_so_is_refused(shop: Shop, field: str, value: str, status: int) -> None:
    ids = [str(i) for i in repairs(shop, 2)]

    answer = shop.browser("jonas").post(
        f"{REPAIRS}/-/set", {"ids": ids, "field": field, "value": value, "_sure": "1"}
    )

    assert answer.status == status
    with shop.env() as env:
        assert set(env.session.scalars(select(Repair.version))) == {1}


def test_deletion_is_asked_for_first(shop: Shop) -> None:
    ids = [str(i) for i in repairs(shop, 2)]
    browser = shop.browser("jonas")

    asked = browser.post(f"{REPAIRS}/-/delete", {"ids": ids})

    assert "cannot be brought back" in asked.text
    assert len(states(shop)) == 2
    browser.post(f"{REPAIRS}/-/delete", {"ids": ids, "_asked": "1"})
    assert states(shop) == []


@pytest.mark.parametrize("route", ["do/offer", "set", "delete"])
@pytest.mark.parametrize("login", ["ines", "norbert", "vera"])
def test_nobody_changes_in_bulk_what_they_may_not_change(shop: Shop, route: str, login: str) -> None:
    ids = [str(i) for i in repairs(shop, 2)]
    sent = {"ids": ids, "_asked": "1", "_sure": "1", "field": "hours", "value": "9"}

    answer = shop.browser(login).post(f"{REPAIRS}/-/{route}", sent)

    assert answer.status in (200, 303, 403, 404, 422)
    with shop.env() as env:
        assert set(env.session.execute(select(Repair.state, Repair.hours, Repair.version))) == {
            (RepairState.DRAFT, None, 1)
        }


def test_without_a_selection_nothing_is_done(shop: Shop) -> None:
    repairs(shop, 1)

    answer = shop.browser("jonas").post(f"{REPAIRS}/-/do/offer")

    assert answer.status == 422
    assert "Choose at least one record" in answer.text

"""A calendar: what lies in its days, in the reader's zone, and what moves in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from core import clock
from core.base import User
from tests.core.web.browsing import Browsed
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import MOST_STATEMENTS, REPAIRS, repairs, statements
from tests.core.web.workshop.models import Repair, RepairState

CALENDAR = f"{REPAIRS}?mode=calendar&at=2026-03-15"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.held(datetime(2026, 3, 11, 9, tzinfo=UTC)):
        yield


def chips(page: Browsed) -> list[tuple[str, int, int]]:
    """Name, first column and length of each bar, in the order of the page."""
    found = []
    for chip in page.tree.xpath('//a[contains(@class, "dt-chip")]'):
        names = chip.get("class").split()
        column, length = (
            next(int(n[4:]) for n in names if n.startswith(f"dt-{k}") and n[4:].isdigit()) for k in "cs"
        )
        found.append((chip.get("data-key"), column, length))
    return found


def dated(shop: Shop, *spans: tuple[date | None, date | None]) -> list[int]:
    ids = repairs(shop, len(spans))
    with shop.env(write=True) as env:
        for record_id, (begins, due) in zip(ids, spans, strict=True):
            record = env.get(Repair, record_id)
            record.begins_on, record.due_on = begins, due
    return ids


def send(shop: Shop, record_id: int, day: str, login: str = "jonas", **more: object) -> Browsed:
    sent = {
        "id": record_id,
        "by": "begins_on",
        "day": day,
        "version": shop.value(Repair, record_id, "version"),
    }
    return shop.browser(login).post(f"{REPAIRS}/-/shift", {**sent, **more}, **JSON)


def test_a_month_shows_what_begins_and_what_goes_on_in_it(shop: Shop) -> None:
    dated(
        shop, (date(2026, 3, 4), date(2026, 3, 4)), (date(2026, 3, 5), date(2026, 3, 10)),
        (date(2026, 2, 1), date(2026, 4, 30)), (date(2026, 5, 1), None), (None, date(2026, 3, 9)),
    )  # fmt: skip

    page = shop.browser("jonas").get(CALENDAR)

    found = chips(page)
    assert ("R-01", 3, 1) in found
    # Over the end of its week: Thursday to Sunday, then Monday and Tuesday.
    assert [chip[1:] for chip in found if chip[0] == "R-02"] == [(4, 4), (1, 2)]
    assert len([chip for chip in found if chip[0] == "R-03"]) == len(
        page.tree.xpath('//div[@class="dt-cal-week"]')
    )
    assert {chip[0] for chip in found} == {"R-01", "R-02", "R-03"}
    assert "March 2026" in page.text


def test_the_days_of_an_agenda_are_those_with_something_on_them(shop: Shop) -> None:
    dated(shop, (date(2026, 3, 4), date(2026, 3, 5)))

    page = shop.browser("jonas").get(f"{CALENDAR}&span=agenda")

    assert page.words('//ol[@class="dt-agenda"]//h3') == ["Wed 4 Mar", "Thu 5 Mar"]
    assert not chips(page)


def test_a_full_day_says_how_many_more_there_are_and_leads_to_them(shop: Shop) -> None:
    dated(shop, *[(date(2026, 3, 4), None)] * 7)
    browser = shop.browser("jonas")

    page = browser.get(f"{REPAIRS}?mode=calendar&at=2026-03-15&group=begins_on")

    assert len(chips(page)) == 3
    more = page.tree.xpath('//a[@class="dt-cal-more"]')[0]
    assert more.text == "+4 more"
    assert "7 repairs" in browser.get(more.get("href")).text


def test_an_instant_stands_on_the_day_of_the_reader_s_zone(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    with shop.env(write=True) as env:
        env.get(Repair, record_id).checked_at = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    _zone(shop, "jonas", "Asia/Tokyo")

    page = shop.browser("jonas").get(f"{CALENDAR}&group=checked_at")

    assert chips(page) == [("R-01", 3, 1)]
    assert page.words('//a[contains(@class, "dt-chip")]/time') == ["08:30"]


def test_an_instant_keeps_its_time_by_the_clock_when_the_clocks_change(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    _zone(shop, "jonas", "Europe/Berlin")
    with shop.env(write=True) as env:
        env.get(Repair, record_id).checked_at = datetime(2026, 3, 28, 9, tzinfo=UTC)

    answer = send(shop, record_id, "2026-03-30", by="checked_at")

    assert answer.status == 204
    assert shop.value(Repair, record_id, "checked_at") == datetime(2026, 3, 30, 8, tzinfo=UTC)


def _zone(shop: Shop, login: str, zone: str) -> None:
    with shop.env(login) as env:
        user_id = env.user_id or 0
    with shop.env(write=True) as env:
        env.get(User, user_id).zone = zone


def test_a_move_takes_the_whole_span_along(shop: Shop) -> None:
    (record_id,) = dated(shop, (date(2026, 3, 4), date(2026, 3, 6)))

    answer = send(shop, record_id, "2026-03-11")

    assert answer.status == 204
    assert shop.value(Repair, record_id, "begins_on") == date(2026, 3, 11)
    assert shop.value(Repair, record_id, "due_on") == date(2026, 3, 13)


def test_the_end_moves_alone_and_never_before_the_start(shop: Shop) -> None:
    (record_id,) = dated(shop, (date(2026, 3, 4), date(2026, 3, 6)))

    assert send(shop, record_id, "2026-03-09", edge="1").status == 204
    assert shop.value(Repair, record_id, "due_on") == date(2026, 3, 9)
    refused = send(shop, record_id, "2026-03-01", edge="1")

    assert refused.status == 422
    assert shop.value(Repair, record_id, "due_on") == date(2026, 3, 9)
    assert shop.value(Repair, record_id, "begins_on") == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("login", "more", "status"),
    [
        ("ines", {}, 404), ("vera", {}, 403), ("norbert", {}, 403), ("jonas", {"version": 77}, 409),
        ("jonas", {"by": "code"}, 422), ("jonas", {"by": "margin"}, 404), ("jonas", {"by": "due_on", "day": "x"}, 422),
    ],
)  # fmt: skip
def test_what_may_not_be_moved_stays(shop: Shop, login: str, more: dict[str, Any], status: int) -> None:
    (record_id,) = dated(shop, (date(2026, 3, 4), None))

    answer = send(shop, record_id, more.pop("day", "2026-03-11"), login, **more)

    assert answer.status == status
    assert shop.value(Repair, record_id, "begins_on") == date(2026, 3, 4)


def test_without_scripts_the_agenda_moves_a_record(shop: Shop) -> None:
    (record_id,) = dated(shop, (date(2026, 3, 4), None))
    browser = shop.browser("jonas")
    page = browser.get(f"{CALENDAR}&span=agenda")
    form = page.form_of('//ol[@class="dt-agenda"]//form')

    answer = browser.post(f"{REPAIRS}/-/shift", {**form, "day": "2026-03-20"})

    assert answer.goes_to.startswith(f"{REPAIRS}?mode=calendar")
    assert shop.value(Repair, record_id, "begins_on") == date(2026, 3, 20)


def test_an_empty_month_names_the_next_record(shop: Shop) -> None:
    dated(shop, (date(2026, 6, 17), None))
    browser = shop.browser("jonas")

    page = browser.get(CALENDAR)

    assert "Nothing in March 2026." in page.text
    there = page.tree.xpath('//a[contains(., "Go to 17 Jun")]/@href')[0]
    assert chips(browser.get(there)) == [("R-01", 3, 1)]
    assert "Nothing comes after it" in browser.get(f"{REPAIRS}?mode=calendar&at=2026-09-01").text


def test_a_filter_narrows_a_calendar_and_a_state_is_its_glyph(shop: Shop) -> None:
    ids = dated(shop, (date(2026, 3, 4), None), (date(2026, 3, 4), None))
    with shop.env(write=True) as env:
        env.get(Repair, ids[0]).state = RepairState.DROPPED

    page = shop.browser("jonas").get(f"{CALENDAR}&f.state=dropped")

    assert page.words('//a[contains(@class, "dt-chip")]') == ["Dropped R-01"]


def test_a_saved_calendar_opens_at_the_present_day(shop: Shop) -> None:
    repairs(shop, 1)
    browser = shop.browser("jonas")

    address = browser.post(
        f"{REPAIRS}/-/views", {"name": "Plan", "query": "mode=calendar&at=2020-01-01&span=week"}
    ).goes_to

    assert "at=" not in address
    assert "Week 11, 2026" in browser.get(address).text


def test_a_day_that_is_none_is_today(shop: Shop) -> None:
    assert "March 2026" in shop.browser("jonas").get(f"{REPAIRS}?mode=calendar&at=2026-02-31&span=x").text


@pytest.mark.parametrize("span", ["month", "week", "agenda"])
def test_a_calendar_keeps_its_budget_of_statements(shop: Shop, span: str) -> None:
    dated(shop, *[(date(2026, 3, 4), date(2026, 3, 12))] * 60)
    browser = shop.browser("jonas")
    browser.get(f"{CALENDAR}&span={span}")

    with statements(shop) as sent:
        browser.get(f"{CALENDAR}&span={span}")

    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)

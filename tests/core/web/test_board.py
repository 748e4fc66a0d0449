"""A board: columns by a choice, cards that move by an action or by writing, and refusals that leave all as it was."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from core.orm.catalog import field_of
from core.web.board import PER_LANE
from core.web.ways import ways_from
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import MOST_STATEMENTS, REPAIRS, repairs, statements
from tests.core.web.workshop.models import Client, Grade, Repair, RepairLine, RepairState

BOARD = f"{REPAIRS}?mode=board"
CLIENTS = "/m/workshop.client"
JSON = {"Accept": "application/json"}


def lanes(page: Browsed) -> dict[str, list[str]]:
    """The cards of each column by their names."""
    return {
        lane.get("data-label"): [key.text for key in lane.xpath('.//article//a[contains(@class, "dt-key")]')]
        for lane in page.tree.xpath('//section[contains(@class, "dt-lane")]')
    }


def send(browser: Browser, shop: Shop, record_id: int, to: str, **more: str) -> Browsed:
    """Drop the card of a repair, as the page that shows it now would."""
    sent = {
        "id": record_id,
        "by": "state",
        "to": to,
        "version": shop.value(Repair, record_id, "version"),
        **more,
    }
    return browser.post(f"{REPAIRS}/-/move", sent, **JSON)


def state_of(shop: Shop, record_id: int) -> object:
    return shop.value(Repair, record_id, "state")


def test_a_board_has_a_column_for_each_state_with_count_sum_and_cards(shop: Shop) -> None:
    ids = repairs(shop, 3)
    with shop.env(write=True) as env:
        for record_id in ids:
            env.get(Repair, record_id).lines = [
                RepairLine(text="Seal", quantity=Decimal(1), price=Decimal(20))
            ]
    with shop.env(write=True) as env:
        env.get(Repair, ids[2]).state = RepairState.DROPPED

    page = shop.browser("jonas").get(f"{BOARD}&total=total:sum")

    assert lanes(page) == {"Draft": ["R-01", "R-02"], "Offered": [], "Approved": [], "Dropped": ["R-03"]}
    assert page.words('//section[@data-value="draft"]//header') == ["Draft240.00 EUR"]
    assert page.tree.xpath('//a[@aria-label="Board"]/@aria-current') == ["true"]


def test_a_long_column_shows_its_first_cards_and_leads_to_the_others(shop: Shop) -> None:
    repairs(shop, PER_LANE + 3)
    browser = shop.browser("jonas")

    page = browser.get(BOARD)

    assert lanes(page)["Draft"] == [f"R-{n:02}" for n in range(1, PER_LANE + 1)]
    more = page.tree.xpath('//a[contains(., "3 more")]/@href')[0]
    assert f"{PER_LANE + 3} repairs" in browser.get(more).text


def test_a_column_above_its_limit_warns_and_takes_more(shop: Shop) -> None:
    ids = repairs(shop, 3)
    browser = shop.browser("jonas")

    for record_id in ids:
        assert send(browser, shop, record_id, "offered").status == 204

    page = browser.get(BOARD)
    assert page.words('//section[contains(@class, "dt-over")]//span[@class="dt-count"]') == ["3 / 2"]


def test_a_filter_and_a_search_narrow_a_board(shop: Shop) -> None:
    repairs(shop, 4)

    page = shop.browser("jonas").get(f"{BOARD}&f.urgent=1&q=R-02")

    assert lanes(page)["Draft"] == ["R-02"]


def test_a_drop_runs_the_action_that_leads_there(shop: Shop) -> None:
    first, _second = repairs(shop, 2)

    answer = send(shop.browser("jonas"), shop, first, "offered")

    assert answer.status == 204
    assert state_of(shop, first) is RepairState.OFFERED
    assert shop.value(Repair, first, "offered_by_id") is not None


def test_without_scripts_the_menu_of_a_card_moves_it(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    browser = shop.browser("jonas")
    page = browser.get(BOARD)
    form = page.form_of("//form[@data-move]")
    form["to"] = page.tree.xpath("//form[@data-move]//button/@value")[0]

    answer = browser.post(f"{REPAIRS}/-/move", form)

    assert answer.goes_to == BOARD
    assert lanes(browser.get(answer.goes_to))["Offered"] == ["R-01"]
    assert state_of(shop, record_id) is RepairState.OFFERED


def test_a_guard_s_refusal_is_told_and_nothing_has_changed(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    tove = shop.browser("tove")
    send(tove, shop, record_id, "offered")

    answer = send(tove, shop, record_id, "approved")

    assert answer.status == 403
    assert "second person" in answer.json["error"]["message"]
    assert state_of(shop, record_id) is RepairState.OFFERED


def test_a_role_that_lacks_the_action_is_told_so_before_and_refused_after(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    jonas = shop.browser("jonas")
    send(jonas, shop, record_id, "offered")

    ways = json.loads(jonas.get(BOARD).tree.xpath('//section[@data-value="offered"]/@data-ways')[0])

    assert "Approve" in ways["approved"]["refused"]
    assert ways["dropped"]["refused"] == ""
    assert send(jonas, shop, record_id, "approved").status == 403


def test_an_action_that_asks_is_asked_before_it_is_done(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    browser = shop.browser("jonas")

    answer = send(browser, shop, record_id, "dropped", back=BOARD)

    assert answer.status == 200
    assert "Reason" in answer.text
    assert state_of(shop, record_id) is RepairState.DRAFT
    form = answer.tree.xpath('//form[contains(@action, "/-/action/drop")]')[0]
    asked = answer.form_of('//form[contains(@action, "/-/action/drop")]')
    done = browser.post(form.get("action"), {**asked, "reason": "No money"})
    assert done.goes_to == BOARD
    assert state_of(shop, record_id) is RepairState.DROPPED


def test_no_step_is_no_move(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)

    answer = send(shop.browser("tove"), shop, record_id, "approved")

    assert answer.status == 422
    assert "cannot become Approved" in answer.json["error"]["message"]


def test_a_card_that_somebody_changed_meanwhile_stays_where_it_is(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    seen = str(shop.value(Repair, record_id, "version"))
    with shop.env("jonas", write=True) as env:
        env.get(Repair, record_id).hours = 3

    answer = send(shop.browser("jonas"), shop, record_id, "offered", version=seen)

    assert answer.status == 409
    assert state_of(shop, record_id) is RepairState.DRAFT


@pytest.mark.parametrize(("login", "status"), [("ines", 404), ("vera", 403), ("norbert", 403)])
def test_nobody_moves_what_they_may_not(shop: Shop, login: str, status: int) -> None:
    (record_id,) = repairs(shop, 1)

    answer = send(shop.browser(login), shop, record_id, "offered")

    assert answer.status == status
    assert state_of(shop, record_id) is RepairState.DRAFT


def test_a_choice_without_a_workflow_is_written(shop: Shop) -> None:
    with shop.env("jonas", write=True) as env:
        client = Client(name="Brandt Stahl")
        env.add(client)
        env.flush()
        record_id = client.id
    browser = shop.browser("jonas")
    page = browser.get(f"{CLIENTS}?mode=board")
    assert lanes(page)["No Grade"] == ["Brandt Stahl"]

    sent = {"id": record_id, "by": "grade", "to": "best", "version": 1}
    answer = browser.post(f"{CLIENTS}/-/move", sent, **JSON)

    assert answer.status == 204
    assert shop.value(Client, record_id, "grade") is Grade.BEST
    # What the form keeps from being edited, a board does as well.
    again = browser.post(f"{CLIENTS}/-/move", {**sent, "to": "new", "version": 2}, **JSON)
    assert again.status == 422
    assert shop.value(Client, record_id, "grade") is Grade.BEST


def test_a_name_alone_makes_a_record_where_that_is_enough(shop: Shop) -> None:
    browser = shop.browser("jonas")

    browser.post(f"{CLIENTS}/-/quick", {"name": "Lunde Tooling", "grade": "good", "back": CLIENTS})
    answer = browser.post(f"{REPAIRS}/-/quick", {"code": "R-77", "state": "approved"})

    assert lanes(browser.get(f"{CLIENTS}?mode=board"))["Good"] == ["Lunde Tooling"]
    assert answer.goes_to == f"{REPAIRS}/new?code=R-77"
    assert "R-77" in browser.get(answer.goes_to).html
    assert shop.browser("vera").post(f"{CLIENTS}/-/quick", {"name": "Mine"}).status == 403


def test_ways_are_those_of_the_actions_whose_condition_the_state_fulfils(shop: Shop) -> None:
    with shop.env("tove") as env:
        state = field_of(Repair, "state")
        found = {
            source: {(way.target, str(way.label)) for way in ways_from(env, state, source)}
            for source in RepairState
        }

    assert found == {
        RepairState.DRAFT: {(RepairState.OFFERED, "Offer"), (RepairState.DROPPED, "Drop")},
        RepairState.OFFERED: {(RepairState.APPROVED, "Approve"), (RepairState.DROPPED, "Drop")},
        RepairState.APPROVED: set(),
        RepairState.DROPPED: set(),
    }


def test_a_board_keeps_its_budget_of_statements(shop: Shop) -> None:
    repairs(shop, 90)
    browser = shop.browser("jonas")
    browser.get(BOARD)

    with statements(shop) as sent:
        browser.get(BOARD)

    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


def test_what_has_no_choice_is_a_list_whatever_the_address_says(shop: Shop) -> None:
    page = shop.browser("norbert").get("/m/base.currency?mode=board")

    assert page.status == 200
    assert not page.tree.xpath('//*[@id="dt-board"]')

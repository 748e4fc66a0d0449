"""The home page and the inbox: what waits for a person, and only for them."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.base.actions.commenting import comment
from core.base.actions.planning import plan
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import REPAIRS, repairs, statements
from tests.core.web.workshop.models import Repair

NEEDS = '//ul[@class="dt-todo"]/li//a[@class="dt-lead"]'
MOST_STATEMENTS = 14


def test_a_to_do_waits_for_its_assignee_until_it_is_done(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    with shop.env("tove") as env:
        tove = env.user_id
    with shop.env("jonas", write=True) as env:
        due = clock.today() - timedelta(days=2)
        plan(env, env.get(Repair, record_id), "Call the client", assignee_id=tove, due_on=due)
    browser = shop.browser("tove")

    page = browser.get("/")

    assert page.words(NEEDS)[0] == "Call the client"
    assert "2 d late" in page.text
    assert page.words('//aside[@id="dt-nav"]//a[contains(., "Inbox")]') == ["Inbox1"]
    assert "Call the client" not in shop.browser("jonas").get("/-/inbox").text
    browser.post(page.tree.xpath('//ul[@class="dt-todo"]//form/@action')[0])
    assert browser.get("/-/inbox").words(NEEDS) == []


def test_who_is_called_in_a_comment_is_told_until_they_have_read_it(shop: Shop) -> None:
    (record_id,) = repairs(shop, 1)
    with shop.env("jonas", write=True) as env:
        comment(env, env.get(Repair, record_id), "@tove can this wait?")
    browser = shop.browser("tove")

    page = browser.get("/-/inbox")

    assert page.words(NEEDS) == ["Jonas Berg asks: @tove can this wait?"]
    assert page.tree.xpath('//a[@class="dt-lead"]/@href') == [f"{REPAIRS}/{record_id}"]
    browser.post("/-/inbox/read")
    assert browser.get("/-/inbox").words(NEEDS) == []


def test_next_steps_are_those_of_the_person_s_roles_and_lead_to_their_records(shop: Shop) -> None:
    ids = repairs(shop, 3)
    jonas = shop.browser("jonas")
    jonas.post(f"{REPAIRS}/-/do/offer", {"ids": str(ids[0])})

    page = shop.browser("tove").get("/")

    assert page.words(NEEDS) == ["Offer: 2 repairs", "Approve: 1 repair"]
    assert jonas.get("/").words(NEEDS) == ["Offer: 2 repairs"]
    assert shop.browser("norbert").get("/").words(NEEDS) == []
    address = page.tree.xpath('//a[@class="dt-lead"]/@href')[1]
    assert shop.browser("tove").get(address).words('//tr[@data-id]//a[contains(@class, "dt-key")]') == [
        "R-01"
    ]


def test_the_home_page_keeps_its_budget_of_statements(shop: Shop) -> None:
    repairs(shop, 20)
    browser = shop.browser("tove")
    browser.get("/")

    with statements(shop) as sent:
        browser.get("/")

    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)

"""Things to do about a record: given to colleagues, done, done with a note, and followed by the next."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from core.base import Activity, Comment, User
from tests.core.web.browsing import Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair

FINISH = '//*[@id="dt-todos"]//a[contains(@href, "/finish")]/@href'


def user_id(shop: Shop, login: str) -> int:
    with shop.env() as env:
        return env.session.scalars(select(User.id).where(User.login == login)).one()


def planned(shop: Shop) -> list[tuple[str, str, date | None, bool]]:
    """Every thing to do: what, for whom, until when, and whether it is done."""
    with shop.env() as env:
        found = env.session.scalars(select(Activity).order_by(Activity.id))
        return [(a.subject, a.assignee.login, a.due_on, a.done_at is not None) for a in found]


def to_finish(browser: Browser, record_id: int) -> str:
    found: str = browser.get(f"{REPAIRS}/{record_id}?side=todo").tree.xpath(FINISH)[0]
    return found


def test_a_thing_to_do_is_done_and_opened_again(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    browser.post(f"{REPAIRS}/{record_id}/-/todos", {"text": "Order seals", "due": "2020-03-12"})
    page = browser.get(f"{REPAIRS}/{record_id}?side=todo")
    toggle = page.tree.xpath('//*[@id="dt-todos"]//li/form/@action')[0]

    assert "Order seals" in browser.get("/-/inbox").text
    assert "d late" in page.words('//*[@id="dt-todos"]//li')[0]
    browser.post(toggle)
    assert "Order seals" not in browser.get("/-/inbox").text
    browser.post(toggle)
    assert "Order seals" in browser.get("/-/inbox").text


def test_a_thing_to_do_about_one_record_cannot_be_done_through_another(shop: Shop) -> None:
    first, second = repair(shop), repair(shop, "R-2")
    browser = shop.browser("jonas")
    browser.post(f"{REPAIRS}/{first}/-/todos", {"text": "Order seals"})
    todo = browser.get(f"{REPAIRS}/{first}?side=todo").tree.xpath('//*[@id="dt-todos"]//li/form/@action')[0]

    answer = browser.post(f"{REPAIRS}/{second}/-/todos/{todo.rpartition('/')[2]}")

    assert answer.status == 403
    assert "Order seals" in browser.get("/-/inbox").text


def test_a_day_that_is_none_is_refused(shop: Shop) -> None:
    answer = shop.browser("jonas").post(f"{REPAIRS}/{repair(shop)}/-/todos", {"text": "x", "due": "tomorrow"})

    assert answer.status == 422
    assert "tomorrow is no date." in answer.text


def test_it_is_given_to_a_colleague_who_is_picked_or_named(shop: Shop) -> None:
    url = f"{REPAIRS}/{repair(shop)}"
    jonas = shop.browser("jonas")

    jonas.post(f"{url}/-/todos", {"text": "Call", "todo_for": str(user_id(shop, "tove"))})
    jonas.post(f"{url}/-/todos", {"text": "Write", "todo_for.text": "Vera Berg"})
    jonas.post(f"{url}/-/todos", {"text": "Pay", "due": "2027-01-04"})

    assert planned(shop) == [
        ("Call", "tove", None, False), ("Write", "vera", None, False), ("Pay", "jonas", date(2027, 1, 4), False)
    ]  # fmt: skip
    assert "Call" in shop.browser("tove").get("/-/inbox").text
    assert "Tove Berg" in jonas.get(f"{url}?side=todo").words('//*[@id="dt-todos"]//li')[1]


@pytest.mark.parametrize(
    "named", [{"todo_for": "{ines}"}, {"todo_for.text": "Ines Berg"}, {"todo_for": "999999"}]
)
def test_it_is_given_to_nobody_whom_the_person_does_not_know(shop: Shop, named: dict[str, str]) -> None:
    given = {name: text.format(ines=user_id(shop, "ines")) for name, text in named.items()}

    answer = shop.browser("jonas").post(f"{REPAIRS}/{repair(shop)}/-/todos", {"text": "Call", **given})

    assert answer.status in (404, 422)
    assert planned(shop) == []


def test_nothing_is_no_thing_to_do(shop: Shop) -> None:
    answer = shop.browser("jonas").post(f"{REPAIRS}/{repair(shop)}/-/todos", {"text": " "})

    assert (answer.status, planned(shop)) == (422, [])


def test_it_is_done_with_a_note_and_followed_by_the_next(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")
    jonas.post(f"{REPAIRS}/{record_id}/-/todos", {"text": "Call the client"})
    finish = to_finish(jonas, record_id)

    asked = jonas.get(finish)
    answer = jonas.post(
        finish,
        {"note": "Wants it on Friday.", "text": "Send it", "todo_for.text": "Tove Berg", "due": "2027-01-08"},
    )

    assert asked.words("//h1") == ["Done with a note"]
    assert answer.goes_to == f"{REPAIRS}/{record_id}?side=todo"
    assert planned(shop) == [
        ("Call the client", "jonas", None, True), ("Send it", "tove", date(2027, 1, 8), False)
    ]  # fmt: skip
    with shop.env() as env:
        assert env.session.scalars(select(Comment.body)).all() == [
            "Done: Call the client\nWants it on Friday."
        ]


def test_done_without_a_note_says_nothing_and_plans_nothing(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")
    jonas.post(f"{REPAIRS}/{record_id}/-/todos", {"text": "Call"})

    jonas.post(to_finish(jonas, record_id), {"note": " ", "text": "", "due": "2027-01-08"})

    assert planned(shop) == [("Call", "jonas", None, True)]
    with shop.env() as env:
        assert env.session.scalars(select(Comment)).all() == []


def test_what_is_wrong_with_the_next_leaves_this_one_open(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")
    jonas.post(f"{REPAIRS}/{record_id}/-/todos", {"text": "Call"})

    answer = jonas.post(to_finish(jonas, record_id), {"note": "Said", "text": "Next", "due": "soon"})

    assert answer.status == 422
    assert planned(shop) == [("Call", "jonas", None, False)]


@pytest.mark.parametrize(("login", "status"), [("tove", 404), ("norbert", 404), ("ines", 404)])
def test_nobody_else_finishes_it(shop: Shop, login: str, status: int) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")
    jonas.post(f"{REPAIRS}/{record_id}/-/todos", {"text": "Call"})
    finish = to_finish(jonas, record_id)
    other = f"{REPAIRS}/{repair(shop, 'R-2')}{finish.removeprefix(f'{REPAIRS}/{record_id}')}"

    browser = shop.browser(login)

    assert browser.get(f"{REPAIRS}/{record_id}?side=todo").text.count("Done with a note") == 0
    for url in (finish, other):
        assert browser.get(url).status in (status, 403)
        assert browser.post(url, {"note": "Mine"}).status in (status, 403)
    assert jonas.post(other, {}).status == 403
    assert planned(shop) == [("Call", "jonas", None, False)]

"""Who has a record open is seen on it by those who may read it, in its company, until they leave or fall silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.base import Item, User, UserCompany, UserRole
from core.base.presence import GONE, topic_of
from core.events import feed
from core.events.audience import seen_by
from core.security.principal import principal_of
from core.security.session import IDLE, LoginSession
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair

ITEMS = "/m/base.item"
NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def present(shop: Shop, login: str, url: str, **said: str) -> list[str]:
    """What the page of `url`, opened by `login`, is answered when it says that it is there."""
    answer = shop.browser(login).post(f"{url}/-/presence", said)
    assert answer.status == 200, answer.text
    return answer.words("//li[@data-person]") if answer.html.strip() else []


def leave(shop: Shop, login: str, url: str) -> None:
    assert shop.browser(login).post(f"{url}/-/presence", {"leave": "1"}).status == 204


def told(shop: Shop, login: str = "") -> int:
    """How many events of presence there are, or `login` hears."""
    events = [each for each in feed.after(shop.site, 0) if each.topic.startswith("presence:")]
    if not login:
        return len(events)
    with shop.env() as env:
        who = principal_of(env, env.session.query(User.id).filter_by(login=login).scalar())
    return sum(seen_by(shop.site, who, each) is not None for each in events)


@pytest.fixture
def url(shop: Shop) -> str:
    return f"{REPAIRS}/{repair(shop)}"


def test_people_see_each_other_and_who_edits(shop: Shop, url: str) -> None:
    assert present(shop, "jonas", url) == []
    assert present(shop, "tove", url, editing="1") == ["JBJonas Berg is looking at it"]
    assert present(shop, "vera", url) == ["TBTove Berg is editing", "JBJonas Berg is looking at it"]
    assert present(shop, "jonas", f"{REPAIRS}/{repair(shop, 'R-2')}") == []


def test_who_may_not_edit_is_not_said_to(shop: Shop, url: str) -> None:
    present(shop, "vera", url, editing="1")

    assert present(shop, "jonas", url) == ["VBVera Berg is looking at it"]


def test_who_leaves_or_falls_silent_is_gone(shop: Shop, url: str) -> None:
    with clock.held(NOW):
        present(shop, "jonas", url)
        present(shop, "tove", url)
        leave(shop, "tove", url)
        assert present(shop, "vera", url) == ["JBJonas Berg is looking at it"]
    with clock.held(NOW + GONE + timedelta(seconds=1)):
        assert present(shop, "tove", url) == []


def test_others_are_told_of_who_comes_begins_to_edit_and_goes_and_of_nothing_else(
    shop: Shop, url: str
) -> None:
    counts = []
    for login, said in (
        ("jonas", {}), ("jonas", {}), ("tove", {}), ("tove", {}), ("tove", {"editing": "1"}), ("jonas", {}),
    ):  # fmt: skip
        present(shop, login, url, **said)
        counts.append(told(shop))
    leave(shop, "tove", url)
    leave(shop, "jonas", url)

    assert counts == [0, 0, 1, 1, 2, 2]
    assert told(shop) == 3
    assert told(shop, "vera") == 3
    assert told(shop, "norbert") == told(shop, "ines") == 0
    page = shop.browser("jonas").get(url).tree.get_element_by_id("dt-presence")
    assert page.get("data-live") == topic_of(Repair)
    assert (page.get("data-presence"), page.get("data-live-ids")) == (
        f"{url}/-/presence",
        url.rpartition("/")[2],
    )


def test_people_of_another_company_meet_nobody_on_what_companies_share(shop: Shop) -> None:
    item = shop.make(Item(code="P-1", name="Piston", unit_id=1))

    assert present(shop, "jonas", f"{ITEMS}/{item}") == []
    assert present(shop, "ines", f"{ITEMS}/{item}") == []
    assert present(shop, "norbert", f"{ITEMS}/{item}") == ["JBJonas Berg is looking at it"]
    assert told(shop, "tove") == 1
    assert told(shop, "ines") == 0


def test_on_a_company_s_own_record_its_people_meet_wherever_they_work_now(shop: Shop, url: str) -> None:
    shop.make(
        User(
            login="otto", name="Otto Berg", home_company_id=2, roles=[UserRole(role="workshop.clerk")],
            companies=[UserCompany(seen_company_id=1), UserCompany(seen_company_id=2)],
        )
    )  # fmt: skip
    present(shop, "otto", url)

    assert present(shop, "jonas", url) == ["OBOtto Berg is looking at it"]


@pytest.mark.parametrize(("login", "status"), [("ines", 404), ("norbert", 403)])
def test_who_may_not_read_it_is_told_nothing_and_noted_nowhere(
    shop: Shop, url: str, login: str, status: int
) -> None:
    present(shop, "jonas", url)

    for said in ({}, {"leave": "1"}):
        answer = shop.browser(login).post(f"{url}/-/presence", said)
        assert answer.status == status
        assert "Jonas" not in answer.text
    assert present(shop, "tove", url) == ["JBJonas Berg is looking at it"]
    assert shop.browser("jonas").post(f"{REPAIRS}/999999/-/presence").status == 404


def test_without_the_page_s_token_nobody_is_there(shop: Shop, url: str) -> None:
    assert shop.browser("jonas").post(f"{url}/-/presence", {}, token="forged").status == 403

    assert present(shop, "tove", url) == []


def test_somebody_whose_account_was_closed_is_gone(shop: Shop, url: str) -> None:
    present(shop, "jonas", url)
    with shop.env(write=True) as env:
        env.session.query(User).filter_by(login="jonas").one().active = False

    assert present(shop, "tove", url) == []


def test_a_page_left_open_keeps_no_session_alive(shop: Shop, url: str) -> None:
    with clock.held(NOW):
        jonas = shop.browser("jonas")
        assert jonas.token
    with clock.held(NOW + IDLE / 2):
        jonas.post(f"{url}/-/presence")
    with shop.env() as env:
        assert env.session.query(LoginSession.seen_at).order_by(LoginSession.id.desc()).first() == (NOW,)
    with clock.held(NOW + IDLE):
        assert jonas.post(f"{url}/-/presence").status in (303, 401)

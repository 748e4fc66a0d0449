"""The page of shipped records that somebody had edited: before, yours and now, and the decision."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.base import Currency, User, UserCompany, UserRole
from core.base.models.record import ExternalId
from core.base.seeding import ship
from tests.core.web.browsing import Browser
from tests.core.web.conftest import Shop

BEFORE = {
    "YEN": {"code": "YEN", "name": "Yen", "exponent": 0},
    "WON": {"code": "WON", "name": "Won", "exponent": 0},
}
NOW = {code: {**row, "name": f"New {row['name']}"} for code, row in BEFORE.items()}


@pytest.fixture
def administrator(shop: Shop) -> Browser:
    """Somebody who keeps the site."""
    with shop.env("jonas") as env:
        home = env.company_id
    shop.make(
        User(login="ada", name="Ada Berg", home_company_id=home, roles=[UserRole(role="base.administrator")],
             companies=[UserCompany(seen_company_id=home)])
    )  # fmt: skip
    return shop.browser("ada")


@pytest.fixture
def ids(shop: Shop) -> dict[str, int]:
    """The ids of two shipped records, both edited by hand and then shipped with other names."""
    with shop.env(write=True) as env:
        shipped = ship(env, "base", Currency, BEFORE).ids
        for record_id in shipped.values():
            env.get(Currency, record_id).name += " of ours"
        env.flush()
        ship(env, "base", Currency, NOW)
    return shipped


def _names(shop: Shop, ids: dict[str, int]) -> list[object]:
    return [shop.value(Currency, record_id, "name") for record_id in ids.values()]


def _offer(shop: Shop, record_id: int) -> int:
    with shop.env() as env:
        asked = select(ExternalId.id).where(
            ExternalId.model == "base.currency", ExternalId.record_id == record_id
        )
        return env.session.scalars(asked).one()


def test_all_three_values_of_an_edited_record_are_shown(
    shop: Shop, administrator: Browser, ids: dict[str, int]
) -> None:
    page = administrator.get("/-/shipped")

    assert page.words("//tbody/tr/*") == [
        *("Name", "Won", "Won of ours", "New Won"),
        *("Name", "Yen", "Yen of ours", "New Yen"),
    ]


def test_theirs_is_taken_and_mine_is_kept_one_by_one(
    shop: Shop, administrator: Browser, ids: dict[str, int]
) -> None:
    administrator.post("/-/shipped/take", {"id": _offer(shop, ids["YEN"])})
    administrator.post("/-/shipped/keep", {"id": _offer(shop, ids["WON"])})

    assert _names(shop, ids) == ["New Yen", "Won of ours"]
    assert "Nothing waits for you" in administrator.get("/-/shipped").text


@pytest.mark.parametrize(
    ("verb", "names"), [("take", ["New Yen", "New Won"]), ("keep", ["Yen of ours", "Won of ours"])]
)
def test_all_are_decided_at_once_and_the_next_upgrade_asks_nothing(
    shop: Shop, administrator: Browser, ids: dict[str, int], verb: str, names: list[str]
) -> None:
    administrator.post(f"/-/shipped/{verb}", {"id": [_offer(shop, each) for each in ids.values()]})

    with shop.env(write=True) as env:
        again = ship(env, "base", Currency, NOW)

    assert (again.updated, again.kept) == ([], [])
    assert _names(shop, ids) == names
    assert "Nothing waits for you" in administrator.get("/-/shipped").text


def test_a_record_kept_as_it_is_is_asked_about_again_when_something_else_is_shipped(
    shop: Shop, administrator: Browser, ids: dict[str, int]
) -> None:
    administrator.post("/-/shipped/keep", {"id": _offer(shop, ids["YEN"])})

    with shop.env(write=True) as env:
        ship(env, "base", Currency, {"YEN": {**BEFORE["YEN"], "name": "Newest"}})

    assert "Newest" in administrator.get("/-/shipped").text


def test_what_nobody_edited_is_brought_up_to_date_without_asking(shop: Shop, administrator: Browser) -> None:
    with shop.env(write=True) as env:
        ids = ship(env, "base", Currency, BEFORE).ids
        ship(env, "base", Currency, NOW)

    assert _names(shop, ids) == ["New Yen", "New Won"]
    assert "Nothing waits for you" in administrator.get("/-/shipped").text


def test_only_an_administrator_sees_and_decides(shop: Shop, ids: dict[str, int]) -> None:
    browser = shop.browser("tove")

    assert browser.get("/-/shipped").status == 403
    assert browser.post("/-/shipped/take", {"id": _offer(shop, ids["YEN"])}).status == 403
    assert _names(shop, ids) == ["Yen of ours", "Won of ours"]

"""The first steps of a new site: who sees them, what does them, and how they are put away and brought back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.base import Item, Site, User, UserCompany, UserRole
from core.config import Settings, write
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.workshop.models import Client

TO_DO = '//*[contains(@class, "dt-first")]//a[@class="dt-lead"]'
DONE = '//*[contains(@class, "dt-first")]//li[@class="dt-done"]'
ALL = [
    "Describe your company", "Add a plant with its address", "Set up your second factor", "Invite a colleague",
    "Have back-ups made", "Add the first item", "Know the first client",
]  # fmt: skip


@pytest.fixture
def admin(shop: Shop) -> Browser:
    """The browser of an administrator of Kestrel's, who may make clients as well."""
    shop.make(
        User(
            login="adele", name="Adele Berg", home_company_id=1,
            roles=[UserRole(role="base.administrator"), UserRole(role="workshop.clerk")],
            companies=[UserCompany(seen_company_id=1)],
        )
    )  # fmt: skip
    return shop.browser("adele")


def steps(page: Browsed) -> tuple[list[str], int]:
    """What is to be done, and how much is."""
    return page.words(TO_DO), len(page.tree.xpath(DONE))


def do_the_rest(shop: Shop, *, city: str = "Kiel") -> None:
    write(Settings(shop.site.folder, backups="/backups"))
    shop.make(Site(company_id=1, code="K", name="Kiel", city=city, country="DE"))
    shop.make(Item(code="P-1", name="Piston", unit_id=1))
    shop.make(Client(company_id=1, name="Norrgjut"))
    with shop.env(write=True) as env:
        env.session.query(User).filter_by(login="adele").one().second_factor = True


def test_an_administrator_sees_what_is_left_and_where_to_do_it(shop: Shop, admin: Browser) -> None:
    page = admin.get("/")

    left, done = steps(page)
    assert left == [step for step in ALL if step not in ("Describe your company", "Invite a colleague")]
    assert done == 2
    assert page.words('//*[contains(@class, "dt-first")]//*[@class="dt-progress"]') == ["2 of 7 done"]
    assert page.tree.xpath(TO_DO + "/@href")[-1] == "/m/workshop.client"


def test_nobody_else_sees_any(shop: Shop) -> None:
    for login in ("tove", "norbert"):
        assert "First steps" not in shop.browser(login).get("/").text


def test_a_step_is_done_by_the_data_of_one_s_own_company_alone(shop: Shop, admin: Browser) -> None:
    shop.make(Client(company_id=2, name="Of Orrin"))
    shop.make(Site(company_id=2, code="O", name="Oslo", city="Oslo", country="NO"))
    shop.make(Site(company_id=1, code="K", name="Kiel", country="DE"))

    left, _done = steps(admin.get("/"))

    assert {"Know the first client", "Add a plant with its address"} <= set(left)


def test_once_all_is_done_the_list_is_gone_and_comes_back_on_wish(shop: Shop, admin: Browser) -> None:
    do_the_rest(shop)

    assert "First steps" not in admin.get("/").text
    with shop.env() as env:
        kept = env.session.query(User).filter_by(login="adele").one().preferences
        assert kept["first_steps"] == "0"
    admin.post("/-/settings", {**admin.get("/-/settings").form_of("//main//form"), "first_steps": "1"})
    page = admin.get("/")
    assert steps(page) == ([], 7)
    assert "7 of 7 done" in page.text


def test_it_is_put_away_by_its_button_and_brought_back_in_the_settings(shop: Shop, admin: Browser) -> None:
    admin.post("/-/preferences", {"first_steps": "0"})

    assert "First steps" not in admin.get("/").text
    form = admin.get("/-/settings").form_of("//main//form")
    assert form["first_steps"] == "0"
    form["first_steps"] = "auto"
    admin.post("/-/settings", form)
    assert len(steps(admin.get("/"))[0]) == 5
    assert "first_steps" not in shop.browser("tove").get("/-/settings").form_of("//main//form")


def test_a_demonstration_shows_none_unless_they_are_asked_for(shop: Shop, admin: Browser) -> None:
    web = shop.app.extensions["dovetail"]
    shop.app.extensions["dovetail"] = replace(web, settings=replace(web.settings, demonstration="en"))

    assert "First steps" not in admin.get("/").text
    admin.post("/-/preferences", {"first_steps": "1"})
    assert "First steps" in admin.get("/").text


def test_a_step_is_for_those_who_may_do_it(shop: Shop) -> None:
    shop.make(
        User(
            login="adam", name="Adam Berg", home_company_id=1, roles=[UserRole(role="base.administrator")],
            companies=[UserCompany(seen_company_id=1)],
        )
    )  # fmt: skip

    left, _done = steps(shop.browser("adam").get("/"))

    assert "Know the first client" not in left
    assert "Add the first item" in left

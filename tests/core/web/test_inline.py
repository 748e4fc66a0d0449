"""Editing in a list: as the form would have it, by who may, or refused at the cell."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.orm.tracking import Change
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import JSON, REPAIRS, repair
from tests.core.web.workshop.models import Repair, RepairState


def cell(record_id: int, field: str = "due_on") -> str:
    return f"{REPAIRS}/{record_id}/-/cell/{field}"


def test_the_list_links_each_editable_value_to_its_input(shop: Shop) -> None:
    record_id = repair(shop)

    page = shop.browser("jonas").get(f"{REPAIRS}?q=R-1")
    alike = shop.browser("vera").get(REPAIRS)

    links = {link.get("data-cell"): link for link in page.tree.xpath("//a[@data-cell]")}
    assert list(links) == ["client_id", "due_on"]  # the margin is neither shown to a clerk nor theirs to set
    assert links["due_on"].get("href") == f"{cell(record_id)}?list=q%3DR-1"
    assert links["due_on"].text_content().strip() == "Edit Due of R-1"
    assert not alike.tree.xpath("//a[@data-cell]")


def test_without_scripts_it_is_a_page_that_leads_back_to_the_list(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    url = f"{cell(record_id)}?list=q%3DR-1"

    form = browser.get(url).form_of("//main//form")
    answer = browser.post(url, form | {"due_on": "2027-03-18"})

    assert answer.goes_to == f"{REPAIRS}?q=R-1"
    assert str(shop.value(Repair, record_id, "due_on")) == "2027-03-18"
    assert "R-1 saved" in browser.get(answer.goes_to).text
    with shop.env() as env:
        (change,) = env.session.scalars(
            select(Change).where(Change.new.contains("due_on"), Change.event == "changed")
        )
        assert change.new == '{"due_on":"2027-03-18"}'


def test_what_the_checks_refuse_is_told_at_the_cell(shop: Shop) -> None:

    record_id = repair(shop, begins_on=date(2027, 5, 1))
    browser = shop.browser("jonas")
    sent = {"_version": "1", "due_on": "2027-03-18"}

    page, told = browser.post(cell(record_id), sent), browser.post(cell(record_id), sent, **JSON)

    assert page.status == told.status == 422
    assert page.error_at("due_on") == "Before the day on which it begins."
    assert told.json["error"]["fields"] == {"due_on": "Before the day on which it begins."}


def test_nobody_overwrites_what_somebody_saved_meanwhile(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(cell(record_id)).form_of("//main//form")
    shop.browser("tove").post(cell(record_id), form | {"due_on": "2027-01-01"})

    told = browser.post(cell(record_id), form | {"due_on": "2027-03-18"}, **JSON)

    assert told.status == 409
    assert "Somebody else changed R-1 meanwhile" in told.json["error"]["message"]
    assert str(shop.value(Repair, record_id, "due_on")) == "2027-01-01"


def test_the_conditions_and_roles_of_the_form_hold(shop: Shop) -> None:
    record_id = repair(shop)
    offered = repair(shop, "R-2", state=RepairState.OFFERED)
    jonas, tove = shop.browser("jonas"), shop.browser("tove")

    assert jonas.get(cell(offered, "client_id")).status == 422  # fixed once it is offered
    assert jonas.post(cell(offered, "client_id"), {"_version": "1", "client_id": ""}).status == 422
    assert jonas.post(cell(record_id, "margin"), {"_version": "1", "margin": "5"}).status == 404
    assert tove.post(cell(record_id, "margin"), {"_version": "1", "margin": "5"}).status == 303
    assert (
        tove.post(cell(record_id, "hours"), {"_version": "2", "hours": "5"}).status == 404
    )  # not edited in the list
    for login in ("vera", "norbert"):
        assert shop.browser(login).post(cell(record_id), {"_version": "2", "due_on": ""}).status == 403
    assert shop.browser("ines").post(cell(record_id), {"_version": "2", "due_on": ""}).status == 404


def test_a_cell_sets_its_own_field_and_no_other(shop: Shop) -> None:
    record_id = repair(shop)

    shop.browser("jonas").post(cell(record_id), {"_version": "1", "due_on": "2027-03-18", "note": "smuggled"})

    assert shop.value(Repair, record_id, "note") is None
    assert str(shop.value(Repair, record_id, "due_on")) == "2027-03-18"

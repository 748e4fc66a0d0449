"""Link pickers: found by what was typed, recent ones first, made in place, closed to strangers."""

from __future__ import annotations

import pytest

from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Client, Repair

CLIENTS = "/m/workshop.client"


def clients(shop: Shop, *names: str, by: str = "jonas") -> list[int]:
    with shop.env(by, write=True) as env:
        made = [Client(name=name) for name in names]
        env.add(*made)
        env.flush()
        return [client.id for client in made]


def test_those_that_begin_so_come_before_those_that_contain_it(shop: Shop) -> None:
    clients(shop, "North dock", "Dock 4", "Yard")

    found = shop.browser("jonas").get(f"{CLIENTS}/-/pick?q=dock").json

    assert [item["text"] for item in found["items"]] == ["Dock 4", "North dock"]
    assert not found["more"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'"])
def test_signs_that_mean_something_to_a_database_mean_themselves(shop: Shop, typed: str) -> None:
    clients(shop, "Plain", f"Odd {typed} name")

    found = shop.browser("jonas").get(f"{CLIENTS}/-/pick").status
    named = shop.browser("jonas")._client.get(f"{CLIENTS}/-/pick", query_string={"q": typed}).get_json()

    assert found == 200
    assert [item["text"] for item in named["items"]] == [f"Odd {typed} name"]


def test_without_text_those_opened_last_come_first(shop: Shop) -> None:
    ids = clients(shop, "Dock 4", "Yard")
    browser = shop.browser("jonas")
    browser.get(f"{CLIENTS}/{ids[1]}")

    found = browser.get(f"{CLIENTS}/-/pick?q=").json

    assert found["recent"]
    assert [item["text"] for item in found["items"]] == ["Yard"]


def test_more_than_a_list_holds_says_so(shop: Shop) -> None:
    clients(shop, *(f"Dock {number}" for number in range(12)))

    found = shop.browser("jonas").get(f"{CLIENTS}/-/pick?q=Dock").json

    assert (len(found["items"]), found["more"]) == (8, True)


def test_another_company_s_records_are_not_offered(shop: Shop) -> None:
    clients(shop, "Orrin dock", by="ines")

    assert shop.browser("jonas").get(f"{CLIENTS}/-/pick?q=Orrin").json["items"] == []
    assert shop.browser("norbert").get(f"{CLIENTS}/-/pick?q=Orrin").status in (200, 403)


def test_a_record_of_a_name_alone_is_made_in_place(shop: Shop) -> None:
    made = shop.browser("jonas").post(f"{CLIENTS}/new/-/quick", {"text": "Dock 9"}).json

    assert shop.value(Client, made["id"], "name") == "Dock 9"


def test_a_record_that_needs_more_leads_to_its_form(shop: Shop) -> None:
    assert shop.browser("jonas").post(f"{REPAIRS}/new/-/quick", {"text": "R-9"}).json == {
        "form": f"{REPAIRS}/new"
    }


def test_who_may_not_create_makes_nothing_in_place(shop: Shop) -> None:
    answer = shop.browser("vera").post(f"{CLIENTS}/new/-/quick", {"text": "Dock 9"})

    assert answer.status == 403 or "id" not in answer.json
    with shop.env() as env:
        assert env.session.query(Client).count() == 0


def test_without_scripts_a_record_is_named_by_what_was_typed(shop: Shop) -> None:
    ids = clients(shop, "Dock 4", "Yard")
    record_id = repair(shop, client_id=ids[0])
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    assert (form["client_id"], form["client_id.text"]) == (str(ids[0]), "Dock 4")

    form["client_id.text"] = "Yard"
    browser.post(f"{REPAIRS}/{record_id}", form)
    assert shop.value(Repair, record_id, "client_id") == ids[1]

    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    form["client_id.text"] = "Nowhere"
    refused = browser.post(f"{REPAIRS}/{record_id}", form)
    assert refused.error_at("client_id") == "No client is called Nowhere."
    assert refused.form()["client_id.text"] == "Nowhere"

    form["client_id.text"] = ""
    browser.post(f"{REPAIRS}/{record_id}", form)
    assert shop.value(Repair, record_id, "client_id") is None

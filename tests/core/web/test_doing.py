"""Actions from a record's page: done at once, asked for what they need, refused where they were asked for."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Client, Repair, RepairState

HTMX = {"HX-Request": "true"}


def action(name: str, record_id: int) -> str:
    return f"{REPAIRS}/-/action/{name}?ids={record_id}"


def test_the_next_step_is_the_primary_button_and_is_done_at_once(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    page = browser.get(f"{REPAIRS}/{record_id}")

    assert page.words("//button[@data-primary]") == ["Offer Ctrl Enter"]
    done = browser.post(action("offer", record_id))

    assert (done.status, done.goes_to) == (303, f"{REPAIRS}/{record_id}")
    assert shop.value(Repair, record_id, "state") is RepairState.OFFERED


def test_what_gives_the_work_up_is_in_the_menu_and_never_beside_the_next_step(shop: Shop) -> None:
    page = shop.browser("jonas").get(f"{REPAIRS}/{repair(shop)}")

    in_head = page.words('//div[contains(@class, "dt-actions")]/form//button')
    in_menu = page.words('//div[contains(@class, "dt-pop")]//button[contains(@class, "dt-item")]')
    assert "Drop" not in in_head
    assert "Drop" in in_menu


def test_what_is_not_possible_now_stands_last_with_its_reason(shop: Shop) -> None:
    page = shop.browser("jonas").get(f"{REPAIRS}/{repair(shop)}")

    items = page.words('//details[contains(@class, "dt-menu")]//*[contains(@class, "dt-item")]')
    assert items[-1] == "Forget noteForget note is not possible for R-1 as it is now."


def test_an_action_with_questions_asks_them_first(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    asked = browser.post(action("drop", record_id))
    page_form = asked.form_of('//form[contains(@action, "/-/action/drop")]')

    assert asked.status == 200
    assert {"reason", "on", "fee", "instead"} <= set(page_form)
    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT

    page_form["reason"], page_form["on"], page_form["fee"] = "Too dear", "2026-03-19", "1,250.50"
    done = browser.post(action("drop", record_id), page_form)

    assert done.status == 303
    assert shop.value(Repair, record_id, "state") is RepairState.DROPPED
    assert shop.value(Repair, record_id, "due_on") == date(2026, 3, 19)
    assert shop.value(Repair, record_id, "note") == "1250.50"
    assert "Why: Too dear" in browser.get(f"{REPAIRS}/{record_id}").text


def test_a_missing_or_wrong_answer_is_told_at_its_question(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    missing = browser.post(action("drop", record_id), {"_asked": "1"})
    wrong = browser.post(action("drop", record_id), {"_asked": "1", "reason": "No", "fee": "much"})

    assert (missing.status, wrong.status) == (422, 422)
    assert missing.error_at("reason") == "Reason is needed."
    assert wrong.error_at("fee") == "much is no value for Fee."
    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT


def test_a_script_gets_the_inside_of_the_dialog_alone(shop: Shop) -> None:
    record_id = repair(shop)

    asked = shop.browser("jonas").post(action("drop", record_id), **HTMX)

    assert "dt-dialog-body" in asked.html
    assert "<html" not in asked.html


def test_what_cannot_be_undone_says_what_is_lost(shop: Shop) -> None:
    record_id = repair(shop, note="Keep dry")
    browser = shop.browser("jonas")

    asked = browser.post(action("forget_note", record_id))
    assert "The note cannot be had back." in asked.text
    assert shop.value(Repair, record_id, "note") == "Keep dry"

    browser.post(action("forget_note", record_id), {"_asked": "1"})
    assert shop.value(Repair, record_id, "note") is None


def test_an_action_that_gives_a_record_back_opens_it(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    done = browser.post(action("repeat", record_id))

    made = int(done.goes_to.rpartition("/")[2])
    assert shop.value(Repair, made, "code") == "R-1-2"


def test_the_second_pair_of_eyes_must_be_another_person_s(shop: Shop) -> None:
    record_id = repair(shop)
    tove, greta = shop.browser("tove"), shop.browser("greta")
    tove.post(action("offer", record_id))

    refused = tove.post(action("approve", record_id))

    assert refused.status == 403
    assert refused.words("//h1") == ["R-1"]
    assert "needs a second person" in refused.words('//*[@role="alert"]')[0]
    assert shop.value(Repair, record_id, "state") is RepairState.OFFERED
    as_script = tove.post(action("approve", record_id), **HTMX)
    assert as_script.status == 403
    assert as_script.response.headers["HX-Retarget"] == "#dt-notices"
    assert greta.post(action("approve", record_id)).status == 303
    assert shop.value(Repair, record_id, "state") is RepairState.APPROVED


def test_what_is_done_twice_is_refused_the_second_time(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    browser.post(action("offer", record_id))

    again = browser.post(action("offer", record_id))

    assert again.status == 422
    assert "not possible for R-1 as it is now" in again.text
    assert "Nothing has changed" in again.text


@pytest.mark.parametrize(
    ("login", "name", "status"),
    [("vera", "offer", 403), ("jonas", "approve", 403), ("ines", "offer", 404), ("norbert", "offer", 403)],
)
def test_an_action_is_refused_to_whom_it_is_not_given(shop: Shop, login: str, name: str, status: int) -> None:
    record_id = repair(shop)

    assert shop.browser(login).post(action(name, record_id)).status in (status, 404)
    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT


def test_an_answer_that_names_another_company_s_record_is_refused(shop: Shop) -> None:
    record_id = repair(shop)
    with shop.env("ines", write=True) as env:
        foreign = Client(name="Orrin's own")
        env.add(foreign)
        env.flush()
        foreign_id = foreign.id

    answer = shop.browser("jonas").post(
        action("drop", record_id), {"_asked": "1", "reason": "No", "instead": str(foreign_id)}
    )

    assert answer.status in (403, 404, 422)
    assert shop.value(Repair, record_id, "client_id") is None
    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT


def test_an_unknown_action_names_those_there_are(shop: Shop) -> None:
    answer = shop.browser("jonas").post(action("explode", repair(shop)))

    assert answer.status == 404
    assert "offer, approve, drop" in answer.text


def test_an_action_sent_without_our_token_is_not_done(shop: Shop) -> None:
    record_id = repair(shop)

    assert shop.browser("jonas").post(action("offer", record_id), token="").status == 403
    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT

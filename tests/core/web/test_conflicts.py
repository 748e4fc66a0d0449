"""Two people save one record: both versions are shown, each decides, and nothing is lost."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from core.orm import bulk
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair, RepairLine


def opened(browser: Browser, record_id: int) -> MultiDict[str, str]:
    return browser.get(f"{REPAIRS}/{record_id}?edit=1").form()


def line_ids(shop: Shop, record_id: int) -> list[int]:
    with shop.env() as env:
        return [line.id for line in env.get(Repair, record_id).lines]


def row(page: Browsed, label: str) -> list[str]:
    """The cells of a row of the conflict's table."""
    return page.words(f'//tr[th[text()="{label}"]]/td')


def choices(page: Browsed) -> MultiDict[str, str]:
    """What the conflict's own form would send."""
    return page.form_of('//form[contains(@class, "dt-body")]')


def test_a_field_that_both_changed_is_decided_and_one_of_theirs_is_taken_over(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form["due_on"], their_form["hours"] = "2026-03-18", "5"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    my_form["due_on"], my_form["note"] = "2026-03-20", "Mine"
    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)

    assert conflict.status == 409
    assert row(conflict, "Due") == ["", "18 Mar", "20 Mar"]
    assert row(conflict, "Hours") == ["", "5", "not touched"]
    assert row(conflict, "Note") == ["", "not touched", "Mine"]
    assert "Tove Berg" in conflict.text
    assert "1 to decide, 1 taken over" in conflict.text
    assert shop.value(Repair, record_id, "hours") == 5

    decided = choices(conflict)
    decided["choice.due_on"] = "mine"
    assert mine.post(f"{REPAIRS}/{record_id}", decided).status == 303
    assert str(shop.value(Repair, record_id, "due_on")) == "2026-03-20"
    assert shop.value(Repair, record_id, "hours") == 5
    assert shop.value(Repair, record_id, "note") == "Mine"


def test_without_a_decision_theirs_stays_where_both_changed(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form["hours"], my_form["hours"] = "5", "7"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    mine.post(f"{REPAIRS}/{record_id}", choices(mine.post(f"{REPAIRS}/{record_id}", my_form)))

    assert shop.value(Repair, record_id, "hours") == 5


def test_cells_of_one_line_are_told_apart(shop: Shop) -> None:
    record_id = repair(shop)
    first = line_ids(shop, record_id)[0]
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form[f"lines.{first}.quantity"], my_form[f"lines.{first}.price"] = "96", "3.25"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)
    assert row(conflict, "Line 10, Quantity") == ["4", "96", "not touched"]
    assert row(conflict, "Line 10, Price") == ["2.50", "not touched", "3.25"]

    mine.post(f"{REPAIRS}/{record_id}", choices(conflict))
    with shop.env() as env:
        line = env.get(Repair, record_id).lines[0]
        assert (line.quantity, line.price) == (Decimal(96), Decimal("3.25"))


def test_a_line_that_was_changed_without_a_form_is_told_too(shop: Shop) -> None:
    record_id = repair(shop)
    mine = shop.browser("jonas")
    my_form = opened(mine, record_id)
    with shop.env("tove", write=True) as env:
        bulk.update(env, RepairLine, [{"id": line_ids(shop, record_id)[0], "text": "Theirs"}])

    my_form["note"] = "Mine"
    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)

    assert conflict.status == 409
    assert "Theirs" in conflict.text


def test_a_line_that_they_deleted_can_be_kept_as_a_new_one(shop: Shop) -> None:
    record_id = repair(shop)
    first = line_ids(shop, record_id)[0]
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form[f"lines.{first}._delete"] = "1"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    my_form[f"lines.{first}.text"] = "Seal kit"
    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)
    assert row(conflict, "Line 10") == ["Seal, 4, pcs, 2.50", "deleted", "Seal kit, 4, pcs, 2.50"]

    kept = choices(conflict)
    kept[f"choice.lines.{first}"] = "mine"
    mine.post(f"{REPAIRS}/{record_id}", kept)
    with shop.env() as env:
        assert sorted(line.text for line in env.get(Repair, record_id).lines) == ["Hone", "Seal kit"]


def test_a_line_that_they_changed_is_not_deleted_unasked(shop: Shop) -> None:
    record_id = repair(shop)
    first = line_ids(shop, record_id)[0]
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form[f"lines.{first}.text"] = "Seal, reinforced"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    my_form[f"lines.{first}._delete"] = "1"
    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)
    assert row(conflict, "Line 10")[2] == "deleted"

    mine.post(f"{REPAIRS}/{record_id}", choices(conflict))
    with shop.env() as env:
        assert [line.text for line in env.get(Repair, record_id).lines] == ["Seal, reinforced", "Hone"]


def test_lines_that_both_added_stand_beside_one_another(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form["lines.n1.text"], my_form["lines.n1.text"] = "Theirs", "Mine"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    conflict = mine.post(f"{REPAIRS}/{record_id}", my_form)
    assert row(conflict, "Line 30") == ["", "Theirs, 1", "not touched"]

    mine.post(f"{REPAIRS}/{record_id}", choices(conflict))
    with shop.env() as env:
        assert {line.text for line in env.get(Repair, record_id).lines} == {"Seal", "Hone", "Theirs", "Mine"}


def test_back_to_the_form_keeps_what_was_typed_and_still_knows_of_the_conflict(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form, their_form = opened(mine, record_id), opened(theirs, record_id)
    their_form["hours"], my_form["hours"] = "5", "7"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    sent = choices(mine.post(f"{REPAIRS}/{record_id}", my_form))
    sent["_back"] = my_form["_version"]
    back = mine.post(f"{REPAIRS}/{record_id}", sent)

    assert back.form()["hours"] == "7"
    assert mine.post(f"{REPAIRS}/{record_id}", back.form()).status == 409
    assert shop.value(Repair, record_id, "hours") == 5


def test_an_error_in_between_does_not_hide_a_conflict(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form = opened(mine, record_id)
    my_form["hours"] = "many"
    wrong = mine.post(f"{REPAIRS}/{record_id}", my_form)
    their_form = opened(theirs, record_id)
    their_form["hours"] = "5"
    theirs.post(f"{REPAIRS}/{record_id}", their_form)

    corrected = wrong.form()
    corrected["hours"] = "7"
    conflict = mine.post(f"{REPAIRS}/{record_id}", corrected)

    assert conflict.status == 409
    assert row(conflict, "Hours") == ["", "5", "7"]


def test_what_was_typed_into_a_record_that_is_gone_can_be_saved_as_a_new_one(shop: Shop) -> None:
    record_id = repair(shop)
    mine, theirs = shop.browser("jonas"), shop.browser("tove")
    my_form = opened(mine, record_id)
    theirs.post(f"{REPAIRS}/{record_id}/-/delete")

    my_form["note"] = "Two hours of typing"
    gone = mine.post(f"{REPAIRS}/{record_id}", my_form)

    assert gone.status == 404
    assert "was deleted while you had it open" in gone.text
    again = mine.post(f"{REPAIRS}/new", gone.form())
    made = int(again.goes_to.rpartition("/")[2])
    assert shop.value(Repair, made, "note") == "Two hours of typing"
    with shop.env() as env:
        assert [line.text for line in env.get(Repair, made).lines] == ["Seal", "Hone"]

"""Record pages: shown, made, edited, previewed, copied and deleted; refused to whom they are none of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from core.base import Currency, Unit
from core.orm.tracking import Change
from core.security.account import User
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.workshop.models import Client, Repair, RepairLine, RepairState

JSON = {"Accept": "application/json"}
REPAIRS = "/m/workshop.repair"
#: Statements that a record page may send, the session's own included.
BUDGET = 25


def repair(shop: Shop, code: str = "R-1", by: str = "jonas", **values: object) -> int:
    """A repair of Kestrel's, with a line of each kind."""
    with shop.env(by, write=True) as env:
        euro, piece = env.session.query(Currency.id).scalar(), env.session.query(Unit.id).scalar()
        made = Repair(
            code=code, currency_id=euro, **values,
            lines=[
                RepairLine(position=10, text="Seal", quantity=Decimal(4), unit_id=piece, price=Decimal("2.5")),
                RepairLine(position=20, text="Hone", quantity=Decimal("1.25"), price=Decimal(80)),
            ],
        )  # fmt: skip
        env.add(made)
        env.flush()
        return made.id


def test_a_record_is_read_with_its_lines_totals_and_state(shop: Shop) -> None:
    url = f"{REPAIRS}/{repair(shop)}"

    page = shop.browser("jonas").get(url)

    assert page.status == 200
    assert page.words("//h1") == ["R-1"]
    assert page.words('//*[@id="totals-lines"]') == ["Total EUR110.00"]
    assert page.words('//*[@aria-current="step"]') == ["Draft"]
    assert page.words('//tr[@data-line][1]/td[@data-cell="quantity"]') == ["4"]
    assert page.words('//tr[@data-line][1]/td[@data-cell="unit_id"]') == ["pcs"]
    assert page.words('//th[@data-column="amount"]') == ["Amount EUR"]


def test_reading_and_editing_have_the_same_columns(shop: Shop) -> None:
    url = f"{REPAIRS}/{repair(shop)}"
    browser = shop.browser("jonas")

    reading, editing = browser.get(url), browser.get(url + "?edit=1")

    columns = '//table[contains(@class, "dt-lines")]//th/@data-column'
    assert reading.tree.xpath(columns) == editing.tree.xpath(columns)
    labels = '//*[contains(@class, "dt-fields")]//*[contains(@class, "dt-field")]/@data-field'
    assert reading.tree.xpath(labels) == editing.tree.xpath(labels)


def test_what_is_saved_is_shown_as_it_was_typed(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()

    form["due_on"], form["hours"] = "2026-03-19", "12"
    answer = browser.post(f"{REPAIRS}/{record_id}", form)

    assert (answer.status, answer.goes_to) == (303, f"{REPAIRS}/{record_id}")
    assert shop.value(Repair, record_id, "due_on") == date(2026, 3, 19)
    assert shop.value(Repair, record_id, "hours") == 12


def test_a_form_sent_unchanged_changes_nothing(shop: Shop) -> None:
    record_id = repair(shop, note="As it was\nlast year")
    browser = shop.browser("jonas")

    answer = browser.post(f"{REPAIRS}/{record_id}", browser.get(f"{REPAIRS}/{record_id}?edit=1").form())

    assert answer.status == 303
    assert shop.value(Repair, record_id, "version") == 1


def test_a_new_record_gets_its_lines_counted_in_tens(shop: Shop) -> None:
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/new").form()
    form["code"], form["currency_id.text"] = "R-9", "EUR"
    form["lines.n1.text"], form["lines.n1.quantity"], form["lines.n1.price"] = "Weld", "2", "7.50"
    form["lines.n2.text"], form["lines.n2.quantity"] = "Paint", "1"

    answer = browser.post(f"{REPAIRS}/new", form)

    record_id = int(answer.goes_to.rpartition("/")[2])
    with shop.env() as env:
        made = env.get(Repair, record_id)
        assert [(line.position, line.text) for line in made.lines] == [(10, "Weld"), (20, "Paint")]
        assert made.total == Decimal(15)


def test_every_error_stands_at_its_field_and_is_counted(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    lines = sorted({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)

    form["code"], form["hours"] = "", "many"
    form[f"lines.{lines[1]}.quantity"] = "-1"
    answer = browser.post(f"{REPAIRS}/{record_id}", form)

    assert answer.status == 422
    assert answer.error_at("code") == "Code is needed."
    assert answer.error_at("hours") == "many is no number."
    assert "2 fields to correct" in answer.text
    assert shop.value(Repair, record_id, "version") == 1

    form["code"], form["hours"] = "R-1", ""
    answer = browser.post(f"{REPAIRS}/{record_id}", form)

    assert "A quantity is above zero." in answer.error_at(f"lines.{lines[1]}.quantity")
    assert answer.form()[f"lines.{lines[1]}.quantity"] == "-1"
    assert shop.value(Repair, record_id, "version") == 1


def test_a_taken_code_is_told_at_its_field(shop: Shop) -> None:
    repair(shop)
    second = repair(shop, "R-2")
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{second}?edit=1").form()

    form["code"] = "R-1"
    answer = browser.post(f"{REPAIRS}/{second}", form)

    assert answer.status in (409, 422)
    assert "R-1" in answer.text
    assert answer.error_at("code") or answer.words('//*[@role="alert"]')
    assert shop.value(Repair, second, "code") == "R-2"


def test_lines_are_added_and_removed_without_scripts(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    first = min({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)

    form["_add"] = "lines"
    with_row = browser.post(f"{REPAIRS}/{record_id}", form)
    form = with_row.form()
    form["lines.n3.text"], form["_remove"] = "Grease", f"lines.{first}"
    without = browser.post(f"{REPAIRS}/{record_id}", form)
    saved = browser.post(f"{REPAIRS}/{record_id}", without.form())

    assert (with_row.status, without.status, saved.status) == (200, 200, 303)
    with shop.env() as env:
        assert [line.text for line in env.get(Repair, record_id).lines] == ["Hone", "Grease"]


def test_lines_are_counted_anew_once_their_order_has_changed(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    first = min({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)
    moved = [(name, text) for name, text in form.items(multi=True) if name.startswith(f"lines.{first}.")]
    for name, text in moved:
        form.pop(name)
        form.add(name, text)

    browser.post(f"{REPAIRS}/{record_id}", form)

    with shop.env() as env:
        assert [(line.position, line.text) for line in env.get(Repair, record_id).lines] == [
            (10, "Hone"), (20, "Seal"),
        ]  # fmt: skip


def test_a_condition_asks_for_a_field_while_it_is_shown(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()

    form["urgent"] = "1"
    refused = browser.post(f"{REPAIRS}/{record_id}", form)
    form["reason"] = "The press stands"
    saved = browser.post(f"{REPAIRS}/{record_id}", form)

    assert refused.error_at("reason") == "Why urgent is needed."
    assert saved.status == 303
    page = browser.get(f"{REPAIRS}/{record_id}")
    assert page.words('//*[@data-field="reason" and not(@hidden)]') == ["Why urgent The press stands"]


def test_what_a_condition_locks_is_neither_offered_nor_taken(shop: Shop) -> None:
    with shop.env("jonas", write=True) as env:
        client = Client(name="Dock 4")
        env.add(client)
        env.flush()
        client_id = client.id
    record_id = repair(shop, state=RepairState.OFFERED)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()

    assert not [name for name in form if name.startswith(("client_id", "lines."))]
    form["client_id"], form["code"] = str(client_id), "R-1b"
    form["lines.n1.text"] = "Smuggled"
    browser.post(f"{REPAIRS}/{record_id}", form)

    assert shop.value(Repair, record_id, "client_id") is None
    assert shop.value(Repair, record_id, "code") == "R-1b"
    with shop.env() as env:
        assert len(env.get(Repair, record_id).lines) == 2


def test_a_field_of_another_role_is_neither_shown_nor_taken(shop: Shop) -> None:
    record_id = repair(shop, by="tove", margin=Decimal(12))
    clerk, manager = shop.browser("jonas"), shop.browser("tove")
    form = clerk.get(f"{REPAIRS}/{record_id}?edit=1").form()

    form["margin"], form["code"] = "99", "R-1c"
    clerk.post(f"{REPAIRS}/{record_id}", form)

    assert "Margin" not in clerk.get(f"{REPAIRS}/{record_id}").text
    assert "Margin" in manager.get(f"{REPAIRS}/{record_id}").text
    assert shop.value(Repair, record_id, "margin") == Decimal(12)


def test_a_facet_that_nobody_placed_stands_under_more(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    page = browser.get(f"{REPAIRS}/{record_id}?edit=1&tab=more")

    assert page.words('//*[@id="tab-more"]') == ["More"]
    form = page.form()
    form["workshop.rating"] = "5"
    browser.post(f"{REPAIRS}/{record_id}", form)

    assert "5" in browser.get(f"{REPAIRS}/{record_id}").words('//*[@data-field="workshop.rating"]')[0]


def test_the_preview_proposes_computes_and_warns_without_writing(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    first = min({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)

    form[f"lines.{first}.quantity"], form["_changed"] = "10", f"lines.{first}.quantity"
    form["begins_on"], form["due_on"] = "2026-03-02", "2026-03-01"
    form["lines.n1.text"] = "Blast"
    said = browser.post(f"{REPAIRS}/{record_id}/-/preview", form, **JSON).json

    assert said["values"][f"lines.{first}.amount"] == {"raw": "25.00", "text": "25.00"}
    assert "125.00" in said["fragments"]["totals-lines"]
    assert said["errors"]["due_on"]["text"] == "Before the day on which it begins."
    form["_changed"] = "lines.n1.text"
    said = browser.post(f"{REPAIRS}/{record_id}/-/preview", form, **JSON).json
    assert said["values"]["lines.n1.price"]["raw"] == "7.50"
    assert shop.value(Repair, record_id, "version") == 1


def test_the_preview_of_an_address_that_is_none_is_not_found(shop: Shop) -> None:
    assert shop.browser("jonas").post(f"{REPAIRS}/abc/-/preview").status == 404


def test_a_copy_has_the_lines_and_not_what_is_unique(shop: Shop) -> None:
    record_id = repair(shop, note="Careful")

    form = shop.browser("jonas").get(f"{REPAIRS}/new?copy={record_id}").form()

    assert form["code"] == ""
    assert form["note"] == "Careful"
    texts = [text for name, text in form.items() if name.startswith("lines.") and name.count(".") == 2]
    assert [text for text in texts if text in ("Seal", "Hone")] == ["Seal", "Hone"]


def test_save_and_new_begins_another_as_the_form_was_opened(shop: Shop) -> None:
    browser = shop.browser("jonas")
    opened = f"{REPAIRS}/new?note=Careful"
    form = browser.get(opened).form()
    form["code"], form["currency_id.text"], form["note"], form["_then"] = "R-1", "EUR", "Changed", "new"

    answer = browser.post(opened, form)
    made = int(answer.goes_to.rpartition("=")[2])

    assert answer.goes_to == f"{opened}&_saved={made}"
    assert shop.value(Repair, made, "note") == "Changed"
    page = browser.get(answer.goes_to)
    assert page.words('//*[@id="dt-notices"]//span') == ["R-1 is saved."]
    assert page.tree.xpath('//*[@id="dt-notices"]//a/@href') == [f"{REPAIRS}/{made}"]
    assert (page.form()["code"], page.form()["note"]) == ("", "Careful")
    assert page.tree.get_element_by_id("dt-edit").get("action") == opened


def test_save_and_new_stays_where_something_is_wrong(shop: Shop) -> None:
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/new").form()
    form["note"], form["_then"] = "Kept", "new"

    answer = browser.post(f"{REPAIRS}/new", form)

    assert answer.status == 422
    assert answer.form()["note"] == "Kept"
    assert not answer.tree.xpath('//*[@id="dt-notices"]/*')


def test_the_record_that_was_saved_before_is_told_to_those_who_see_it_alone(shop: Shop) -> None:
    record_id = repair(shop, by="ines", code="SECRET-7")

    for saved in (str(record_id), "999999", "x", "9" * 5000):
        page = shop.browser("jonas").get(f"{REPAIRS}/new?_saved={saved}")
        assert page.status == 200
        assert "is saved" not in page.text
        assert "SECRET-7" not in page.text


def test_deleting_asks_first_and_keeps_the_trail(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    asked = browser.get(f"{REPAIRS}/{record_id}/-/delete")
    assert "1 record goes to the recycle bin" in asked.text
    assert shop.value(Repair, record_id, "code") == "R-1"
    done = browser.post(f"{REPAIRS}/{record_id}/-/delete")

    assert done.goes_to == REPAIRS
    assert browser.get(f"{REPAIRS}/{record_id}").status == 404
    with shop.env() as env:
        assert env.session.query(Change).filter_by(model="workshop.repair", record_id=record_id).count() >= 2


def test_who_may_only_read_is_told_so_and_given_no_form(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("vera")

    page = browser.get(f"{REPAIRS}/{record_id}?edit=1")

    assert not page.tree.xpath('//*[@id="dt-edit"]')
    assert "Your roles let you read this, not change it." in page.text
    assert browser.post(f"{REPAIRS}/{record_id}", {"code": "X", "_version": "1"}).status == 403
    assert shop.value(Repair, record_id, "code") == "R-1"


def test_neighbours_are_those_of_the_list_the_person_came_from(shop: Shop) -> None:
    ids = [repair(shop, f"R-{i}", hours=9 - i) for i in range(1, 5)]
    browser = shop.browser("jonas")

    page = browser.get(f"{REPAIRS}/{ids[1]}")
    assert page.tree.xpath("//@data-previous/../@href") == [f"{REPAIRS}/{ids[0]}"]
    assert page.tree.xpath("//@data-next/../@href") == [f"{REPAIRS}/{ids[2]}"]

    browser.get(f"{REPAIRS}?sort=hours&q=R-")
    page = browser.get(f"{REPAIRS}/{ids[1]}")
    assert page.tree.xpath("//@data-previous/../@href") == [f"{REPAIRS}/{ids[2]}"]
    assert page.tree.xpath("//@data-next/../@href") == [f"{REPAIRS}/{ids[0]}"]
    assert page.tree.xpath("//@data-previous/../@aria-label") == ["Previous, 3 of 4"]
    assert page.tree.xpath('//nav[contains(@class, "dt-crumbs")]/a/@href') == [f"{REPAIRS}?sort=hours&q=R-"]


def test_a_late_record_says_so_until_it_is_done(shop: Shop) -> None:
    late = repair(shop, due_on=date(2020, 1, 7))
    done = repair(shop, "R-2", due_on=date(2020, 1, 7), state=RepairState.APPROVED)
    browser = shop.browser("jonas")

    assert "Due was Tue 7 Jan 2020:" in browser.get(f"{REPAIRS}/{late}").text
    assert "Due was" not in browser.get(f"{REPAIRS}/{done}").text


def test_a_page_of_a_record_keeps_its_budget_of_statements(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    browser.get(f"{REPAIRS}/{record_id}")
    for address in (f"{REPAIRS}/{record_id}", f"{REPAIRS}/{record_id}?edit=1"):
        sent: list[str] = []
        listener = _noting(sent)
        event.listen(shop.site.engine, "before_cursor_execute", listener)
        browser.get(address)
        event.remove(shop.site.engine, "before_cursor_execute", listener)

        assert len(sent) <= BUDGET, "\n".join(sent)


ROUTES = (
    ("get", ""), ("get", "?edit=1"), ("get", "/-/delete"), ("get", "/-/print"), ("get", "/-/print?format=pdf"),
    ("post", ""), ("post", "/-/delete"), ("post", "/-/preview"), ("post", "/-/comments"), ("post", "/-/files"),
    ("post", "/-/todos"), ("post", "/-/todos/1"), ("post", "/-/files/1/remove"),
)  # fmt: skip


@pytest.mark.parametrize(("verb", "route"), ROUTES)
def test_no_route_to_a_record_is_open_to_strangers(shop: Shop, verb: str, route: str) -> None:
    record_id = repair(shop)
    sent = {"code": "STOLEN", "text": "Hello", "_version": "1", "_opened": '{"code": "R-1"}'}

    for login, allowed in (("ines", {404}), ("norbert", {403, 404})):
        for address in (f"{REPAIRS}/{record_id}{route}", f"{REPAIRS}/987654{route}"):
            answer = _ask(shop.browser(login), verb, address, sent)
            assert answer.status in allowed, (login, address, answer.status)
            assert "Seal" not in answer.html

    assert shop.value(Repair, record_id, "code") == "R-1"
    assert shop.value(Repair, record_id, "version") == 1


@pytest.mark.parametrize("route", [f"{REPAIRS}/new", f"{REPAIRS}/-/action/offer", f"{REPAIRS}/-/print"])
def test_no_route_to_a_kind_of_record_is_open_to_strangers(shop: Shop, route: str) -> None:
    record_id = repair(shop)
    for login in ("ines", "norbert"):
        browser = shop.browser(login)
        if login == "norbert" or "/-/" in route:
            assert browser.get(f"{route}?ids={record_id}").status in (403, 404)
            assert browser.post(f"{route}?ids={record_id}", {"code": "X"}).status in (303, 403, 404)

    assert shop.value(Repair, record_id, "state") is RepairState.DRAFT


@pytest.mark.parametrize(("verb", "route"), [r for r in ROUTES if r[0] == "post"])
def test_without_the_page_s_token_nothing_changes(shop: Shop, verb: str, route: str) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    for token in ("", "0" * 80):
        answer = browser.post(f"{REPAIRS}/{record_id}{route}", {"code": "X", "_version": "1"}, token=token)
        assert answer.status == 403

    assert shop.value(Repair, record_id, "version") == 1


def test_a_reference_to_another_company_s_record_is_refused(shop: Shop) -> None:
    with shop.env("ines", write=True) as env:
        foreign = Client(name="Orrin's own")
        env.add(foreign)
        env.flush()
        foreign_id = foreign.id
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()

    form["client_id"] = str(foreign_id)
    form["client_id.text"] = "Orrin's own"
    answer = browser.post(f"{REPAIRS}/{record_id}", form)

    assert answer.status in (403, 404, 422)
    assert shop.value(Repair, record_id, "client_id") is None


def test_a_line_of_another_record_cannot_be_changed_through_a_form(shop: Shop) -> None:
    mine, other = repair(shop), repair(shop, "R-2")
    with shop.env() as env:
        line_id = env.get(Repair, other).lines[0].id
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{mine}?edit=1").form()

    form[f"lines.{line_id}.id"], form[f"lines.{line_id}.text"] = str(line_id), "Taken over"
    answer = browser.post(f"{REPAIRS}/{mine}", form)

    assert answer.status in (404, 422)
    assert shop.value(RepairLine, line_id, "text") == "Seal"


def test_opening_a_record_is_remembered_but_not_a_prefetch_of_it(shop: Shop) -> None:
    first, second = repair(shop), repair(shop, "R-2")
    browser = shop.browser("jonas")
    browser.get(f"{REPAIRS}/{first}")
    browser.get(f"{REPAIRS}/{second}", **{"Sec-Purpose": "prefetch"})

    found = browser.get(f"{REPAIRS}/-/pick?q=").json

    assert found["recent"]
    assert [item["text"] for item in found["items"]] == ["R-1"]
    with shop.env() as env:
        assert env.session.query(User).filter_by(login="jonas").count() == 1


def _ask(browser: Browser, verb: str, address: str, sent: dict[str, str]) -> Browsed:
    return browser.get(address) if verb == "get" else browser.post(address, sent)


def _noting(sent: list[str]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET")):
            sent.append(statement)

    return note

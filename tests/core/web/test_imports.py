"""The import wizard: file, columns, check, import, undo; what a wrong file says; whose file it is."""

from __future__ import annotations

import csv
import io
import os
import re
from datetime import date

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from core.base import Currency, User, UserRole
from core.base.actions.importing import writing
from core.base.actions.tidying import forget_files
from core.base.models.transfer import Import
from core.formats.column import Column, ColumnType
from core.formats.tabular_writer import write_xlsx
from core.jobs.job import Job, JobState
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.orm.model import Model
from core.security.principal import principal_of
from core.web import imports
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.workshop.models import Client, Repair, RepairLine

WIZARD = "/-/import/workshop.repair"


def send(browser: Browser, text: str | bytes, name: str = "repairs.csv") -> Browsed:
    data = text.encode() if isinstance(text, str) else text
    return browser.post(WIZARD, {"step": "file", "file": FileStorage(io.BytesIO(data), name)})


def token_of(answer: Browsed) -> str:
    found = re.search(r"token=([\w-]+)", answer.goes_to)
    assert found is not None, answer.text
    return found.group(1)


def check(browser: Browser, answer: Browsed, **chosen: str) -> Browsed:
    """Send the columns as the page suggests them, then see what the check shows."""
    page = browser.get(answer.goes_to)
    form = {
        select_.get("name"): "".join(select_.xpath("./option[@selected]/@value"))
        for select_ in page.tree.xpath("//main//select")
    }
    return browser.post(WIZARD, {**form, "step": "map", "token": token_of(answer), **chosen})


def run(browser: Browser, answer: Browsed) -> Browsed:
    return browser.post(WIZARD, {"step": "run", "token": token_of(answer)})


def count(shop: Shop, model: type[Model] = Repair) -> int:
    with shop.env() as env:
        return env.session.scalar(select(func.count()).select_from(model)) or 0


def work(shop: Shop) -> int:
    """Carry out the waiting jobs, as `serve` does."""
    return Worker(shop.site, who_is).run_waiting()


def who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    with open_env(site) as env:
        return principal_of(env, user_id, company_id)


def test_a_file_becomes_records_after_its_columns_and_its_effect_were_seen(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency,Due,Rating (workshop)\nR-1,EUR,2026-03-12,4\nR-2,EUR,,\n")

    checked = check(browser, sent)
    preview = browser.get(checked.goes_to)
    before = count(shop)
    done = browser.get(run(browser, sent).goes_to)

    assert preview.words("//table//tr/td[2]") == ["New", "New"]
    assert (before, count(shop)) == (0, 2)
    assert "Imported" in done.text
    with shop.env("jonas") as env:
        repair = env.session.scalars(select(Repair).where(Repair.code == "R-1")).one()
        assert (str(repair.due_on), repair.company_id) == ("2026-03-12", env.company_id)


def test_the_preview_says_of_each_row_whether_it_is_new_changed_or_the_same(shop: Shop) -> None:
    browser = shop.browser("jonas")
    first = send(browser, "Code,Currency,Hours\nR-1,EUR,1\nR-2,EUR,2\n")
    check(browser, first)
    run(browser, first)

    second = send(browser, "Code,Hours,Currency\nR-1,1,EUR\nR-2,9,EUR\nR-3,3,EUR\n")
    preview = browser.get(check(browser, second).goes_to)

    assert preview.words("//table//tr/td[2]") == ["Same", "Changed", "New"]


def test_wrong_rows_are_named_with_their_column_and_nothing_changes(shop: Shop) -> None:
    browser = shop.browser("jonas")
    text = "Code,Currency,Due,Hours\nR-1,EUR,31.31.2026,1\nR-2,XXX,,2\nR-3,EUR,,1e40\nR-3,EUR,,4\n,EUR,,5\n"

    preview = browser.get(check(browser, sent := send(browser, text)).goes_to)
    imported = run(browser, sent)

    found = preview.words("//tr[contains(@class, 'dt-line-error')]")
    assert [words.partition(" ")[0] for words in found] == ["Due", "Currency", "Hours", "Code"]
    assert "31.31.2026 is no day" in found[0]
    assert "There is no Currency XXX" in found[1]
    assert "1e40 is too large" in found[2]
    assert "Code is needed" in found[3]
    assert preview.words("//tr[contains(@class, 'dt-row-bad')]/td[1]") == ["2", "3", "4", "6"]
    assert "step=preview" in imported.goes_to
    assert count(shop) == 0


def test_the_errors_are_a_file_to_work_through(shop: Shop) -> None:
    browser = shop.browser("jonas")
    preview = browser.get(
        check(browser, send(browser, "Code,Currency\nR-1,XXX\n=R-2,EUR\n=R-2,EUR\n")).goes_to
    )

    errors = browser.get(preview.tree.xpath("//a[contains(@href, '/errors')]/@href")[0])

    rows = list(csv.reader(io.StringIO(errors.html.removeprefix("\ufeff"))))
    assert rows[0] == ["Row", "Column", "What is wrong"]
    assert [row[:2] for row in rows[1:]] == [["2", "Currency"], ["4", "Code"]]


UNREADABLE = [
    ("empty.csv", b"", "it has no row of headings"),
    ("heads.csv", b"Code,Name\n", "headings, but no rows below them"),
    ("twice.csv", b"Code,Code\n1,2\n", "stands twice"),
    ("quotes.csv", b'Code,Name\nR-1,"open\n', "no well-formed CSV"),
    ("broken.xlsx", b"PK\x03\x04 no archive", "broken.xlsx"),
    ("page.html", b"<html><script>alert(1)</script></html>", "page.html"),
]


def test_a_file_that_cannot_be_read_is_refused_where_it_is_chosen(shop: Shop) -> None:
    browser = shop.browser("jonas")

    for name, data, words in UNREADABLE:
        answer = send(browser, data, name)
        assert (answer.status, words in answer.text) == (422, True), name

    assert list((shop.site.folder / "uploads").glob("*")) == []


DIALECTS: list[str | bytes] = [
    "Code;Currency;Hours\nR-1;EUR;7\n",
    "Code\tCurrency\tHours\nR-2\tEUR\t7\n",
    '\ufeffCode,Currency,Hours\r\n"R-3",EUR,7\r\n',
    "Code,Currency,Hours\nR-4,EUR,7\n".encode("utf-16"),
]


def test_every_dialect_of_csv_is_understood(shop: Shop) -> None:
    browser = shop.browser("jonas")

    for data in DIALECTS:
        sent = send(browser, data)
        check(browser, sent)
        run(browser, sent)

    with shop.env("jonas") as env:
        found = env.session.execute(select(Repair.code, Repair.hours).order_by(Repair.code)).all()
    assert found == [(f"R-{n}", 7) for n in range(1, 5)]


def test_a_workbook_brings_numbers_days_and_codes_of_digits_as_they_are_meant(shop: Shop) -> None:
    target = io.BytesIO()
    write_xlsx(target, [Column("Code"), Column("Currency"), Column("Due", ColumnType.DATE), Column("Note")],
               [[1001, "EUR", date(2026, 3, 12), "=1+1"]])  # fmt: skip
    browser = shop.browser("jonas")
    sent = send(browser, target.getvalue(), "repairs.xlsx")
    check(browser, sent)

    run(browser, sent)

    with shop.env("jonas") as env:
        found = env.session.execute(select(Repair.code, Repair.due_on, Repair.note)).one()
        assert found == ("1001", date(2026, 3, 12), "=1+1")


def test_a_reader_of_german_maps_german_headings_and_writes_german_days(shop: Shop) -> None:
    browser = shop.browser("greta")
    sent = send(browser, "Code;Währung;Due;Urgent\nR-1;EUR;12.3.2026;ja\n")
    chosen = {"map.0": "code", "map.1": "currency_id", "map.2": "due_on", "map.3": "urgent"}
    check(browser, sent, **chosen)

    run(browser, sent)

    with shop.env("greta") as env:
        assert env.session.execute(select(Repair.due_on, Repair.urgent)).one() == (
            date(2026, 3, 12), True,
        )  # fmt: skip


def test_lines_come_with_the_record_that_stands_before_them(shop: Shop) -> None:
    browser = shop.browser("jonas")
    text = (
        "Code,Currency,Lines: Text,Lines: Quantity,Lines: Price\n"
        "R-1,EUR,Bore,2,10\n,,Hone,1,5.50\nR-1,EUR,Wash,1,1\nR-2,EUR,,,\n"
    )
    sent = send(browser, text)
    preview = browser.get(check(browser, sent).goes_to)

    run(browser, sent)

    assert preview.words("//dl[1]//dd") == ["2", "0", "0"]
    with shop.env("jonas") as env:
        repair = env.session.scalars(select(Repair).where(Repair.code == "R-1")).one()
        assert [(line.position, line.text) for line in repair.lines] == [
            (10, "Bore"),
            (20, "Hone"),
            (30, "Wash"),
        ]
        assert str(repair.total) == "26.5000"


def test_a_wrong_line_is_named_and_its_record_is_not_made(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency,Lines: Text,Lines: Quantity\nR-1,EUR,Bore,2\n,,Hone,-1\n")

    preview = browser.get(check(browser, sent).goes_to)

    assert preview.words("//tr[contains(@class, 'dt-line-error')]") == [
        "Lines: Quantity A quantity is above zero."
    ]
    assert preview.words("//tr[contains(@class, 'dt-row-bad')]/td[1]") == ["3"]


def test_an_import_is_undone_with_its_lines_unless_somebody_worked_on_it(shop: Shop) -> None:
    browser = shop.browser("jonas")
    first, second = (send(browser, f"Code,Currency,Lines: Text\nR-{n},EUR,Bore\n") for n in (1, 2))
    done = []
    for sent in (first, second):
        check(browser, sent)
        done.append(run(browser, sent).goes_to)
    with shop.env("jonas", write=True) as env:
        line = env.session.scalars(select(RepairLine).join(Repair).where(Repair.code == "R-2")).one()
        line.text = "Hone"

    undone = browser.post(f"{done[0]}/undo")
    refused = browser.post(f"{done[1]}/undo")
    again = browser.post(f"{done[0]}/undo")

    assert undone.goes_to == done[0]
    assert "This import was undone" in browser.get(done[0]).text
    assert (refused.status, "cannot be undone" in refused.text) == (409, True)
    assert (again.status, "undone already" in again.text) == (422, True)
    assert (count(shop), count(shop, RepairLine)) == (1, 1)


def test_undo_puts_back_what_was_there_facets_too(shop: Shop) -> None:
    browser = shop.browser("jonas")
    texts = ("Code,Currency,Hours,Rating (workshop),Due\nR-1,EUR,5,3,2026-03-12\n",
             "Code,Hours,Rating (workshop),Due\nR-1,6,,\n")  # fmt: skip
    for text in texts:
        sent = send(browser, text)
        check(browser, sent)
        done = run(browser, sent).goes_to

    browser.post(f"{done}/undo")

    exported = browser.get("/-/export/workshop.repair?format=csv&columns=hours,workshop.rating,due_on")
    assert exported.html.splitlines()[1].split(",", 1)[1] == "5,3,2026-03-12"


def test_a_second_press_of_the_button_imports_nothing_more(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\n")
    check(browser, sent)

    run(browser, sent)
    again = run(browser, sent)

    assert (again.status, count(shop), count(shop, Import)) == (404, 1, 1)


def test_many_rows_are_checked_and_imported_by_jobs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "TRIED_AT_ONCE", 2)
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\nR-2,EUR\nR-3,EUR\n")

    job = check(browser, sent).goes_to
    work(shop)
    shown = browser.get(job)
    preview = browser.get(shown.tree.xpath("//a[contains(@href, 'step=preview')]/@href")[0])
    none_yet = count(shop)
    job = run(browser, sent).goes_to
    work(shop)

    assert "Check of repairs.csv" in shown.text
    assert preview.words("//table//tr/td[2]") == ["New"] * 3
    assert (none_yet, count(shop)) == (0, 3)
    assert "/-/imports/" in browser.get(job).html


def test_a_job_with_wrong_rows_tells_them_and_changes_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\nR-2,XXX\n")
    check(browser, sent)

    job = run(browser, sent).goes_to
    work(shop)

    assert "Row 3, Currency: There is no Currency XXX." in browser.get(job).text
    assert count(shop) == 0


def test_a_cancelled_import_is_taken_back_whole(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(writing, "_CHUNK", 1)
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\nR-2,EUR\nR-3,EUR\n")
    check(browser, sent)
    job_id = int(run(browser, sent).goes_to.rpartition("/")[2])
    answers: list[Browsed] = []
    further = imports._Steps.further

    def cancelled_on_the_way(steps: imports._Steps, rows: int) -> None:
        answers.append(browser.post(f"/-/jobs/{job_id}/cancel"))
        further(steps, rows)

    monkeypatch.setattr(imports._Steps, "further", cancelled_on_the_way)
    work(shop)

    assert answers[0].status == 303
    assert (count(shop), count(shop, Import)) == (0, 0)
    with shop.env("jonas") as env:
        assert env.get(Job, job_id).state is JobState.CANCELLED


def test_nobody_else_reaches_a_file_that_waits_or_what_an_import_did(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\n")
    check(browser, sent)

    for login in ("tove", "ines"):
        other = shop.browser(login)
        assert other.get(f"{WIZARD}?token={token_of(sent)}").status == 404
        assert other.get(f"{WIZARD}/errors?token={token_of(sent)}").status == 404
        assert other.post(WIZARD, {"step": "run", "token": token_of(sent)}).status == 404
    done = run(browser, sent).goes_to
    for login in ("tove", "ines", "norbert"):
        assert shop.browser(login).get(done).status == 404
        assert shop.browser(login).post(f"{done}/undo").status == 404
    assert count(shop) == 1


def test_a_forged_token_leads_to_no_file(shop: Shop) -> None:
    (shop.site.folder / "uploads").mkdir()
    (shop.site.folder / "secret").write_text("kept")
    browser = shop.browser("jonas")

    for token in ("", "../../secret", "..%2F", "a/b", "1-x"):
        assert browser.post(WIZARD, {"step": "run", "token": token}).status == 404


def test_who_may_only_read_gets_no_wizard(shop: Shop) -> None:
    browser = shop.browser("vera")

    assert browser.get(WIZARD).status == 403
    assert send(browser, "Code\nR-1\n").status == 403


def test_a_column_that_the_roles_hide_cannot_be_set(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency,Margin\nR-1,EUR,5\n")

    page = browser.get(sent.goes_to)
    refused = check(browser, sent, **{"map.2": "margin"})

    assert "margin" not in page.html
    assert (refused.status, "no field margin" in refused.text) == (422, True)


def test_a_key_of_another_company_is_another_record(shop: Shop) -> None:
    client = "/-/import/workshop.client"
    with shop.env("ines", write=True) as env:
        env.add(Client(name="Norrgjut"))
    browser = shop.browser("jonas")
    sent = browser.post(
        client, {"step": "file", "file": FileStorage(io.BytesIO(b"Name\nNorrgjut\n"), "c.csv")}
    )
    browser.post(client, {"step": "map", "token": token_of(sent), "map.0": "name"})

    browser.post(client, {"step": "run", "token": token_of(sent)})

    with shop.env("jonas") as env:
        assert env.session.scalar(select(func.count()).select_from(Client)) == 1
    assert count(shop, Client) == 2


def test_a_row_that_only_the_database_refuses_is_found(shop: Shop) -> None:
    with shop.env("ines", write=True) as env:
        euro = env.session.scalars(select(Currency.id)).first()
        env.add(Repair(code="R-17", currency_id=euro))  # nobody at Kestrel sees it, and its code is taken
    browser = shop.browser("jonas")
    text = "Code,Currency\n" + "".join(f"R-{number},EUR\n" for number in range(30))

    preview = browser.get(check(browser, send(browser, text)).goes_to)

    assert preview.words("//tr[contains(@class, 'dt-row-bad')]/td[1]") == ["19"]
    assert "Code is already taken" in preview.text


def test_what_lies_longer_than_a_day_is_removed(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\n")
    for path in (shop.site.folder / "uploads").iterdir():
        os.utime(path, (0, 0))

    forget_files(shop.site.folder)

    assert browser.get(sent.goes_to).status == 404


def test_an_administrator_sees_what_was_imported_in_the_company(shop: Shop) -> None:
    browser = shop.browser("jonas")
    sent = send(browser, "Code,Currency\nR-1,EUR\n")
    check(browser, sent)
    run(browser, sent)
    with shop.env(write=True) as env:
        for login in ("tove", "ines"):
            user = env.session.scalars(select(User).where(User.login == login)).one()
            env.add(UserRole(user_id=user.id, role="base.administrator"))

    mine, theirs = (shop.browser(login).get("/m/base.import") for login in ("tove", "ines"))

    assert "repairs.csv" in mine.text
    assert "repairs.csv" not in theirs.text

"""Exports: all that a list shows, as it may be seen, safe to open and good to import again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.base import Currency
from core.jobs.job import Job, JobState
from core.orm import bulk
from core.web import exports
from tests.core.web.browsing import Browsed
from tests.core.web.conftest import Shop
from tests.core.web.test_imports import work
from tests.core.web.workshop.models import Repair

EXPORT = "/-/export/workshop.repair"


def repairs(shop: Shop, count: int, **values: object) -> None:
    with shop.env("jonas", write=True) as env:
        euro = env.session.scalars(select(Currency.id).where(Currency.code == "EUR")).one()
        rows = [
            {"code": f"R-{n}", "currency_id": euro, "urgent": n % 2 == 0} | values
            for n in range(1, count + 1)
        ]
        bulk.create(env, Repair, rows)


def table(answer: Browsed) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))


def test_all_that_the_list_shows_is_written_and_nothing_else(shop: Shop) -> None:
    repairs(shop, 5)

    answer = shop.browser("jonas").get(f"{EXPORT}?format=csv&columns=code,urgent&f.urgent=1&sort=-code")

    assert table(answer) == [["id", "Code", "Urgent"], ["4", "R-4", "true"], ["2", "R-2", "true"]]
    assert answer.response.headers["Content-Disposition"].startswith("attachment")


def test_without_a_choice_it_asks_for_the_file_and_the_columns(shop: Shop) -> None:
    repairs(shop, 2)

    page = shop.browser("jonas").get(f"{EXPORT}?f.urgent=1")

    assert "1 records" in page.text
    assert page.tree.xpath("//input[@type='radio' and @name='format']/@value") == ["xlsx", "csv"]
    assert page.tree.xpath("//input[@type='hidden' and @name='f.urgent']/@value") == ["1"]


def test_a_cell_that_begins_like_a_formula_opens_as_text(shop: Shop) -> None:
    repairs(shop, 1, note='=HYPERLINK("http://example.com")')
    browser = shop.browser("jonas")

    text = table(browser.get(f"{EXPORT}?format=csv&columns=note"))
    book = browser.get(f"{EXPORT}?format=xlsx&columns=note").response.data

    assert text[1][1] == '\'=HYPERLINK("http://example.com")'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    assert sheet.to_python()[1][1] == '=HYPERLINK("http://example.com")'
    assert b"<f>" not in book


def test_a_workbook_holds_values_of_their_own_kind_with_instants_as_the_clock_shows_them(shop: Shop) -> None:
    repairs(shop, 1, due_on=date(2026, 3, 12), hours=7,
            checked_at=datetime(2026, 7, 1, 10, 30, tzinfo=UTC))  # fmt: skip
    with shop.env(write=True) as env:
        repair = env.session.scalars(select(Repair)).one()
        repair.margin = Decimal("12.5")
    browser = shop.browser("tove")

    data = browser.get(f"{EXPORT}?format=xlsx&columns=due_on,hours,margin,checked_at").response.data

    row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1]
    assert row[1:] == [
        date(2026, 3, 12),
        7.0,
        12.5,
        datetime(2026, 7, 1, 10, 30, tzinfo=UTC).replace(tzinfo=None),
    ]


def test_headings_and_labels_are_in_the_reader_s_language(shop: Shop) -> None:
    repairs(shop, 1)

    heads, row = table(shop.browser("greta").get(f"{EXPORT}?format=csv&columns=currency_id,urgent"))

    assert heads == ["id", "Währung", "Urgent"]
    assert row[1:] == ["EUR", "false"]


def test_a_field_that_the_roles_hide_is_in_no_file(shop: Shop) -> None:
    repairs(shop, 1)
    with shop.env(write=True) as env:
        env.session.scalars(select(Repair)).one().margin = Decimal("12.5")

    clerk = table(shop.browser("jonas").get(f"{EXPORT}?format=csv&fields=all&columns=margin"))
    manager = table(shop.browser("tove").get(f"{EXPORT}?format=csv&fields=all"))
    hinted = shop.browser("jonas").get(f"{EXPORT}?format=csv&f.margin=12.5")

    assert "Margin" not in clerk[0]
    assert "Margin" in manager[0]
    assert hinted.status == 404


def test_another_company_s_records_are_in_no_file(shop: Shop) -> None:
    repairs(shop, 2)

    assert len(table(shop.browser("ines").get(f"{EXPORT}?format=csv"))) == 1
    assert shop.browser("norbert").get(f"{EXPORT}?format=csv").status == 403


def test_many_records_are_written_by_a_job_for_the_person_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    repairs(shop, 6)
    browser = shop.browser("jonas")

    asked = browser.get(f"{EXPORT}?format=csv&f.urgent=1")
    form = {"format": "csv", "fields": "all", "f.urgent": "1"}
    job = browser.post(EXPORT, form).goes_to
    before = browser.get(f"{job}/file")
    work(shop)

    assert asked.tree.xpath("//main//form/@method") == ["post"]
    assert before.status == 404
    assert "Download" in browser.get(job).text
    assert [row[1] for row in table(browser.get(f"{job}/file"))] == ["Code", "R-2", "R-4", "R-6"]
    assert {shop.browser(login).get(f"{job}/file").status for login in ("tove", "ines")} == {404}
    assert [path.suffix for path in (shop.site.folder / "exports").iterdir()] == [".csv"]


def test_a_cancelled_export_leaves_no_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    monkeypatch.setattr(exports, "_STEP", 1)
    repairs(shop, 4)
    browser = shop.browser("jonas")
    job = browser.post(EXPORT, {"format": "xlsx"}).goes_to
    counted = exports._counted

    def cancelled_on_the_way(*given: object) -> object:
        browser.post(f"{job}/cancel")
        return counted(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(exports, "_counted", cancelled_on_the_way)
    work(shop)

    with shop.env("jonas") as env:
        assert env.session.scalars(select(Job)).one().state is JobState.CANCELLED
    assert list((shop.site.folder / "exports").iterdir()) == []


def test_what_is_exported_is_imported_as_it_was_in_either_format(shop: Shop) -> None:
    from tests.core.web.test_imports import check, run, send  # noqa: PLC0415 -- tests of the other half

    repairs(
        shop,
        3,
        due_on=date(2026, 3, 12),
        note="'=1",
        hours=-4,
        checked_at=datetime(2026, 7, 1, 10, 30, 5, tzinfo=UTC),
    )
    for form in ("csv", "xlsx"):
        browser = shop.browser("greta")
        data = browser.get(f"{EXPORT}?format={form}&fields=all").response.data

        sent = send(browser, data, f"repairs.{form}")
        preview = browser.get(check(browser, sent).goes_to)

        assert preview.words("//dl[1]//dd") == ["0", "0", "3"], form
    assert run(browser, sent).goes_to.startswith("/-/imports/")

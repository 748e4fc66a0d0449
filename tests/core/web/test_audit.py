"""The pages of the audit trail: all that became of a record and all that a person did, for who may see it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.audit.sealer import Sealer
from core.base import Company, Currency, User, UserCompany, UserRole
from core.web.audit import URL
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.workshop.models import Repair, RepairLine

PAGE = f"{URL}?model=workshop.repair"


def auditor(shop: Shop, *roles: str, company: str = "KH") -> Browser:
    """Somebody who audits that company, and has these roles besides."""
    with shop.env(write=True) as env:
        works_in = env.session.scalars(select(Company.id).where(Company.code == company)).one()
        env.add(
            User(
                login="audra", name="Audra Klein", home_company_id=works_in,
                roles=[UserRole(role=role) for role in ("base.auditor", *roles)],
                companies=[UserCompany(seen_company_id=works_in)],
            )
        )  # fmt: skip
    return shop.browser("audra")


def repair(shop: Shop, login: str = "jonas", **values: object) -> int:
    with shop.env(login, write=True) as env:
        euro = env.session.scalars(select(Currency.id).where(Currency.code == "EUR")).one()
        made = Repair(code="R-1", currency_id=euro, lines=[RepairLine(text="Seal", position=10)], **values)
        env.add(made)
        env.flush()
        return made.id


def change(shop: Shop, record_id: int, login: str = "jonas", why: str = "", **values: object) -> None:
    with shop.env(login, write=True) as env:
        env.why = why
        found = env.get(Repair, record_id)
        for name, value in values.items():
            setattr(found, name, value)


def rows(page: Browsed) -> list[list[str]]:
    found = page.tree.xpath("//table[contains(@class, 'dt-records')]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("td")] for row in found]


def test_each_change_of_a_record_says_who_when_before_after_and_why(shop: Shop) -> None:
    record = repair(shop)
    change(shop, record, reason="Leaks", why="The client called")

    page = auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}")

    when, who, about, event, name, before, after, why, addon, seal = rows(page)[0]
    assert when.endswith("UTC")
    assert who.endswith("Jonas Berg")
    assert about.startswith("R-1")
    assert (event, name, before, after) == ("Changed", "Why urgent", "", "Leaks")
    assert (why, addon, seal) == ("The client called", "", "not sealed yet")


def test_what_was_sealed_says_so(shop: Shop) -> None:
    record = repair(shop)
    Sealer(shop.site).run_waiting()

    page = auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}")

    assert {row[-1] for row in rows(page)} == {"sealed"}


def test_lines_of_a_record_stand_with_it_even_when_they_are_gone(shop: Shop) -> None:
    record = repair(shop)
    with shop.env("jonas", write=True) as env:
        made = env.get(Repair, record)
        made.lines.clear()

    found = rows(auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}"))

    assert ("Deleted", "Text", "Seal", "") in [tuple(row[3:7]) for row in found]


def test_all_that_a_person_did_is_on_one_page(shop: Shop) -> None:
    record = repair(shop)
    change(shop, record, "tove", reason="Leaks")
    with shop.env() as env:
        tove = env.session.scalars(select(User.id).where(User.login == "tove")).one()

    page = auditor(shop, "workshop.onlooker").get(f"{URL}?user={tove}")

    assert [row[3:7] for row in rows(page)] == [["Changed", "Why urgent", "", "Leaks"]]
    assert "Tove Berg" in page.text


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("&field=reason", ["Leaks"]),
        ("&field=code", ["R-2", "R-1"]),
        ("&since=today", None),
        ("&until=2020-01-01", []),
    ],
)
def test_it_is_narrowed_by_field_and_period(shop: Shop, more: str, expected: list[str] | None) -> None:
    record = repair(shop)
    change(shop, record, reason="Leaks", code="R-2")

    found = rows(auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}{more}"))

    assert found if expected is None else [row[6] for row in found] == expected


def test_a_field_of_another_role_is_not_told(shop: Shop) -> None:
    record = repair(shop, "tove")
    change(shop, record, "tove", margin="0.25")

    without = auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}&field=margin")
    others = shop.browser("audra").get(f"{PAGE}&record={record}")
    file = shop.browser("audra").get(f"{URL}/file?format=csv&model=workshop.repair")

    assert rows(without) == []
    assert {row[3] for row in rows(others)} == {"Created"}
    assert "Margin" not in without.text + file.html


def test_a_manager_who_audits_sees_it(shop: Shop) -> None:
    record = repair(shop, "tove")
    change(shop, record, "tove", margin="0.25")

    assert rows(auditor(shop, "workshop.manager").get(f"{PAGE}&record={record}&field=margin"))


@pytest.mark.parametrize("deleted", [False, True])
def test_records_of_another_company_are_not_told_even_when_they_are_gone(
    shop: Shop, *, deleted: bool
) -> None:
    record = repair(shop)
    if deleted:
        with shop.env("jonas", write=True) as env:
            env.delete(env.get(Repair, record))

    other = auditor(shop, "workshop.onlooker", company="OM")

    assert rows(other.get(PAGE)) == []
    assert rows(other.get(f"{PAGE}&record={record}")) == []
    assert "R-1" not in other.get(f"{URL}/file?format=csv").html


def test_a_deleted_record_of_the_own_company_is_told_with_its_lines(shop: Shop) -> None:
    record = repair(shop)
    with shop.env("jonas", write=True) as env:
        env.delete(env.get(Repair, record))

    found = rows(auditor(shop, "workshop.onlooker").get(f"{PAGE}&record={record}"))

    assert {row[3] for row in found} == {"Created", "Deleted"}
    assert ["Deleted", "Text", "Seal"] in [row[3:6] for row in found]


def test_what_the_auditor_may_not_read_is_not_told(shop: Shop) -> None:
    repair(shop)

    assert rows(auditor(shop).get(PAGE)) == []


@pytest.mark.parametrize(
    "more", ["record=4711", f"record={10**30}", "user=-1", f"before={10**30}", "field=nothing"]
)
def test_a_question_about_nothing_is_answered_with_nothing_new(shop: Shop, more: str) -> None:
    page = auditor(shop, "workshop.onlooker").get(f"{PAGE}&{more}")

    assert page.status == 200
    assert rows(page) == []


@pytest.mark.parametrize("url", [URL, f"{URL}/file?format=csv"])
def test_who_does_not_audit_is_refused(shop: Shop, url: str) -> None:
    assert shop.browser("tove").get(url).status == 403


def test_it_is_reached_from_the_record_and_the_person_by_auditors_alone(shop: Shop) -> None:
    record = repair(shop)
    with shop.env() as env:
        jonas = env.session.scalars(select(User.id).where(User.login == "jonas")).one()
    browser = auditor(shop, "workshop.onlooker")

    assert (
        f"{URL}?model=workshop.repair&amp;record={record}" in browser.get(f"/m/workshop.repair/{record}").html
    )
    assert f"{URL}?user={jonas}" in browser.get(f"/m/base.user/{jonas}").html
    assert f'href="{URL}"' in browser.get("/").html
    assert URL not in shop.browser("tove").get(f"/m/workshop.repair/{record}").html


def test_pages_follow_each_other_without_a_gap(shop: Shop) -> None:
    record = repair(shop)
    for number in range(105):
        change(shop, record, code=f"R-{number + 10}")
    browser = auditor(shop, "workshop.onlooker")

    first = browser.get(f"{PAGE}&field=code")
    second = browser.get(first.tree.xpath("//a[@rel='next']/@href")[0])

    codes = [row[6] for row in (*rows(first), *rows(second))]
    assert codes == [*(f"R-{n + 10}" for n in reversed(range(105))), "R-1"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_has_every_change(shop: Shop, kind: str) -> None:
    record = repair(shop)
    change(shop, record, reason="=1+1")

    answer = auditor(shop, "workshop.onlooker").get(f"{URL}/file?model=workshop.repair&format={kind}")

    assert answer.status == 200
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))
        assert lines[0][:2] == ["When", "Who"]
        assert lines[1][0].endswith("+00:00")
        assert lines[1][6] != "=1+1"  # no spreadsheet runs it


def test_the_day_of_the_reader_bounds_the_period(shop: Shop) -> None:
    record = repair(shop)
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    browser = auditor(shop, "workshop.onlooker")

    assert rows(browser.get(f"{PAGE}&record={record}&since={tomorrow}")) == []
    assert rows(browser.get(f"{PAGE}&record={record}&until=today"))

"""Lists: what an address shows, within a budget of statements, and what it refuses to show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from sqlalchemy import event, select

from core import clock
from core.base import Currency, StorageLocation
from core.base.models.place import LocationKind
from tests.core.web.conftest import Shop
from tests.core.web.workshop.models import Client, Repair, RepairState

REPAIRS = "/m/workshop.repair"
ROWS = '//tr[@data-id]//a[contains(@class, "dt-key")]'
MOST_STATEMENTS = 6


def repairs(shop: Shop, count: int = 3, **values: object) -> list[int]:
    """Repairs R-01, R-02 ... of Kestrel, the even ones urgent."""
    with shop.env("jonas", write=True) as env:
        euro = env.session.scalar(select(Currency.id).where(Currency.code == "EUR"))
        made = [
            Repair(code=f"R-{n:02}", currency_id=euro, urgent=n % 2 == 0, reason="Leaks", **values)
            for n in range(1, count + 1)
        ]
        env.add(*made)
        env.flush()
        return [record.id for record in made]


def shown(shop: Shop, query: str = "", login: str = "jonas") -> list[str]:
    page = shop.browser(login).get(f"{REPAIRS}{query}")
    assert page.status == 200, page.text
    return page.words(ROWS)


def with_filter(tree: object) -> str:
    return f"?filter={quote(json.dumps(tree))}"


@contextmanager
def statements(shop: Shop) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_catalog")):
            sent.append(statement)

    event.listen(shop.site.engine, "before_cursor_execute", note)
    yield sent
    event.remove(shop.site.engine, "before_cursor_execute", note)


def test_a_list_shows_the_records_of_the_person_s_company_in_its_order(shop: Shop) -> None:
    repairs(shop)

    assert shown(shop) == ["R-01", "R-02", "R-03"]
    assert shown(shop, login="ines") == []


def test_the_search_box_looks_in_the_searchable_fields(shop: Shop) -> None:
    repairs(shop)

    assert shown(shop, "?q=r-02") == ["R-02"]


def test_a_facet_narrows_the_list_and_counts_the_present_result(shop: Shop) -> None:
    repairs(shop, 5)

    page = shop.browser("jonas").get(f"{REPAIRS}?f.urgent=1")

    assert page.words(ROWS) == ["R-02", "R-04"]
    ticked = page.tree.xpath('//input[@name="f.urgent" and @checked]/@value')
    assert ticked == ["1"]
    counts = page.words('//fieldset[legend="Urgent"]//span[@class="dt-count"]')
    assert counts == ["3", "2"]


def test_a_filter_tree_means_and_and_or(shop: Shop) -> None:
    repairs(shop, 5)
    tree = {"op": "any", "of": [
        {"path": "code", "op": "eq", "value": "R-01"},
        {"op": "all", "of": [
            {"path": "urgent", "op": "eq", "value": "true"}, {"path": "code", "op": "starts", "value": "R-04"},
        ]},
    ]}  # fmt: skip

    assert shown(shop, with_filter(tree)) == ["R-01", "R-04"]


def test_a_relative_day_is_counted_from_today(shop: Shop) -> None:
    ids = repairs(shop, 2)
    with shop.env("jonas", write=True) as env:
        env.get(Repair, ids[0]).due_on = clock.today() - timedelta(days=3)
        env.get(Repair, ids[1]).due_on = clock.today() + timedelta(days=30)

    tree = {"path": "due_on", "op": "lt", "value": {"relative": "day", "offset": 0}}

    assert shown(shop, with_filter(tree)) == ["R-01"]


def test_a_filter_reaches_what_a_field_refers_to(shop: Shop) -> None:
    ids = repairs(shop, 2)
    with shop.env("jonas", write=True) as env:
        client = Client(name="Brandt Stahl")
        env.add(client)
        env.flush()
        env.get(Repair, ids[1]).client_id = client.id

    assert shown(shop, with_filter({"path": "client_id>name", "op": "starts", "value": "Brandt"})) == ["R-02"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?f.nothing=1", 404),
        ("?sort=nothing", 404),
        ("?group=nothing", 404),
        (with_filter({"path": "nothing", "op": "eq", "value": 1}), 404),
        (with_filter({"path": "code", "op": "like", "value": 1}), 422),
        ("?filter=%7Bnot+json", 422),
        ("?f.state=melted", 422),
        ("?after=bm9uc2Vuc2U", 422),
    ],
)
def test_an_address_that_means_nothing_says_so(shop: Shop, query: str, status: int) -> None:
    page = shop.browser("jonas").get(f"{REPAIRS}{query}")

    assert page.status == status
    assert "Traceback" not in page.html
    assert "Ref" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "?f.margin=5",
        "?sort=margin",
        "?group=margin",
        with_filter({"path": "margin", "op": "gt", "value": "1"}),
    ],
)
def test_a_field_of_another_role_cannot_be_asked_through_a_list(shop: Shop, query: str) -> None:
    repairs(shop, 1)

    assert shop.browser("jonas").get(f"{REPAIRS}{query}").status == 404
    assert shop.browser("tove").get(f"{REPAIRS}{query}").status != 404


def test_pages_follow_each_other_without_gap_or_overlap(shop: Shop) -> None:
    repairs(shop, 170)
    browser = shop.browser("jonas")
    found: list[str] = []
    url = REPAIRS
    while url:
        page = browser.get(url)
        found += page.words(ROWS)
        url = next(iter(page.tree.xpath('//nav[@class="dt-pager"]//a[@rel="next"]/@href')), "")

    assert found == sorted(f"R-{n:02}" for n in range(1, 171))
    assert (
        browser.get(REPAIRS)
        .words('//tfoot//td[contains(@class, "dt-slot-key")]')[0]
        .startswith("170 repairs")
    )


@pytest.mark.parametrize("sort", ["urgent", "-urgent", "state", "-due_on,urgent", "client_id", "-total,code"])
def test_pages_in_any_order_hold_every_record_once(shop: Shop, sort: str) -> None:
    repairs(shop, 170)
    browser = shop.browser("jonas")
    found: list[str] = []
    url = f"{REPAIRS}?sort={sort}"
    while url:
        page = browser.get(url)
        assert page.status == 200, page.text
        found += page.words(ROWS)
        url = next(iter(page.tree.xpath('//nav[@class="dt-pager"]//a[@rel="next"]/@href')), "")

    assert sorted(found) == sorted(f"R-{n:02}" for n in range(1, 171))


def test_sorting_by_a_column_is_said_to_those_who_do_not_see_it(shop: Shop) -> None:
    repairs(shop)

    page = shop.browser("jonas").get(f"{REPAIRS}?sort=-code")

    assert page.words(ROWS) == ["R-03", "R-02", "R-01"]
    assert page.tree.xpath('//th[@data-column="code"]/@aria-sort') == ["descending"]


def test_a_list_is_sorted_by_a_column_and_others_after_it(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")

    first = browser.get(f"{REPAIRS}?sort=-state")
    second = browser.get(first.tree.xpath('//th[@data-column="code"]/a/@data-also')[0])
    third = browser.get(second.tree.xpath('//th[@data-column="code"]/a/@data-also')[0])
    fourth = browser.get(third.tree.xpath('//th[@data-column="code"]/a/@data-also')[0])

    assert second.words(ROWS) == ["R-01", "R-02", "R-03", "R-04"]
    assert third.words(ROWS) == ["R-04", "R-03", "R-02", "R-01"]
    assert third.words('//th//span[@class="dt-sort-place"]') == ["2", "1"]
    assert "then downwards" in third.words('//th[@data-column="code"]')[0]
    assert third.tree.xpath("//th/@aria-sort") == ["descending"]
    assert fourth.words('//th//span[@class="dt-sort-place"]') == []


def test_a_menu_sorts_where_there_is_no_shift_key(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")
    entries = '//details[@id="dt-sort"]//a'

    page = browser.get(f"{REPAIRS}?sort=state")
    also = browser.get(page.tree.xpath(f'{entries}[contains(., "then by Code")]/@href')[0])
    turned = browser.get(also.tree.xpath(f'{entries}[contains(., "2. Code")]/@href')[0])

    assert turned.words(ROWS) == ["R-04", "R-03", "R-02", "R-01"]
    plain = browser.get(turned.tree.xpath(f'{entries}[contains(., "Order of the view")]/@href')[0])
    assert plain.words(ROWS) == ["R-01", "R-02", "R-03", "R-04"]


def test_a_saved_view_keeps_every_key_of_its_order(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")

    address = browser.post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "sort=-urgent,-code"}).goes_to

    assert browser.get(address).words(ROWS) == ["R-04", "R-02", "R-03", "R-01"]


def test_groups_count_their_records_and_fold(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")

    page = browser.get(f"{REPAIRS}?group=urgent")

    assert page.words('//tr[contains(@class, "dt-group")]/td[2]') == ["No2", "Yes2"]
    assert page.words(ROWS) == ["R-01", "R-03", "R-02", "R-04"]
    folded = browser.get(page.tree.xpath('//tr[contains(@class, "dt-group")]//a/@href')[0])
    assert folded.words(ROWS) == ["R-02", "R-04"]


def test_groups_nest(shop: Shop) -> None:
    repairs(shop, 4)

    page = shop.browser("jonas").get(f"{REPAIRS}?group=state&group=urgent")

    assert [c.split()[1] for c in page.tree.xpath('//tr[contains(@class, "dt-group")]/@class')] == [
        "dt-level-1", "dt-level-2", "dt-level-2"
    ]  # fmt: skip


def test_days_group_by_month(shop: Shop) -> None:
    ids = repairs(shop, 2)
    with shop.env("jonas", write=True) as env:
        env.get(Repair, ids[0]).due_on = date(2026, 3, 5)

    page = shop.browser("jonas").get(f"{REPAIRS}?group=due_on:month")

    assert page.words('//tr[contains(@class, "dt-group")]/td[2]') == ["March 20261", "No Due1"]


def test_an_empty_list_offers_the_first_record_and_a_narrowed_one_names_the_filter(shop: Shop) -> None:
    browser = shop.browser("jonas")
    assert "No repairs yet" in browser.get(REPAIRS).text
    repairs(shop)

    page = browser.get(f"{REPAIRS}?q=zinc")

    assert "Nothing found" in page.text
    assert "Search zinc" in page.text
    assert "there are 3" in page.text
    clear = page.tree.xpath('//a[contains(., "Remove the filter")]/@href')[0]
    assert len(browser.get(clear).words(ROWS)) == 3


def test_what_is_late_says_for_how_long_until_it_is_done(shop: Shop) -> None:
    late = clock.today() - timedelta(days=3)
    ids = repairs(shop, 1, due_on=late)
    browser = shop.browser("jonas")
    assert "3 d late" in browser.get(REPAIRS).text

    with shop.env(write=True) as env:
        env.get(Repair, ids[0]).state = RepairState.DROPPED

    assert "d late" not in browser.get(REPAIRS).text


def test_text_in_a_record_is_never_markup_on_a_page(shop: Shop) -> None:
    with shop.env("jonas", write=True) as env:
        env.add(Client(name='<script>alert("x")</script>'))

    page = shop.browser("jonas").get("/m/workshop.client")

    assert "<script>alert" not in page.html
    assert page.words(ROWS) == ['<script>alert("x")</script>']


@pytest.mark.parametrize("query", ["", "?q=R-0", "?f.urgent=1", "?group=state", "?group=state&group=urgent"])
def test_a_list_keeps_its_budget_of_statements(shop: Shop, query: str) -> None:
    repairs(shop, 90)
    browser = shop.browser("jonas")
    browser.get(f"{REPAIRS}{query}")

    with statements(shop) as sent:
        browser.get(f"{REPAIRS}{query}")

    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


def test_scripts_get_the_list_without_the_shell(shop: Shop) -> None:
    repairs(shop)

    page = shop.browser("jonas").get(REPAIRS, **{"HX-Request": "true"})

    assert 'id="dt-listing"' in page.html
    assert "<html" not in page.html
    assert "HX-Request" in page.response.headers["Vary"]


def test_columns_are_chosen_by_each_person_and_reset(shop: Shop) -> None:
    repairs(shop, 1)
    browser = shop.browser("jonas")

    browser.post(f"{REPAIRS}/-/columns", {"column": ["code", "hours"], "width.code": "140", "pin.code": "1"})

    page = browser.get(REPAIRS)
    assert page.tree.xpath("//th/@data-column") == ["code", "hours"]
    assert page.tree.xpath('//th[@data-column="code"]/@data-width') == ["140"]
    assert "client_id" in shop.browser("tove").get(REPAIRS).tree.xpath("//th/@data-column")
    browser.post(f"{REPAIRS}/-/columns/reset")
    assert "client_id" in browser.get(REPAIRS).tree.xpath("//th/@data-column")


@pytest.mark.parametrize("sent", [{}, {"column": "code", "width.code": "5"}, {"column": "margin"}])
def test_columns_that_cannot_be_are_refused(shop: Shop, sent: dict[str, str]) -> None:
    answer = shop.browser("jonas").post(f"{REPAIRS}/-/columns", sent)

    assert answer.status == 422
    assert "Nothing has changed" in answer.text


def test_a_saved_view_is_its_owner_s_until_it_is_shared(shop: Shop) -> None:
    repairs(shop, 4)
    jonas, tove = shop.browser("jonas"), shop.browser("tove")

    jonas.post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "f.urgent=1&sort=-code", "favourite": "1"})

    views = '//nav[@class="dt-views"]//a'
    page = jonas.get(REPAIRS)
    assert "Hot" in page.words(views)
    assert "Hot" in page.words('//aside[@id="dt-nav"]//a')
    address = page.tree.xpath('//nav[@class="dt-views"]//a[contains(., "Hot")]/@href')[0]
    assert jonas.get(address).words(ROWS) == ["R-04", "R-02"]
    assert "Hot" not in tove.get(REPAIRS).words(views)
    tove.post(f"{REPAIRS}/-/views", {"name": "Ours", "query": "q=R", "shared": "1"})
    assert any(words.startswith("Ours") for words in jonas.get(REPAIRS).words(views))


def test_a_list_opens_with_the_view_that_is_saved_so_and_leads_to_where_views_are_managed(shop: Shop) -> None:
    repairs(shop, 4)
    jonas = shop.browser("jonas")
    offered = jonas.get(REPAIRS).form_of('//dialog[@id="dt-save-view"]//form[@data-save-view]')

    jonas.post(f"{REPAIRS}/-/views", {**offered, "name": "Hot", "query": "f.urgent=1", "default": "1"})

    assert jonas.get(jonas.get(REPAIRS).goes_to).words(ROWS) == ["R-02", "R-04"]
    managed = jonas.get(f"{REPAIRS}?view=all").tree.xpath('//dialog[@id="dt-save-view"]//a/@href')[0]
    assert jonas.get(managed).words('//tr[@data-id]//a[contains(@class, "dt-key")]') == ["Hot"]


def test_a_star_puts_a_saved_view_into_the_navigation_and_takes_it_out(shop: Shop) -> None:
    jonas, tove = shop.browser("jonas"), shop.browser("tove")
    view = jonas.post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "q=R", "shared": "1"}).goes_to
    star = jonas.get(view).tree.xpath('//nav[@class="dt-views"]//form/@action')[0]

    jonas.post(star)

    navigation = '//aside[@id="dt-nav"]//a'
    assert "Hot" in jonas.get(REPAIRS).words(navigation)
    assert "Hot" not in tove.get(REPAIRS).words(navigation)
    jonas.post(star)
    assert "Hot" not in jonas.get(REPAIRS).words(navigation)


def test_nobody_stars_a_view_that_is_not_theirs_to_see(shop: Shop) -> None:
    view = shop.browser("jonas").post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "q=R"}).goes_to
    number = view.rpartition("view=")[2]

    answer = shop.browser("tove").post(f"{REPAIRS}/-/views/{number}/favourite")

    assert answer.status == 404


def test_a_card_says_whom_it_is_about_and_people_by_family_name(shop: Shop) -> None:
    with shop.env("jonas") as env:
        jonas, company = env.user_id, env.company_id
    client = shop.make(Client(name="Brandt Stahl", company_id=company))
    repairs(shop, 1, client_id=client, offered_by_id=jonas)
    browser = shop.browser("jonas")
    browser.post(f"{REPAIRS}/-/columns", {"column": ["code", "client_id", "offered_by_id"]})

    page = browser.get(REPAIRS)

    assert page.words('//td[contains(@class, "dt-slot-about")]') == ["Brandt Stahl Edit Client of R-01"]
    assert page.tree.xpath("//td//a[@title]/@title") == ["Jonas Berg"]
    assert page.words("//td//a[@title]") == ["Berg"]


def test_a_view_that_opens_first_leaves_the_way_to_everything(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")
    browser.post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "f.urgent=1", "default": "1"})

    first = browser.get(REPAIRS)

    assert first.status == 302
    page = browser.get(first.goes_to)
    assert page.words(ROWS) == ["R-02", "R-04"]
    everything = page.tree.xpath('//nav[@class="dt-views"]//a[1]/@href')[0]
    assert len(browser.get(everything).words(ROWS)) == 4


def test_a_record_that_refers_to_its_own_kind_is_a_tree(shop: Shop) -> None:
    with shop.env(write=True) as env:
        company = env.session.scalar(select(Repair.company_id).limit(1)) or 1
        plant = StorageLocation(code="A", name="Plant", kind=LocationKind.INTERNAL, company_id=company)
        env.add(plant)
        env.flush()
        env.add(
            StorageLocation(
                code="A-1", name="Rack", kind=LocationKind.INTERNAL, company_id=company, parent_id=plant.id
            )
        )
    browser = shop.browser("norbert")
    page = browser.get("/m/base.storage_location?mode=tree")
    assert page.words(ROWS) == ["A"]

    opened = browser.get(page.tree.xpath('//a[contains(@class, "dt-toggle")]/@href')[0])

    assert opened.words(ROWS) == ["A", "A-1"]
    assert opened.tree.xpath('//span[contains(@class, "dt-depth-1")]')


def test_a_value_of_several_currencies_is_not_summed_as_one(shop: Shop) -> None:
    with shop.env(write=True) as env:
        env.add(Currency(code="SEK", name="Krona"))
        env.flush()
    ids = repairs(shop, 2)
    with shop.env(write=True) as env:
        krona = env.session.scalars(select(Currency.id).where(Currency.code == "SEK")).one()
        first, second = (env.get(Repair, i) for i in ids)
        first.total, second.total = Decimal(100), Decimal(1000)
        second.currency_id = krona

    page = shop.browser("jonas").get(REPAIRS)

    assert "1,100.00" not in page.text
    assert page.words('//td[contains(@class, "dt-slot-currency")]') == ["EUR", "SEK"]


def test_tabs_are_counted_apart_from_the_list_and_kept(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")
    browser.post(f"{REPAIRS}/-/views", {"name": "Hot", "query": "f.urgent=1"})
    tabs = '//nav[@class="dt-views"]//a[not(@aria-label)]'
    page = browser.get(f"{REPAIRS}?q=R-01")
    assert page.words(tabs) == ["All1", "Hot"]
    counted = page.tree.xpath('//nav[@class="dt-views"]/@hx-get')[0]

    assert browser.get(counted).words(tabs) == ["All1", "Hot2"]
    assert browser.get(REPAIRS).words(tabs) == ["All4", "Hot2"]
    assert not browser.get(REPAIRS).tree.xpath('//nav[@class="dt-views"]/@hx-get')
    assert shop.browser("ines").get(f"{REPAIRS}/-/counts").words(tabs) == ["All0"]


def test_a_view_is_saved_without_scripts_too(shop: Shop) -> None:
    repairs(shop, 4)
    browser = shop.browser("jonas")
    form_at = browser.get(f"{REPAIRS}?f.urgent=1").tree.xpath('//a[@data-open="#dt-save-view"]/@href')[0]

    page = browser.get(form_at)
    assert "Urgent yes" in page.text
    entries = {
        "name": "Hot",
        "query": page.tree.xpath('//input[@name="query"]/@value')[0],
        "shared": ["0", "1"],
        "favourite": "0",
    }
    saved = browser.post(page.tree.xpath('//form[.//input[@name="query"]]/@action')[0], entries)

    assert browser.get(saved.goes_to).words(ROWS) == ["R-02", "R-04"]
    assert "Hot" in shop.browser("tove").get(REPAIRS).words('//nav[@class="dt-views"]//a')

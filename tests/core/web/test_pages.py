"""What guards every page: sign-in, the token, headers, errors that tell and never leak, and other people's records."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from core.base import Site, User, UserCompany, UserRole
from core.orm.model import model_name, models
from core.web.assets import fingerprint
from core.web.csrf import HEADER
from tests.core.web.browsing import Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import REPAIRS, repairs
from tests.core.web.workshop.models import Client, Repair

PAGES = (
    "/", "/-/inbox", "/-/search?q=R", "/-/palette?q=R", "/-/keys", "/-/settings", "/-/settings/sign-in", "/-/explain",
    "/-/password", "/-/prove", REPAIRS, f"{REPAIRS}?group=state", f"{REPAIRS}?mode=tree", f"{REPAIRS}/-/filter",
    f"{REPAIRS}/-/columns", f"{REPAIRS}/-/facets",
)  # fmt: skip


@pytest.mark.parametrize("url", PAGES)
def test_a_page_asks_for_sign_in_and_comes_back_after_it(shop: Shop, url: str) -> None:
    answer = Browser(shop.app.test_client()).get(url)

    assert answer.status == 303
    assert answer.goes_to == f"/-/sign-in?next={quote(url)}"


@pytest.mark.parametrize("url", PAGES)
def test_a_page_has_one_heading_a_title_and_the_policy(shop: Shop, url: str) -> None:
    repairs(shop, 1)

    page = shop.browser("jonas").get(url)

    assert page.status == 200
    headers = page.response.headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    if "palette" not in url and "facets" not in url:
        assert len(page.tree.xpath("//h1")) == 1
        assert page.tree.xpath("//title")[0].text


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("login", ["ines", "norbert"])
def test_no_page_shows_what_the_person_may_not_see(shop: Shop, url: str, login: str) -> None:
    repairs(shop, 3)
    shop.browser("jonas").get(f"{REPAIRS}/1")

    page = shop.browser(login).get(url)

    assert page.status in (200, 403)
    assert "R-01" not in page.html


def test_every_list_is_open_to_its_readers_alone(shop: Shop) -> None:
    """Each kind of record, as somebody with no role but everybody's: a list, or a refusal that says why."""
    browser = shop.browser("norbert")
    with shop.env("norbert") as env:
        readable = {m for m in models() if env.site.access.may(env.principal, "read", m)}
    for model in models():
        page = browser.get(f"/m/{model_name(model)}")
        assert page.status == (200 if model in readable else 403), model
        if model not in readable:
            assert "roles" in page.text


def test_every_tab_of_every_list_opens_and_is_counted(shop: Shop) -> None:
    with shop.env(write=True) as env:
        jonas = env.session.scalars(select(User).where(User.login == "jonas")).one()
        env.add(UserRole(user_id=jonas.id, role="base.administrator"))
    browser = shop.browser("jonas")
    for model, view in shop.app.extensions["dovetail"].views.by_model.items():
        address = f"/m/{model_name(model)}"
        for preset in view.list.presets if view.list else ():
            opened = browser.get(f"{address}?view={preset.name}")
            page = browser.get(opened.goes_to or address)
            assert page.status == 200, (address, preset.name, page.text)
            assert page.words('//nav[@class="dt-views"]//a[@aria-current]')[0].startswith(str(preset.label))
        if browser.get(address).status == 200:
            assert browser.get(f"{address}/-/counts").status == 200, address


def test_a_role_without_grants_sees_no_entry_and_no_figure_of_a_kind(shop: Shop) -> None:
    repairs(shop, 2)

    page = shop.browser("norbert").get("/")

    assert "Repairs" not in page.words('//aside[@id="dt-nav"]//a')
    assert "Repairs" in shop.browser("jonas").get("/").words('//aside[@id="dt-nav"]//a')


CHANGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/-/sign-in", {"login": "jonas", "password": "x"}), ("/-/preferences", {"theme": "dark"}),
    ("/-/settings", {"locale": "de", "zone": "UTC"}), ("/-/sign-out", {}),
    ("/-/password", {"old": "x", "password": "y", "again": "y"}), ("/-/inbox/read", {}), ("/-/settings/tokens", {}),
    ("/-/settings/second-factor", {}), ("/-/settings/sessions/end-others", {}), ("/-/company/1", {}),
    (f"{REPAIRS}/-/columns", {"column": "code"}), (f"{REPAIRS}/-/views", {"name": "Hot"}),
    (f"{REPAIRS}/-/do/offer", {"ids": "1"}), (f"{REPAIRS}/-/set", {"ids": "1"}), (f"{REPAIRS}/-/delete", {"ids": "1"}),
)  # fmt: skip


@pytest.mark.parametrize(("url", "sent"), CHANGES)
def test_no_change_is_taken_from_another_site_s_page(shop: Shop, url: str, sent: dict[str, str]) -> None:
    browser = shop.browser("jonas")
    token = browser.token

    assert browser.post(url, sent, token="").status == 403
    assert browser.post(url, sent, token=shop.browser("tove").token).status == 403
    forged = browser.post(url, sent, token=token, **{"Sec-Fetch-Site": "cross-site"})
    assert forged.status == 403
    assert "Nothing has changed" in forged.text


def test_a_script_sends_the_token_in_a_header(shop: Shop) -> None:
    browser = shop.browser("jonas")

    answer = browser.post(
        "/-/preferences", {"theme": "dark"}, token="", **{HEADER: browser.token, "HX-Request": "true"}
    )

    assert answer.status == 204
    assert 'data-theme="dark"' in browser.get("/-/keys").html


def test_an_answer_that_is_an_error_keeps_nothing(shop: Shop) -> None:
    browser = shop.browser("jonas")

    answer = browser.post("/-/settings", {"locale": "de", "zone": "Mars/Base", "theme": "dark"})

    assert answer.status == 422
    assert 'data-theme="dark"' not in browser.get("/-/keys").html
    assert 'lang="en"' in browser.get("/-/keys").html


def test_a_fault_is_told_by_its_reference_and_never_by_a_traceback(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.app.add_url_rule("/-/broken", "broken", lambda: str(1 // 0))

    page = shop.browser("jonas").get("/-/broken")

    assert page.status == 500
    assert "ZeroDivisionError" not in page.html
    reference = page.response.headers["X-Request-Id"]
    assert reference in page.text
    assert reference in caplog.text


def test_an_error_answers_in_the_form_it_was_asked_for(shop: Shop) -> None:
    browser = shop.browser("jonas")

    as_json = browser.get(f"{REPAIRS}?sort=nothing", Accept="application/json")
    as_part = browser.get(f"{REPAIRS}?sort=nothing", **{"HX-Request": "true"})

    told = json.loads(as_json.html)["error"]
    assert (told["code"], as_json.status) == ("not_found", 404)
    assert told["reference"] == as_json.response.headers["X-Request-Id"]
    assert as_part.response.headers["HX-Retarget"] == "#dt-notices"
    assert "<html" not in as_part.html


def test_an_unknown_page_says_so_to_strangers_too(shop: Shop) -> None:
    page = Browser(shop.app.test_client()).get("/-/nothing")

    assert page.status == 404
    assert "Nothing is kept at this address" in page.text


def test_static_files_are_kept_for_good_under_their_fingerprint(shop: Shop) -> None:
    client = shop.app.test_client()

    fresh = client.get(f"/-/static/{fingerprint()}/dist/dovetail.css", headers={"Accept-Encoding": "gzip"})
    old = client.get("/-/static/0123/dist/dovetail.css")

    assert "immutable" in fresh.headers["Cache-Control"]
    assert fresh.headers["Content-Encoding"] == "gzip"
    assert old.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["../shell.py", "css/base.css", "dist/../../app.py", "dist", "%2e%2e/app.py"]
)
def test_nothing_but_built_files_is_static(shop: Shop, path: str) -> None:
    assert shop.app.test_client().get(f"/-/static/x/{path}").status_code == 404


@pytest.mark.parametrize("login", ["jonas", "norbert"])
def test_health_is_told_without_sign_in_and_without_the_database(shop: Shop, login: str) -> None:
    shop.browser(login)
    shop.site.engine.dispose()

    assert shop.app.test_client().get("/healthz").get_data() == b"ok\n"


def test_the_page_follows_the_reader_s_language(shop: Shop) -> None:
    page = shop.browser("greta").get(REPAIRS)

    assert re.search(r'<html lang="de"', page.html)


def test_another_company_is_worked_in_only_by_who_belongs_to_it(shop: Shop) -> None:
    repairs(shop, 1)
    with shop.env("ines") as env:
        foreign = env.company_id
    browser = shop.browser("jonas")

    answer = browser.post(f"/-/company/{foreign}")

    assert answer.status == 403
    assert "R-01" in browser.get(REPAIRS).text


def test_the_palette_finds_by_code_name_and_place_and_says_why_not(shop: Shop) -> None:
    ids = repairs(shop, 2)
    shop.make(Client(name="Brandt Stahl", company_id=_company(shop)))
    browser = shop.browser("jonas")

    by_code = browser.get("/-/palette?q=r-01")

    assert by_code.words('//a[@role="option"]')[0].startswith("R-01")
    assert by_code.tree.xpath('//a[@role="option"]/@href')[0] == f"{REPAIRS}/{ids[0]}"
    assert "Offer: R-01" in by_code.text
    blocked = browser.get("/-/palette?q=%3Er-01").words('//*[@role="option"]')
    assert blocked[-1] == "Forget note: R-01Forget note is not possible for R-01 as it is now."
    assert "Approve: R-01Your roles do not include Approve." in blocked
    assert "Brandt Stahl" in browser.get("/-/palette?q=stahl").text
    assert "Repairs" in browser.get("/-/palette?q=repa").text
    assert "New repair" in browser.get("/-/palette?q=%3Enew+rep").text
    assert browser.get("/-/palette?q=stahl&type=workshop.repair").words('//a[@role="option"]') == []


def test_the_palette_offers_what_may_be_done_with_the_record_that_is_open(shop: Shop) -> None:
    record = repairs(shop, 1)[0]
    doing = '//*[@aria-label="Do"]//a'

    opened = shop.browser("jonas").get(f"/-/palette?at={REPAIRS}/{record}")
    typed = shop.browser("jonas").get(f"/-/palette?q=off&at={REPAIRS}/{record}")

    assert "Offer: R-01" in opened.words(doing)
    assert typed.words(doing) == ["Offer: R-01"]
    for hidden in (f"{REPAIRS}/{record}", f"{REPAIRS}/0", "/m/no.such/1", "/m/"):
        assert shop.browser("norbert").get(f"/-/palette?at={hidden}").words(doing) == []


def test_the_palette_sets_what_is_not_set_yet(shop: Shop) -> None:
    browser = shop.browser("jonas")
    values = '//*[@aria-label="Set"]//a[@data-preference="theme"]/@data-value'

    first = browser.get("/-/palette?q=theme").tree.xpath(values)
    browser.post("/-/preferences", {"theme": "dark"})
    then = browser.get("/-/palette?q=theme").tree.xpath(values)

    assert first == ["dark", "light"]
    assert then == ["light", "auto"]


def test_own_records_come_before_those_of_others(shop: Shop) -> None:
    first, second = repairs(shop, 2)
    with shop.env(write=True) as env:
        env.get(Repair, first).created_by_id = None

    page = shop.browser("jonas").get("/-/palette?q=R-0")

    assert page.tree.xpath('//*[@aria-label="Records"]//a/@href') == [
        f"{REPAIRS}/{second}",
        f"{REPAIRS}/{first}",
    ]


def test_the_palette_finds_what_holds_a_wildcard_literally(shop: Shop) -> None:
    company = _company(shop)
    shop.make(Client(name="Full 100% load", company_id=company))
    shop.make(Client(name="Full 1000 load", company_id=company))

    found = shop.browser("jonas").get("/-/palette?q=00%25+l").words('//*[@aria-label="Records"]//a')

    assert [words.startswith("Full 100% load") for words in found] == [True]


def test_the_sheet_of_keys_names_the_places_of_the_letters(shop: Shop) -> None:
    sheet = shop.browser("jonas").get("/-/keys")

    letters = [words[-1].lower() for words in sheet.words("//section[last()]//dt")]
    assert sorted(letters) == sorted(json.loads(sheet.tree.xpath("//body/@data-go")[0]))
    assert "Items" in sheet.words("//section[last()]//dd")


def test_the_head_of_the_navigation_names_the_plant(shop: Shop) -> None:
    with shop.env("jonas") as env:
        company = env.company_id
    shop.make(Site(company_id=company, code="ALD", name="Alden plant", country="GB"))

    page = shop.browser("jonas").get("/")

    assert page.words('//*[contains(@class, "dt-brand")]//small') == ["Alden plant"]


def test_the_palette_keeps_its_budget(shop: Shop) -> None:
    from tests.core.web.test_lists import statements  # noqa: PLC0415 -- beside its only other user

    repairs(shop, 5)
    browser = shop.browser("jonas")
    with statements(shop) as sent:
        browser.get("/-/palette?q=R-01")

    assert len(sent) <= 8, "\n".join(sent)


def test_explaining_is_for_oneself_and_for_auditors(shop: Shop) -> None:
    repairs(shop, 1)
    with shop.env("tove") as env:
        other = env.user_id

    own = shop.browser("norbert").get("/-/explain?model=workshop.repair")
    asked = shop.browser("norbert").get(f"/-/explain?model=workshop.repair&user={other}")

    assert "may not see Repairs" in own.text
    assert "Norbert" in asked.text
    assert "Tove" not in asked.text


def test_who_works_in_two_companies_changes_between_them(shop: Shop) -> None:
    repairs(shop, 1)
    with shop.env("ines") as env:
        orrin = env.company_id
    assert orrin is not None
    with shop.env(write=True) as env:
        jonas = env.session.scalars(select(User).where(User.login == "jonas")).one()
        env.add(UserCompany(user_id=jonas.id, seen_company_id=orrin))
    browser = shop.browser("jonas")
    switch = browser.get("/").tree.xpath('//form[contains(@action, "/-/company/")]/@action')

    assert f"/-/company/{orrin}" in switch
    assert browser.post(f"/-/company/{orrin}").goes_to == "/"
    assert (
        "Orrin Marine"
        in browser.get("/").words('//a[@class="dt-brand"] | //summary[contains(@class, "dt-brand")]')[0]
    )


def _company(shop: Shop) -> int:
    with shop.env("jonas") as env:
        assert env.company_id is not None
        return env.company_id


def test_opening_records_fills_the_home_page_with_what_the_person_still_sees(shop: Shop) -> None:
    ids = repairs(shop, 2)
    browser = shop.browser("jonas")
    browser.get(f"{REPAIRS}/{ids[0]}")
    assert "R-01" in browser.get("/").text

    with shop.env(write=True) as env:
        env.delete(env.get(Repair, ids[0]))

    assert "R-01" not in browser.get("/").text


@pytest.mark.parametrize("url", [f"{REPAIRS}?q=a%00b", f"{REPAIRS}?f.name=%00", "/-/search?q=%00"])
def test_a_character_that_no_text_has_is_nobody_else_s_fault(shop: Shop, url: str) -> None:
    assert shop.browser("jonas").get(url).status < 500

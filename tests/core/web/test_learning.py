"""The documentation is linked where it explains a page or a field, once the site says where it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.base.actions.documenting import docs_page, docs_url
from core.base.settings import Level, choose
from core.errors import ValidationError
from core.orm.env import open_env
from core.security.account import User
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair

DOCS = "https://docs.kestrel.example/dovetail"
LINKS = '//a[normalize-space()="Learn more"]/@href'
PAGE, FIELD = f"{DOCS}/docs/workshop.html#repairs", f"{DOCS}/docs/workshop.html#due"


def publish(shop: Shop, address: str = DOCS) -> None:
    with shop.env(write=True) as env:
        choose(env, docs_url, address, Level.SITE)


def test_without_an_address_nothing_is_linked(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")

    for url in (REPAIRS, f"{REPAIRS}/{record_id}?edit=1", f"{REPAIRS}/new", "/-/keys?of=workshop.repair"):
        page = jonas.get(url)
        assert "Learn more" not in page.text
        assert "Documentation" not in page.text


def test_the_menus_of_list_and_record_and_the_help_of_a_field_lead_to_their_pages(shop: Shop) -> None:
    record_id = repair(shop)
    publish(shop, DOCS + "/")
    jonas = shop.browser("jonas")

    assert jonas.get(REPAIRS).tree.xpath(LINKS) == [PAGE]
    assert jonas.get(f"{REPAIRS}/{record_id}").tree.xpath(LINKS) == [PAGE]
    form = jonas.get(f"{REPAIRS}/{record_id}?edit=1")
    assert form.tree.xpath(LINKS) == [PAGE, FIELD]
    assert form.words('//*[@data-field="due_on"]//*[@id="due_on-help"]') == ["When the client wants it."]
    link = form.tree.xpath('//*[@data-field="due_on"]//a')[0]
    assert (link.get("rel"), link.get("aria-label")) == ("noopener", "Learn more about Due")
    assert jonas.get("/m/workshop.client").tree.xpath(LINKS) == []


def test_the_key_sheet_links_the_page_that_it_was_opened_on(shop: Shop) -> None:
    publish(shop)
    jonas = shop.browser("jonas")

    opened = jonas.get(REPAIRS).tree.xpath('//*[@data-open="#dt-keys"]/@data-load')[0]
    links = jonas.get(opened).tree.xpath('//main//a[@target="_blank"]/@href')

    assert links == [PAGE, f"{DOCS}/docs/index.html"]
    for of in ("workshop.client", "workshop.repair", "no.model", "<script>"):
        page = shop.browser("norbert").get(f"/-/keys?of={of}")
        assert page.status == 200
        assert page.tree.xpath('//main//a[@target="_blank"]/@href') == [f"{DOCS}/docs/index.html"]


def test_the_key_sheet_tells_nothing_of_pages_that_are_not_the_person_s(shop: Shop) -> None:
    publish(shop)

    page = shop.browser("norbert").get("/-/keys?of=workshop.repair")

    assert "repairs" not in page.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "docs.example", "data:text/html,x", "//docs.example"]
)
def test_an_address_that_is_none_of_the_web_is_refused(shop: Shop, address: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        publish(shop, address)


def test_an_addon_with_documentation_of_its_own_is_linked_there(shop: Shop) -> None:
    publish(shop)
    own = [
        replace(package, addon=replace(package.addon, docs="https://workshop.example/docs/"))
        if package.name == "workshop" else package
        for package in shop.site.packages
    ]  # fmt: skip
    with open_env(replace(shop.site, packages=own)) as env:
        assert docs_page(env, Repair, "repairs.html") == "https://workshop.example/docs/repairs.html"
        assert docs_page(env, User, "docs/administration.html") == f"{DOCS}/docs/administration.html"
        assert docs_page(env, Repair, "") == ""

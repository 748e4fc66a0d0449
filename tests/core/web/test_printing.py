"""Records on paper: the same words and figures, nothing from the network, nothing for strangers."""

from __future__ import annotations

import io
import re
import zlib

import pytest

from core.web.printing import pdf_of
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair


def test_a_document_has_the_record_s_words_and_figures(shop: Shop) -> None:
    page = shop.browser("jonas").get(f"{REPAIRS}/{repair(shop, note='Handle <with> care')}/-/print")

    assert page.status == 200
    assert page.words("//h1") == ["Repair R-1"]
    assert page.words("//tbody/tr[1]/td") == ["10", "Seal", "4", "pcs", "2.50", "10.00"]
    assert page.words('//dl[@class="dt-doctotals"]') == ["Total EUR110.00"]
    assert page.words('//b[@class="dt-company"]') == ["Kestrel Hydraulics"]
    assert "Handle &lt;with&gt; care" in page.html
    assert not page.tree.xpath("//script | //*[@style] | //a[@href]")


def test_what_the_person_may_not_see_is_not_printed(shop: Shop) -> None:
    record_id = repair(shop, by="tove", margin="12")

    assert "Margin" not in shop.browser("jonas").get(f"{REPAIRS}/{record_id}/-/print").text
    assert "Margin" in shop.browser("tove").get(f"{REPAIRS}/{record_id}/-/print").text


def test_a_pdf_is_sent_under_the_record_s_name(shop: Shop) -> None:
    _needs_pango()
    answer = shop.browser("jonas").get(f"{REPAIRS}/{repair(shop)}/-/print?format=pdf").response

    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=Repair-R-1.pdf"
    assert answer.data.startswith(b"%PDF-")


def test_several_records_stand_on_pages_of_their_own(shop: Shop) -> None:
    first, second = repair(shop), repair(shop, "R-2")
    browser = shop.browser("jonas")

    chosen = browser.post(f"{REPAIRS}/-/print", {"ids": str(second)})
    page = browser.get(f"{REPAIRS}/-/print?ids={second}&ids={first}")

    assert chosen.goes_to == f"{REPAIRS}/-/print?ids={second}"
    assert page.words("//h1") == ["Repair R-2", "Repair R-1"]


def test_printing_nothing_or_too_much_says_what_to_do(shop: Shop) -> None:
    browser = shop.browser("jonas")
    many = "&".join(f"ids={number}" for number in range(1, 102))

    assert "Choose at least one record first." in browser.get(f"{REPAIRS}/-/print").text
    assert "At most 100 records are printed at once." in browser.get(f"{REPAIRS}/-/print?{many}").text


def test_another_company_s_record_among_the_chosen_is_not_printed(shop: Shop) -> None:
    theirs = repair(shop, by="ines")
    ours = repair(shop, "R-2")

    answer = shop.browser("jonas").get(f"{REPAIRS}/-/print?ids={ours}&ids={theirs}")

    assert answer.status == 404
    assert "Seal" not in answer.html


def test_a_pdf_takes_nothing_from_the_disk_or_the_network() -> None:
    _needs_pango()
    images = "".join(
        f'<img src="{url}">'
        for url in (
            "file:///etc/passwd", "http://127.0.0.1:9/x.png", "https://dovetail.invalid/../../etc/passwd",
            "ftp://127.0.0.1/x", "data:text/plain,secret",
        )
    )  # fmt: skip

    made = pdf_of(f"<p>Hello {images}<object data='file:///etc/hostname'></object>")

    assert made is not None
    streams = re.findall(rb"stream\r?\n(.*?)endstream", made, re.DOTALL)
    inside = b"".join(_inflated(stream) for stream in streams)
    assert b"root:" not in inside + made
    assert b"/Image" not in made
    assert b"EmbeddedFile" not in made


def _needs_pango() -> None:
    if pdf_of("<p>") is None:
        pytest.skip("no Pango, or no WeasyPrint: pip install dovetail-platform[pdf]")


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(io.BytesIO(stream).read())
    except zlib.error:
        return stream

"""Pictures of the product for docs/screenshots, taken by hand: `python -m tests.browser.screenshots [PAGE ...]`."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from core.testing.browser import HEIGHTS, chromium
from tests.browser.driving import Visitor, served
from tests.browser.orders import ORDERS, a_draft

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
#: A picture above this is not for a repository.
MOST_BYTES = 150_000
COLOURS = (256, 128, 64)


def login(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/-/sign-in")


def home(page: Page) -> None:
    page.goto("/")


def listed(page: Page) -> None:
    page.goto(f"{ORDERS}?f.state=confirmed&f.state=part_received")
    for box in page.locator("table[data-list] tbody tr input[type=checkbox]:visible").all()[1:4]:
        box.check()


def form(page: Page) -> None:
    page.goto(f"{ORDERS}?f.state=part_received&sort=-total")
    page.goto(str(page.locator("a.dt-key").first.get_attribute("href")))


def editing(page: Page) -> None:
    page.goto(f"{ORDERS}?f.state=draft")
    page.goto(f"{page.locator('a.dt-key').first.get_attribute('href')}&edit=1")
    page.locator('[name$=".quantity"]').first.fill("90")
    page.wait_for_timeout(900)


def deleted(page: Page) -> None:
    """The list after a deletion, which is offered back."""
    url = a_draft(page)
    page.goto(f"{url}/-/delete")
    page.locator("main button.dt-danger").click()
    expect(page.locator("[data-toast]")).to_be_visible()


def recycle_bin(page: Page) -> None:
    page.goto("/-/bin")
    if not page.locator("a.dt-key").count():
        deleted(page)
        page.goto("/-/bin")


def mail(page: Page) -> None:
    """An order that is late, as its supplier is asked about it."""
    form(page)
    page.locator('.dt-menu:has(a[href$="/-/mail"]) > summary').click()
    page.get_by_role("link", name="Send e-mail").click()
    expect(page.locator("[name=subject]")).to_be_visible()


def passkeys(page: Page) -> None:
    page.goto("/-/settings/sign-in")


def conflict(page: Page) -> None:
    url = a_draft(page)
    page.goto(f"{url}?edit=1")
    other = page.context.new_page()
    other.goto(f"{url}?edit=1")
    other.fill("#promised_on", "2027-03-18")
    other.fill("#supplier_reference", "NG 77-20463")
    other.locator('[name$=".quantity"]').first.fill("96")
    other.keyboard.press("Control+s")
    expect(other.locator("#dt-edit")).to_have_count(0)
    other.close()
    page.fill("#promised_on", "2027-03-20")
    page.keyboard.press("Control+s")
    expect(page.locator("h1")).to_contain_text("was changed meanwhile")


def importing(page: Page) -> None:
    rows = "Code,Name,Unit\nVB-310,Valve block 310,pcs\nVB-311,Valve block 311,pcs\nVB-312,Valve block 312,furlong\n"
    page.goto("/-/import/base.item")
    page.locator("main input[type=file]").set_input_files(
        {"name": "items.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main button.dt-primary").click()
    expect(page.locator("main select[name='map.0']")).to_be_visible()
    page.locator("main button.dt-primary").click()
    expect(page.locator(".dt-row-bad")).to_be_visible()


def palette(page: Page) -> None:
    page.goto(f"{ORDERS}?f.state=part_received&sort=-total")
    number = str(page.locator("a.dt-key").first.text_content())
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    expect(page.locator("#dt-results mark").nth(1)).to_be_visible()


def board(page: Page) -> None:
    page.goto("/equipment")


def machine(page: Page) -> None:
    page.goto("/equipment")
    page.goto(f"{page.locator('a.dt-is-alarm').first.get_attribute('href')}?span=week")


def trend(page: Page) -> None:
    page.goto("/equipment")
    page.goto(f"{page.locator('a.dt-station', has_text='M-402').get_attribute('href')}/trend?span=week")
    expect(page.locator(".uplot canvas").first).to_be_visible()


def coding(page: Page) -> None:
    page.goto("/equipment/stops")


def oee(page: Page) -> None:
    page.goto("/equipment/oee")


def losses(page: Page) -> None:
    page.goto("/equipment/losses")


def bridge(page: Page) -> None:
    page.goto("/bridge")


def reconciliation(page: Page) -> None:
    page.goto("/bridge/reconciliation")


def parked(page: Page) -> None:
    page.goto("/bridge/reconciliation")
    page.goto(str(page.get_by_role("link", name="Parked").first.get_attribute("href")))


def messages(page: Page) -> None:
    page.goto("/m/base.incoming_message?sort=-received_at")


def audit(page: Page) -> None:
    page.goto("/-/audit?model=base.item")


def cards(page: Page) -> None:
    page.goto(f"{ORDERS}?mode=board&f.state=draft&f.state=to_approve&f.state=sent&f.state=confirmed")


def calendar(page: Page) -> None:
    page.goto(f"{ORDERS}?mode=calendar&group=promised_on")


def chart(page: Page) -> None:
    page.goto(f"{ORDERS}?mode=chart&group=promised_on:month&chart=bar:total")


def addons(page: Page) -> None:
    page.goto("/-/addons")


def layout(page: Page) -> None:
    page.goto("/m/base.item/-/layout")


#: What is shown, by whom.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "login": ("", login), "home": ("maren", home), "list": ("maren", listed), "form": ("lena", form),
    "edit": ("maren", editing), "conflict": ("maren", conflict), "import": ("maren", importing),
    "palette": ("maren", palette), "equipment": ("jonas", board), "machine": ("jonas", machine),
    "trend": ("jonas", trend), "stops": ("amina", coding), "oee": ("jonas", oee), "losses": ("jonas", losses),
    "bridge": ("jonas", bridge), "reconciliation": ("jonas", reconciliation), "parked": ("jonas", parked),
    "messages": ("jonas", messages), "audit": ("pavel", audit), "board": ("maren", cards),
    "calendar": ("maren", calendar), "chart": ("maren", chart), "addons": ("admin", addons),
    "layout": ("admin", layout), "deleted": ("maren", deleted), "bin": ("maren", recycle_bin),
    "mail": ("maren", mail), "passkeys": ("maren", passkeys),
}  # fmt: skip


def main(names: list[str]) -> None:
    """Take the pictures `names`, or all, in both themes and three widths."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "site") as address,
        chromium() as browser,
    ):
        driver = Visitor(browser, address)
        for name in names or PAGES:
            who, go = PAGES[name]
            for theme in ("light", "dark"):
                for width in HEIGHTS:
                    page = driver.page(who, width=width, theme=theme)
                    go(page)
                    page.wait_for_timeout(300)
                    _keep(page.screenshot(), FOLDER / f"{name}-{theme}-{width}.png")
                    driver.close_pages()


def _keep(picture: bytes, file: Path) -> None:
    """As few bytes as the picture may have; colours are given up before it is refused."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        made = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        if made.tell() <= MOST_BYTES:
            file.write_bytes(made.getvalue())
            return
    raise SystemExit(f"{file.name} stays above {MOST_BYTES} bytes.")


if __name__ == "__main__":
    main(sys.argv[1:])

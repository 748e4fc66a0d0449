"""What the pictures of the product show: each scene is a page, brought to where somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.driving import Visitor
from tests.browser.orders import ORDERS, a_draft


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


def rules(page: Page) -> None:
    page.goto("/m/base.automation_rule")


def rule(page: Page) -> None:
    page.goto("/m/base.automation_rule?q=Nordfrakt")
    page.locator("a.dt-key").first.click()
    expect(page.locator('[data-lines="steps"], .dt-lines').first).to_be_visible()


def dry_run(page: Page) -> None:
    """What a rule would do now, tried out."""
    rule(page)
    button = page.locator("button:visible", has_text="Dry run")
    if not button.count():  # on a phone it is in the menu
        page.locator('.dt-menu:has-text("Dry run") > summary').click()
    button.first.click()
    expect(page.locator("h1")).to_contain_text("records")


def webhook(page: Page) -> None:
    page.goto("/m/base.webhook")
    page.locator("a.dt-key").first.click()


def signing(page: Page) -> None:
    """An approval that is signed by its dialog."""
    page.goto("/")
    admin = _beside(page, "admin")
    admin.goto("/-/settings/site")
    admin.select_option('[name="erp_supply.sign_approvals"]', "true")
    admin.get_by_role("button", name="Save").click()
    admin.wait_for_load_state()
    admin.context.close()
    page.goto(f"{ORDERS}?f.state=to_approve")
    page.locator("a.dt-key").first.click()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator('[name="_login"]')).to_be_visible()


def erasing(page: Page) -> None:
    """What erasing a person's data would touch, and what stands against it."""
    page.goto("/m/base.person?q=Sofie")
    page.locator("a.dt-key").first.click()
    page.locator('.dt-menu:has-text("Erase personal data") > summary').first.click()
    page.get_by_role("link", name="Erase personal data").or_(
        page.get_by_role("button", name="Erase personal data")
    ).first.click()
    expect(page.locator("[name=name]").last).to_be_visible()


def template(page: Page) -> None:
    """A new order, begun by a template that was saved before."""
    page.goto(f"{ORDERS}/new")
    if not page.locator("summary", has_text="From template").count():
        page.goto(f"{a_draft(page, lines=3)}/-/template")
        page.fill("[name=name]", "Castings for the month")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(f"{ORDERS}/new")
    page.locator("summary", has_text="From template").click()


def presence(page: Page) -> None:
    """An order that a colleague is changing at this moment."""
    url = a_draft(page)
    page.goto(url)
    other = _beside(page, "ruth")
    other.goto(f"{url}?edit=1")
    expect(page.locator("#dt-presence li")).to_have_count(1)


def first_steps(page: Page) -> None:
    """The checklist of a new site; on the demonstration for who asks for it."""
    page.goto("/-/settings")
    page.select_option('[name="first_steps"]', "1")
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    page.goto("/")


def _beside(page: Page, login: str) -> Page:
    """A page of somebody else, whose browser runs beside until the picture is taken."""
    browser = page.context.browser
    assert browser is not None
    return Visitor(browser, str(page.evaluate("location.origin"))).page(login)


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
    "mail": ("maren", mail), "passkeys": ("maren", passkeys), "rules": ("admin", rules), "rule": ("admin", rule),
    "dry-run": ("admin", dry_run), "webhook": ("admin", webhook), "signing": ("tove", signing),
    "erasing": ("henrike", erasing), "template": ("maren", template), "presence": ("maren", presence),
    "first-steps": ("admin", first_steps),
}  # fmt: skip

"""Writing an e-mail about a record: proposed by what the person sees, sent by who may, told by the timeline."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.base import Contact, Party, User, UserRole
from core.base.actions import handing_over
from core.base.models.mail import Mail, MailState, MailTemplate
from core.errors import ValidationError
from core.events.courier import Courier
from core.testing.mail import MailServer, receiving_mail
from tests.core.events.test_outbox import let_time_pass
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair

PARTIES = "/m/base.party"


@pytest.fixture
def server(shop: Shop) -> Iterator[MailServer]:
    """The shop's mail server; Jonas, Tove and Ines may send e-mail."""
    with shop.env(write=True) as env:
        for user in env.session.scalars(select(User).where(User.login.in_(["jonas", "tove", "ines"]))):
            env.add(UserRole(user_id=user.id, role="base.correspondent"))
    with receiving_mail() as running:
        running.serve(shop.site.folder)
        yield running


def partner(shop: Shop) -> int:
    contacts = [
        Contact(name="Anna", email="anna@norrgjut.example"),
        Contact(name="Lars", email="lars@norrgjut.example"),
    ]
    return shop.make(Party(code="NG", name="Norrgjut <AB>", locale="de", country="SE", contacts=contacts))


def template(shop: Shop, model: str, language: str, subject: str, body: str = "Text") -> int:
    given = {"name": "Hello", "model": model, "language": language, "subject": subject, "body": body}
    return shop.make(MailTemplate(**given))


def mails(shop: Shop) -> list[Mail]:
    with shop.env() as env:
        return list(env.session.scalars(select(Mail).order_by(Mail.id)))


def carried(shop: Shop) -> None:
    handing_over._resting.pop(shop.site, None)
    let_time_pass(shop.site)
    Courier(shop.site).run_waiting()


def test_the_form_is_proposed_from_the_partner_and_the_template_in_their_language(
    shop: Shop, server: MailServer
) -> None:
    template(shop, "base.party", "en", "Hello {name}")
    template(shop, "base.party", "de", "Hallo {name}", "{record.url}\n{user.name}, {company.name} {vat_id}.")
    record_id = partner(shop)
    page = shop.browser("jonas").get(f"{PARTIES}/{record_id}/-/mail")

    form = page.form_of("//form[contains(@action, '/-/mail')]")
    assert (form["recipients"], form["subject"]) == ("Anna <anna@norrgjut.example>", "Hallo Norrgjut <AB>")
    assert form["body"].strip() == (
        f"https://erp.kestrel.example{PARTIES}/{record_id}\nJonas Berg, Kestrel Hydraulics ."
    )
    assert "lars@norrgjut.example" in page.text
    english = page.tree.xpath("//a[contains(@class, 'dt-item') and contains(., '(en)')]/@href")[0]
    assert "Hello Norrgjut" in shop.browser("jonas").get(english).html
    assert (
        shop.browser("jonas")
        .get(f"{PARTIES}/{record_id}")
        .tree.xpath(f"//a[@href='{PARTIES}/{record_id}/-/mail']")
    )


def test_a_template_tells_nobody_what_they_do_not_see(shop: Shop, server: MailServer) -> None:
    template(shop, "workshop.repair", "en", "Repair {code}", "Our margin is {margin}")
    record_id = repair(shop, by="tove", margin="12.5")

    jonas = shop.browser("jonas").get(f"{REPAIRS}/{record_id}/-/mail")
    assert "has no field margin that you may see" in jonas.text
    assert "12.5" not in jonas.words("//main")[0]
    assert "Our margin is 12.5 %" in shop.browser("tove").get(f"{REPAIRS}/{record_id}/-/mail").html


@pytest.mark.parametrize(
    "body", ["{user.password_hash}", "{record.secret}", "{nothing}", "{env.site}", "{company.id}"]
)
def test_a_template_that_reaches_for_more_than_fields_is_not_saved(shop: Shop, body: str) -> None:
    with pytest.raises(ValidationError, match="There is no field"):
        template(shop, "base.party", "en", "Hello", body)


def test_what_only_looks_like_a_field_is_text(shop: Shop, server: MailServer) -> None:
    odd = "{record.__class__} {0} {name!r} {name.__class__} {{name}}"
    template(shop, "base.party", "en", "Hello", odd)
    page = shop.browser("jonas").get(f"{PARTIES}/{partner(shop)}/-/mail")

    form = page.form_of("//form[contains(@action, '/-/mail')]")
    assert form["body"].strip() == "{record.__class__} {0} {name!r} {name.__class__} {Norrgjut <AB>}"


def test_who_may_not_sends_nothing(shop: Shop, server: MailServer) -> None:
    record_id = repair(shop)
    url, draft = (
        f"{REPAIRS}/{record_id}/-/mail",
        {"recipients": "a@example.com", "subject": "Hi", "body": "Text"},
    )

    vera, ines = shop.browser("vera"), shop.browser("ines")
    assert (vera.get(url).status, vera.post(url, draft).status) == (403, 403)
    assert (ines.get(url).status, ines.post(url, draft).status) == (404, 404)
    assert not vera.get(f"{REPAIRS}/{record_id}").tree.xpath(f"//a[@href='{url}']")
    assert shop.browser("jonas").post(url, draft, token="forged").status == 403
    assert mails(shop) == []


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(shop: Shop, server: MailServer) -> None:
    url = f"{REPAIRS}/{repair(shop)}/-/mail"
    page = shop.browser("jonas").post(url, {"recipients": "nobody", "subject": "Hi", "body": "Long words"})

    assert page.status == 422
    assert page.error_at("recipients") == "“nobody” is no address of e-mail."
    assert "Long words" in page.html
    assert mails(shop) == []


def test_the_timeline_tells_of_it_and_who_wrote_it_sends_again_what_did_not_arrive(
    shop: Shop, server: MailServer
) -> None:
    server.refusals = {"anna@norrgjut.example": ["550 5.1.1 no such user"]}
    record_id = repair(shop)
    jonas, vera, page_url = shop.browser("jonas"), shop.browser("vera"), f"{REPAIRS}/{record_id}"
    sent = jonas.post(
        f"{page_url}/-/mail",
        {"recipients": "anna@norrgjut.example", "subject": "<b>Hi</b>", "body": "See\nyou"},
    )
    assert (sent.status, sent.goes_to) == (303, page_url)
    waits = jonas.get(page_url)
    assert "Jonas Berg to anna@norrgjut.example" in waits.text
    assert "&lt;b&gt;Hi&lt;/b&gt;" in waits.html
    assert "Waiting" in waits.text

    carried(shop)
    assert "550 5.1.1 no such user" in vera.get(page_url).text
    assert not vera.get(page_url).tree.xpath("//form[contains(@action, 'send_mail_again')]")
    (again,) = jonas.get(page_url).tree.xpath("//form[contains(@action, 'send_mail_again')]/@action")
    assert vera.post(again, {"send_mail_again": "1"}).status in (403, 404)
    assert jonas.post(again).goes_to == page_url
    carried(shop)

    assert [mail.state for mail in mails(shop)] == [MailState.SENT]
    assert "Sent" in vera.get(page_url).text
    (came,) = server.received
    assert (came.message["Subject"], came.text) == ("<b>Hi</b>", "See\nyou\n")


def test_an_administrator_looks_at_a_template_with_a_record_before_anybody_sends_it(shop: Shop) -> None:
    with shop.env(write=True) as env:
        tove = env.session.scalars(select(User).where(User.login == "tove")).one()
        env.add(UserRole(user_id=tove.id, role="base.administrator"))
    template_id = template(shop, "base.party", "en", "Hello {name}", "Your code is {code}.")
    browser = shop.browser("tove")
    assert browser.get(f"/-/mail/preview?mail_template={template_id}").status == 422
    partner(shop)

    page = browser.get(f"/-/mail/preview?mail_template={template_id}")
    assert "Hello Norrgjut <AB>" in page.text
    assert "Your code is NG." in page.text
    assert shop.browser("norbert").get(f"/-/mail/preview?mail_template={template_id}").status == 404

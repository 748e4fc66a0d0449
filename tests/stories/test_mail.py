"""A purchase order goes to its supplier by e-mail: one promise, told by the buyer who sends it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from addons.erp_supply.models import PurchaseOrder
from core.base import Contact, Party, User, UserRole
from core.base.actions import handing_over
from core.base.models.mail import MailTemplate
from core.config import read
from core.events.courier import Courier
from core.security.session import start
from core.testing.browsing import compiled
from core.testing.mail import receiving_mail
from core.web.app import create_app
from core.web.printing import pdf_of
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, order
from tests.core.events.test_outbox import let_time_pass
from tests.core.web.browsing import Browser

pytestmark = pytest.mark.story
BODY = (
    "Dear all,\n\nplease confirm order {number} of {ordered_on} over {total}.\n\n{user.name}, {company.name}"
)


def browser(plant: Plant, login: str) -> Browser:
    with plant.env() as system, system.as_system():
        user_id = system.session.scalars(select(User.id).where(User.login == login)).one()
        token, _session = start(system, user_id, "127.0.0.1", "tests")
    client = compiled(
        create_app(plant.site, replace(read(plant.site.folder), secure_cookies=False))
    ).test_client()
    client.set_cookie("dovetail", token)
    return Browser(client)


def carry(plant: Plant) -> None:
    handing_over._resting.pop(plant.site, None)
    let_time_pass(plant.site)
    Courier(plant.site).run_waiting()


def test_maren_mails_an_order_as_pdf_and_sees_that_it_arrived_though_the_first_try_failed(
    plant: Plant,
) -> None:
    if pdf_of("<p>") is None:
        pytest.skip("no Pango, or no WeasyPrint: pip install dovetail-platform[pdf]")
    with plant.env() as env:
        maren = env.session.scalars(select(User).where(User.login == "maren")).one()
        env.add(UserRole(user_id=maren.id, role="base.correspondent"))
        maren.email = "maren@kestrel.example"
        supplier = env.session.scalars(select(Party).where(Party.code == "BS")).one()
        env.add(Contact(party_id=supplier.id, name="Sales", email="sales@bs.example"))
        env.add(MailTemplate(
            name="Order", model="erp_supply.purchase_order", language="en", subject="Order {number}", body=BODY
        ))  # fmt: skip
    with plant.env("maren") as env:
        made = order(env, ("CS-210-RAW", 2, 948))
        record_id = made.id
    page_url = f"/m/erp_supply.purchase_order/{record_id}"
    with receiving_mail() as server:
        server.serve(plant.site.folder)

        # The order is sent to the supplier in the system; the e-mail to them is proposed with all that it needs.
        buyer = browser(plant, "maren")
        assert buyer.post(f"/m/erp_supply.purchase_order/-/action/send?ids={record_id}").status == 303
        with plant.env("maren", write=False) as env:
            number = env.get(PurchaseOrder, record_id).number
        form = buyer.get(f"{page_url}/-/mail").form_of("//form[contains(@action, '/-/mail')]")
        assert (form["recipients"], form["subject"]) == ("Sales <sales@bs.example>", f"Order {number}")
        assert f"order {number} of Feb 16, 2026 over 1,896.00 EUR" in form["body"]

        # The supplier's mailbox is full at first: it is tried again, and the timeline tells.
        server.refusals = {"sales@bs.example": ["452 4.2.2 mailbox full"]}
        assert buyer.post(f"{page_url}/-/mail", form).goes_to == page_url
        carry(plant)
        assert "mailbox full" in buyer.get(page_url).text
        assert server.received == []
        carry(plant)

    (came,) = server.received
    assert came.recipients == ["sales@bs.example"]
    assert came.message["Reply-To"].endswith("<maren@kestrel.example>")
    (document,) = came.message.iter_attachments()
    assert document.get_filename() == f"Purchase-order-{number}.pdf"
    assert document.get_content().startswith(b"%PDF-")
    shown = buyer.get(page_url).text
    assert "Sent" in shown
    assert f"Purchase-order-{number}.pdf" in shown
    assert "mailbox full" not in shown

"""Arranging forms and lists: what administrators change, whom it concerns, and what becomes of it in an upgrade."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.base.models import SiteLayout, User, UserRole
from core.i18n import _
from core.views.nodes import Form, Group, Tab, View
from tests.core.web.browsing import Browsed
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair

PAGE = f"{REPAIRS}/-/layout"
FORM = "//form[@data-layout]"


@pytest.fixture
def keeper(shop: Shop) -> str:
    """Somebody who is an administrator, and works in the workshop as well."""
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "tove")).one()
        user.roles.append(UserRole(role="base.administrator"))
    return "tove"


def sent(shop: Shop, login: str, change: dict[str, str], *, role: str = "", part: str = "form") -> Browsed:
    """The page as it stands with some inputs otherwise."""
    url = f"{PAGE}?part={part}&role={role}"
    form = shop.browser(login).get(url).form_of(FORM)
    pairs = [(name, text) for name, text in form.items(multi=True) if name not in change]
    return shop.browser(login).post(url, MultiDict([*pairs, *change.items()]))


def labels(shop: Shop, login: str, record_id: int) -> list[str]:
    page = shop.browser(login).get(f"{REPAIRS}/{record_id}?edit=1")
    return [text.rstrip("*") for text in page.words("//form[@id='dt-edit']//label[@for]")]


def test_a_field_that_is_taken_to_another_group_stands_there_for_everybody(shop: Shop, keeper: str) -> None:
    record_id = repair(shop, due_on=date(2026, 12, 24))
    before = labels(shop, "jonas", record_id)

    answer = sent(shop, keeper, {"group.due_on": "notes", "label.due_on": "Promised", "keep": "1"})

    after = labels(shop, "jonas", record_id)
    assert answer.goes_to
    assert before.index("Due") < before.index("Note")
    assert after.index("Promised") > after.index("Note")
    assert "Promised" in shop.browser("jonas").get(f"{REPAIRS}/{record_id}/-/print").text


def test_the_buttons_move_a_field_and_keep_nothing_yet(shop: Shop, keeper: str) -> None:
    page = sent(shop, keeper, {"down": "code"})

    names = page.tree.xpath(f"{FORM}//input[@name='in.main']/@value")
    assert names[:2] == ["client_id", "code"]
    with shop.env() as env:
        assert env.session.scalars(select(SiteLayout)).all() == []


def test_a_layout_of_a_role_concerns_those_who_have_it(shop: Shop, keeper: str) -> None:
    record_id = repair(shop)

    sent(shop, keeper, {"group.hours": "-", "keep": "1"}, role="base.administrator")

    assert "Hours" in labels(shop, "jonas", record_id)
    assert "Hours" not in labels(shop, keeper, record_id)


def test_a_default_of_the_site_is_proposed_and_a_required_field_asked_for(shop: Shop, keeper: str) -> None:
    record_id = repair(shop)
    sent(shop, keeper, {"default.hours": "7", "required.note": "1", "keep": "1"})
    browser = shop.browser("jonas")

    new = browser.get(f"{REPAIRS}/new").form()
    refused = browser.post(f"{REPAIRS}/{record_id}", browser.get(f"{REPAIRS}/{record_id}?edit=1").form())

    assert new["hours"] == "7"
    assert refused.error_at("note") == "Note is needed."


def test_a_needed_field_is_hidden_with_a_default_alone(shop: Shop, keeper: str) -> None:
    refused = sent(shop, keeper, {"group.code": "-", "keep": "1"})
    wrong = sent(shop, keeper, {"default.hours": "seven", "keep": "1"})

    assert "can be hidden with a default alone" in refused.text
    assert "seven" in wrong.text
    assert wrong.status == 422
    with shop.env() as env:
        assert env.session.scalars(select(SiteLayout)).all() == []


def test_a_list_shows_the_columns_in_the_site_s_order(shop: Shop, keeper: str) -> None:
    repair(shop)

    sent(shop, keeper, {"group.hours": "list", "group.due_on": "-", "keep": "1"}, part="list")

    heads = " ".join(shop.browser("jonas").get(REPAIRS).words("//table//th"))
    assert "Hours" in heads
    assert "Due" not in heads


def test_a_layout_survives_an_upgrade_that_moved_its_field_and_tells_of_one_that_went(
    shop: Shop, keeper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = repair(shop)
    sent(
        shop,
        keeper,
        {"group.due_on": "notes", "label.due_on": "Promised", "label.urgent": "Hot", "keep": "1"},
    )
    upgraded = View(
        Repair,
        form=Form(
            Group("main", Repair.client_id, Repair.code),
            Group("times", Repair.begins_on, Repair.due_on, label=_("Notes")),
            Tab("notes", _("Notes"), Group("notes", Repair.note)),
        ),
    )

    monkeypatch.setitem(shop.app.extensions["dovetail"].views.by_model, Repair, upgraded)

    after = labels(shop, "jonas", record_id)
    assert after.index("Promised") > after.index("Note")
    assert "urgent" in shop.browser(keeper).get(PAGE).words("//*[contains(@class, 'dt-warn')]")[0]


def test_reset_brings_back_what_was_shipped(shop: Shop, keeper: str) -> None:
    record_id = repair(shop)
    before = labels(shop, "jonas", record_id)
    sent(shop, keeper, {"label.due_on": "Promised", "keep": "1"})

    sent(shop, keeper, {"reset": "1"})

    assert labels(shop, "jonas", record_id) == before


def test_who_is_no_administrator_arranges_nothing(shop: Shop, keeper: str) -> None:
    browser = shop.browser("jonas")

    assert browser.get(PAGE).status == 403
    assert browser.post(PAGE, {"keep": "1", "label.due_on": "Mine"}).status == 403
    assert "Arrange" not in browser.get(REPAIRS).text
    with shop.env() as env:
        assert env.session.scalars(select(SiteLayout)).all() == []

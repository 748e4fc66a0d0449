"""The fixtures that every addon's tests are given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from core.base import Item, Party
from core.errors import Forbidden
from core.orm.env import Env, Site, open_env
from core.testing import Browser, HeldClock
from core.testing.observing import Heard

EDITOR = "base.master_data_editor"


def parties(site: Site) -> int:
    with open_env(site) as env:
        return env.session.scalar(select(func.count()).select_from(Party)) or 0


def test_a_made_record_has_every_required_field(make: Callable[..., Any], env: Env) -> None:
    item = make(Item, code="MB-1180")

    assert item.id
    assert item.code == "MB-1180"
    assert item.unit_id


def test_what_a_test_writes_is_gone_after_it(make: Callable[..., Any], env: Env, site: Site) -> None:
    make(Party)
    env.close()

    assert parties(site) == 0


def test_a_user_acts_with_their_roles_alone(as_user: Callable[..., Env]) -> None:
    editor, nobody = as_user(EDITOR), as_user()

    editor.add(Party(code="BS", name="Brandt Stahl"))
    editor.flush()
    nobody.add(Party(code="NG", name="Norrgjut"))
    with pytest.raises(Forbidden):
        nobody.flush()


def test_a_client_is_signed_in(client: Callable[..., Any]) -> None:
    assert client(EDITOR).get("/m/base.party").status_code == 200


@pytest.mark.browser
def test_a_browser_is_signed_in_and_its_pages_run(browser: Browser) -> None:
    page = browser(EDITOR, width=390, theme="dark")

    page.goto("/m/base.party")

    assert page.locator("h1").inner_text() == "Partners"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def test_hooks_are_heard(heard: Heard, site: Site) -> None:
    heard.listen("records_created")

    with open_env(site, write=True) as env:
        env.add(Party(code="BS", name="Brandt Stahl"))

    assert [call["model"] for call in heard.of("records_created")] == [Party]


def test_a_budget_that_is_kept_says_nothing_and_one_that_is_not_lists_the_statements(
    query_budget: Callable[[int], AbstractContextManager[object]], site: Site
) -> None:
    with query_budget(1):
        parties(site)

    with pytest.raises(AssertionError, match="base_party"), query_budget(0):
        parties(site)


def test_the_clock_stands_where_it_is_set(clock: HeldClock) -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)

    clock.set(at)

    assert clock.now() == at

"""A second company with records of its own, and callers of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base import Company, Item, Party, Unit
from core.orm.env import Site, open_env
from core.testing.making import make


@pytest.fixture
def editor(rest: Callable[..., Any]) -> Any:  # Any: a Rest
    """Somebody of the first company who keeps master data."""
    return rest("base.master_data_editor")


@pytest.fixture
def unit(site: Site) -> int:
    """The id of the unit piece."""
    with open_env(site) as env:
        found = env.session.query(Unit).filter_by(code="C62").one()
        return found.id


@pytest.fixture
def foreign(site: Site, unit: int) -> dict[str, int]:
    """Ids of another company and of an item and a partner that belong to it."""
    with open_env(site, write=True) as env:
        company = make(env, Company)
        item = make(env, Item, code="HIDDEN", company_id=company.id, unit_id=unit)
        party = make(env, Party, code="HIDDEN", company_id=company.id)
        return {"company": company.id, "item": item.id, "party": party.id}

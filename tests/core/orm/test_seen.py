"""What a person may ask by: a field that their roles hide tells nothing by a filter, a sort or a search."""

from __future__ import annotations

import pytest

from core.errors import NotFound
from core.orm.condition import Condition, Test, related, where
from core.orm.env import Site, open_env
from core.orm.seen import readable, sortable
from tests.core.orm.boxes import site, template
from tests.core.orm.shelf import SampleBox, SampleShelf, appraiser, principal, storekeeper

__all__ = ["site", "template"]

KEEPER, APPRAISER = principal(storekeeper), principal(appraiser)
WORTH = where(SampleBox.worth, "gt", 1)


@pytest.mark.parametrize("condition", [WORTH, ~WORTH, WORTH | where(SampleBox.code, "eq", "A")])
def test_a_filter_by_a_hidden_field_is_refused(site: Site, condition: Condition) -> None:
    with open_env(site, KEEPER) as env, pytest.raises(NotFound, match="worth"):
        readable(env, SampleBox, condition)


def test_a_filter_through_references_and_lines_is_followed(site: Site) -> None:
    with open_env(site, KEEPER) as env, pytest.raises(NotFound, match="worth"):
        readable(env, SampleBox, related(SampleBox.parent_id, SampleBox.worth, op="gt", value=1))
    with open_env(site, KEEPER) as env, pytest.raises(NotFound, match="worth"):
        readable(env, SampleShelf, Test("boxes>worth", "gt", 1))


def test_a_sort_by_a_hidden_field_is_refused(site: Site) -> None:
    with open_env(site, KEEPER) as env, pytest.raises(NotFound, match="worth"):
        sortable(env, SampleBox, "code,-worth")


def test_who_has_the_role_asks_by_the_field(site: Site) -> None:
    with open_env(site, APPRAISER) as env:
        assert readable(env, SampleBox, WORTH) is WORTH
        assert sortable(env, SampleBox, "code,-worth") == ("code", "-worth")

"""Addresses are written as werkzeug writes them, only later."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from core.web.routing import LateRule


@pytest.mark.parametrize("rule", [Rule, LateRule])
def test_an_address_is_written_with_its_parts_and_what_is_asked_for(rule: type[Rule]) -> None:
    addresses = Map([rule("/m/<model>/<int:record_id>", endpoint="show")]).bind("plant.example")

    written = addresses.build("show", {"model": "base.item", "record_id": 7, "tab": "stock & more"})

    assert written == "/m/base.item/7?tab=stock+%26+more"
    with pytest.raises(BuildError):
        addresses.build("show", {"model": "base.item"})

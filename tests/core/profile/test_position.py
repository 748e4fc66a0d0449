"""In which line of a TOML file a key stands."""

from __future__ import annotations

import pytest

from core.profile.position import line_of

TEXT = """\
# a profile
[addons]
base = "*"

[settings.erp_supply]
approval_limit = 500

[seeds."base.currency"]
"CHF" = { active = true }
[companies.ACME]
settings.base.job_days = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("addons", "base"), 3),
        (("settings", "erp_supply", "approval_limit"), 6),
        (("seeds", "base.currency", "CHF", "active"), 9),
        (("companies", "ACME", "settings", "base", "job_days"), 11),
        (("companies", "ACME", "zone"), 10),
        (("elsewhere",), None),
    ],
)
def test_a_key_is_found_in_its_line_or_at_the_nearest_table(path: tuple[str, ...], line: int | None) -> None:
    assert line_of(TEXT, path) == line

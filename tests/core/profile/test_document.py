"""The shape of a profile: what is none is refused with the key and its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.profile.document import BadProfile, read
from tests.core.profile.conftest import Reader


def test_a_profile_is_read_with_numbers_as_they_were_written(profile: Reader) -> None:
    read_as = profile(
        '[addons]\nlibrary = ">=1,<2"\nlending = false\n[settings]\nlibrary.fee = 0.1\n'
        '[companies.A]\nname = "A"\nsettings.library.fee = 2\n[seeds."base.unit"]\nKGM = "kept"\n'
    )

    assert str(read_as.addons["library"]) == "<2,>=1"
    assert read_as.addons["lending"] is None
    assert read_as.settings == {"library.fee": Decimal("0.1")}
    assert read_as.companies["A"].basics == {"name": "A"}
    assert read_as.companies["A"].settings == {"library.fee": 2}
    assert read_as.seeds == {("base.unit", "KGM"): "kept"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[addons", "is not valid TOML"),
        ("[addon]\n", "line 1: addon: There is no such table"),
        ("addons = 1\n", "line 1: addons: This is a table"),
        ("[addons]\nbase = 1\n", "line 2: addons.base: Write a range of versions"),
        ('[addons]\nbase = "new"\n', "line 2: addons.base: “new” is no range of versions"),
        ("[settings]\nbase.job_days = [1]\n", "line 2: settings.base.job_days: A list is no value"),
        ("[companies]\nACME = 1\n", "line 2: companies.ACME: This is a table"),
        ('[seeds."base.unit"]\nKGM = "ours"\n', "line 2: seeds.base.unit.KGM: Write values of its fields"),
        ('\nmetrics_token = "1234"\n', "line 2: metrics_token: This is a secret"),
        ('[settings]\nbase.mail_password = "x"\n', "settings.base.mail_password: This is a secret"),
        ('[settings]\nbase.partner = "https://a:b@c.example"\n', "settings.base.partner: This is a secret"),
        ('database = "x"\n', "line 1: database: This is of the machine"),
    ],
)
def test_what_is_no_profile_is_refused_with_its_key_and_line(profile: Reader, text: str, said: str) -> None:
    with pytest.raises(BadProfile) as refused:
        profile(text)

    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="cannot be read"):
        read(tmp_path / "none.toml")

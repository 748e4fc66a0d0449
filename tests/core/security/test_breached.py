"""A password is found in a sorted file of digests, wherever it stands there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from core.security.breached import is_breached


def _listed(file: Path, passwords: set[str], *, end: str = "\n", suffix: str = ":7") -> Path:
    digests = sorted(
        hashlib.sha1(each.encode(), usedforsecurity=False).hexdigest().upper() for each in passwords
    )
    file.write_bytes(end.join(digest + suffix for digest in digests).encode())
    return file


@given(
    st.sets(st.text(max_size=8), max_size=40), st.sets(st.text(max_size=8), max_size=10),
    st.sampled_from(["\n", "\r\n"]), st.sampled_from([":7", ":1234567", ""]),
)  # fmt: skip
def test_every_password_of_the_list_is_found_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, leaked: set[str], others: set[str], end: str, suffix: str
) -> None:
    file = _listed(tmp_path_factory.getbasetemp() / "leaked.txt", leaked, end=end, suffix=suffix)

    assert all(is_breached(file, password) for password in leaked)
    assert not any(is_breached(file, password) for password in others - leaked)


def test_a_line_of_a_larger_file_is_found_and_none_beside_it(tmp_path: Path) -> None:
    many = {f"password {number}" for number in range(20_000)}
    file = _listed(tmp_path / "leaked.txt", many)

    found = [is_breached(file, f"password {number}") for number in (0, 19_999, 20_000)]
    assert found == [True, True, False]


def test_a_list_that_is_not_there_is_no_empty_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="breached_passwords"):
        is_breached(tmp_path / "none.txt", "anything")

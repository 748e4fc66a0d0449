"""dovetail clone makes anonymised copies alone, and says how to have the other."""

from __future__ import annotations

from click.testing import CliRunner

from core.cli.cloning import clone
from core.errors import UserError


def test_a_copy_with_everything_in_it_is_a_back_up() -> None:
    done = CliRunner().invoke(clone, ["elsewhere"])

    assert isinstance(done.exception, UserError)
    assert "dovetail backup create" in str(done.exception)

"""The reference is what the declarations say, of all addons here and of one by its name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "reference.md"


def reference(*names: str) -> subprocess.CompletedProcess[str]:
    """What the command says where no addon but ours is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "core.cli", "reference", *names],
        cwd=PAGE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_is_what_the_declarations_say() -> None:
    assert PAGE.read_text() == reference().stdout, "dovetail reference > docs/reference.md"


def test_an_addon_is_told_of_alone() -> None:
    said = reference("mes_equipment").stdout

    assert "### state_changed" in said
    assert "of base" not in said
    assert "`erp_supply" not in said


def test_an_addon_that_is_not_there_is_named() -> None:
    done = reference("nope")

    assert done.returncode == 1
    assert "There is no addon nope." in done.stderr

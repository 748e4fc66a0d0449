"""The public face offers what it names, and reading it maps no table."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import core


def test_every_public_name_can_be_fetched() -> None:
    assert all(getattr(core, name) is not None for name in core.__all__)


def test_what_type_checkers_see_is_what_there_is() -> None:
    tree = ast.parse(Path(str(core.__file__)).read_text())
    typed = {
        a.asname or a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names
    }

    assert set(core.__all__) <= typed


def test_reading_a_manifest_maps_no_table() -> None:
    code = "import core.base, sys; assert 'core.orm.model' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""The nouns are imported from core.base, and only then mapped."""

from __future__ import annotations

import subprocess
import sys

import pytest

import core.base


def test_reading_the_manifest_maps_no_table() -> None:
    code = "import sys, core.base; core.base.addon; print('sqlalchemy' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"


@pytest.mark.parametrize("name", core.base.__all__)
def test_every_name_of_the_face_is_there(name: str) -> None:
    assert getattr(core.base, name) is not None


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="Lathe"):
        _ = core.base.Lathe

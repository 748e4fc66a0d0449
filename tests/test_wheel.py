"""The wheel carries everything that the platform reads at run time, compiled translations included."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.installing import LEFT_OUT, PACKAGES, ROOT, platform_wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the source tree and one more language."""
    return platform_wheel(tmp_path_factory.mktemp("wheel"), {"core/locale/eo.po": ESPERANTO})


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts)
    }

    assert sources - names(wheel) == set()


def test_every_catalog_comes_with_its_compiled_twin(wheel: Path) -> None:
    catalogs = {name for name in names(wheel) if name.endswith(".po")}

    assert "core/locale/eo.po" in catalogs
    assert {name.removesuffix(".po") + ".mo" for name in catalogs} <= names(wheel)


def test_a_compiled_catalog_translates(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        path = archive.extract("core/locale/eo.mo", tmp_path)

    with Path(path).open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Order") == "Mendo"


def test_nothing_but_the_two_packages_is_installed(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel) if ".dist-info" not in name} == set(PACKAGES)


@pytest.mark.story
def test_away_from_the_clone_the_wheel_installs_its_addon_and_speaks_german(
    wheel: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")

    place = python(tmp_path, "-c", "import core; print(core.__file__)")
    python(tmp_path, "-m", "core.cli", "init", "--addons=erp_supply")
    python(tmp_path, "-m", "core.cli", "upgrade")
    listed = python(tmp_path, "-m", "core.cli", "addons", "list")
    german = python(tmp_path, "-c", GERMAN)

    assert place.startswith(str(tmp_path))
    assert "erp_supply" in listed
    assert german.split("\n")[:2] == ["Purchase orders", "Bestellungen"]


def python(folder: Path, *arguments: str) -> str:
    """What this Python prints in `folder`, where the wheel's packages come before the clone's."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


GERMAN = """
from pathlib import Path
from core.app import open_site
from core.config import read
from core.i18n import speaking

open_site(read(Path(".dovetail").absolute()))
from addons.erp_supply.models import PurchaseOrder
for language in ("en", "de"):
    with speaking(language):
        print(PurchaseOrder.plural)
"""

ESPERANTO = """\
msgid ""
msgstr ""
"Language: eo\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Order"
msgstr "Mendo"
"""


def names(wheel: Path) -> set[str]:
    """The paths of the files in `wheel`."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())

"""dovetail new-addon: what it refuses in which words, and that its files are as the linter wants them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.cli.scaffold import naming, new_addon
from core.cli.scaffold.naming import Plan
from core.cli.scaffold.writing import files
from core.errors import AddonError
from core.i18n import speaking

ITEM = "base.item"


def plan(name: str = "acme_gauging", label: str = "Gauge check", extends: str = ITEM) -> Plan:
    return Plan(name, "Gauging", label, f"{label}s", "Ada", naming.extended(extends))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Acme", "is no name for an addon"),
        ("acme-gauging", "is no name for an addon"),
        ("1st", "is no name for an addon"),
        ("class", "is no name for an addon"),
        ("../acme", "is no name for an addon"),
        ("a" * 25, "is too long: 24 characters at most"),
        ("base", "There is a package base already"),
        ("json", "There is a package json already"),
        ("addons", "There is a package addons already. Choose another name, such as acme_addons."),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_could_be(name: str, said: str) -> None:
    with pytest.raises(AddonError, match=said):
        naming.check_name(name)


@pytest.mark.parametrize("label", ["", "  ", "Role", "import", "7 samurai", "Prüfung", 'A "check"', "x" * 41])
def test_a_model_that_gives_no_name_for_a_table_is_refused(label: str) -> None:
    with pytest.raises(AddonError):
        naming.noun_of(label)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nope.item", "There is no addon nope to extend. There are base"),
        ("item", "There is no addon item to extend"),
        ("base.nothing", "base.nothing cannot be extended. base has base.activity"),
        ("base.job", "base.job cannot be extended"),
        ("erp_supply.purchase_line", "erp_supply.purchase_line cannot be extended"),
    ],
)
def test_what_cannot_be_extended_is_told_with_what_can(asked: str, said: str) -> None:
    with pytest.raises(AddonError, match=said):
        naming.extended(asked)


@pytest.mark.parametrize(
    ("label", "said"),
    [("Model", "a word of the platform's own"), ("Item", "own"), ("Check " * 5, "too long for")],
)
def test_names_that_do_not_go_together_are_refused(label: str, said: str) -> None:
    with pytest.raises(AddonError, match=said):
        naming.check_plan(plan(label=label))


def test_what_is_not_given_is_asked_for_until_it_fits(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "core.cli", "new-addon", "acme_gauging", "--author", "Ada"]
    answers = "Gauging\nPrüfung\nGauge check\n\nbase.nothing\nbase.physical_asset\n"

    done = subprocess.run(
        command, cwd=tmp_path, input=answers, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "The model cannot be called Prüfung" in done.stdout
    assert "base.nothing cannot be extended" in done.stdout
    assert "Several of them [Gauge checks]" in done.stdout
    migration = (tmp_path / "acme_gauging" / "acme_gauging" / "migrations" / "0001_initial.py").read_text()
    assert '"acme_gauging_gauge_check"' in migration.replace("'", '"')
    assert "base_physical_asset.id" in migration
    assert [path.name for path in tmp_path.iterdir()] == ["acme_gauging"]


def test_an_existing_folder_stays_as_it_is(tmp_path: Path) -> None:
    kept = tmp_path / "acme_gauging" / "kept"
    kept.parent.mkdir()
    kept.touch()

    done = CliRunner().invoke(new_addon, ["acme_gauging", "--folder", str(tmp_path), "--no-input"])

    assert str(done.exception) == f"There is {kept.parent} already. Nothing was written."
    assert list(tmp_path.rglob("*")) == [kept.parent, kept]


@pytest.mark.parametrize(
    "made",
    [
        ("acme_gauging", "Gauge check", ITEM),
        ("z", "A b", "base.currency"),
        ("acme_very_long_addon_nam", "Xylophones", "base.storage_location"),
        ("acme", "Follow-up", "erp_supply.purchase_order"),
    ],
)
def test_the_files_are_as_the_linter_wants_them(tmp_path: Path, made: tuple[str, str, str]) -> None:
    for place, text in files(plan(*made)):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    for command in (["check"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache"]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_extended_noun_is_in_german() -> None:
    texts = dict(files(plan()))["acme_gauging/locale/de.po"]

    with speaking("de"):
        assert f'msgid "Item"\nmsgstr "{naming.extended(ITEM).model.singular}"' in texts

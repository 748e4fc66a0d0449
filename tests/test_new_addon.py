"""A stranger begins an addon: made, installed, checked and tested in an environment that knows the wheel alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installing import Installed

NAME = "acme_calibration"


@pytest.fixture(scope="module")
def addon(environment: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new addon, made by answering every question with its default, and installed."""
    folder = tmp_path_factory.mktemp("addons")
    environment.run("dovetail", "new-addon", NAME, "--no-input", cwd=folder)
    environment.install(folder / NAME)
    return folder / NAME


@pytest.mark.story
def test_a_new_addon_lives_on_a_site_and_goes_without_a_trace(
    environment: Installed, addon: Path, tmp_path: Path
) -> None:
    def dovetail(*arguments: str) -> str:
        return environment.run("dovetail", "--site", str(tmp_path), *arguments)

    dovetail("init", "--database", f"sqlite:///{tmp_path / 'plant.db'}")
    installed = dovetail("addons", "install", NAME, "--yes")
    upgraded = dovetail("upgrade")
    purged = dovetail("addons", "purge", NAME, "--yes")

    assert f"Installed: {NAME}" in installed
    assert upgraded == "Nothing to do.\n"
    assert f"Drops table {NAME}_calibration with 0 rows" in purged
    assert not any(line.startswith(NAME) and "Installed" in line for line in dovetail("addons").splitlines())


@pytest.mark.story
def test_a_new_addon_keeps_the_rules_of_the_house_and_of_its_language(
    environment: Installed, addon: Path
) -> None:
    environment.checked(NAME, addon)


@pytest.mark.story
def test_a_new_addon_passes_its_own_tests(environment: Installed, addon: Path) -> None:
    said = environment.run("python", "-m", "pytest", "-q", "-k", "not postgresql", cwd=addon)

    assert "passed" in said
    assert "skipped" not in said

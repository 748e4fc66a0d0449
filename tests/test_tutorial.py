"""The tutorial works: its files are written and its commands run in the order in which it tells them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.installing import ROOT, Installed

PAGE = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(r"^```(?P<kind>\w+) ?(?P<place>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Reader:
    """Somebody who does what the page says."""

    def __init__(self, environment: Installed, folder: Path) -> None:
        self._environment = environment
        self._folder = folder

    def do(self, kind: str, place: str, text: str) -> None:
        if kind == "sh":
            for line in text.splitlines():
                self._run(*shlex.split(line))
        else:
            assert place, f"a block of {kind} names no file"
            path = self._folder / place.removeprefix("+")
            before = path.read_text(encoding="utf-8") if place.startswith("+") else ""
            path.write_text(before + text, encoding="utf-8")

    def _run(self, command: str, *arguments: str) -> None:
        if command == "cd":
            self._folder /= arguments[0]
        elif command == "pip":
            self._environment.pip(*arguments, cwd=self._folder)
        elif command == "dovetail":
            self._environment.run(command, *arguments, cwd=self._folder)
        else:
            more = ["-k", "not postgresql"] if command == "pytest" else []
            self._environment.run("python", "-m", command, *arguments, *more, cwd=self._folder)


@pytest.mark.story
def test_whoever_does_what_the_tutorial_says_has_an_addon_on_a_site(
    environment: Installed, tmp_path: Path
) -> None:
    reader = Reader(environment, tmp_path)
    blocks = [match.group("kind", "place", "text") for match in _BLOCK.finditer(PAGE.read_text())]

    for block in blocks:
        reader.do(*block)

    site = tmp_path / "acme_gauging" / "plant"
    assert len(blocks) * 2 == PAGE.read_text().count("```")
    assert list((tmp_path / "acme_gauging" / "dist").glob("acme_gauging-*.whl"))
    assert "Installed" in environment.run("dovetail", "--site", str(site), "addons")

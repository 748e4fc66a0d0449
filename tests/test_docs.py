"""The documentation keeps up with the code: every error is explained, every link leads to a file."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import core
from core import addon
from core.errors import PlatformError
from core.migrate.loading import load
from core.views.nodes import Group, Shown, View
from core.views.resolve import Views

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
#: Not part of what is served: tests' own machinery, and what only a command's start may import.
_APART = ("core.testing", "core.cli.__main__", "core.migrate.env")


def _errors(of: type[PlatformError] = PlatformError) -> Iterator[type[PlatformError]]:
    yield of
    for below in of.__subclasses__():
        yield from _errors(below)


def _codes() -> set[str]:
    for found in walk_packages(core.__path__, "core."):
        if not found.name.startswith(_APART):
            import_module(found.name)
    return {
        error.code
        for error in _errors()
        if error.__module__.startswith("core.") and "testing" not in error.__module__
    }


def _explained() -> dict[str, int]:
    text = (ROOT / "docs" / "errors.md").read_text()
    return {
        code: int(status) for code, status in re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", text, re.MULTILINE)
    }


def test_every_error_code_is_explained() -> None:
    assert _codes() - set(_explained()) == set()


def test_no_code_is_explained_that_nothing_raises() -> None:
    assert set(_explained()) - _codes() == {"fault"}


def test_every_explained_status_is_that_of_its_error() -> None:
    _codes()

    statuses = {error.code: error.status for error in _errors() if error.__module__.startswith("core.")}

    assert {
        code: status for code, status in _explained().items() if code != "fault"
    }.items() <= statuses.items()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = (link.partition("#")[0] for link in _LINK.findall(page.read_text()) if "://" not in link)

    missing = [link for link in links if link and not (page.parent / link).exists()]

    assert missing == []


def test_every_page_that_a_view_names_is_there_with_its_heading() -> None:
    found = Views.declared_by(load(addon.in_order(addon.discover(), addon.discover())).packages)
    named = {page for view in found.by_model.values() for page in _named_by(view)}

    lost = [page for page in sorted(named) if not _is_heading(page)]

    assert named
    assert lost == []


def _named_by(view: View) -> Iterator[str]:
    items = view.form.items if view.form is not None else ()
    groups = [g for i in items for g in ((i,) if isinstance(i, Group) else i.items) if isinstance(g, Group)]
    leaves = [leaf for group in groups for leaf in group.fields if isinstance(leaf, Shown)]
    yield from (page for page in (view.docs, *(leaf.docs for leaf in leaves)) if page)


def _is_heading(page: str) -> bool:
    """Whether a page of the site is a Markdown file of ours with a heading of that anchor, as MyST makes it."""
    name, _hash, anchor = page.partition("#")
    file = ROOT / name.replace(".html", ".md")
    titles = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE) if file.exists() else []
    anchors = [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
    return bool(titles) and (not anchor or anchor in anchors)


@pytest.mark.slow
def test_the_documentation_becomes_a_site_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "-b", "html"]

    done = subprocess.run(
        [*command, "-c", "docs", ".", tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "docs" / "tutorial.html").exists()

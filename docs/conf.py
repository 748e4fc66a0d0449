"""The documentation as a site: `sphinx-build -c docs . build/docs`. The pages stay Markdown, read where they lie."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from sphinx.application import Sphinx

project = "Dovetail"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Dovetail"
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "addons/*/README.md", "examples/*/README.md"]
exclude_patterns = ["build", "dist", ".*"]
myst_heading_anchors = 4

_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_PAGE = re.compile(r"\]\((?P<path>[^)]+)\.md\)")


def _with_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """The table of contents is what the index links to, section by section, so that it is said once."""
    if page != root_doc:
        return
    _before, *parts = _SECTION.split(source[0])
    for title, links in zip(parts[::2], parts[1::2], strict=True):
        pages = "\n".join("/" + _absolute(found["path"]) for found in _PAGE.finditer(links))
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{pages}\n```\n"


def _absolute(path: str) -> str:
    return str(
        PurePosixPath(path.removeprefix("../")) if path.startswith("../") else PurePosixPath("docs", path)
    )


def setup(app: Sphinx) -> None:
    """Sphinx calls it."""
    app.connect("source-read", _with_contents)

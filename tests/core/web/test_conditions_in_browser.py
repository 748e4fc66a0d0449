"""A condition means the same in Python and in the browser, for the values that a form holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import core.web
from core.base import Item, ItemType, Rate, Unit
from core.orm.condition import from_json
from core.orm.model import Model
from core.orm.types import Choice

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

ITEM = {"code": "MB-1180", "name": "Manifold, 4 station", "active": True, "revision": None}
UNIT = {"code": "KGM", "symbol": "kg", "factor": Decimal("1000.50"), "decimals": 3}

Tree = dict[str, Any]  # Any: JSON
Holds = Callable[[Tree, dict[str, str]], bool]


def raw(value: object) -> str:
    """As the input of a form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.value if isinstance(value, Choice) else str(value)


@pytest.fixture(scope="module")
def in_browser() -> Iterator[Holds]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright drives the browser")
    source = (Path(core.web.__file__).parent / "static/js/conditions.js").read_text()
    # In a thread of its own: another browser may be driven in this process, and each needs its own event loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        started = thread.submit(playwright.sync_playwright().start).result()
        page = thread.submit(_page, started, source).result()
        ask = "([tree, values]) => holds(tree, (path) => values[path] ?? null)"
        yield lambda tree, values: bool(thread.submit(page.evaluate, ask, [tree, values]).result())
        thread.submit(started.stop).result()


def _page(started: Any, source: str) -> Any:  # Any: Playwright may be missing
    browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    page.add_script_tag(content=source.replace("export function holds", "window.holds = function"))
    return page


def tree_of(path: str, op: str, value: object = None) -> Tree:
    return {"path": path, "op": op, "value": value}


ITEM_TREES: list[Tree] = [
    tree_of("code", "eq", "MB-1180"), tree_of("code", "eq", "mb-1180"), tree_of("code", "ne", "MB-1180"),
    tree_of("code", "in", ["A", "MB-1180"]), tree_of("code", "not_in", ["A", "MB-1180"]), tree_of("code", "in", []),
    tree_of("name", "contains", "STATION"), tree_of("name", "contains", "x"), tree_of("name", "starts", "mani"),
    tree_of("revision", "empty"), tree_of("revision", "not_empty"), tree_of("revision", "eq", "C"),
    tree_of("revision", "ne", "C"), tree_of("revision", "contains", "C"),
    tree_of("active", "eq", True), tree_of("active", "ne", True),
    tree_of("type", "eq", "product"), tree_of("type", "in", ["product", "material"]),
    tree_of("type", "not_in", ["material"]),
    {"op": "all", "of": [tree_of("active", "eq", True), tree_of("revision", "empty")]}, {"op": "all", "of": []},
    {"op": "any", "of": [tree_of("active", "eq", False), tree_of("revision", "empty")]}, {"op": "any", "of": []},
    {"op": "not", "of": [tree_of("code", "starts", "MB")]},
]  # fmt: skip
UNIT_TREES: list[Tree] = [
    tree_of("factor", op, value)
    for op in ("eq", "ne", "lt", "le", "gt", "ge")
    for value in ("1000.5", "1000.50", "9", "2000", "-1")
] + [tree_of("decimals", op, 3) for op in ("eq", "ne", "lt", "le", "gt", "ge")]
DAY_TREES: list[Tree] = [
    tree_of("valid_from", op, value)
    for op in ("eq", "ne", "lt", "le", "gt", "ge")
    for value in ("2026-03-12", "2026-03-11", "2027-01-01")
]


def agree(in_browser: Holds, record: Model, values: dict[str, object], tree: Tree) -> None:
    said = {name: raw(value) for name, value in values.items()}
    assert in_browser(tree, said) is from_json(type(record), tree).holds(record)


@pytest.mark.parametrize("tree", ITEM_TREES, ids=str)
def test_texts_ticks_and_choices_agree(in_browser: Holds, tree: Tree) -> None:
    values = {**ITEM, "type": ItemType.PRODUCT}
    agree(in_browser, Item(**values), values, tree)


@pytest.mark.parametrize("tree", UNIT_TREES, ids=str)
def test_numbers_agree(in_browser: Holds, tree: Tree) -> None:
    agree(in_browser, Unit(**UNIT), UNIT, tree)


@pytest.mark.parametrize("tree", DAY_TREES, ids=str)
def test_days_agree(in_browser: Holds, tree: Tree) -> None:
    values: dict[str, object] = {"valid_from": date(2026, 3, 12)}
    agree(in_browser, Rate(**values), values, tree)

"""What axe says of a page: of all of it in light, and of its colours in dark, the one thing that a theme changes."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUNS = {"light": {"type": "tag", "values": RULES}, "dark": {"type": "rule", "values": ["color-contrast"]}}
#: Describing every node where all is well takes longer than looking at it.
_OF_INTEREST = {"resultTypes": ["violations"]}
#: Colours fade into the other theme; axe is to see where they arrive.
_IN_THEME = """theme => {
    document.documentElement.dataset.bsTheme = theme;
    document.body.offsetWidth;
    for (const fading of document.getAnimations()) fading.finish();
}"""
#: What one person has alike on every page.
_SHELL = ["#dt-nav", ".dt-top"]
_LOOK = "([without, options]) => axe.run({include: [document], exclude: without}, options)"
#: Rows of one list are made alike: more than these take axe long and tell nothing new.
_ROWS = 15
_SHORTEN = """most => {
    for (const body of document.querySelectorAll("main tbody"))
        for (const row of [...body.rows].slice(most)) row.remove();
}"""


def complaints(page: Page, *, shell: bool = True) -> Iterator[str]:
    """What is wrong with the page as it stands, without its `shell` if that was looked at on another.

    It is left in dark and with the first rows of its lists.
    """
    page.evaluate(AXE_SCRIPT)
    page.evaluate(_SHORTEN, _ROWS)
    for theme, rules in _RUNS.items():
        page.evaluate(_IN_THEME, theme)
        given = [{} if shell else _SHELL, {"runOnly": rules, **_OF_INTEREST}]
        said = AxeResults(
            page.evaluate("([parts, options]) => axe.run({include: [document], ...parts}, options)", given)
        )
        if said.violations_count:
            yield f"{page.url} in {theme}: {said.generate_report()}"

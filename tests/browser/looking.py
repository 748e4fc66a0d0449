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


def complaints(page: Page) -> Iterator[str]:
    """What is wrong with the page as it stands; it is left in dark."""
    page.evaluate(AXE_SCRIPT)
    for theme, rules in _RUNS.items():
        page.evaluate(_IN_THEME, theme)
        said = AxeResults(page.evaluate("options => axe.run(options)", {"runOnly": rules, **_OF_INTEREST}))
        if said.violations_count:
            yield f"{page.url} in {theme}: {said.generate_report()}"

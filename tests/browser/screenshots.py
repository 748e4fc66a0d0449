"""Pictures of the product for docs/screenshots, taken by hand: `python -m tests.browser.screenshots [PAGE ...]`."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from core.testing.browser import HEIGHTS, chromium
from tests.browser.driving import Visitor, served
from tests.browser.scenes import PAGES

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
#: A picture above this is not for a repository.
MOST_BYTES = 150_000
COLOURS = (256, 128, 64)


def main(names: list[str]) -> None:
    """Take the pictures `names`, or all, in both themes and three widths."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "site") as address,
        chromium() as browser,
    ):
        driver = Visitor(browser, address)
        for name in names or PAGES:
            who, go = PAGES[name]
            for theme in ("light", "dark"):
                for width in HEIGHTS:
                    page = driver.page(who, width=width, theme=theme)
                    go(page)
                    page.wait_for_timeout(300)
                    _keep(page.screenshot(), FOLDER / f"{name}-{theme}-{width}.png")
                    driver.close_pages()


def _keep(picture: bytes, file: Path) -> None:
    """As few bytes as the picture may have; colours are given up before it is refused."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        made = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        if made.tell() <= MOST_BYTES:
            file.write_bytes(made.getvalue())
            return
    raise SystemExit(f"{file.name} stays above {MOST_BYTES} bytes.")


if __name__ == "__main__":
    main(sys.argv[1:])

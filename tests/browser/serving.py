"""A demonstration site in a process of its own; `python -m tests.browser.serving FOLDER` serves it and says where."""

from __future__ import annotations

import sys
from pathlib import Path

from core.app import create_site
from core.cli.server import HOST, Listener
from core.config import Settings, write


def serve(folder: Path, language: str) -> None:
    """Print the address once it answers; ends with its process."""
    settings = Settings(folder, secure_cookies=False)
    folder.mkdir(parents=True, exist_ok=True)
    write(settings)
    site = create_site(settings, ["erp_supply", "mes_equipment", "bridge"], demo=True, language=language)
    listener = Listener(0)
    print(f"http://{HOST}:{listener.port}", flush=True)  # noqa: T201 -- what the caller waits for
    listener.serve(site)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en")

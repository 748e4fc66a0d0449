"""A demonstration site in a process of its own; `python -m tests.browser.serving FOLDER` serves it and says where."""

from __future__ import annotations

import sys
from pathlib import Path

from waitress.server import create_server

from core.app import create_site, web
from core.cli.server import who_is
from core.config import Settings, write
from core.jobs.worker import Worker


def serve(folder: Path, language: str) -> None:
    """Print the address once it answers; ends with its process."""
    settings = Settings(folder, secure_cookies=False)
    folder.mkdir(parents=True, exist_ok=True)
    write(settings)
    site = create_site(settings, ["erp_supply"], demo=True, language=language)
    server = create_server(web(site), host="127.0.0.1", port=0, threads=6)
    Worker(site, who_is).start()
    print(f"http://127.0.0.1:{server.effective_port}", flush=True)  # noqa: T201 -- what the caller waits for
    server.run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en")

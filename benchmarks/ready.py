"""What a start of the server costs, in a process that imports nothing else: `python -m benchmarks.ready FOLDER`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

from core import collector
from core.config import read


def ready(folder: Path) -> dict[str, object]:
    """Everything between the start of the interpreter and the first answer, as `dovetail serve` does it."""
    with collector.paused():  # as the commands are imported
        from core.app import open_site, web  # noqa: PLC0415 -- as above
    asked: dict[str, Any] = {"PATH_INFO": "/-/sign-in"}  # Any: as WSGI wants it
    setup_testing_defaults(asked)
    said: list[str] = []

    def start(
        status: str, _headers: list[tuple[str, str]], _error: object = None
    ) -> Callable[[bytes], object]:
        said.append(status)
        return lambda _body: None

    body: Iterable[bytes] = web(open_site(read(folder)))(asked, start)
    size = sum(map(len, body))
    if said != ["200 OK"]:
        raise SystemExit(f"the sign-in answers {said}")
    return {"cpu": time.process_time(), "bytes": size}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ready(Path(sys.argv[1]))) + "\n")

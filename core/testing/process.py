"""Running a function in a process of its own: models cannot be taken out of a process that mapped them."""

from __future__ import annotations

import socket
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from core.errors import PlatformError

P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 120
#: Imported once by the server that each process is forked from; of all addons, base alone.
_PRELOADED = [
    "core.testing.preload",
    "core.app",
    "core.web.app",
    "core.api.app",
    "core.migrate.drift",
    "core.migrate.purge",
    "core.migrate.upgrade",
    "alembic.command",
    "psycopg",
]


class Apart(PlatformError):
    """What a PlatformError of another process said, with its code."""

    def __init__(self, code: str, message: str) -> None:
        self.given_code = code
        super().__init__(message)


def apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` (of a module, so that it can be found again) gives in a process of its own.

    A PlatformError there is raised here as Apart; warnings are errors there as well.
    """
    with ProcessPoolExecutor(1, mp_context=_context()) as pool:
        given, failure = pool.submit(_told, function, args, kwargs).result(SECONDS)
    if failure is not None:
        raise Apart(*failure)
    result: R = given
    return result


def started(function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> BaseProcess:
    """A process of its own that does `function` meanwhile, for a test that watches it, or kills it."""
    process = _context().Process(target=function, args=args, kwargs=kwargs)
    process.start()
    return process


def _context() -> SpawnContext | ForkServerContext:
    if sys.platform == "win32":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _told(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, tuple[str, str] | None]:
    """The result, or code and message of the error: our errors keep more than they can be pickled with."""
    warnings.simplefilter("error")
    try:
        return function(*args, **kwargs), None
    except PlatformError as error:
        return None, (error.code, str(error))


def free_port() -> int:
    """A port of the loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number

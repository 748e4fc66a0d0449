"""What a process writes to its log: one line an event, as JSON or for a terminal, with what it belongs to."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.config import Settings

#: Fields whose value is nobody's business, whoever logs them.
_SECRET = re.compile(r"password|secret|token|cookie|authorization|csrf|email|phone", re.IGNORECASE)
_HIDDEN = "***"

_context: ContextVar[Mapping[str, object]] = ContextVar("dovetail_log", default=MappingProxyType({}))


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """What is logged within belongs to these: a request, a person's id, a job."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def bind(**fields: object) -> None:
    """As `bound`, until this thread begins anew with `clear`."""
    _context.set({**_context.get(), **fields})


def clear() -> None:
    _context.set({})


def start(settings: Settings) -> None:
    """Log from now on as the settings say, to the standard error stream."""
    import structlog  # noqa: PLC0415 -- 0.3 s that no command but a server needs

    render: Any = (  # Any: a processor of structlog
        structlog.processors.JSONRenderer(default=str)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Any] = [  # Any: as above
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _with_context,
        _without_secrets,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if settings.log_format == "json" else _as_it_is,
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)


Line = MutableMapping[str, Any]  # Any: what is logged


def _with_context(_logger: object, _method: str, line: Line) -> Line:
    for name, value in _context.get().items():
        line.setdefault(name, value)
    return line


def _without_secrets(_logger: object, _method: str, line: Line) -> Line:
    for name in line:
        if _SECRET.search(name):
            line[name] = _HIDDEN
    return line


def _as_it_is(_logger: object, _method: str, line: Line) -> Line:
    return line

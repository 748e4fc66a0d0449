"""The security log: each proof of a person that was accepted or refused, how and from where; never what was typed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from core.errors import UserError

log = logging.getLogger("dovetail.security")


@dataclass
class Attempt:
    """One try to prove who somebody is; `user_id` is set once the account is known."""

    factor: str
    address: str
    user_id: int | None = None


@contextmanager
def attempt(factor: str, address: str) -> Iterator[Attempt]:
    """What happens within leaves one line: accepted, or refused with the error's code."""
    tried = Attempt(factor, address)
    try:
        yield tried
    except UserError as error:
        log.warning("proof refused", extra={**asdict(tried), "code": error.code})
        raise
    log.info("proof accepted", extra=asdict(tried))


def begun(user_id: int, address: str, provider: str | None = None) -> None:
    told = {"provider": provider} if provider is not None else {}
    log.info("session begun", extra={"user_id": user_id, "address": address, **told})


def ended(user_id: int) -> None:
    log.info("session ended", extra={"user_id": user_id})

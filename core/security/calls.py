"""How many calls are taken of one user, of the tokens of one user, and of one address where nobody is signed in.

Each has a bucket that holds a minute's calls and fills again steadily. It is counted in the memory of each process: a
count in the database would make every page a writing one.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from threading import Lock

from core.config import Settings
from core.errors import TooMany
from core.i18n import plural

_MINUTE = 60.0
#: Fewer than these are not worth looking for those that are full again.
_FEW = 1_000
#: Whoever has an IPv6 address has all of this network.
_PREFIX = 64


class TooManyCalls(TooMany):
    """More was asked for in a minute than is taken of one user or address."""

    code = "too_many_calls"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            plural(
                "That was asked for too often in a short time. Try again in {count} second.",
                "That was asked for too often in a short time. Try again in {count} seconds.",
                seconds,
            ),
            seconds,
        )


class Caller(StrEnum):
    """By what a call is counted."""

    #: Somebody in pages, with whatever number of browsers.
    USER = "user"
    #: A user whose tokens call the API.
    TOKEN = "token"  # noqa: S105 -- the name of a kind of caller
    #: Whoever has not proved who they are.
    ADDRESS = "address"


class Calls:
    """The calls that a process has taken lately; may be asked by several threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._most: Mapping[Caller, int] = {
            Caller.USER: settings.user_calls_per_minute,
            Caller.TOKEN: settings.token_calls_per_minute,
            Caller.ADDRESS: settings.address_calls_per_minute,
        }
        self._clock = clock
        self._lock = Lock()
        #: When the bucket of each is full again.
        self._full_at: dict[tuple[Caller, int | str], float] = {}
        self._look_at = _FEW

    def take(self, caller: Caller, who: int | str) -> None:
        """Count a call of `who`; raises TooManyCalls, which is not counted, where a minute's calls are taken."""
        most = self._most[caller]
        if not most:
            return
        now = self._clock()
        with self._lock:
            full_at = max(self._full_at.get((caller, who), now), now) + _MINUTE / most
            wait = full_at - now - _MINUTE
            if wait <= 0:
                self._full_at[caller, who] = full_at
                self._forget(now)
        if wait > 0:
            raise TooManyCalls(math.ceil(wait))

    def take_of_stranger(self, address: str | None) -> None:
        """As `take`, of whoever calls from `address` without having proved who they are."""
        self.take(Caller.ADDRESS, network_of(address))

    def _forget(self, now: float) -> None:
        """Those that are full again, looked for each time that their number has doubled."""
        if len(self._full_at) > self._look_at:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
            self._look_at = max(_FEW, 2 * len(self._full_at))


def network_of(address: str | None) -> str:
    """The address as one caller has it; "" where it is not known."""
    with suppress(ValueError):
        found = ipaddress.ip_address(address or "")
        if isinstance(found, ipaddress.IPv6Address):
            within = ipaddress.ip_network((found, _PREFIX), strict=False)
            return str(found.ipv4_mapped or within)
    return address or ""

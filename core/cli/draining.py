"""The end of a server lets nobody down: what came before it is answered, and only then does the server go."""

from __future__ import annotations

import select
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waitress.server import TcpWSGIServer

#: How long what has begun to come may take to be answered.
_FINISH_SECONDS = 10.0
#: How long a connection that has not said anything yet may still begin to.
_BEGIN_SECONDS = 2.0
_LOOK_SECONDS = 0.1
_WAIT_SECONDS = 1.0


class Draining:
    """Waitress's loop, which ends once the process was asked to; the same signal once more ends it at once."""

    def __init__(self, server: TcpWSGIServer, connections: dict[int, Any]) -> None:
        self._server = server
        # Polling, since select() cannot be asked about as many connections as there may be streams.
        self._turn = partial(server.asyncore.loop, map=connections, use_poll=hasattr(select, "poll"), count=1)
        self._is_asked = False
        self._usual = {number: signal.signal(number, self._ask) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(self) -> None:
        """Answer until the process is asked to end, then what came before that.

        Who connects later waits at the port, for the process that listens there next.
        """
        while not self._is_asked:
            self._turn(timeout=_WAIT_SECONDS)
        deadline = time.monotonic() + _FINISH_SECONDS
        while self._takes_another() and time.monotonic() < deadline:
            pass
        self._server.accepting = False
        while any(map(_is_waiting, self._server.active_channels.values())) and time.monotonic() < deadline:
            self._turn(timeout=_LOOK_SECONDS)
        self._server.task_dispatcher.shutdown()

    def _takes_another(self) -> bool:
        """Read what has arrived; whether somebody stood at the port, behind whom there may be others."""
        before = set(self._server.active_channels)
        self._turn(timeout=0)
        return not before.issuperset(self._server.active_channels)

    def _ask(self, number: int, _frame: object) -> None:
        """Only told here: an exception could end the loop between a connection and its answer."""
        self._is_asked = True
        signal.signal(number, self._usual[signal.Signals(number)])
        self._server.pull_trigger()


def _is_waiting(channel: Any) -> bool:
    """Whether somebody expects an answer on this connection, or has only just made it."""
    if channel.last_activity == channel.creation_time:
        return bool(time.time() - channel.creation_time < _BEGIN_SECONDS)
    return bool(channel.requests or channel.request or channel.total_outbufs_len)

"""What this process knows of the jobs that it is carrying out, before it is durable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from core.i18n import SOURCE_LANGUAGE


@dataclass
class Live:
    """A job that is being carried out here."""

    done: int = 0
    total: int = 0
    message: str = ""
    started_at: datetime | None = None
    #: Of the person it is done for, once they are known.
    locale: str = SOURCE_LANGUAGE
    #: Known to this worker alone (see Job.lease).
    lease: str = ""
    #: A person asked it to stop.
    cancelled: Event = field(default_factory=Event)
    #: The process is about to end.
    stopping: Event = field(default_factory=Event)
    #: Its lease ran out and another worker may have it: whatever it does now is not kept.
    lost: Event = field(default_factory=Event)


_live: dict[int, Live] = {}
_lock = Lock()


def live_of(job_id: int) -> Live | None:
    """The progress of a job that runs in this process."""
    with _lock:
        return _live.get(job_id)


def begin_live(job_id: int, live: Live) -> None:
    with _lock:
        _live[job_id] = live


def end_live(job_id: int) -> None:
    with _lock:
        _live.pop(job_id, None)

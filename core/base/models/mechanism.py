"""Tables of the core's mechanisms, mapped with base's nouns because base's history makes them."""

from __future__ import annotations

from core.events.received import Received
from core.events.stream import Event
from core.jobs.job import Job, JobLine
from core.orm.installed import InstalledAddon
from core.orm.sequence import Sequence
from core.orm.tracking import Change, ChangeBatch

__all__ = ["Change", "ChangeBatch", "Event", "InstalledAddon", "Job", "JobLine", "Received", "Sequence"]

"""Tables of the core's mechanisms, mapped with base's nouns because base's history makes them."""

from __future__ import annotations

from core.custom.field import CustomChoice, CustomField
from core.events.incoming import IncomingMessage, IncomingState
from core.events.outbox import OutgoingMessage, OutgoingState
from core.events.received import Received
from core.events.stream import Event
from core.jobs.job import Job, JobLine
from core.jobs.schedule import Schedule
from core.orm.installed import InstalledAddon
from core.orm.personal import PersonalKey
from core.orm.sequence import Sequence
from core.orm.tracking import Change, ChangeBatch, Redaction
from core.views.layout import SiteLayout

__all__ = [
    "Change",
    "ChangeBatch",
    "CustomChoice",
    "CustomField",
    "Event",
    "IncomingMessage",
    "IncomingState",
    "InstalledAddon",
    "Job",
    "JobLine",
    "OutgoingMessage",
    "OutgoingState",
    "PersonalKey",
    "Received",
    "Redaction",
    "Schedule",
    "Sequence",
    "SiteLayout",
]

"""What the platform does by itself: jobs, schedules, and messages to and from other systems."""

from __future__ import annotations

from core.base.actions.messaging import is_dead, is_parked
from core.base.models.mechanism import (
    IncomingMessage,
    IncomingState,
    Job,
    OutgoingMessage,
    OutgoingState,
    Schedule,
)
from core.i18n import _
from core.jobs.job import JobLine, JobState
from core.orm.condition import where
from core.views.nodes import Form, Group, Lines, List, Menu, Preset, Tab, Tile, View

jobs = View(
    Job,
    docs="docs/administration.html#work-in-the-background",
    icon="activity",
    list=List(
        Job.title, Job.state, Job.done, Job.total, Job.started_at, Job.finished_at,
        facets=(Job.state,),
        sort=("-started_at",),
        presets=(
            Preset("running", _("Running"), where(Job.state, "in", [JobState.QUEUED, JobState.RUNNING])),
            Preset("failed", _("Failed"), where(Job.state, "eq", JobState.FAILED)),
        ),
    ),
    form=Form(
        Group(
            "main", Job.title, Job.task, Job.done, Job.total, Job.started_at, Job.finished_at, Job.not_before,
            Job.attempt, Job.worker, Job.due_at, Job.error,
        ),
        Tab("log", _("Log"), Lines(Job.log, JobLine.at, JobLine.failed, JobLine.record_model)),
        status=Job.state,
    ),
    menu=Menu("settings", _("Jobs"), icon="activity", order=90),
)  # fmt: skip

schedules = View(
    Schedule,
    docs="docs/administration.html#work-in-the-background",
    icon="clock",
    list=List(
        Schedule.title, Schedule.cron, Schedule.zone, Schedule.active, Schedule.next_at, Schedule.last_job_id,
        facets=(Schedule.active,),
        sort=("next_at",),
        presets=(Preset("paused", _("Paused"), where(Schedule.active, "eq", False)),),
    ),
    form=Form(
        Group(
            "main", Schedule.title, Schedule.cron, Schedule.zone, Schedule.active, Schedule.next_at,
            Schedule.last_job_id,
        ),
        Group("work", Schedule.name, Schedule.task, Schedule.payload, label=_("Work")),
    ),
    menu=Menu("settings", _("Schedules"), icon="clock", order=91),
)  # fmt: skip

outgoing = View(
    OutgoingMessage,
    docs="docs/administration.html#work-in-the-background",
    icon="send",
    list=List(
        OutgoingMessage.type, OutgoingMessage.channel, OutgoingMessage.key, OutgoingMessage.state,
        OutgoingMessage.attempts, OutgoingMessage.reason, OutgoingMessage.sent_at,
        facets=(OutgoingMessage.state, OutgoingMessage.channel),
        presets=(
            Preset("dead", _("Not delivered"), is_dead),
            Preset("waiting", _("Waiting"), where(OutgoingMessage.state, "eq", OutgoingState.WAITING)),
        ),
    ),
    form=Form(
        Group(
            "main", OutgoingMessage.type, OutgoingMessage.channel, OutgoingMessage.key,
            OutgoingMessage.correlation_id, OutgoingMessage.attempts, OutgoingMessage.sent_at,
            OutgoingMessage.reason, OutgoingMessage.decision,
        ),
        Tab("content", _("Content"), Group("content", OutgoingMessage.payload)),
        status=OutgoingMessage.state,
    ),
    menu=Menu("settings", _("Outgoing messages"), icon="send", order=92),
)  # fmt: skip

incoming = View(
    IncomingMessage,
    docs="docs/administration.html#work-in-the-background",
    icon="inbox",
    list=List(
        IncomingMessage.type, IncomingMessage.sender, IncomingMessage.key, IncomingMessage.state,
        IncomingMessage.reason, IncomingMessage.hits, IncomingMessage.received_at,
        facets=(IncomingMessage.state, IncomingMessage.sender),
        sort=("-received_at",),
        presets=(
            Preset("parked", _("Parked"), is_parked),
            Preset("waiting", _("Waiting"), where(IncomingMessage.state, "eq", IncomingState.WAITING)),
            Preset("quarantined", _("Quarantined"), where(IncomingMessage.state, "eq", IncomingState.POISON)),
        ),
    ),
    form=Form(
        Group(
            "main", IncomingMessage.type, IncomingMessage.sender, IncomingMessage.key,
            IncomingMessage.correlation_id, IncomingMessage.received_at, IncomingMessage.done_at,
            IncomingMessage.hits, IncomingMessage.attempts, IncomingMessage.reason, IncomingMessage.decision,
        ),
        Tab("content", _("Content"), Group("content", IncomingMessage.payload)),
        status=IncomingMessage.state,
    ),
    menu=Menu("settings", _("Incoming messages"), icon="inbox", order=93),
)  # fmt: skip

undelivered = Tile(
    "undelivered_messages",
    _("Messages that were not delivered"),
    OutgoingMessage,
    is_dead,
    urgent=True,
    order=20,
)
undecided = Tile(
    "waiting_messages", _("Messages that wait for you"), IncomingMessage,
    where(IncomingMessage.state, "in", [IncomingState.PARKED, IncomingState.POISON]), urgent=True, order=21,
)  # fmt: skip

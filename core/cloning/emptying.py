"""What a copy begins without: what proves who somebody is, what was on its way, and what is done by the clock."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from core.base.models.automation import AutomationRule
from core.base.models.deleted import DeletedRecord, LastStep
from core.base.models.following import Notification
from core.base.models.mail import Mail, MailState
from core.base.models.presence import Presence
from core.base.models.record import Recent
from core.base.models.transfer import Import
from core.base.models.webhook import Webhook, WebhookDelivery
from core.events.incoming import IncomingMessage, Stream
from core.events.outbox import Lane, OutgoingMessage
from core.events.received import Received
from core.events.stream import Event
from core.jobs.job import Job, JobLine
from core.jobs.schedule import Schedule
from core.orm.personal import PersonalKey
from core.orm.plan import table_of
from core.security.account import Credential, User
from core.security.challenge import Challenge
from core.security.provider import Identity, IdentityProvider
from core.security.session import LoginSession
from core.security.throttle import LoginAttempt
from core.security.token import ApiToken

#: In an order in which nothing refers to what is gone.
_EMPTIED = (
    Credential, LoginSession, LoginAttempt, ApiToken, Received, Event, OutgoingMessage, Lane, IncomingMessage, Stream,
    JobLine, Job, Import, Recent, DeletedRecord, LastStep, Notification, Presence, WebhookDelivery, Identity, Challenge,
)  # fmt: skip


#: What acts by itself, tells others or lets people in from elsewhere.
_SWITCHED_OFF = (Webhook, AutomationRule, IdentityProvider)


def empty(connection: Connection) -> None:
    """Remove all of it, pause the schedules, and switch off what acts by itself."""
    schedules, users = table_of(Schedule), table_of(User)
    connection.execute(update(schedules).values(active=False, next_at=None, last_job_id=None))
    connection.execute(
        update(users).values(second_factor=False, must_change_password=False, password_changed_at=None)
    )
    for model in _EMPTIED:
        connection.execute(delete(table_of(model)))
    for acting in _SWITCHED_OFF:
        connection.execute(update(table_of(acting)).values(active=False))
    connection.execute(update(table_of(Webhook)).values(secret=None, earlier_secret=None))
    mails = table_of(Mail)
    waiting = update(mails).where(mails.c.state == MailState.QUEUED)
    connection.execute(waiting.values(state=MailState.FAILED, reason=None, missing=None))


def forget_keys(connection: Connection) -> None:
    """Destroy what personal values of the trail were encrypted with, once they are read."""
    connection.execute(delete(PersonalKey))

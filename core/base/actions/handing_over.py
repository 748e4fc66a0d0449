"""How e-mail gets from the outbox to the mail server, and what is noted of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import clock, config
from core.base import content
from core.base.actions import reporting
from core.base.mail import ABOUT_RECORD, CHANNEL, NEWS, File, Letter, written
from core.base.models.mail import Mail, MailState
from core.base.models.record import Attachment
from core.errors import ConfigError
from core.events.mailing import Away, MailServer, hand_over, mail_server
from core.events.message import Message
from core.events.outbox import ATTEMPTS, OutgoingMessage, Refused, Retry, transport
from core.formats.mailbox import Mailbox, mailbox, mailboxes
from core.i18n import _
from core.orm.env import Env, Site, open_env

if TYPE_CHECKING:
    from core.base.models.user import User

#: How long a mail server that does not take mail is left in peace by this process: each e-mail would wait for it.
_REST_SECONDS = 30.0


@transport(CHANNEL)
def deliver(site: Site, message: Message) -> None:
    """Hand an e-mail to the mail server, which has it for good when it takes it."""
    server = _server(site)
    if message.type == NEWS:
        _tell(site, server, message)
        return
    if message.type != ABOUT_RECORD:
        raise Refused(str(_("There is no e-mail of the kind {kind}.", kind=message.type)))
    mail_id = int(message.payload["mail"])
    letter = _letter(site, server, mail_id)
    if letter is None:  # the process ended after it was noted here and before it was noted in the outbox
        return
    try:
        missing = _handed(site, server, letter)
    except Retry as error:
        _note(site, mail_id, MailState.FAILED if _is_last(site, message) else MailState.QUEUED, str(error))
        raise
    except Refused as error:
        _note(site, mail_id, MailState.FAILED, str(error))
        raise
    if missing:
        said = "; ".join(f"{address}: {reason}" for address, reason in missing.items())
        reason = str(_("The mail server did not accept {said}. The other recipients have it.", said=said))
        _note(site, mail_id, MailState.FAILED, reason, missing)
        raise Refused(reason)
    _note(site, mail_id, MailState.SENT, None)


def _tell(site: Site, server: MailServer, message: Message) -> None:
    """Tell a person what they still may see; of the rest nobody hears."""
    found = reporting.told(site, message)
    if found is not None:
        to, subject, body = found
        message_id = f"<{message.message_id}@{server.sender.domain}>"
        letter = Letter(message_id, message.created_at, server.sender, [to], subject, body, automatic=True)
        _handed(site, server, letter)


def _is_last(site: Site, message: Message) -> bool:
    """Whether the outbox tries no more after this attempt."""
    with open_env(site) as env:
        asked = select(OutgoingMessage.attempts).where(OutgoingMessage.message_id == message.message_id)
        return (env.session.scalar(asked) or 0) + 1 >= ATTEMPTS


def _server(site: Site) -> MailServer:
    try:
        return mail_server(config.read(site.folder))
    except ConfigError as error:
        raise Retry(str(error)) from error


def _handed(site: Site, server: MailServer, letter: Letter) -> Mapping[str, str]:
    """Many e-mails to a server that is away must not wait for it one by one."""
    if time.monotonic() < _resting.get(site, 0.0):
        raise Retry(str(_("The mail server took nothing a moment ago; it is tried again later.")))
    try:
        return hand_over(server, written(letter), letter.addresses)
    except Away:
        _resting[site] = time.monotonic() + _REST_SECONDS
        raise


#: When each site's mail server is asked again, by the monotonic clock.
_resting: WeakKeyDictionary[Site, float] = WeakKeyDictionary()


def _letter(site: Site, server: MailServer, mail_id: int) -> Letter | None:
    """The e-mail as it is to leave now; None where it left already."""
    with open_env(site) as env:
        asked = select(Mail).where(Mail.id == mail_id).options(joinedload(Mail.author))
        mail = env.session.scalar(asked)
        if mail is None:
            raise Refused(str(_("The e-mail is not there any more.")))
        if mail.state is MailState.SENT:
            return None
        to, _wrong = mailboxes(mail.recipients)
        copies, _wrong = mailboxes(mail.copies or "")
        if mail.missing:
            to, copies = [box for box in (*to, *copies) if box.address in mail.missing], []
        return Letter(
            mail.message_id or "", mail.queued_at, server.sender, to, mail.subject, mail.body, copies,
            answers_to(mail.author), _files(env, mail.id), mail.automatic,
        )  # fmt: skip


def answers_to(author: User | None) -> Mailbox | None:
    """Where answers to somebody's e-mail go."""
    found = mailbox(author.email or "") if author is not None else None
    return found.called(author.name) if found is not None and author is not None else None


def _files(env: Env, mail_id: int) -> list[File]:
    folder = content.folder_of(env)
    asked = select(Attachment).where(Attachment.mail_id == mail_id).order_by(Attachment.id)
    return [
        File(kept.name, kept.media_type, content.place(folder, kept.digest).read_bytes())
        for kept in env.session.scalars(asked)
    ]


def _note(
    site: Site, mail_id: int, state: MailState, reason: str | None, missing: Mapping[str, str] | None = None
) -> None:
    """Write down what came of an attempt."""
    with open_env(site, write=True) as env:
        mail = env.session.get(Mail, mail_id)
        if mail is None:
            return
        mail.state, mail.reason = state, reason
        if state is MailState.SENT:
            mail.sent_at, mail.missing = clock.now(), None
        elif missing:
            mail.missing = sorted(missing)

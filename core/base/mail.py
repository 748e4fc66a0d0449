"""E-mail as it is made: one message with its headers, and its way into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from core.events.outbox import send
from core.formats.mailbox import Mailbox
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.orm.env import Env

CHANNEL = "mail"
#: Everything in ASCII, so that no server on the way needs to know more.
_POLICY = SMTP.clone(cte_type="7bit")
#: The kind of message that is an e-mail about a record: its payload names the row, and says nothing of its content.
ABOUT_RECORD = "mail.record"
#: That which tells a person of records that they follow; its payload names what they were told.
NEWS = "mail.news"


@dataclass(frozen=True)
class File:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What an e-mail says, before it has the form of RFC 5322."""

    message_id: str
    at: datetime
    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    body: str
    copies: Sequence[Mailbox] = ()
    #: The person whom answers go to; the sender itself is the site.
    answers: Mailbox | None = None
    files: Sequence[File] = ()
    automatic: bool = False

    @property
    def addresses(self) -> list[str]:
        """Of everybody who gets it."""
        return [each.address for each in (*self.to, *self.copies)]


def address_of(site_address: str, model: type[Model], record_id: int) -> str:
    """Where a record is read by who gets an e-mail; "" where the site has no public address."""
    return f"{site_address.rstrip('/')}/m/{model_name(model)}/{record_id}" if site_address else ""


def queue(env: Env, kind: str, payload: dict[str, object]) -> str:
    """Have an e-mail leave after the commit, and return the id of its message in the outbox.

    It has no ordering key: an address that does not exist must not hold up what goes to others.
    """
    return send(env, CHANNEL, kind, payload)


def written(letter: Letter) -> EmailMessage:
    """The letter as RFC 5322 has it. Raises ValueError for a header of more than one line: none can be smuggled in."""
    made = EmailMessage(policy=_POLICY)
    made["From"] = _header(letter.sender)
    made["To"] = [_header(each) for each in letter.to]
    if letter.copies:
        made["Cc"] = [_header(each) for each in letter.copies]
    if letter.answers is not None:
        made["Reply-To"] = _header(letter.answers)
    made["Subject"] = letter.subject
    made["Date"] = letter.at
    made["Message-ID"] = letter.message_id
    if letter.automatic:
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834, 5: no absence notice answers it
    made.set_content(letter.body)
    for file in letter.files:
        kind, _slash, of = file.media_type.partition("/")
        made.add_attachment(file.content, maintype=kind, subtype=of or "octet-stream", filename=file.name)
    return made


def _header(box: Mailbox) -> Address:
    return Address(box.name, addr_spec=box.address)

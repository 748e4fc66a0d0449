"""News of followed records as an e-mail: what happened, where to look, why one gets it and where to stop it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core import config
from core.base.actions.notifying import News, news_named
from core.base.mail import address_of
from core.base.models.following import NewsKind
from core.base.models.user import User
from core.errors import Forbidden
from core.events.message import Message
from core.events.outbox import Refused
from core.formats.mailbox import Mailbox, mailbox
from core.i18n import Text, _, plural
from core.orm.env import Site, open_env
from core.security.principal import principal_of

_LONGEST_SUBJECT = 150


def told(site: Site, message: Message) -> tuple[Mailbox, str, str] | None:
    """To whom, subject and text, in the person's language; None where there is nothing that they may see any more."""
    user_id = int(message.payload["user"])
    with open_env(site) as system:
        try:
            who = principal_of(system, user_id)
        except Forbidden as error:
            raise Refused(str(error)) from error
        to = mailbox(system.get(User, user_id).email or "")
    if to is None:
        raise Refused(str(_("{user} has no address of e-mail.", user=who.name)))
    with open_env(site, who) as env:
        found = news_named(env, message.payload["notifications"])[::-1]
        if not found:
            return None
        body = "\n".join(_lines(found, config.read(site.folder).public_address))
        return to.called(who.name), _subject(found), body


def _subject(found: Sequence[News]) -> str:
    if len(found) > 1:
        return str(plural("{count} news of what you follow", "{count} news of what you follow", len(found)))
    words = " ".join(str(_happened(found[0])).split())
    return words if len(words) <= _LONGEST_SUBJECT else words[: _LONGEST_SUBJECT - 1] + "…"


def _lines(found: Sequence[News], site_address: str) -> Iterator[str]:
    for each in found:
        yield str(_happened(each))
        if each.kind is not NewsKind.STATE:
            yield from (f"    {line}" for line in each.text.splitlines())
        yield from filter(None, [address_of(site_address, each.model, each.record_id)])
        yield ""
    yield "-- "  # RFC 3676, 4.3: what follows is a signature
    yield str(_("You get this because you follow these records, or were named there."))
    choice = f"{site_address.rstrip('/')}/-/settings" if site_address else str(_("Settings"))
    yield str(_("Whether and when you get it is your choice: {place}", place=choice))


def _happened(each: News) -> Text:
    given = {"author": each.author or "-", "model": each.model.singular, "record": each.title}
    if each.kind is NewsKind.STATE:
        return _("{model} {record}: {state} ({author})", state=each.text, **given)
    if each.kind is NewsKind.MENTION:
        return _("{author} asks you about {model} {record}", **given)
    return _("{author} commented on {model} {record}", **given)

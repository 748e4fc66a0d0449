"""Mailboxes as people write them: an address of e-mail, with a name before it or without (RFC 5322, 3.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Between mailboxes stand commas, semicolons or ends of lines, unless they are within quotes.
_PIECE = re.compile(r'(?:[^,;\r\n"]|"[^"\r\n]*")+')
_NAMED = re.compile(r'"?([^"<>]*?)"?\s*<([^<>]*)>')
#: RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MOST_LOCAL, _MOST = 64, 254
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True)
class Mailbox:
    """Where e-mail goes. The address is in ASCII: a domain of other signs in the form that the DNS has (RFC 5891)."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        if not self.name:
            return self.address
        quoted = f'"{self.name}"' if any(sign in self.name for sign in ",;@") else self.name
        return f"{quoted} <{self.address}>"

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def called(self, name: str) -> Mailbox:
        """The same under a person's name, which is left out where it holds signs that no header may."""
        return Mailbox(self.address, name if name.isprintable() else "")


def mailbox(text: str) -> Mailbox | None:
    """The one mailbox that `text` is; None where it is none."""
    plain = text.strip()
    named = _NAMED.fullmatch(plain)
    name, written = (named[1].strip(), named[2].strip()) if named else ("", plain)
    local, _at, domain = written.rpartition("@")
    address = f"{local}@{_ascii(domain)}"
    fits = len(local) <= _MOST_LOCAL and len(address) <= _MOST
    if (
        not fits
        or not name.isprintable()
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(_ascii(domain))
    ):
        return None
    return Mailbox(address, name)


def mailboxes(text: str) -> tuple[list[Mailbox], list[str]]:
    """Those that a text lists, each address once, and the pieces of it that are none."""
    found: dict[str, Mailbox] = {}
    wrong = []
    for piece in filter(None, (each.strip() for each in _PIECE.findall(text))):
        read = mailbox(piece)
        if read is None:
            wrong.append(piece)
        else:
            found.setdefault(read.address.casefold(), read)
    return list(found.values()), wrong


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""

"""Calling other servers: an address is looked up once, judged, and connected to; what is inside is not reached."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from core import config
from core.config import Settings
from core.i18n import Text, _

#: A call is cut off after so long, whatever the other server does: a lane's lease is longer.
SECONDS = 15.0
#: So much of an answer is read; nobody's answer is needed whole.
MOST_BYTES = 64_000
#: So much of it is kept.
KEPT_BYTES = 1_000
_PORTS = {"https": 443, "http": 80}
#: IPv4 addresses written as IPv6: RFC 6052, 2.1.
_TRANSLATED = ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """The address is none that this site may call."""


class NotReached(Exception):
    """The other server did not answer, or not in time; it may later."""


@dataclass(frozen=True)
class Peer:
    """A server that this site connects to by itself."""

    url: str
    #: Whether nobody between us reads what is said.
    is_confidential: bool
    #: Whether people name it on pages; else a file of whoever runs the site does, which is allowance enough.
    is_from_pages: bool = True


@dataclass(frozen=True)
class Answer:
    """What the other server said."""

    status: int
    #: Its first bytes, as text.
    beginning: str
    milliseconds: int


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    inside: Collection[str] = (),
    seconds: float = SECONDS,
) -> Answer:
    """What the server at `url` says to `body`; redirects are not followed, proxies not asked.

    `inside` are the hosts of the own network that the site may call (`inside_hosts` of its settings). Raises
    NotAllowed for another one there, NotReached where no answer comes within `seconds`.
    """
    problem = url_problem(url, inside)
    if problem is not None:
        raise NotAllowed(str(problem))
    parts, begun = urlsplit(url), time.monotonic()
    addresses = _looked_up(parts, is_inside(parts.hostname or "", inside))
    try:
        with _connected(parts, addresses, seconds) as connection:
            connection.request("POST", _target(parts), body, dict(headers))
            response = connection.getresponse()
            said = response.read(MOST_BYTES)
            return Answer(response.status, _text(said), round((time.monotonic() - begun) * 1000))
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached(str(_("{host} is not reached: {error}", host=parts.netloc, error=error))) from error


def url_problem(url: str, inside: Collection[str]) -> Text | None:
    """Why `url` is never called, as far as it can be told without looking its host up; None when it may be."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("“{url}” is no address of a server.", url=url)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or port == 0 or not url.isprintable() or " " in url:
        return _("“{url}” is no address of a server.", url=url)
    if parts.username is not None or parts.password is not None:
        return _("An address holds no password: receivers know us by the signature.")
    if is_inside(host, inside):
        return None
    literal = _literal(host)
    if host == "localhost" or (literal is not None and not is_public(literal)):
        return not_allowed(host)
    return _("Messages go over TLS: the address begins with https://.") if parts.scheme != "https" else None


def peer_problem(folder: Path, url: str) -> Text | None:
    """As `url_problem`, of a partner system or identity provider of the site in `folder`.

    Sites of before `only_inside_hosts` have theirs anywhere in the own network, until whoever runs them sets it.
    """
    return _peer_problem(config.read(folder), url)


def require_peer(folder: Path, url: str) -> None:
    """Raise NotAllowed unless the site may call such a server; outside of transactions, since its name is looked up.

    The connection that follows may look the name up anew: it is over TLS, so that whoever is found has to prove it.
    """
    settings = config.read(folder)
    problem = _peer_problem(settings, url)
    if problem is None and settings.only_inside_hosts and is_unnamed(url, settings.inside_hosts):
        problem = not_allowed(urlsplit(url).hostname or "")
    if problem is not None:
        raise NotAllowed(str(problem))


def _peer_problem(settings: Settings, url: str) -> Text | None:
    return url_problem(url, settings.inside_hosts) if settings.only_inside_hosts else None


def is_unnamed(url: str, inside: Collection[str]) -> bool:
    """Whether `url` leads into the own network and `inside` does not name its host; not where nobody knows the name."""
    try:
        parts = urlsplit(url)
        _looked_up(parts, is_inside(parts.hostname or "", inside))
    except NotAllowed:
        return True
    except (NotReached, ValueError):  # the latter for what is no address
        return False
    return False


def not_allowed(host: str) -> Text:
    return _(
        "{host} is inside our own network, where this site calls nobody. Whoever runs the server may allow the host "
        "by inside_hosts in dovetail.toml.",
        host=host,
    )


def is_inside(host: str, inside: Collection[str]) -> bool:
    """Whether the site's settings allow to call `host` though it is in the own network."""
    return host.lower() in {name.lower().strip("[]") for name in inside}


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the internet: nobody's own network, machine or link, and no group of receivers."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    own = (
        address.is_private, address.is_loopback, address.is_link_local, address.is_multicast,
        address.is_reserved, address.is_unspecified,
    )  # fmt: skip
    return address.is_global and not any(own)


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _looked_up(parts: SplitResult, allowed: bool) -> list[str]:
    """The addresses of the host, all of them judged: one that is inside is reason enough not to trust its name."""
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(str(_("{host} is not known: {error}", host=host, error=error))) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allowed and not all(is_public(ip_address(each.partition("%")[0])) for each in addresses):
        raise NotAllowed(str(not_allowed(host)))
    return addresses


@contextmanager
def _connected(parts: SplitResult, addresses: list[str], seconds: float) -> Iterator[HTTPConnection]:
    """A connection to one of the judged addresses, whose socket is shut when the time is over."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    until = time.monotonic() + seconds
    connection = HTTPConnection(host, port)
    reached = _first_reached(addresses, port, until)
    connection.sock = reached
    if parts.scheme == "https":
        reached = trusted().wrap_socket(reached, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = reached
    cut = Timer(max(until - time.monotonic(), 0), shut, [reached])
    cut.daemon = True
    cut.start()
    try:
        if isinstance(reached, ssl.SSLSocket):
            reached.do_handshake()
        yield connection
    finally:
        cut.cancel()
        connection.close()
        reached.close()


def _first_reached(addresses: list[str], port: int, until: float) -> socket.socket:
    last: OSError = TimeoutError("timed out")
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            reached = socket.create_connection((address, port), left)
        except OSError as error:
            last = error
        else:
            return reached
    raise last


def shut(reached: socket.socket) -> None:
    """End a connection under whoever reads from it, byte by byte as it may be."""
    with suppress(OSError):
        socket.socket.shutdown(reached, socket.SHUT_RDWR)


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed, read once: TLS 1.2 at least, names checked (RFC 9525)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _text(said: bytes) -> str:
    return said[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "")

"""Looks at what the site connects to: whether it may be called, and whether others could listen."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from sqlalchemy import URL

from core import config
from core.calling import Peer, is_unnamed
from core.config import Settings
from core.doctor.finding import Finding, warning, wrong
from core.errors import PlatformError
from core.i18n import _
from core.orm.env import Site, open_env
from core.orm.types import is_loopback

#: Values of libpq's sslmode that never fall back to a plain connection.
_ENCRYPTED = ("require", "verify-ca", "verify-full")


def connections(site: Site) -> Iterator[Finding]:
    """Whether whoever is called inside the own network was named, and nobody on the way reads what is said."""
    try:
        with open_env(site) as env:
            peers = [peer for found in site.hook.collect_peers(env=env) for peer in found]
    except PlatformError as error:
        yield wrong("plain", _("What the site connects to cannot be read: {error}", error=error))
        return
    yield from _inside(config.read(site.folder), [peer.url for peer in peers if peer.is_from_pages])
    yield from _plain(site, peers)


def _inside(settings: Settings, called: Sequence[str]) -> Iterator[Finding]:
    hosts = ", ".join(sorted({_host(url) for url in called if is_unnamed(url, settings.inside_hosts)}))
    if not settings.only_inside_hosts:
        said = _(
            "Partner systems and identity providers may be any server of our own network: name theirs in inside_hosts "
            "and set only_inside_hosts. Not named yet: {hosts}.",
            hosts=hosts or "-",
        )
        yield warning("inside", said)
    elif hosts:
        said = _("Inside our own network, and not called since inside_hosts lacks it: {hosts}.", hosts=hosts)
        yield warning("inside", said)
    else:
        yield Finding("inside", _("Inside our own network nobody is called but who is named."))


def _plain(site: Site, peers: Sequence[Peer]) -> Iterator[Finding]:
    heard = sorted({_host(p.url) for p in peers if not p.is_confidential and not is_loopback(_host(p.url))})
    for host in heard:
        yield warning("plain", _("What is said to {host} can be read on the way.", host=host))
    database = _plain_database(site.engine.url)
    if database:
        said = _("What is said to the database on {host} may be read on the way: add sslmode.", host=database)
        yield warning("plain", said)
    if not heard and not database:
        yield Finding("plain", _("What is said to other machines is encrypted."))


def _plain_database(url: URL) -> str:
    """The other machine with the database, if libpq may speak to it in the clear; else ""."""
    host = _database_host(url)
    if url.get_backend_name() != "postgresql" or not host or host.startswith("/") or is_loopback(host):
        return ""
    mode = url.query.get("sslmode") or os.environ.get("PGSSLMODE", "")
    return "" if mode in _ENCRYPTED else host


def _database_host(url: URL) -> str:
    given = url.host or url.query.get("host") or os.environ.get("PGHOST", "")
    return given if isinstance(given, str) else given[0]


def _host(url: str) -> str:
    return urlsplit(url).hostname or url

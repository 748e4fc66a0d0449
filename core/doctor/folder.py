"""Looks at the site's folder and at the back-ups."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import make_url

from core import clock
from core.backup import files, tools
from core.config import Settings
from core.doctor.finding import Finding, warning, wrong
from core.errors import ConfigError
from core.i18n import _
from core.security.breached import is_breached, missing

#: Below this the next import, back-up or week of machine data may fill the disk.
_LEAST_FREE = 1_000_000_000
_BACKED_UP_WITHIN = timedelta(days=2)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def permissions(settings: Settings) -> Iterator[Finding]:
    """Keys are for the owner alone."""
    open_to_others = [
        path.name for path in sorted(settings.folder.glob("*.key")) if path.stat().st_mode & _OTHERS
    ]
    for name in open_to_others:
        yield wrong("key", _("{name} can be read by others: chmod 600 it.", name=name))
    if not open_to_others:
        yield Finding("key", _("Keys are for the owner alone."))


def room(settings: Settings) -> Iterator[Finding]:
    """Room for what comes."""
    free = shutil.disk_usage(settings.folder).free
    said = _("{free} GB are free on the disk of the site.", free=f"{free / 1_000_000_000:.1f}")
    yield Finding("room", said) if free >= _LEAST_FREE else wrong("room", said)


def demonstration(settings: Settings) -> Iterator[Finding]:
    """Whether everybody knows its passwords."""
    if settings.demonstration or not settings.secure_cookies:
        yield warning("demonstration", _("It is a demonstration: everybody knows its passwords."))


def passwords(settings: Settings) -> Iterator[Finding]:
    """Whether the list of leaked passwords is there, where one is set."""
    if settings.breached is None:
        return
    try:
        is_breached(settings.breached, "")
    except ConfigError:
        yield wrong("password", missing(settings.breached))
    else:
        yield Finding("password", _("Passwords that leaked elsewhere are refused."))


def backups(settings: Settings) -> Iterator[Finding]:
    """Whether a back-up could be made, and one was."""
    if make_url(settings.url).get_backend_name() == "postgresql" and tools.folder_with("pg_dump") is None:
        yield wrong("backup", _("pg_dump was not found: no back-up of this site can be made here."))
    newest = next(iter(files.found(settings.backup_folder)), None)
    if newest is None:
        yield warning("backup", _("There is no back-up in {folder}.", folder=settings.backup_folder))
    elif newest.at < clock.now() - _BACKED_UP_WITHIN:
        yield warning("backup", _("The newest back-up is of {at} UTC.", at=f"{newest.at:%Y-%m-%d %H:%M}"))
    else:
        yield Finding("backup", _("The newest back-up is of {at} UTC.", at=f"{newest.at:%Y-%m-%d %H:%M}"))

"""Looks at the database: what its addons, tables and references are."""

from __future__ import annotations

from collections.abc import Iterator

from core import clock
from core.backup.making import named_contents
from core.config import read
from core.custom.schema import drift as custom_drift
from core.doctor.finding import Finding, warning, wrong
from core.i18n import _
from core.migrate import drift
from core.orm import installed
from core.orm.env import Site
from core.orm.installed import AddonState

#: Seconds by which the clocks of two machines may differ.
_CLOCK_SECONDS = 5
_MOST_NAMED = 5


def addons(site: Site) -> Iterator[Finding]:
    """Whether all that is installed is in use."""
    with site.engine.connect() as connection:
        found = installed.records(connection).values()
    left_out = [record for record in found if record.state is AddonState.QUARANTINED]
    for record in left_out:
        yield wrong("quarantine", _("{addon} is in quarantine: {why}", addon=record.name, why=record.reason))
    if not left_out:
        yield Finding("quarantine", _("No addon is in quarantine."))


def schema(site: Site) -> Iterator[Finding]:
    """Whether the tables are what the models say."""
    is_well = True
    with site.engine.connect() as connection:
        for package in site.packages:
            short = drift.lacking(connection, package)
            for line in drift.drift(connection, package):
                is_well = False
                tell = wrong if any(each in str(line) for each in short) else warning
                yield tell("schema", _("{addon}: {difference}", addon=package.name, difference=line))
        for line in custom_drift(connection):
            is_well = False
            yield wrong("schema", line)
    if is_well:
        yield Finding("schema", _("The tables are what the models say."))


def references(site: Site) -> Iterator[Finding]:
    """SQLite lets what is written with its own tools refer to rows that are not there."""
    if site.engine.dialect.name != "sqlite":
        return
    with site.engine.connect() as connection:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_NAMED)
        said = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
    for row in broken:
        yield wrong(
            "reference",
            _("A row of {table} refers to one of {other} that is not there.", table=row[0], other=row[2]),
        )
    if said != "ok":
        yield wrong("reference", _("The file of the database is damaged: {said}", said=said))
    elif not broken:
        yield Finding("reference", _("The file of the database is whole."))


def contents(site: Site) -> Iterator[Finding]:
    """Whether what is attached is on the disk."""
    kept = {path.name for path in read(site.folder).attachments.glob("*/*")}
    with site.engine.connect() as connection:
        lost = sorted(named_contents(connection) - kept)
    for digest in lost[:_MOST_NAMED]:
        yield wrong(
            "attachment", _("The content {digest} of an attachment is not on the disk.", digest=digest)
        )
    if not lost:
        yield Finding("attachment", _("The contents of all attachments are on the disk."))


def clocks(site: Site) -> Iterator[Finding]:
    """Leases and schedules go by the clocks of both machines."""
    if site.engine.dialect.name != "postgresql":
        return
    with site.engine.connect() as connection:
        theirs = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    apart = round(abs((theirs - clock.now()).total_seconds()))
    said = _("The clocks of this machine and of the database are {seconds} s apart.", seconds=apart)
    yield Finding("clock", said) if apart <= _CLOCK_SECONDS else wrong("clock", said)

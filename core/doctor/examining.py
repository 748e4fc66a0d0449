"""One look after the other; those at the tables need a site that opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from core.app import open_site
from core.config import Settings
from core.doctor import connections, folder, mail, tables, work
from core.doctor.finding import Finding, wrong
from core.errors import PlatformError
from core.i18n import _
from core.orm.env import Site

#: Looks that need the settings alone.
OUTSIDE: Sequence[Callable[[Settings], Iterator[Finding]]] = (
    folder.permissions, folder.room, folder.demonstration, folder.passwords, folder.backups, mail.mail,
)  # fmt: skip
#: Looks at the open site.
INSIDE: Sequence[Callable[[Site], Iterator[Finding]]] = (
    tables.addons, tables.schema, tables.references, tables.contents, tables.clocks, work.jobs, work.messages,
    work.automation, connections.connections,
)  # fmt: skip


def examine(settings: Settings) -> Iterator[Finding]:
    """Every look in turn; one that finds nothing says so."""
    for look in OUTSIDE:
        yield from look(settings)
    try:
        site = open_site(settings)
    except PlatformError as error:
        yield wrong("site", _("The site does not open: {error}", error=error))
        return
    yield Finding("site", _("The site opens with {addons}.", addons=", ".join(site.addons)))
    try:
        for at_the_site in INSIDE:
            yield from at_the_site(site)
    finally:
        site.engine.dispose()

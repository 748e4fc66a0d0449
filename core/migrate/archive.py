"""Archiving: all that a purge would remove goes into one file, which brings it back, and is then removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, Table, select

from core import clock
from core.addon import BASE
from core.backup import archive as packing
from core.backup import rows
from core.backup.files import name_at
from core.backup.making import ATTACHMENTS
from core.backup.manifest import Content, Manifest
from core.base.content import place, remove_unnamed
from core.base.models.record import Attachment
from core.config import Settings
from core.custom import schema as custom
from core.errors import UserError
from core.i18n import _
from core.migrate import archived
from core.migrate.archived import Archived
from core.migrate.install import known_addons
from core.migrate.plan import Plan
from core.migrate.purge import going_rows, owned_tables, plan_purge, take_out
from core.migrate.storage import counters, partitions
from core.migrate.switch import concerned
from core.migrate.transaction import changing
from core.orm import installed


@dataclass
class _Draft:
    """An archive while it is written."""

    folder: Path
    members: dict[str, Path] = field(default_factory=dict)
    tables: dict[str, Content] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def file(self, name: str) -> Path:
        """Where the member `name` is written."""
        path = self.members[name] = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def default_file(settings: Settings, name: str, recipients: Sequence[str] = ()) -> Path:
    """Where the archive of `name` goes that nobody named a place for."""
    return settings.backup_folder / name_at(clock.now(), encrypted=bool(recipients), of=f"addon-{name}")


def plan_archive(engine: Engine, name: str, file: Path, *, include_dependants: bool = False) -> Plan:
    """What archiving `name` into `file` will do; the addons that stay must be loaded."""
    plan = plan_purge(engine, name, include_dependants=include_dependants)
    said = _("The file brings it all back: dovetail addons restore. Writers wait until it is written.")
    return replace(plan, verb=_("Archive"), archive=str(file), locks=(said,))


def with_archive(plan: Plan, settings: Settings, name: str) -> Plan:
    """The plan of a purge, with the archive that is written first where ledgers go."""
    if not plan.ledgers:
        return plan
    return replace(plan, archive=str(default_file(settings, name, settings.backup_recipients)))


def archive(
    engine: Engine,
    settings: Settings,
    name: str,
    file: Path,
    recipients: Sequence[str] = (),
    *,
    include_dependants: bool = False,
) -> list[str]:
    """Write `name`, its joins and, if they are included, its dependants to `file` and remove them; returns their names.

    One transaction writes and removes, and it ends when the file is durable and was read back: all is in the one or in
    the other. Raises UserError where the file is there already or cannot be written.
    """
    if file.exists():
        raise UserError(_("There is a file {file} already. Nothing has changed.", file=file))
    with (
        _kept_if_done(file),
        TemporaryDirectory(dir=file.parent, prefix=".archiving-") as work,
        changing(engine, moves_rows=True) as connection,
    ):
        names, _others = concerned(known_addons(connection), name, include_dependants=include_dependants)
        _write(connection, settings, names, file, recipients, Path(work))
        contents = take_out(connection, names)
    remove_unnamed(engine, settings.attachments, contents)
    return names


@contextmanager
def _kept_if_done(file: Path) -> Iterator[None]:
    """Take `file` away where what it is written for fails, and say so where it is the file that cannot be written."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except BaseException as error:
        if file.exists():
            file.unlink()
        if isinstance(error, OSError):
            raise UserError(
                _("{file} cannot be written: {why}. Nothing has changed.", file=file, why=error.strerror)
            ) from error
        raise


def _write(
    connection: Connection,
    settings: Settings,
    names: Sequence[str],
    file: Path,
    recipients: Sequence[str],
    work: Path,
) -> None:
    draft = _Draft(work / "draft")
    known = known_addons(connection)
    owned = owned_tables(known, names)
    owned += custom.tables_of(connection, owned)
    _write_rows(connection, draft, names, owned)
    _write_contents(connection, draft, settings, names)
    about = Archived(
        archived.identity(connection), known[BASE].revision, {n: known[n].version for n in names}, owned,
        counters(connection, owned), partitions(connection, owned),
    )  # fmt: skip
    draft.file(archived.NAME).write_text(about.to_json(), encoding="utf-8")
    made = Manifest(
        clock.now(), version("dovetail-platform"), connection.dialect.name, {n: known[n].revision for n in names},
        draft.tables, {name: packing.checksum(path) for name, path in draft.members.items()}, tuple(draft.missing),
        names[-1],
    )  # fmt: skip
    packing.pack(file, made, draft.members, recipients)
    if not recipients:
        _read_back(file, work / "read")


def _write_rows(connection: Connection, draft: _Draft, names: Sequence[str], owned: Sequence[str]) -> None:
    of_base = [*going_rows(connection, names), (installed.TABLE, installed.TABLE.c.name.in_(names))]
    for table, condition in [*((name, None) for name in owned), *((t.name, c) for t, c in of_base)]:
        member = f"{archived.ROWS}/{table}"
        path = draft.file(member)
        count = rows.write(connection, table, path, condition)
        if table in owned or count:
            draft.tables[table] = Content(count, packing.checksum(path))
        else:
            del draft.members[member]


def _write_contents(connection: Connection, draft: _Draft, settings: Settings, names: Sequence[str]) -> None:
    """The contents of the attachments that go, as the site's folder has them."""
    table: Table = Attachment.__table__  # type: ignore[assignment]  # declared as FromClause, made as Table
    condition = dict(going_rows(connection, names))[table]
    for digest in connection.scalars(select(table.c.digest).where(condition).distinct()):
        kept = place(settings.attachments, digest)
        if kept.is_file():
            draft.members[f"{ATTACHMENTS}/{digest[:2]}/{digest}"] = kept
        else:
            draft.missing.append(digest)


def _read_back(file: Path, folder: Path) -> None:
    """Whatever was written wrong is found before anything is removed."""
    folder.mkdir()
    packing.unpack(file, folder)

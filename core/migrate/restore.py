"""Restoring an addon from its archive: its tables as they were, their rows, what named them, and then the way up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from core.addon import BASE, Package, in_order
from core.backup import rows
from core.backup.archive import checksum
from core.backup.manifest import Manifest
from core.backup.restoring import require_kind, unpacked
from core.base.content import place, remove_unnamed
from core.config import Settings
from core.custom import schema as custom
from core.errors import UserError
from core.i18n import _
from core.migrate import archived, history, tables, upgrade
from core.migrate.archived import Archived
from core.migrate.history import Revision
from core.migrate.install import known_addons
from core.migrate.loading import Loaded, load
from core.migrate.plan import Plan
from core.migrate.staging import Staged
from core.migrate.storage import count_on, divide, unreferring
from core.migrate.transaction import changing
from core.orm import installed
from core.orm.installed import AddonState, Record
from core.orm.model import Base, tables_of


@dataclass(frozen=True)
class _Archive:
    """An archive that was read and whose files are what was written."""

    folder: Path
    made: Manifest
    about: Archived


@dataclass(frozen=True)
class _Way:
    """What comes back, and what is there then."""

    loaded: Loaded
    #: The archived addons, dependencies first.
    own: Sequence[Package]
    #: Joins that they complete with what came since.
    fresh: Sequence[Package]


def plan_restore(
    engine: Engine, available: Mapping[str, Package], file: Path, settings: Settings, identity: str = ""
) -> Plan:
    """What restoring the addon in `file` will do."""
    with _opened(file, settings, identity) as archive, engine.connect() as connection:
        way = _way(connection, available, archive)
        steps = [step for package in way.own for step in _steps_after(archive, package)]
    return Plan(
        _("Restore"),
        addons=tuple(package.name for package in (*way.own, *way.fresh)),
        joins=tuple(p.name for p in (*way.own, *way.fresh) if p.addon.is_join),
        created=tuple(archive.about.owned),
        returned=tuple((name, content.rows) for name, content in archive.made.tables.items() if content.rows),
        revisions=tuple(f"{step.addon} {step.id} {step.message}" for step in steps),
        locks=(_("Writers wait until it is done; readers do not."),),
    )


def restore(
    engine: Engine, available: Mapping[str, Package], file: Path, settings: Settings, identity: str = ""
) -> list[Package]:
    """Bring the addons in `file` back with all their rows, and up to the version of the code; returns them.

    `identity` is the key of an encrypted archive. One transaction: raises PlatformError, with nothing changed, for a
    file that is damaged, of another site, of an unknown addon or of a newer version, and where something
    stands in the way or is gone that the rows refer to.
    """
    with _opened(file, settings, identity) as archive:
        with engine.connect() as connection:
            way = _way(connection, available, archive)
        contents = archived.contents_of(archive.folder)
        placed = _place(contents, settings.attachments)
        try:
            with changing(engine, moves_rows=True) as connection:
                _require_free(known_addons(connection), archive)
                _bring_back(connection, archive, way)
        except BaseException:
            remove_unnamed(engine, settings.attachments, placed)
            raise
    return [*way.own, *way.fresh]


@contextmanager
def _opened(file: Path, settings: Settings, identity: str) -> Iterator[_Archive]:
    with unpacked(file, settings.folder, identity) as (folder, made):
        if not made.addon:
            raise UserError(
                _("{file} is the back-up of a whole site. dovetail backup restore reads it.", file=file.name)
            )
        require_kind(made, settings)
        if any(f"{archived.ROWS}/{table}" not in made.files for table in made.tables):
            raise UserError(_("The file is no archive of an addon."))
        yield _Archive(folder, made, Archived.from_file(folder / archived.NAME))


def _way(connection: Connection, available: Mapping[str, Package], archive: _Archive) -> _Way:
    """What comes back; raises UserError where it cannot."""
    known = known_addons(connection)
    _require_site(connection, known, archive)
    _require_free(known, archive)
    names = list(archive.made.addons)
    _require_code(available, archive)
    _require_needed(known, available, names)
    active = [record.name for record in known.values() if record.state is AddonState.INSTALLED]
    wanted = in_order([*active, *names], available)
    own = [package for package in wanted if package.name in names]
    fresh = [package for package in wanted if package.name not in known and package not in own]
    return _Way(load([p for p in wanted if p.name in active or p in own or p in fresh]), own, fresh)


def _require_site(connection: Connection, known: Mapping[str, Record], archive: _Archive) -> None:
    if archive.about.site != archived.identity(connection):
        raise UserError(
            _("The archive is of another site, whose records have other ids. Nothing has changed.")
        )
    if known[BASE].revision < archive.about.base:
        raise UserError(
            _(
                "The archive was written with a newer version of the platform ({version}). Nothing has changed; "
                "install that one and run dovetail upgrade.",
                version=archive.made.version,
            )
        )


def _require_free(known: Mapping[str, Record], archive: _Archive) -> None:
    there = [name for name in archive.made.addons if name in known]
    if there:
        raise UserError(
            _(
                "Addon {name} is on this site already. Nothing has changed; archive or purge it first, so that "
                "the archived rows can take their places.",
                name=there[-1],
            )
        )


def _require_code(available: Mapping[str, Package], archive: _Archive) -> None:
    for name, revision in archive.made.addons.items():
        if name not in available:
            raise UserError(
                _(
                    "The archive is of addon {name}, which is not installed as a package. Nothing has changed; run "
                    "pip install for it.",
                    name=name,
                )
            )
        if revision and revision not in [step.id for step in history.revisions(available[name])]:
            raise UserError(
                _(
                    "The archive is of a newer version of {name} ({version}, revision {revision}) than the one that is "
                    "installed ({ours}). Nothing has changed; install that version.",
                    name=name,
                    version=archive.about.versions[name],
                    revision=revision,
                    ours=available[name].version,
                )
            )


def _require_needed(
    known: Mapping[str, Record], available: Mapping[str, Package], names: Sequence[str]
) -> None:
    for name in names:
        for need in available[name].needs:
            record = known.get(need)
            if need not in names and record is None:
                raise UserError(
                    _(
                        "The archive holds {name}, which needs {need}. Nothing has changed; restore {need} from its "
                        "archive first, or install it.",
                        name=name,
                        need=need,
                    )
                )
            if record is not None and record.state is not AddonState.INSTALLED:
                raise UserError(
                    _(
                        "{name} needs {need}, which is not in use. Nothing has changed; run dovetail addons enable "
                        "{need} first.",
                        name=name,
                        need=need,
                    )
                )


def _bring_back(connection: Connection, archive: _Archive, way: _Way) -> None:
    for package in way.own:
        _make_tables(connection, package, archive.made.addons[package.name])
    divide(connection, archive.about.partitions)
    _fill(connection, archive)
    count_on(connection, archive.about.counters)
    if any(_steps_after(archive, package) for package in way.own):
        upgrade.run(connection, [p for p in way.loaded.packages if p not in way.fresh])
    else:
        for package in way.own:
            tables.complete(connection, package.name)
    tables.make(connection, way.fresh, way.loaded)
    for package in way.own:
        tables.renew_record(connection, package, way.loaded)


def _make_tables(connection: Connection, package: Package, revision: str) -> None:
    """The tables of the archive's revision, without guards, which would refuse rows of ledgers."""
    if revision == history.head(package):
        Base.metadata.create_all(connection, tables=tables_of(package.name), checkfirst=False)
        history.stamp(connection, package)
    else:
        history.step_up(connection, package, revision)


def _fill(connection: Connection, archive: _Archive) -> None:
    """Put the rows in and see that they are what was archived."""
    owned = [name for name in archive.about.owned if name in archive.made.tables]
    others = [name for name in archive.made.tables if name not in owned]
    fields = [name for name in owned if custom.is_of_fields(name)]
    staged = Staged(connection, archive.folder, [name for name in archive.made.tables if name not in fields])
    staged.renumber([name for name in others if name != installed.TABLE.name])
    staged.leave_out_orphans()
    staged.require_whole()
    with unreferring(connection, [name for name in owned if name not in fields]):
        staged.put_in()
    # Their definitions are there now.
    custom.fit_all(connection, fields)
    staged = Staged(connection, archive.folder, fields)
    staged.require_whole()
    staged.put_in()
    _compare(connection, archive, owned)


def _compare(connection: Connection, archive: _Archive, owned: Sequence[str]) -> None:
    """Raise UserError unless the rows of the tables `owned` are what was archived."""
    with TemporaryDirectory(dir=archive.folder) as work:
        for name in owned:
            again = Path(work) / "rows"
            rows.write(connection, name, again)
            if checksum(again) != archive.made.tables[name].digest:
                raise UserError(
                    _(
                        "The restored rows of {table} are not those of the archive. Nothing has changed.",
                        table=name,
                    )
                )


def _steps_after(archive: _Archive, package: Package) -> list[Revision]:
    """The revisions between the archive and the code."""
    known = history.revisions(package)
    at = archive.made.addons[package.name]
    return [step for step in known if step.id > at]


def _place(contents: Path, target: Path) -> list[str]:
    """Put the contents of attachments back that are not there; returns their digests."""
    placed = []
    for path in contents.glob("*/*"):
        kept = place(target, path.name)
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = kept.with_suffix(".part")
            shutil.copyfile(path, draft)
            draft.replace(kept)
            placed.append(path.name)
    return placed

"""Restoring a back-up into an empty site, and proving that one could be."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from core import config
from core.backup import archive, dump
from core.backup.content import contents
from core.backup.making import ATTACHMENTS
from core.backup.manifest import Manifest
from core.config import Settings
from core.errors import UserError
from core.i18n import Text, _


@dataclass(frozen=True)
class Verified:
    """What came of restoring a back-up on trial."""

    manifest: Manifest
    #: What is not as it was; none where all is well.
    differences: tuple[Text, ...]


def restore(file: Path, settings: Settings, identity: str = "") -> Manifest:
    """Make the site of `settings`, whose folder and database are empty, from the back-up.

    The keys of an encrypted one come along, its settings too, but for the database's address. Raises UserError for a
    damaged file, another kind of database, or where there is something already; then nothing has changed.
    """
    with _loaded(file, settings, identity) as (folder, made):
        _move(folder / ATTACHMENTS, settings.attachments)
        _move(folder / "site", settings.folder)
    told = config.read(settings.folder)
    config.write(replace(told, database=settings.database, addons=told.addons or tuple(made.addons)))
    return made


def restore_database(file: Path, settings: Settings, identity: str = "") -> Manifest:
    """As `restore`, but neither files nor settings nor keys."""
    with _loaded(file, settings, identity) as (_folder, made):
        return made


def put_back(file: Path, settings: Settings) -> None:
    """Give a site the database of a back-up of its own again: at once or not at all, nobody else writing."""
    with _site(file, settings.folder, "") as (folder, made):
        require_kind(made, settings)
        dump.replace(folder / dump.NAME, settings.url)


def verify(file: Path, settings: Settings, identity: str = "") -> Verified:
    """Restore on trial, into a scratch database beside that of the site, and compare every table and file."""
    with (
        TemporaryDirectory(prefix="dovetail-verify-") as work,
        _site(file, Path(work), identity) as (folder, made),
        _scratch(made, settings, Path(work)) as url,
    ):
        dump.load(folder / dump.NAME, url)
        return Verified(made, (*_differing(url, made), *_lost(made)))


@contextmanager
def unpacked(file: Path, beside: Path, identity: str) -> Iterator[tuple[Path, Manifest]]:
    """A folder in `beside` with the checked members of the archive for a while, and its manifest."""
    if not file.is_file():
        raise UserError(_("There is no file {file}.", file=file))
    with TemporaryDirectory(dir=beside, prefix=".unpacking-") as name:
        yield Path(name), archive.unpack(file, Path(name), identity)


@contextmanager
def _loaded(file: Path, settings: Settings, identity: str) -> Iterator[tuple[Path, Manifest]]:
    """The members of a back-up whose database was loaded into that of `settings`, which was empty."""
    _require_nothing(settings)
    settings.folder.mkdir(parents=True, exist_ok=True)
    with _site(file, settings.folder, identity) as (folder, made):
        require_kind(made, settings)
        dump.load(folder / dump.NAME, settings.url)
        _require_same(settings.url, made)
        yield folder, made


@contextmanager
def _site(file: Path, beside: Path, identity: str) -> Iterator[tuple[Path, Manifest]]:
    """As `unpacked`, of a back-up of a whole site."""
    with unpacked(file, beside, identity) as (folder, made):
        if made.addon:
            raise UserError(
                _(
                    "{file} holds the addon {addon} alone. dovetail addons restore brings it back to its site.",
                    file=file.name,
                    addon=made.addon,
                )
            )
        yield folder, made


@contextmanager
def _scratch(made: Manifest, settings: Settings, work: Path) -> Iterator[str]:
    """The address of an empty database of the back-up's kind, which is gone afterwards."""
    if made.dialect == "sqlite":
        yield f"sqlite:///{work / 'scratch.db'}"
        return
    require_kind(made, settings)
    name = f"dovetail_verify_{secrets.token_hex(4)}"
    with dump.closing_engine(settings.url) as engine:
        _administer(engine.url.render_as_string(hide_password=False), f'CREATE DATABASE "{name}"')
        try:
            yield make_url(engine.url).set(database=name).render_as_string(hide_password=False)
        finally:
            _administer(
                engine.url.render_as_string(hide_password=False), f'DROP DATABASE "{name}" WITH (FORCE)'
            )


def _administer(url: str, statement: str) -> None:
    with dump.closing_engine(url) as engine:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with connection:
            connection.exec_driver_sql(statement)


def _differing(url: str, made: Manifest) -> Iterator[Text]:
    """The tables that do not hold what they held."""
    with dump.opened(url) as connection:
        restored = contents(connection)
    for name in sorted({*restored, *made.tables}):
        was, now = made.tables.get(name), restored.get(name)
        if was != now:
            yield _(
                "{table}: {was} rows were backed up, {now} restored, or others",
                table=name, was=was.rows if was else 0, now=now.rows if now else 0,
            )  # fmt: skip


def _require_same(url: str, made: Manifest) -> None:
    """Empty the database again, and raise UserError, when it does not hold what it held."""
    differences = [*_differing(url, made)]
    if differences:
        dump.clear(url)
        raise UserError(_("The restored database is not what was backed up: {what}", what=differences[0]))


def _lost(made: Manifest) -> Iterator[Text]:
    for digest in made.missing:
        yield _("The content {digest} of an attachment was missing when the back-up was made", digest=digest)


def _require_nothing(settings: Settings) -> None:
    for name in ("dovetail.toml", "site.db", ATTACHMENTS):
        if (settings.folder / name).exists():
            raise UserError(
                _(
                    "There is a site in {folder} already. Nothing has changed; name an empty folder with --site.",
                    folder=settings.folder,
                )
            )


def require_kind(made: Manifest, settings: Settings) -> None:
    """Raise UserError where it was made of another kind of database than the site has."""
    wanted = make_url(settings.url).get_backend_name()
    if made.dialect != wanted:
        raise UserError(
            _(
                "The back-up is one of {made}, the site's database is {wanted}. Name one of its kind with --database.",
                made=made.dialect,
                wanted=wanted,
            )
        )


def _move(source: Path, target: Path) -> None:
    if not source.is_dir():
        return
    target.mkdir(mode=0o700, exist_ok=True)
    for path in source.iterdir():
        shutil.move(path, target / path.name)

"""Making an anonymised copy of a site, from a back-up or as it is now, in a folder and a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select

from core import clock, config
from core.addon import Package, discover, in_order
from core.app import open_site
from core.audit.sealer import Sealer
from core.backup import dump, restoring
from core.backup import making as backing_up
from core.base import content
from core.base.models.company import Company
from core.base.models.role import administrator
from core.base.models.user import User, UserCompany, UserRole
from core.cloning import rewriting
from core.cloning.emptying import empty, forget_keys
from core.cloning.inventing import Inventor
from core.cloning.personal import by_field, personal_columns
from core.cloning.sweeping import Sweep
from core.cloning.trail import Trail
from core.config import Settings
from core.custom.schema import is_of_fields
from core.errors import UserError
from core.i18n import _
from core.migrate import tables, upgrade
from core.migrate.history import version_table
from core.migrate.install import known_addons
from core.migrate.loading import load
from core.migrate.transaction import changing
from core.orm.env import Env, open_env
from core.orm.installed import AddonState
from core.orm.model import Base
from core.orm.trigram import is_accelerator
from core.security.sign_in import set_password

#: Nobody else is called so: every login of the copy is invented.
ADMIN = "admin"


@dataclass(frozen=True)
class Copied:
    """What came of it."""

    settings: Settings
    #: Who signs in as ADMIN.
    password: str
    files: int


def clone(
    source: Settings, target: Settings, file: Path | None = None, identity: str = "", password: str = ""
) -> Copied:
    """Make `target`, whose folder and database are empty, an anonymised copy of `source` or of the back-up `file`.

    Neither settings nor keys come along. Raises PlatformError, and leaves nothing behind, where that cannot be done.
    """
    password = password or secrets.token_urlsafe(12)
    at = clock.now()
    why = str(_("Anonymised copy of {at} UTC: values replaced, signed anew", at=f"{at:%Y-%m-%d %H:%M}"))
    with _backed_up(source, file) as kept:
        restoring.restore_database(kept, target, identity)
    try:
        files = _anonymised(target, why)
        _settled(target, why, password)
    except BaseException:
        _clear(target)
        raise
    return Copied(target, password, files)


@contextmanager
def _backed_up(source: Settings, file: Path | None) -> Iterator[Path]:
    if file is not None:
        yield file
        return
    with TemporaryDirectory(prefix="dovetail-clone-") as folder:
        yield backing_up.make(source, Path(folder))


def _anonymised(target: Settings, why: str) -> int:
    """Replace what is personal in the database, and write the files that take the place of those attached."""
    with dump.closing_engine(target.url) as engine:
        packages = _loaded(engine)
        with changing(engine, moves_rows=True) as connection:
            _require_known(connection, packages)
            tables.strip(connection, list(Base.metadata.tables))
            files = _rewritten(connection, target, why)
            for package in packages:
                tables.complete(connection, package.name)
        _forget_deleted(engine)
    for digest, body in files.items():
        place = content.place(target.attachments, digest)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_bytes(body)
    return len(files)


def _rewritten(connection: Connection, target: Settings, why: str) -> Mapping[str, bytes]:
    inventor, sweep, columns = Inventor(), Sweep(), personal_columns(connection)
    trail = Trail(by_field(columns), inventor, sweep, target.audit_keys(), why)
    empty(connection)
    trail.learn(connection)
    files = rewriting.replace_sizes(connection, inventor)
    rewriting.replace(connection, columns, inventor, sweep)
    rewriting.replace_keys(connection, columns, inventor)
    trail.rewrite(connection)
    forget_keys(connection)
    rewriting.clean(connection, sweep)
    return files


def _loaded(engine: Engine) -> Sequence[Package]:
    """All addons that have data there, disabled ones too, at the version of the code: so what is personal is known."""
    available = discover()
    with engine.connect() as connection:
        known = known_addons(connection)
    out = [name for name, r in known.items() if r.state is AddonState.QUARANTINED or name not in available]
    if out:
        raise UserError(_("The code of {names} is missing or broken: what of its data is personal cannot be known. "
                          "Install it, or archive the addon first.", names=", ".join(out)))  # fmt: skip
    upgrade.upgrade(engine, available)
    packages = [package for package in in_order(known, available) if package.name in known]
    load(packages)
    return packages


def _require_known(connection: Connection, packages: Sequence[Package]) -> None:
    """Raise UserError for a table of which nobody says what in it is personal."""
    known = {
        *Base.metadata.tables,
        *(version_table(package.name) for package in packages),
        *_partitions(connection),
    }
    unknown = [
        name for name in inspect(connection).get_table_names()
        if name not in known and not is_of_fields(name) and not is_accelerator(name)
    ]  # fmt: skip
    if unknown:
        raise UserError(_("Nobody knows what is personal in the tables {names}: remove them from a copy of the site "
                          "first.", names=", ".join(unknown)))  # fmt: skip


def _partitions(connection: Connection) -> Sequence[str]:
    if connection.dialect.name == "sqlite":
        return ()
    return connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relispartition").scalars().all()


def _forget_deleted(engine: Engine) -> None:
    """Have the database keep nothing of what was replaced: neither free pages nor dead rows nor statistics."""
    if engine.dialect.name == "sqlite":
        driver: Any = (
            engine.raw_connection().driver_connection
        )  # Any: sqlite3's, which is in no transaction yet
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (FULL, ANALYZE)")


def _settled(target: Settings, why: str, password: str) -> None:
    """Stop what speaks to others, give the copy its administrator, and begin the chain of its trail."""
    config.write(target)
    site = open_site(target)
    try:
        with open_env(site, write=True) as env:
            env.why = why
            site.hook.site_cloned(env=env)
            _add_administrator(env, password)
        Sealer(site).run_waiting()
    finally:
        site.engine.dispose()


def _add_administrator(env: Env, password: str) -> None:
    companies = env.session.scalars(select(Company.id).order_by(Company.id)).all()
    made = User(login=ADMIN, name=str(_("Administrator")), home_company_id=next(iter(companies), None))
    made.roles = [UserRole(role=administrator.name)]
    made.companies = [UserCompany(seen_company_id=company) for company in companies]
    env.add(made)
    env.flush()
    set_password(env, made.id, password)


def _clear(target: Settings) -> None:
    """Leave nothing of what was personal, whatever went wrong."""
    dump.clear(target.url)
    rmtree(target.folder, ignore_errors=True)

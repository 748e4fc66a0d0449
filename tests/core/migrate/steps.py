"""What tests of the addons' life do in processes of their own, each with the addon set of its database."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, event, func, select, text

from core.addon import Package, discover, in_order
from core.app import create_site, open_site
from core.config import Settings
from core.migrate import archive as archiving
from core.migrate import drift, history, indexes, planning, purge, switch, tables, upgrade
from core.migrate import install as installing
from core.migrate import restore as restoring
from core.migrate.loading import load
from core.migrate.plan import Plan
from core.migrate.transaction import changing
from core.orm import guards
from core.orm.engine import engine_for
from core.orm.env import Principal, Site, open_env
from core.orm.installed import records
from core.orm.model import Model, model_named
from core.orm.tracking import Change
from core.testing import snapshot
from core.testing.databases import current_run

SAMPLES = Path(__file__).parents[2] / "samples"
LIBRARIAN = Principal(7, roles=frozenset({"library.librarian"}))


def available(*more: str) -> dict[str, Package]:
    """The addons of this distribution, the samples and those in the folders `more` of broken ones."""
    for folder in (SAMPLES, *(SAMPLES / "broken" / name for name in more)):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # for the process that tries out quarantined addons
    return discover()


def plain(url: str) -> Engine:
    """An engine that keeps no connection, for looking at a database from the test's own process."""
    return engine_for(url, poolclass=NullPool)


def settings(url: str) -> Settings:
    return Settings(current_run() / "site", database=url)


def opened(url: str, *more: str) -> Site:
    available(*more)
    return open_site(settings(url))


def create(url: str, addons: Sequence[str], more: Sequence[str] = ()) -> list[str]:
    available(*more)
    site = create_site(settings(url), addons)
    site.engine.dispose()  # SQLite's log would be missing in a copy
    return site.addons


def install(url: str, addons: Sequence[str], more: Sequence[str] = ()) -> list[str]:
    return [package.name for package in installing.install(engine_for(url), available(*more), addons)]


def plan_install(url: str, addons: Sequence[str]) -> Plan:
    return installing.plan_install(engine_for(url), available(), addons)


def remove(url: str, name: str, *, include_dependants: bool = False) -> list[str]:
    engine = _with_all(url)
    return purge.purge(engine, name, settings(url).attachments, include_dependants=include_dependants)


def plan_remove(url: str, name: str, *, include_dependants: bool = False) -> Plan:
    engine = _with_all(url)
    return purge.plan_purge(engine, name, include_dependants=include_dependants)


def archive(
    url: str, name: str, file: Path, recipients: Sequence[str] = (), *, along: bool = False
) -> list[str]:
    engine = _with_all(url)
    return archiving.archive(engine, settings(url), name, file, recipients, include_dependants=along)


def archive_without(url: str, name: str, file: Path) -> list[str]:
    """Archive an addon whose code is gone."""
    engine = engine_for(url)
    available()
    load([discover()["base"]])
    return archiving.archive(engine, settings(url), name, file)


def restore(url: str, file: Path, more: Sequence[str] = (), identity: str = "") -> list[str]:
    back = restoring.restore(engine_for(url), available(*more), file, settings(url), identity)
    return [package.name for package in back]


def plan_restore(url: str, file: Path) -> Plan:
    return restoring.plan_restore(engine_for(url), available(), file, settings(url))


def foreseen(folder: str, verb: str, name: str) -> str:
    available()
    told = planning.foreseen(Path(folder), verb, name)
    return "\n".join([*told.lines, told.refusal])


def disable(url: str, name: str, *, include_dependants: bool = False) -> list[str]:
    return switch.disable(engine_for(url), name, include_dependants=include_dependants)


def enable(url: str, name: str) -> list[str]:
    return switch.enable(engine_for(url), available(), name)


def run_upgrade(url: str, more: Sequence[str] = (), only: Sequence[str] = ()) -> list[str]:
    steps = upgrade.upgrade(engine_for(url), available(*more), only)
    return [f"{step.addon} {step.id}" for step in steps]


def statements_of_upgrade(url: str) -> list[str]:
    return upgrade.rehearse(engine_for(url), available())


def count_of_statements(url: str) -> int:
    """How many an upgrade sends before it commits, those included that only read; it is undone."""
    sent = itertools.count()
    event.listen(Engine, "before_cursor_execute", lambda *_of: next(sent))
    event.listen(Engine, "commit", _leave)
    with suppress(_Left):
        upgrade.upgrade(engine_for(url), available())
    return next(sent)


class _Left(Exception):
    """Ends a transaction that is about to commit."""


def _leave(_connection: Connection) -> None:
    raise _Left


def states(url: str) -> dict[str, str]:
    with plain(url).connect() as connection:
        return {name: str(record.state) for name, record in records(connection).items()}


def schema(url: str) -> snapshot.Schema:
    return snapshot.schema(plain(url))


def contents(url: str) -> snapshot.Contents:
    return snapshot.contents(plain(url))


def drifts(url: str, name: str) -> list[str]:
    package = available()[name]
    with _with_all(url).connect() as connection:
        return [str(line) for line in drift.drift(connection, package)]


def sql(url: str, statement: str) -> None:
    with plain(url).execution_options(dovetail_write=True).begin() as connection:
        connection.execute(text(statement))


def at_revision(url: str, wanted: dict[str, str], more: Sequence[str] = ()) -> None:
    """A site whose addons were installed from their histories, each up to a revision."""
    engine = engine_for(url)
    loaded = load(in_order(wanted, available(*more)))
    by_name = {package.name: package for package in loaded.packages}
    with changing(engine) as connection:
        tables.make(connection, [by_name["base"]], loaded)
        for name, revision in wanted.items():
            history.step_up(connection, by_name[name], revision)
            guards.create(connection, name)
            tables.record(connection, by_name[name], loaded)


def walk(url: str, name: str, revision: str) -> None:
    """Take one addon's tables to `revision`, wherever they are."""
    engine = _with_all(url)
    package = available()[name]
    with changing(engine, moves_rows=True) as connection:
        known = records(connection)
        tables.strip(connection, known[name].tables)
        down = history.current(connection, package) > revision
        (history.step_down if down else history.step_up)(connection, package, revision)
        if not down:
            tables.complete(connection, name)


def add_book(url: str, code: str, principal: Principal = LIBRARIAN, more: Sequence[str] = ()) -> None:
    site = opened(url, *more)
    with open_env(site, principal, write=True) as env:
        env.add(_model("library.book")(code=code, name=code))


def count(url: str, table: str) -> int:
    with plain(url).connect() as connection:
        found = connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608 -- a test's own name
        return int(found)


def change_movement(url: str) -> None:
    """What nobody may do."""
    site = opened(url)
    movement = _model("lending.movement")
    with open_env(site, write=True) as env:
        moved: Any = env.session.scalars(select(movement)).first()  # Any: a sample's model, known by its name
        moved.out = True


def authors_of_movements(url: str) -> list[tuple[str, int | None]]:
    """By which addon, for whom, movements were made."""
    site = opened(url)
    movement = _model("lending.movement")
    with open_env(site) as env:
        moved: Sequence[Any] = env.session.scalars(select(movement)).all()  # Any: as above
        return [(row.book.code, row.created_by_id) for row in moved]


def opened_addons(url: str, *more: str) -> list[str]:
    return opened(url, *more).addons


def with_broken(step: Callable[..., Any], url: str, *args: str) -> Any:  # Any: what the step gives
    """A step in a process where the addon `absent` breaks."""
    os.environ["SAMPLE_BROKEN"] = "1"
    available("import_error")
    return step(url, *args)


def drop_guard(url: str, addon: str) -> None:
    engine = _with_all(url)
    with changing(engine) as connection:
        guards.drop(connection, records(connection)[addon].tables)


def write_after_others_installed(url: str, addon: str) -> None:
    """A process that was up before `addon` came."""
    site = opened(url)
    engine = engine_for(url)
    installing_process(engine, addon)
    with open_env(site, write=True) as env:
        env.add(_model("library.book")(code="LATE", name="Late"))


def installing_process(engine: Engine, addon: str) -> None:
    """Record another addon as a second process would."""
    with engine.execution_options(dovetail_write=True).begin() as connection:
        connection.execute(
            text(
                "insert into base_addon (name, state, version, revision, installed_at, needs, tables, guards, reason)"
                " select :name, state, version, revision, installed_at, needs, tables, guards, reason"
                " from base_addon where name = 'base'"
            ),
            {"name": addon},
        )


def changes_of(url: str, model: str) -> int:
    site = opened(url)
    with open_env(site) as env:
        return env.session.scalar(select(func.count()).select_from(Change).where(Change.model == model)) or 0


def hang_on(url: str, model: str) -> None:
    """A comment, a file, a saved view, a setting, a role, an external id: what names an addon's things in base."""
    site = opened(url)
    roles = {"library": "library.librarian", "base": "base.auditor"}
    base = {name: _model(f"base.{name}") for name in ("comment", "mention", "attachment", "user", "user_role",
                                                     "saved_view", "setting", "external_id")}  # fmt: skip
    with open_env(site, write=True) as env:
        user = base["user"](login=model, name="Ada")
        env.add(user)
        env.flush()
        comment = base["comment"](model=model, record_id=1, body="See.", author_id=user.id)
        env.add(comment)
        env.flush()
        env.add(
            base["attachment"](
                model=model,
                record_id=1,
                name="a.txt",
                media_type="text/plain",
                size_bytes=1,
                digest=file_of(url, model).name,
            ),
            base["mention"](comment_id=comment.id, user_id=user.id),
            base["user_role"](user_id=user.id, role=roles[model.partition(".")[0]]),
            base["saved_view"](model=model, name="Mine", owner_id=user.id),
            base["setting"](name=f"{model}.limit", value={"value": 1}),
            base["external_id"](system="elsewhere", key="1", model=model, record_id=1),
        )


def file_of(url: str, model: str) -> Path:
    """Where the content of the file lies that `hang_on` attaches; it is made there when it is first asked for."""
    digest = sha256(f"{url} {model}".encode()).hexdigest()
    file = settings(url).attachments / digest[:2] / digest
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a")
    return file


def _model(name: str) -> type[Model]:
    found = model_named(name)
    assert found is not None, name
    return found


def _with_all(url: str) -> Engine:
    """The database's engine, with its addons loaded."""
    engine = engine_for(url)
    installing.load_active(engine, available())
    return engine


def lines_of_plan(url: str, name: str) -> list[str]:
    """What a purge of `name` says that it will do."""
    return [str(line) for line in plan_remove(url, name).lines()]


def make_indexes(url: str, name: str, more: Sequence[str] = ()) -> None:
    """Make what is missing of an addon's."""
    known = available(*more)
    load(in_order([name], known))
    indexes.make(engine_for(url), [known[name]])

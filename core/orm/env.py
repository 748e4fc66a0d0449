"""Env: one person's transaction on a site; everything that reads or writes data is handed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from core import clock, i18n
from core.errors import NotFound, ReadOnly
from core.i18n import _
from core.keyring import Keyring
from core.orm import early, installed
from core.orm.constraint import explained
from core.orm.gate import GateSession
from core.orm.model import Model
from core.orm.types import MOST_ID

if TYPE_CHECKING:
    import pluggy

    from core.addon import Package
    from core.orm.access import Access
    from core.orm.installed import Installed

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Principal:
    """Who acts: a user with the companies and roles they act with; without a user, the system."""

    user_id: int | None = None
    #: The company that new records get.
    company_id: int | None = None
    #: The companies whose records are seen.
    companies: frozenset[int] = frozenset()
    #: The names of all roles, implied ones included.
    roles: frozenset[str] = frozenset()
    person_id: int | None = None
    name: str = ""
    locale: str = "en"
    zone: str = "UTC"
    #: What another system with a token may do, as `erp_supply.purchase_order:read`; None without such a limit.
    allowed: frozenset[str] | None = None

    @property
    def is_system(self) -> bool:
        return self.user_id is None


SYSTEM = Principal()


@dataclass(eq=False)
class Site:
    """A running installation: its database, installed addons, hooks and access rules."""

    engine: Engine
    packages: Sequence[Package]
    plugins: pluggy.PluginManager
    access: Access
    folder: Path
    secret: bytes = b""
    #: What signs the audit trail.
    keys: Keyring = field(default_factory=Keyring.passing)
    #: Models that are read-only because an addon that guards them could not be loaded, with the reason.
    frozen: dict[str, object] = field(default_factory=dict)
    #: The addons as the database recorded them when this process loaded them (core.orm.installed).
    loaded: frozenset[Installed] | None = None
    #: Secrets of before `secret`, which read what they encrypted.
    earlier_secrets: tuple[bytes, ...] = ()

    @property
    def hook(self) -> Any:  # Any: pluggy's relay; `dovetail check` holds every call against its specification
        return self.plugins.hook

    @property
    def addons(self) -> list[str]:
        return [package.name for package in self.packages]


class Env:
    """A transaction of `principal`. Objects belong to it and die with it; only its opener commits."""

    def __init__(self, site: Site, principal: Principal, connection: Connection, *, write: bool) -> None:
        self.site = site
        self.principal = principal
        self.write = write
        #: Why the change is made, kept with it in the audit trail.
        self.why = ""
        #: The addon whose code acts as a consequence of what the person asked; "" when the person acts.
        self.acting = ""
        #: The deletion whose records the recycle bin keeps, while they are deleted; "" where nothing is kept.
        self.recycling = ""
        self._connection = connection
        self._system: Env | None = None
        #: The envs of others on the same transaction.
        self._beside: list[Env] = []
        self._last_steps: dict[str, Callable[[], None]] = {}
        self._after: list[Callable[[], None]] = []
        #: What is told to open pages after the commit (core.events.stream), and to webhooks (core.base.listening).
        self.unsent: list[object] = []
        #: Changes with every change of who listens; "" while nobody does (core.orm.installed).
        self.listening = ""
        #: How many automation rules in a row led to this transaction.
        self.depth = 0
        self.session = GateSession(self, connection)

    @property
    def hook(self) -> Any:  # Any: as Site.hook
        return self.site.hook

    @property
    def user_id(self) -> int | None:
        return self.principal.user_id

    @property
    def company_id(self) -> int | None:
        return self.principal.company_id

    @property
    def zone(self) -> str:
        return self.principal.zone

    @property
    def dialect(self) -> str:
        return self._connection.dialect.name

    def get(self, model: type[M], record_id: int, *, lock: bool = False) -> M:
        """The record, if the person may see it; raises NotFound. `lock` holds it until the transaction ends."""
        found = None
        if record_id <= MOST_ID:
            found = self.session.get(model, record_id, with_for_update=lock or None, populate_existing=lock)
        if found is None:
            raise NotFound(
                _("{model} {id} does not exist, or you may not see it.", model=model.singular, id=record_id)
            )
        return found

    def add(self, *records: Model) -> None:
        """Have the records written at the next flush."""
        self.session.add_all(records)

    def delete(self, *records: Model) -> None:
        """Have the records deleted, with their parts, at the next flush."""
        with self.session.no_autoflush:  # one flush for all of them, whatever is loaded to find their parts
            for record in records:
                self.session.delete(record)

    def flush(self) -> None:
        """Write what is pending; a broken constraint becomes an error that a person understands."""
        with self._explaining():
            self.session.flush()

    @contextmanager
    def as_system(self) -> Iterator[Env]:
        """An env without a person's limits on the same transaction; its objects stay out of this one."""
        if self.principal.is_system:
            yield self
            return
        if self.write:
            self.flush()
        if self._system is None:
            limits = replace(SYSTEM, company_id=self.company_id, locale=self.principal.locale, zone=self.zone)
            self._system = self._env_of(limits)
        system = self._system
        system.why, system.acting, system.recycling = self.why, self.acting, self.recycling
        yield system
        system.flush()
        system.session.expire_all()
        if self.write:
            self.session.expire_all()

    @contextmanager
    def on_behalf_of(self, principal: Principal) -> Iterator[Env]:
        """An env of somebody else on the same transaction, for work that is theirs; its objects stay in it."""
        self.flush()
        other = self._env_of(principal)
        other.why = self.why
        yield other
        other.flush()
        self.session.expire_all()

    def _env_of(self, principal: Principal) -> Env:
        """An env on the same transaction, which ends with this one."""
        other = Env(self.site, principal, self._connection, write=self.write)
        other._last_steps, other._after, other._beside = self._last_steps, self._after, self._beside
        other.unsent, other.listening, other.depth = self.unsent, self.listening, self.depth
        self._beside.append(other)
        return other

    @contextmanager
    def acting_as(self, addon: str, why: str = "") -> Iterator[None]:
        """What is written within is a consequence: it runs with `addon`'s declared rights and is audited so."""
        self.flush()  # what came before is the person's own and is asked as such
        before, reason = self.acting, self.why
        self.acting, self.why = addon, why or reason
        try:
            yield
            self.flush()
        finally:
            self.acting, self.why = before, reason

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails within is undone and raised; what came before stays."""
        self.flush()
        nested, told = self._begin_nested(), len(self.unsent)
        try:
            yield
            self.flush()
        except BaseException:
            nested.rollback()
            del self.unsent[told:]
            self.session.expire_all()
            raise
        nested.commit()

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What is done within is undone at the end: for previews and dry runs."""
        self.flush()
        nested, told = self._begin_nested(), len(self.unsent)
        try:
            yield
        finally:
            nested.rollback()
            del self.unsent[told:]
            self.session.expire_all()

    def _begin_nested(self) -> SessionTransaction:
        """A savepoint that is there at once: the session alone would wait for a statement of its own."""
        nested = self.session.begin_nested()
        Session.connection(self.session, {"bind": self._connection})
        return nested

    def last(self, key: str, step: Callable[[], None]) -> None:
        """Run `step` once as the last thing before commit, in order of `key`, so that its locks are short."""
        self._last_steps.setdefault(key, step)

    def after_commit(self, step: Callable[[], None]) -> None:
        """Run `step` after the transaction is durable; never when it is rolled back."""
        self._after.append(step)

    def finish(self) -> None:
        """Flush and run the last steps in order of their keys: for an answer that shows what they wrote.

        Their locks are held until the commit, which must follow at once.
        """
        self.flush()
        while self._last_steps:
            key = min(self._last_steps)
            self._last_steps.pop(key)()
        self.flush()
        for other in self._beside:
            other.flush()

    def commit(self) -> None:
        """Make everything durable: finish, commit, then the steps for after."""
        self.finish()
        with self._explaining():
            early.commit(self._connection)
        after, self._after[:] = list(self._after), []
        for step in after:
            step()

    def close(self) -> None:
        """End without keeping what was not committed."""
        for other in self._beside:
            other.session.close()
        self.session.close()
        early.rollback(self._connection)

    def refuse_write(self) -> None:
        """Raise ReadOnly in a reading transaction."""
        if not self.write:
            raise ReadOnly(_("This is a reading transaction; nothing has changed. Open it with write=True."))

    def _explaining(self) -> AbstractContextManager[None]:
        return _constraints_explained()


@contextmanager
def _constraints_explained() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise explained(error) from error


@contextmanager
def open_env(site: Site, principal: Principal = SYSTEM, *, write: bool = False) -> Iterator[Env]:
    """A transaction of `principal` on `site`, committed when the block ends without an error.

    With `write` SQLite begins IMMEDIATE, so that writers queue instead of failing; a reader never waits.
    """
    with site.engine.connect() as plain, i18n.speaking(principal.locale):
        connection = plain.execution_options(dovetail_write=write, **({} if write else _read_only(plain)))
        stamp = installed.require_same(connection, site.loaded) if write and site.loaded is not None else ""
        env = Env(site, principal, connection, write=write)
        env.listening = stamp
        try:
            yield env
            if write:
                env.commit()
        finally:
            env.close()


def _read_only(connection: Connection) -> dict[str, bool]:
    return {"postgresql_readonly": True} if connection.dialect.name == "postgresql" else {}


def stamp() -> Any:  # Any: an aware datetime, as the column wants it
    """The instant that new and changed rows carry."""
    return clock.now()

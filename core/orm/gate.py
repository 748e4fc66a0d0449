"""The gate: a session that lets a person's code see and write only what that person may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.context import FromStatement
from sqlalchemy.orm.exc import StaleDataError

from core.errors import Conflict, GateError
from core.i18n import _
from core.orm import flush
from core.orm.constraint import explained
from core.orm.facet import Facet
from core.orm.model import Model
from core.orm.verify import verdict_on

if TYPE_CHECKING:
    from core.orm.env import Env


class GateSession(Session):
    """The session of an env: its statements are gated, its transaction is the env's."""

    def __init__(self, env: Env, connection: Connection) -> None:
        super().__init__(join_transaction_mode="rollback_only", autoflush=True, expire_on_commit=False)
        self.env = env
        self._connection = connection

    @property
    def gated(self) -> bool:
        return not self.env.principal.is_system

    def connection(self, *args: Any, **kwargs: Any) -> Connection:  # Any: SQLAlchemy's signature
        if self.gated:
            _refuse("session.connection()", "env.as_system() and the ORM")
        return super().connection(*args, **kwargs)

    def get_bind(
        self, mapper: Any = None, *, clause: Any = None, **kwargs: Any
    ) -> Connection:  # Any: as above
        """The env's connection, for SQLAlchemy itself, which always says for what."""
        if self.gated and mapper is None and clause is None:
            _refuse("session.get_bind()", "env.as_system() and the ORM")
        return self._connection

    def flush(self, objects: Any = None) -> None:  # Any: SQLAlchemy's signature
        """Write what is pending, then tell the hooks, which may write in turn."""
        try:
            super().flush()
        except IntegrityError as error:
            raise explained(error) from error
        except StaleDataError as error:
            raise Conflict(
                _("Somebody else has changed this in the meantime. Nothing has changed. Load it again.")
            ) from error
        flush.announce_due(self.env)

    def _identity_lookup(self, mapper: Any, *args: Any, **kwargs: Any) -> Any:  # Any: as above
        """What an addon's code loaded as a consequence stays in the identity map: not for a person without a grant."""
        return (
            super()._identity_lookup(mapper, *args, **kwargs) if self._may_be_known(mapper.class_) else None
        )

    def _may_be_known(self, kind: type) -> bool:
        env = self.env
        if not self.gated or env.acting or not issubclass(kind, Model | Facet):
            return True
        return env.site.access.may(env.principal, "read", kind)

    def commit(self) -> None:
        _refuse("session.commit()", "the end of open_env, which commits")

    def merge(self, *args: Any, **kwargs: Any) -> Any:  # Any: SQLAlchemy's signature
        _refuse("session.merge()", "env.get and attributes, or bulk")

    def bulk_save_objects(self, *args: Any, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        _refuse("session.bulk_save_objects()", "core.orm.bulk")

    def bulk_insert_mappings(self, *args: Any, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        _refuse("session.bulk_insert_mappings()", "core.orm.bulk")

    def bulk_update_mappings(self, *args: Any, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        _refuse("session.bulk_update_mappings()", "core.orm.bulk")


def _refuse(what: str, instead: str) -> NoReturn:
    raise GateError(f"{what} passes by the access gate; use {instead} instead")


@event.listens_for(GateSession, "do_orm_execute")
def _gate(state: ORMExecuteState) -> None:
    """Refuse a person's statement that cannot be gated, and keep the others to the rows they may see."""
    session = state.session
    assert isinstance(session, GateSession)
    if not session.gated:
        return
    state.bind_arguments.setdefault("clause", state.statement)  # a union says nothing else to get_bind
    if not state.is_orm_statement:
        _refuse("A statement on tables instead of models", "select(Model)")
    if state.is_insert:
        _refuse("insert()", "env.add or bulk.create")
    if state.is_update or state.is_delete:
        _refuse("update() or delete() of sets", "bulk.update or bulk.delete")
    if isinstance(state.statement, FromStatement):
        _refuse("from_statement()", "select(Model)")
    if state.is_column_load:
        return  # the row of an object that was loaded through the gate, which SQLAlchemy asks for by its key
    env = session.env
    verdict = verdict_on(state.statement, env.site.engine.dialect)
    if verdict.refusal:
        _refuse(verdict.refusal, "the attributes of models")
    state.statement = env.site.access.gated(env.principal, state.statement, verdict.tables, env.acting)


@event.listens_for(GateSession, "detached_to_persistent")
def _attached(session: GateSession, record: object) -> None:
    """Refuse an object that came from elsewhere: its row would be loaded and written without being asked for."""
    if session.gated:
        session.expunge(record)
        _refuse("An object of another transaction", "env.get")


@event.listens_for(GateSession, "before_flush")
def _before_flush(session: GateSession, context: object, instances: object) -> None:
    flush.before(session.env)


@event.listens_for(GateSession, "after_flush")
def _after_flush(session: GateSession, context: Any) -> None:  # Any: SQLAlchemy's UOWTransaction
    flush.after(session.env, context)

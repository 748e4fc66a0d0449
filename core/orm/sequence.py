"""Numbers of documents: gapless ones taken as the last thing before commit, and plain ones taken at once."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, inspect
from sqlalchemy.orm import Mapped, Session, SessionTransaction
from sqlalchemy.orm.attributes import set_committed_value

from core import clock
from core.errors import ValidationError
from core.i18n import _
from core.orm import tracking
from core.orm.counter import Counter, draw, draw_into, formatted
from core.orm.engine import engine_for
from core.orm.field import field, index
from core.orm.gate import GateSession
from core.orm.model import Model, SharedByCompanies
from core.orm.plan import ColumnPlan, plan_of
from core.orm.tracking import ChangeEvent, Happening
from core.orm.types import Code, Name

if TYPE_CHECKING:
    from core.orm.env import Env

DEFAULT_PATTERN = "{number:05}"


class Sequence(SharedByCompanies, Model):
    """A counter of document numbers: one row for each name, company and period of its pattern."""

    __tablename__ = "base_sequence"
    singular = _("Number sequence")
    plural = _("Number sequences")

    name: Mapped[Name] = field(_("Name"), key=True, title=True, search=True, track=True)
    period: Mapped[Code] = field(
        _("Period"), default="", key=True, readonly=True, help=_("The year or month that this row counts.")
    )
    pattern: Mapped[Name] = field(
        _("Pattern"), default=DEFAULT_PATTERN, track=True,
        help=_("What a number looks like, such as PO-{year}-{number:05}; with {year} or {month} it starts anew."),
    )  # fmt: skip
    next: Mapped[int] = field(_("Next number"), default=1, track=True)

    __table_args__ = (
        index("name", "company_id", "period", unique=True, name="uq_base_sequence_company"),
        index("name", "period", unique=True, name="uq_base_sequence_shared", where="company_id IS NULL"),
    )

    def check(self) -> None:
        try:
            shown = {formatted(self.pattern, number, date(2000, 1, 1)) for number in (1, 2)}
        except (KeyError, ValueError, IndexError) as error:
            raise ValidationError(
                {"pattern": _("The pattern cannot be read: {error}.", error=error)}
            ) from error
        if len(shown) == 1:
            raise ValidationError({"pattern": _("The pattern must contain {number}.")})


def number(
    env: Env,
    record: Model,
    attribute: str,
    name: str,
    *,
    pattern: str = DEFAULT_PATTERN,
    on: date | None = None,
) -> None:
    """Give `record` the next gapless number of the sequence `name` just before the transaction commits.

    Until then the field is empty. The counter is locked for these last statements alone; those of other names,
    companies and periods never wait. `pattern` is taken when the sequence does not exist yet; `on` is the document's
    day (today by default), which decides the year.
    """
    counter = Counter(name, _company(env, record), pattern, on or clock.today(env.zone))
    waiting = env.session.info.setdefault("numbers", {})
    if counter.key not in waiting:
        waiting[counter.key] = []
        env.last(f"number {counter.key} {id(env.session)}", lambda: _give(env, waiting.pop(counter.key)))
    waiting[counter.key].append(_Waiting(counter, record, attribute, savepoints(env.session)))


def next_value(env: Env, name: str, *, pattern: str = DEFAULT_PATTERN) -> str:
    """The next number of the sequence `name`, at once; it is lost when the transaction is rolled back."""
    return next_values(env, name, 1, pattern=pattern)[0]


def next_values(env: Env, name: str, count: int, *, pattern: str = DEFAULT_PATTERN) -> list[str]:
    """The next `count` numbers; on PostgreSQL taken beside the transaction, so that nobody waits for its end."""
    counter = Counter(name, env.company_id, pattern, clock.today(env.zone))
    if env.dialect != "postgresql":
        return draw(env._connection, counter, count)
    with _counting(env.site.engine).begin() as connection:
        # The commit of the business transaction makes this one durable too: the log is written in order.
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        return draw(connection, counter, count)


@dataclass(frozen=True)
class _Waiting:
    """A record that gets its number at the end."""

    counter: Counter
    record: Model
    attribute: str
    #: The savepoints it was asked in: with any of them rolled back it is not asked any more.
    savepoints: frozenset[SessionTransaction]


def _give(env: Env, waiting: Several[_Waiting]) -> None:
    """Number the records that still want it, all of a model at once."""
    asked = [w for w in waiting if _is_open(w)]
    with env._explaining():
        for model, attribute in dict.fromkeys((type(w.record), w.attribute) for w in asked):
            column = plan_of(model).by_name[attribute]
            records = dict.fromkeys(
                w.record for w in asked if (type(w.record), w.attribute) == (model, attribute)
            )
            _write(env, waiting[0].counter, column, list(records))


def _is_open(waiting: _Waiting) -> bool:
    return inspect(waiting.record).persistent and getattr(waiting.record, waiting.attribute) is None


def _write(env: Env, counter: Counter, column: ColumnPlan, records: Several[Model]) -> None:
    """Below the session, since a flush here would hold the counter longer; then tell who listens."""
    model, ids = type(records[0]), [record.id for record in records]
    numbers = draw_into(env._connection, counter, column, ids)
    for record, given in zip(records, numbers, strict=True):
        set_committed_value(record, column.key, given)
        set_committed_value(record, "version", record.version + 1)
    if column.track:
        happened = [
            Happening(model, i, ChangeEvent.CHANGED, {column.name: None}, {column.name: given})
            for i, given in zip(ids, numbers, strict=True)
        ]
        tracking.write(env, happened)
    if env.hook.records_changed.get_hookimpls():
        env.hook.records_changed(env=env, model=model, ids=ids, fields=frozenset({column.name}))


def _company(env: Env, record: Model) -> int | None:
    """The document's company, or that of the person for one that belongs to none."""
    company: int | None = getattr(record, "company_id", None)
    return env.company_id if company is None else company


def savepoints(session: Session) -> frozenset[SessionTransaction]:
    """The savepoints that are open: what waits for the end of the transaction is forgotten with any of them."""
    found, transaction = set(), session.get_nested_transaction()
    while transaction is not None and transaction.nested:
        found.add(transaction)
        transaction = transaction.parent
    return frozenset(found)


@event.listens_for(GateSession, "after_soft_rollback")
def _forget(session: GateSession, transaction: SessionTransaction) -> None:
    """What was asked within a savepoint is taken back with it."""
    waiting: dict[str, list[_Waiting]] = session.info.get("numbers", {})
    for asked in waiting.values():
        asked[:] = [w for w in asked if transaction not in w.savepoints]


_engines: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
_making = Lock()


def _counting(engine: Engine) -> Engine:
    """A pool of its own for plain numbers: one shared with transactions that wait for a number could run dry."""
    with _making:  # or two threads would each make one, and nobody would close the connections of the first
        if engine not in _engines:
            own = engine_for(engine.url.render_as_string(hide_password=False), pool_size=2, max_overflow=8)
            event.listen(engine, "engine_disposed", lambda _disposed: own.dispose())
            _engines[engine] = own
        return _engines[engine]

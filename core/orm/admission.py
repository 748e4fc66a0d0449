"""What a person's flush may hold at all: records and facets of records they see, with plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ClauseElement

from core.errors import Forbidden, GateError
from core.i18n import _
from core.orm.facet import Facet
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env


def require_plain(session: Session) -> None:
    """Raise GateError for rows that the system alone writes, and for values that are SQL and would read as it does."""
    for record in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(record, Model | Facet):
            raise GateError(f"{type(record).__name__} is written by the system alone; use env.as_system()")
        for key, value in vars(record).items():
            if isinstance(value, ClauseElement) or hasattr(value, "__clause_element__"):
                raise GateError(f"{type(record).__name__}.{key} is set to SQL; set it to a value")


def records_of_loose_facets(env: Env) -> Iterator[Model]:
    """The records whose facet is made or deleted by itself: that changes the record, and is asked for as such."""
    session = env.session
    made = [f for f in session.new if isinstance(f, Facet) and inspect(f).dict.get("id") is not None]
    deleted = [f for f in session.deleted if isinstance(f, Facet)]
    for facet in (*made, *deleted):
        record = session.get(facet.model, facet.id)
        if record is None:
            raise _not_there(facet)
        if record not in session.deleted:
            yield record


def _not_there(facet: Facet[Any]) -> Forbidden:  # Any: of any model
    return Forbidden(
        _("There is no {model} {id} that you may use here.", model=facet.model.singular, id=facet.id)
    )

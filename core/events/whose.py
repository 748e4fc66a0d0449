"""What an event is about and to whom it goes: documents instead of their parts, one event for each company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.plan import plan_of
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.events.stream import Unsent
    from core.orm.env import Env


def only_company(env: Env) -> int | None:
    """The company of all that `env` can write, where it is one: a person writes nothing of those they do not see."""
    seen = env.principal.companies
    return next(iter(seen)) if len(seen) == 1 and not env.principal.is_system else None


def of_documents(env: Env, unsent: Unsent) -> Unsent:
    """`unsent` about the documents that its records are part of; a part that is gone says nothing of its own."""
    if unsent.model is None:
        return unsent
    model, ids = documents_of(env, unsent.model, unsent.records)
    return unsent if model is unsent.model else replace(unsent, model=model, records=tuple(ids))


def documents_of(env: Env, model: type[Model], ids: Sequence[int]) -> tuple[type[Model], Sequence[int]]:
    """The documents that records are part of; of what is part of nothing, the records themselves."""
    while (owner := plan_of(model).owner) is not None and owner.target is not None:
        table = plan_of(model).table
        asked = select(owner.column).distinct().where(among(table.c.id, ids, env.dialect))
        ids = env._connection.execute(asked).scalars().all()  # below the session: nobody's rights are asked
        model = owner.target
    return model, ids


def addressed(env: Env, unsent: Unsent) -> Iterator[Unsent]:
    """An event for the people of each company that has some of the records."""
    if unsent.companies is not None or unsent.model is None:
        yield unsent
        return
    if unsent.only is not None and issubclass(unsent.model, OfCompany):
        yield replace(unsent, companies=(unsent.only,))
        return
    for company, ids in _by_company(env, unsent.model, unsent.records).items():
        yield replace(unsent, companies=() if company is None else (company,), records=tuple(ids))


def _by_company(env: Env, model: type[Model], ids: Sequence[int]) -> dict[int | None, Sequence[int]]:
    """The records of each company; None has the shared ones."""
    if not ids:
        return {}
    if not issubclass(model, OfCompany | SharedByCompanies):
        return {None: ids}
    columns = plan_of(model).table.c
    asked = select(columns.company_id, columns.id).where(among(columns.id, ids, env.dialect))
    found: dict[int | None, list[int]] = defaultdict(list)
    for company, record_id in env._connection.execute(asked):  # below the session, as above
        found[company].append(record_id)
    return dict(found)

"""What other systems call our records: found again by seeds, imports and the bridge, and never made twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from core.base.hanging import seen_by
from core.base.models.record import ExternalId
from core.orm import bulk
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name

if TYPE_CHECKING:
    from core.orm.env import Env

M = TypeVar("M", bound=Model)

#: So many keys go into one statement.
_CHUNK = 500


def find(env: Env, model: type[M], system: str, key: str) -> M | None:
    """Our record that `system` calls `key`, if the person may see it."""
    record_id = known(env, model, system, [key]).get(key)
    if record_id is None:
        return None
    return env.session.get(model, record_id)


def known(env: Env, model: type[Model], system: str, keys: Iterable[str]) -> dict[str, int]:
    """The ids of our records by the keys that `system` has for them; keys that nobody noted are left out."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, int] = {}
    with env.as_system() as unlimited:
        for start in range(0, len(wanted), _CHUNK):
            asked = select(ExternalId.key, ExternalId.record_id).where(
                ExternalId.system == system, ExternalId.model == model_name(model),
                ExternalId.key.in_(wanted[start : start + _CHUNK]), seen_by(env, ExternalId),
            )  # fmt: skip
            found |= {row.key: row.record_id for row in unlimited.session.execute(asked)}
    return found


def remember(env: Env, record: Model, system: str, key: str) -> None:
    """Note that `system` calls the record `key`; the record must have been flushed."""
    company = record.company_id if isinstance(record, OfCompany | SharedByCompanies) else None
    remember_all(env, type(record), system, {key: record.id}, company)


def remember_all(
    env: Env, model: type[Model], system: str, ids: Mapping[str, int], company_id: int | None = None
) -> None:
    """Note the ids of many records of one company, or of shared ones, by the keys that `system` has for them."""
    rows = [
        {"system": system, "key": key, "model": model_name(model), "record_id": record_id, "company_id": company_id}
        for key, record_id in ids.items()
    ]  # fmt: skip
    with env.acting_as("base"):
        bulk.create(env, ExternalId, rows)

"""Whose records are whose: the ERP's id of an item or work centre leads to ours, and back."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from core import Env, Model, model_name
from core.base import ExternalId, external

M = TypeVar("M", bound=Model)

#: Under which external ids are kept, each beginning with the partner's.
SYSTEM = "bridge.mes"


def ours(env: Env, model: type[M], partner_id: int, record: str) -> M | None:
    """Our record of theirs, where it was taken over before."""
    return external.find(env, model, SYSTEM, f"{partner_id}/{record}")


def remember(env: Env, found: Model, partner_id: int, record: str) -> None:
    """Note that a record of theirs is this one of ours."""
    external.remember(env, found, SYSTEM, f"{partner_id}/{record}")


def their_record(env: Env, partner_id: int, found: Model) -> str | None:
    """What the partner calls our record; None for one that it never told of."""
    with env.as_system() as system:
        key = system.session.scalar(
            select(ExternalId.key).where(
                ExternalId.system == SYSTEM,
                ExternalId.model == model_name(type(found)),
                ExternalId.record_id == found.id,
                ExternalId.key.startswith(f"{partner_id}/", autoescape=True),
            )
        )
    return None if key is None else key.partition("/")[2]

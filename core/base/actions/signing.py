"""The signatures of a record as its page and its print show them; who may see the record may see who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.base.models.user import Signature
from core.orm.model import Model, model_name
from core.security.signature import Validity, validity

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is shown."""

    id: int
    at: datetime
    printed_name: str
    meaning: str
    record_version: int
    validity: Validity


def signatures(env: Env, record: Model) -> list[Signed]:
    """Those of a record that the person was given by the gate, the oldest first."""
    asked = select(Signature).where(
        Signature.model == model_name(type(record)), Signature.record_id == record.id
    )
    with env.as_system() as system:
        found = system.session.scalars(asked.order_by(Signature.id)).all()
        return [
            Signed(s.id, s.signed_at, s.printed_name, s.meaning, s.record_version, validity(system, s))
            for s in found
        ]

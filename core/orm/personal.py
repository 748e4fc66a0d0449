"""Personal values in the audit trail: encrypted under a key of the record that they are of, which erasure destroys.

What is sealed is the encrypted text, so that the chain stays whole when the key is gone. What was written before values
were encrypted cannot be encrypted without breaking its mark: an erasure redacts it (core.audit.redacting).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.i18n import _
from core.orm.model import Base
from core.orm.rowset import among
from core.orm.types import BigId, Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.orm.env import Env

#: A record by the name of its model and its id.
Subject = tuple[str, int]

_BYTES = 32
_NONCE_BYTES = 12
#: How an encrypted value stands in the trail: `{"personal": "..."}`.
_MARK = "personal"


class PersonalKey(Base):
    """What the personal values of one record are encrypted with in the trail. Not a Model: the system alone sees it."""

    __tablename__ = "base_personal_key"

    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    #: 32 bytes in Base64; none once they were destroyed.
    key: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[Instant | None]
    erased_by_id: Mapped[int | None] = mapped_column(BigId)


class Erased(str):
    """A personal value whose key was destroyed, in words."""

    __slots__ = ()


def close(
    env: Env, wanted: Mapping[Subject, Collection[str]], values: Iterable[tuple[Subject, dict[str, Any]]]
) -> None:
    """Encrypt, in place, the personal values among `values` of each subject; `wanted` says which they are."""
    found = [(subject, held) for subject, held in values if _plain(held, wanted.get(subject, ()))]
    if not found:
        return
    keys = _keys(env._connection, {subject for subject, _held in found}, make=True)
    for subject, held in found:
        cipher = AESGCM(base64.b64decode(keys[subject]))
        for name in _plain(held, wanted[subject]):
            nonce = secrets.token_bytes(_NONCE_BYTES)
            sealed = cipher.encrypt(nonce, json.dumps(held[name]).encode(), _about(subject, name))
            held[name] = {_MARK: base64.b64encode(nonce + sealed).decode()}


class Opening:
    """Reads the personal values of some subjects, as far as their keys are there."""

    def __init__(self, connection: Connection, subjects: Iterable[Subject]) -> None:
        self._keys = _keys(connection, set(subjects), make=False)

    def opened(self, subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
        """The same values, with those that were encrypted in clear, or Erased."""
        return {n: self._open(subject, n, v) if is_closed(v) else v for n, v in values.items()}

    def _open(self, subject: Subject, name: str, value: Mapping[str, str]) -> Any:  # Any: JSON
        raw, key = base64.b64decode(value[_MARK]), self._keys.get(subject)
        if not raw or key is None:
            return Erased(_("erased"))
        try:
            clear = AESGCM(base64.b64decode(key)).decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _about(subject, name)
            )
        except InvalidTag:  # of before an erasure, after which somebody gave a value again
            return Erased(_("erased"))
        return json.loads(clear)


def is_closed(value: object) -> bool:
    """Whether a value of the trail is an encrypted one."""
    return isinstance(value, dict) and list(value) == [_MARK]


def redacted(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:  # Any: JSON
    """The same values without those of `names` that stand there in clear."""
    return {n: {_MARK: ""} if n in _plain(values, names) else v for n, v in values.items()}


def has_plain(values: Mapping[str, Any], names: Collection[str]) -> bool:  # Any: JSON
    """Whether one of the personal fields `names` stands there in clear."""
    return bool(_plain(values, names))


def destroy(env: Env, subjects: Collection[Subject], by_id: int | None) -> None:
    """Destroy the keys of `subjects`: what they encrypted is read by nobody any more."""
    for model, record_id in subjects:
        mine = (PersonalKey.model == model, PersonalKey.record_id == record_id)
        env._connection.execute(
            update(PersonalKey).where(*mine).values(key=None, erased_at=clock.now(), erased_by_id=by_id)
        )


def _plain(values: Mapping[str, Any], names: Collection[str]) -> list[str]:  # Any: JSON
    return [n for n in names if values.get(n) is not None and not is_closed(values[n])]


def _about(subject: Subject, name: str) -> bytes:
    """Binds a value to its place: no encrypted value is read as that of another field or record."""
    return json.dumps([*subject, name]).encode()


def _keys(connection: Connection, subjects: set[Subject], *, make: bool) -> dict[Subject, str]:
    found = _known(connection, subjects)
    missing = sorted(subjects - found.keys()) if make else []
    if not missing:
        return found
    _make(connection, missing)
    return found | _known(connection, set(missing))


def _known(connection: Connection, subjects: set[Subject]) -> dict[Subject, str]:
    by_model: dict[str, list[int]] = defaultdict(list)
    for model, record_id in sorted(subjects):
        by_model[model].append(record_id)
    found: dict[Subject, str] = {}
    for model, ids in by_model.items():
        asked = select(PersonalKey.record_id, PersonalKey.key).where(
            PersonalKey.model == model,
            PersonalKey.key.is_not(None),
            among(PersonalKey.record_id, ids, connection.dialect.name),
        )
        found |= {(model, row.record_id): row.key for row in connection.execute(asked)}
    return found


def _make(connection: Connection, subjects: Sequence[Subject]) -> None:
    """A key for each that has none; who writes at the same time keeps the other's."""
    rows = [
        {
            "model": model,
            "record_id": record_id,
            "key": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
        }
        for model, record_id in subjects
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = dialect.insert(PersonalKey)
    anew = made.on_conflict_do_update(
        index_elements=["model", "record_id"],
        set_={"key": made.excluded.key},
        where=PersonalKey.key.is_(None),
    )
    connection.execute(anew, rows)

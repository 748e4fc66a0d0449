"""The chain: each batch of changes is sealed with the one before it, in the order in which the sealer found them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Row

from core import clock
from core.keyring import Keyring
from core.orm.env import Env, Site, open_env
from core.orm.plan import table_of
from core.orm.tracking import ChangeBatch

#: Batches that are sealed in one transaction: SQLite's other writers wait for that long.
AT_ONCE = 500
#: The advisory lock that sealers alone take, so that one of them chains at a time.
LOCK = 0x61756469

_table = table_of(ChangeBatch)
_unsealed = select(
    _table.c.id, _table.c.at, _table.c.by_id, _table.c.rows, _table.c.digest, _table.c.key
).where(_table.c.seal_no.is_(None))
_seal = (
    update(_table)
    .where(_table.c.id == bindparam("batch"))
    .values({name: bindparam(name) for name in ("seal_no", "seal", "seal_key", "sealed_at")})
)


@dataclass(frozen=True)
class Head:
    """The newest seal of a chain, which vouches for all before it."""

    no: int
    seal: str
    key: str
    at: datetime


def seal_some(site: Site) -> Head | None:
    """Seal what is committed and was not sealed yet, AT_ONCE batches at most; None where there is nothing to do.

    Whoever writes never waits for it: it takes what it sees, however late an earlier id was committed.
    """
    with open_env(site) as env:  # looking disturbs no writer
        if env._connection.execute(_unsealed.limit(1)).first() is None:
            return None
    with open_env(site, write=True) as env:
        return _seal_some(env) if _is_alone(env) else None


def head_of(env: Env) -> Head | None:
    """The newest seal; None before there is any."""
    newest = select(func.max(_table.c.seal_no)).scalar_subquery()
    columns = (_table.c.seal_no, _table.c.seal, _table.c.seal_key, _table.c.sealed_at)
    row = env._connection.execute(select(*columns).where(_table.c.seal_no == newest)).first()
    return None if row is None else Head(*row)


def seal_of(
    keys: Keyring, key_id: str, no: int, before: str, batch: Row[*tuple[Any, ...]], at: datetime
) -> str:  # Any: columns
    """The seal of a batch at position `no`, after one whose seal is `before`; KeyError without the key."""
    covered = [
        no, before, batch.id, batch.at.isoformat(), batch.by_id, batch.rows, batch.digest, batch.key, at.isoformat()
    ]  # fmt: skip
    return keys.sign(key_id, json.dumps(covered))


def _seal_some(env: Env) -> Head | None:
    """Those without a key are of before sealing began: they are its beginning."""
    waiting = env._connection.execute(
        _unsealed.order_by(_table.c.key.is_not(None), _table.c.id).limit(AT_ONCE)
    ).all()
    keys, at, before, rows = env.site.keys, clock.now(), head_of(env), []
    no, seal = (before.no, before.seal) if before else (0, "")
    for batch in waiting:
        no, seal = no + 1, seal_of(keys, keys.current, no + 1, seal, batch, at)
        rows.append(
            {"batch": batch.id, "seal_no": no, "seal": seal, "seal_key": keys.current, "sealed_at": at}
        )
    if not rows:
        return None
    env._connection.execute(_seal, rows)  # below the session: nobody else writes to a batch that is committed
    return Head(no, seal, keys.current, at)


def _is_alone(env: Env) -> bool:
    """Whether no other sealer is at it; SQLite has one writer anyway."""
    if env.dialect != "postgresql":
        return True
    return bool(env._connection.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))

"""The audit trail is signed by a key outside the database, and sealed.

What was written before keeps its digest without a key and becomes the beginning of the chain.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    with op.batch_alter_table('base_change', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mark', sa.String(length=32), nullable=True))
        batch_op.create_index('ix_base_change_by', ['by_id', 'id'], unique=False)

    with op.batch_alter_table('base_change_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('key', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('seal_key', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('sealed_at', types.UtcDateTime(), nullable=True))
        batch_op.create_index('ix_base_change_batch_seal_no', ['seal_no'], unique=True)



_BATCHES = sa.text("SELECT id FROM base_change_batch WHERE key IS NOT NULL AND id > :after ORDER BY id LIMIT 500")
_ROWS = sa.text(
    "SELECT model, record_id, event, at, by_id, addon, why, old, new FROM base_change WHERE batch_id = :id ORDER BY id"
).columns(at=types.UtcDateTime())
_DIGEST = sa.text("UPDATE base_change_batch SET digest = :digest WHERE id = :id")


def downgrade() -> None:
    _unsign()
    with op.batch_alter_table('base_change_batch', schema=None) as batch_op:
        batch_op.drop_index('ix_base_change_batch_seal_no')
        batch_op.drop_column('sealed_at')
        batch_op.drop_column('seal_key')
        batch_op.drop_column('key')

    with op.batch_alter_table('base_change', schema=None) as batch_op:
        batch_op.drop_index('ix_base_change_by')
        batch_op.drop_column('mark')


def _unsign() -> None:
    """Give each batch the digest that it would have had before, and take the chain apart: its keys are not known there."""
    connection, after = op.get_bind(), 0
    while ids := connection.scalars(_BATCHES, {"after": after}).all():
        for batch_id in ids:
            connection.execute(_DIGEST, {"id": batch_id, "digest": _digest(connection, batch_id)})
        after = ids[-1]
    connection.execute(sa.text("UPDATE base_change_batch SET seal_no = NULL, seal = NULL"))


def _digest(connection: sa.Connection, batch_id: int) -> str:
    sha = hashlib.sha256()
    for model, record_id, event, at, *rest in connection.execute(_ROWS, {"id": batch_id}):
        row = [model, record_id, event, at.isoformat(), *rest]
        sha.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
    return sha.hexdigest()

"""Personal values are encrypted in the audit trail, under keys that an erasure destroys.

What is there in clear stays as it is, since its marks are over it: an erasure redacts it. Going down would lose the keys, and
with them what was written since.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types
from core.orm.migrating import irreversible

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    op.create_table('base_personal_key',
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('record_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('key', sa.String(length=64), nullable=True),
    sa.Column('erased_at', types.UtcDateTime(), nullable=True),
    sa.Column('erased_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('model', 'record_id', name=op.f('pk_base_personal_key'))
    )
    op.create_table('base_redaction',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('change_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('by_id', types.BigId, nullable=True),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_redaction'))
    )
    with op.batch_alter_table('base_redaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_redaction_change_id'), ['change_id'], unique=False)



_KEPT = sa.text("SELECT 1 FROM base_personal_key UNION ALL SELECT 1 FROM base_redaction LIMIT 1")


def downgrade() -> None:
    if op.get_bind().execute(_KEPT).first() is not None:
        irreversible("personal values of the audit trail would be lost, or the trail would look as if somebody had altered it")
    with op.batch_alter_table('base_redaction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_redaction_change_id'))

    op.drop_table('base_redaction')
    op.drop_table('base_personal_key')

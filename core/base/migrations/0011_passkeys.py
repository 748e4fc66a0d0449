"""Passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    op.create_table('base_passkey',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('handle', sa.String(length=64), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', sa.JSON(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('used_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_passkey_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_base_passkey_credential_id'))
    )
    with op.batch_alter_table('base_passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_passkey_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('base_passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_passkey_user_id'))

    op.drop_table('base_passkey')

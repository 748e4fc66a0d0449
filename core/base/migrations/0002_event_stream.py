"""Event stream."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('base_event',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('topic', sa.String(length=100), nullable=False),
    sa.Column('by_id', types.BigId, nullable=True),
    sa.Column('companies', sa.JSON(), nullable=False),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('role', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('records', sa.JSON(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_event'))
    )


def downgrade() -> None:
    op.drop_table('base_event')

"""One-time passwords end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    with op.batch_alter_table('base_credential', schema=None) as batch_op:
        batch_op.add_column(sa.Column('password_until', types.UtcDateTime(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('base_credential', schema=None) as batch_op:
        batch_op.drop_column('password_until')


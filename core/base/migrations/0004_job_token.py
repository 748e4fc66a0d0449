"""A job knows what its token may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('allowed', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.drop_column('allowed')


"""What was shipped is kept beside its digest, and what is newly shipped for edited records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    with op.batch_alter_table('base_external_id', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shipped', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('offered', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('base_external_id', schema=None) as batch_op:
        batch_op.drop_column('offered')
        batch_op.drop_column('shipped')

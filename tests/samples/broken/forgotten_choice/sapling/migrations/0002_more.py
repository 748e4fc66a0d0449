"""more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("sapling_step", sa.Column("note", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("sapling_step", "note")

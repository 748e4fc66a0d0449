"""more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("seedling_step", sa.Column("note", sa.String(length=64), nullable=True))
    op.execute("update seedling_step set code = 'changed'")


def downgrade() -> None:
    op.drop_column("seedling_step", "note")

"""initial."""

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sapling_step",
        sa.Column("id", types.BigId, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(), nullable=True),
        sa.Column("created_by_id", types.BigId, nullable=True),
        sa.Column("changed_at", types.UtcDateTime(), nullable=True),
        sa.Column("changed_by_id", types.BigId, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sapling_step")),
    )


def downgrade() -> None:
    op.drop_table("sapling_step")

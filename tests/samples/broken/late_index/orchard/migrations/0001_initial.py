"""initial."""

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "orchard_tree",
        sa.Column("id", types.BigId, nullable=False),
        sa.Column("row", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(), nullable=True),
        sa.Column("created_by_id", types.BigId, nullable=True),
        sa.Column("changed_at", types.UtcDateTime(), nullable=True),
        sa.Column("changed_by_id", types.BigId, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orchard_tree")),
    )
    op.create_index("ix_orchard_tree_name_sort", "orchard_tree", ["name", "id"])


def downgrade() -> None:
    op.drop_table("orchard_tree")

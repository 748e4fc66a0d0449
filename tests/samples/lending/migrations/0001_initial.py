"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0001"
down_revision = None
requires = {"library": "0001"}


def upgrade() -> None:
    op.create_table(
        "lending_book",
        sa.Column("id", types.BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["id"], ["library_book.id"], name=op.f("fk_lending_book_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_book")),
    )
    op.create_table(
        "lending_movement",
        sa.Column("id", types.BigId, nullable=False),
        sa.Column("book_id", types.BigId, nullable=False),
        sa.Column("out", sa.Boolean(), nullable=False),
        sa.Column("moved_at", types.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", types.UtcDateTime(), nullable=True),
        sa.Column("created_by_id", types.BigId, nullable=True),
        sa.Column("changed_at", types.UtcDateTime(), nullable=True),
        sa.Column("changed_by_id", types.BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"], ["library_book.id"], name=op.f("fk_lending_movement_book_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lending_movement")),
    )
    op.create_index("ix_lending_movement_book_id", "lending_movement", ["book_id"])


def downgrade() -> None:
    op.drop_table("lending_movement")
    op.drop_table("lending_book")

"""days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
requires = {"library": "0002"}


def upgrade() -> None:
    with op.batch_alter_table("lending_book") as batch:
        batch.add_column(sa.Column("days", sa.Integer(), nullable=False, server_default="14"))
    with op.batch_alter_table("lending_book") as batch:
        batch.alter_column("days", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lending_book") as batch:
        batch.drop_column("days")

"""initial."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.add_column("library_book", sa.Column("insult", sa.String(200)))


def downgrade() -> None:
    op.drop_column("library_book", "insult")

"""more."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("halfway_rest", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("update halfway_step set code = 'spoilt'")
    op.execute("insert into halfway_nowhere (id) values (1)")


def downgrade() -> None:
    op.drop_table("halfway_rest")

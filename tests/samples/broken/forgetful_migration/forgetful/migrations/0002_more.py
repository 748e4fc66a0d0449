"""more."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("update forgetful_step set code = 'spoilt'")


def downgrade() -> None:
    pass

"""more."""

from alembic import op

from core.orm import online

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    online.create_index("ix_orchard_tree_row_id", "orchard_tree", ["row", "id"])


def downgrade() -> None:
    op.drop_index("ix_orchard_tree_row_id", table_name="orchard_tree")

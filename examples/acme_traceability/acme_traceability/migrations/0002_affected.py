"""Recalls know how many lots they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_COUNT = """
UPDATE acme_traceability_recall SET affected = (
    SELECT count(*) FROM acme_traceability_recall_line AS line WHERE line.recall_id = acme_traceability_recall.id
)
"""


def upgrade() -> None:
    with op.batch_alter_table("acme_traceability_recall") as batch:
        batch.add_column(sa.Column("affected", sa.Integer(), nullable=True))
    op.execute(_COUNT)
    with op.batch_alter_table("acme_traceability_recall") as batch:
        batch.alter_column("affected", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "ix_acme_traceability_recall_affected_sort", "acme_traceability_recall", ["affected", "id"]
    )
    op.create_index(
        "ix_acme_traceability_recall_company_affected_sort",
        "acme_traceability_recall",
        ["company_id", "affected", "id"],
    )


def downgrade() -> None:
    op.drop_index("ix_acme_traceability_recall_company_affected_sort", "acme_traceability_recall")
    op.drop_index("ix_acme_traceability_recall_affected_sort", "acme_traceability_recall")
    with op.batch_alter_table("acme_traceability_recall") as batch:
        batch.drop_column("affected")

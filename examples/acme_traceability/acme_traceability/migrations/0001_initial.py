"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('acme_traceability_lot',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('supplier_id', types.BigId, nullable=True),
    sa.Column('standing', sa.String(40), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['base_lot.id'], name=op.f('fk_acme_traceability_lot_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['supplier_id'], ['base_party.id'], name=op.f('fk_acme_traceability_lot_supplier_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acme_traceability_lot'))
    )
    with op.batch_alter_table('acme_traceability_lot', schema=None) as batch_op:
        batch_op.create_index('ix_acme_traceability_lot_standing_sort', ['standing', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_lot_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('acme_traceability_recall',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=True),
    sa.Column('lot_id', types.BigId, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_acme_traceability_recall_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_acme_traceability_recall_lot_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acme_traceability_recall'))
    )
    with op.batch_alter_table('acme_traceability_recall', schema=None) as batch_op:
        batch_op.create_index('ix_acme_traceability_recall_closed_on_sort', ['closed_on', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_company_closed_on_sort', ['company_id', 'closed_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_recall_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_recall_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index('ix_acme_traceability_recall_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_company_opened_on_sort', ['company_id', 'opened_on', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_company_reason_sort', ['company_id', 'reason', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_recall_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_opened_on_sort', ['opened_on', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_reason_sort', ['reason', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_recall_state_sort', ['state', 'id'], unique=False)

    op.create_table('acme_traceability_use',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('source_id', types.BigId, nullable=False),
    sa.Column('product_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('used_on', sa.Date(), nullable=False),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_acme_traceability_use_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['product_id'], ['base_lot.id'], name=op.f('fk_acme_traceability_use_product_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['source_id'], ['base_lot.id'], name=op.f('fk_acme_traceability_use_source_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_acme_traceability_use_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acme_traceability_use'))
    )
    with op.batch_alter_table('acme_traceability_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acme_traceability_use_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_acme_traceability_use_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_use_company_used_on_sort', ['company_id', 'used_on', 'id'], unique=False)
        batch_op.create_index('ix_acme_traceability_use_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_use_product_id'), ['product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_use_source_id'), ['source_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_use_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('ix_acme_traceability_use_used_on_sort', ['used_on', 'id'], unique=False)

    op.create_table('acme_traceability_recall_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('recall_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_acme_traceability_recall_line_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['recall_id'], ['acme_traceability_recall.id'], name=op.f('fk_acme_traceability_recall_line_recall_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acme_traceability_recall_line'))
    )
    with op.batch_alter_table('acme_traceability_recall_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acme_traceability_recall_line_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acme_traceability_recall_line_recall_id'), ['recall_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('acme_traceability_recall_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acme_traceability_recall_line_recall_id'))
        batch_op.drop_index(batch_op.f('ix_acme_traceability_recall_line_lot_id'))

    op.drop_table('acme_traceability_recall_line')
    with op.batch_alter_table('acme_traceability_use', schema=None) as batch_op:
        batch_op.drop_index('ix_acme_traceability_use_used_on_sort')
        batch_op.drop_index(batch_op.f('ix_acme_traceability_use_unit_id'))
        batch_op.drop_index(batch_op.f('ix_acme_traceability_use_source_id'))
        batch_op.drop_index(batch_op.f('ix_acme_traceability_use_product_id'))
        batch_op.drop_index('ix_acme_traceability_use_order_code_sort')
        batch_op.drop_index('ix_acme_traceability_use_company_used_on_sort')
        batch_op.drop_index('ix_acme_traceability_use_company_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_acme_traceability_use_company_id'))

    op.drop_table('acme_traceability_use')
    with op.batch_alter_table('acme_traceability_recall', schema=None) as batch_op:
        batch_op.drop_index('ix_acme_traceability_recall_state_sort')
        batch_op.drop_index('ix_acme_traceability_recall_reason_sort')
        batch_op.drop_index('ix_acme_traceability_recall_opened_on_sort')
        batch_op.drop_index('ix_acme_traceability_recall_number_sort')
        batch_op.drop_index(batch_op.f('ix_acme_traceability_recall_lot_id'))
        batch_op.drop_index('ix_acme_traceability_recall_company_state_sort')
        batch_op.drop_index('ix_acme_traceability_recall_company_reason_sort')
        batch_op.drop_index('ix_acme_traceability_recall_company_opened_on_sort')
        batch_op.drop_index('ix_acme_traceability_recall_company_number_sort')
        batch_op.drop_index(batch_op.f('ix_acme_traceability_recall_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_acme_traceability_recall_company_id'))
        batch_op.drop_index('ix_acme_traceability_recall_company_closed_on_sort')
        batch_op.drop_index('ix_acme_traceability_recall_closed_on_sort')

    op.drop_table('acme_traceability_recall')
    with op.batch_alter_table('acme_traceability_lot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acme_traceability_lot_supplier_id'))
        batch_op.drop_index('ix_acme_traceability_lot_standing_sort')

    op.drop_table('acme_traceability_lot')

"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('bridge_erp_place',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('location_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['id'], ['base_work_center.id'], name=op.f('fk_bridge_erp_place_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_bridge_erp_place_location_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_erp_place'))
    )
    with op.batch_alter_table('bridge_erp_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bridge_erp_place_location_id'), ['location_id'], unique=False)

    op.create_table('bridge_erp_told',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('partner_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('told_version', sa.Integer(), nullable=False),
    sa.Column('told_at', types.UtcDateTime(), nullable=False),
    sa.Column('notice', sa.String(40), nullable=False),
    sa.Column('answered_at', types.UtcDateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_erp_told_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['partner_id'], ['bridge_partner.id'], name=op.f('fk_bridge_erp_told_partner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_erp_told'))
    )
    with op.batch_alter_table('bridge_erp_told', schema=None) as batch_op:
        batch_op.create_index('ix_bridge_erp_told_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_told_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_company_model_sort', ['company_id', 'model', 'id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_company_notice_sort', ['company_id', 'notice', 'id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_company_told_at_sort', ['company_id', 'told_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_told_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index('ix_bridge_erp_told_notice_sort', ['notice', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_told_partner_id'), ['partner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_told_partner_id_model_record_id'), ['partner_id', 'model', 'record_id'], unique=True)
        batch_op.create_index('ix_bridge_erp_told_told_at_sort', ['told_at', 'id'], unique=False)

    op.create_table('bridge_erp_receipt',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('notice', sa.String(40), nullable=True),
    sa.Column('told_at', types.UtcDateTime(), nullable=True),
    sa.Column('answered_at', types.UtcDateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('message_id', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['erp_supply_receipt.id'], name=op.f('fk_bridge_erp_receipt_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_erp_receipt'))
    )
    with op.batch_alter_table('bridge_erp_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_bridge_erp_receipt_answered_at_sort', ['answered_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_receipt_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_bridge_erp_receipt_notice_sort', ['notice', 'id'], unique=False)

    op.create_table('bridge_erp_floor_issue',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('used_at', types.UtcDateTime(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=True),
    sa.Column('move_id', types.BigId, nullable=False),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_erp_floor_issue_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_bridge_erp_floor_issue_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_bridge_erp_floor_issue_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_bridge_erp_floor_issue_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_bridge_erp_floor_issue_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['move_id'], ['erp_supply_stock_move.id'], name=op.f('fk_bridge_erp_floor_issue_move_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_bridge_erp_floor_issue_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_erp_floor_issue'))
    )
    with op.batch_alter_table('bridge_erp_floor_issue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_company_id_item_id_location_id'), ['company_id', 'item_id', 'location_id'], unique=False)
        batch_op.create_index('ix_bridge_erp_floor_issue_company_message_id_sort', ['company_id', 'message_id', 'id'], unique=False)
        batch_op.create_index('ix_bridge_erp_floor_issue_company_used_at_sort', ['company_id', 'used_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_message_id_line'), ['message_id', 'line'], unique=True)
        batch_op.create_index('ix_bridge_erp_floor_issue_message_id_sort', ['message_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_move_id'), ['move_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_erp_floor_issue_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('ix_bridge_erp_floor_issue_used_at_sort', ['used_at', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('bridge_erp_floor_issue', schema=None) as batch_op:
        batch_op.drop_index('ix_bridge_erp_floor_issue_used_at_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_unit_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_move_id'))
        batch_op.drop_index('ix_bridge_erp_floor_issue_message_id_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_message_id_line'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_lot_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_location_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_item_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_equipment_id'))
        batch_op.drop_index('ix_bridge_erp_floor_issue_company_used_at_sort')
        batch_op.drop_index('ix_bridge_erp_floor_issue_company_message_id_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_company_id_item_id_location_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_floor_issue_company_id'))

    op.drop_table('bridge_erp_floor_issue')
    with op.batch_alter_table('bridge_erp_receipt', schema=None) as batch_op:
        batch_op.drop_index('ix_bridge_erp_receipt_notice_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_receipt_message_id'))
        batch_op.drop_index('ix_bridge_erp_receipt_answered_at_sort')

    op.drop_table('bridge_erp_receipt')
    with op.batch_alter_table('bridge_erp_told', schema=None) as batch_op:
        batch_op.drop_index('ix_bridge_erp_told_told_at_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_told_partner_id_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_erp_told_partner_id'))
        batch_op.drop_index('ix_bridge_erp_told_notice_sort')
        batch_op.drop_index('ix_bridge_erp_told_model_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_told_message_id'))
        batch_op.drop_index('ix_bridge_erp_told_company_told_at_sort')
        batch_op.drop_index('ix_bridge_erp_told_company_notice_sort')
        batch_op.drop_index('ix_bridge_erp_told_company_model_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_erp_told_company_id'))
        batch_op.drop_index('ix_bridge_erp_told_company_code_sort')
        batch_op.drop_index('ix_bridge_erp_told_code_sort')

    op.drop_table('bridge_erp_told')
    with op.batch_alter_table('bridge_erp_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bridge_erp_place_location_id'))

    op.drop_table('bridge_erp_place')

"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('bridge_mes_delivery',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('receipt', sa.String(length=64), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('received_at', types.UtcDateTime(), nullable=False),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_mes_delivery_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_bridge_mes_delivery_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_bridge_mes_delivery_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_bridge_mes_delivery_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_bridge_mes_delivery_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_mes_delivery'))
    )
    with op.batch_alter_table('bridge_mes_delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_company_id_item_id_location_id'), ['company_id', 'item_id', 'location_id'], unique=False)
        batch_op.create_index('ix_bridge_mes_delivery_company_receipt_sort', ['company_id', 'receipt', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_delivery_company_received_at_sort', ['company_id', 'received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_message_id_line'), ['message_id', 'line'], unique=True)
        batch_op.create_index('ix_bridge_mes_delivery_receipt_sort', ['receipt', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_delivery_received_at_sort', ['received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_delivery_unit_id'), ['unit_id'], unique=False)

    op.create_table('bridge_mes_use_report',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('use_id', types.BigId, nullable=False),
    sa.Column('report', sa.String(40), nullable=False),
    sa.Column('reported_at', types.UtcDateTime(), nullable=False),
    sa.Column('answered_at', types.UtcDateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_mes_use_report_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['use_id'], ['mes_equipment_material_use.id'], name=op.f('fk_bridge_mes_use_report_use_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_mes_use_report'))
    )
    with op.batch_alter_table('bridge_mes_use_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bridge_mes_use_report_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_use_report_company_id_use_id'), ['company_id', 'use_id'], unique=True)
        batch_op.create_index('ix_bridge_mes_use_report_company_report_sort', ['company_id', 'report', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_use_report_company_reported_at_sort', ['company_id', 'reported_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_use_report_message_id'), ['message_id'], unique=True)
        batch_op.create_index('ix_bridge_mes_use_report_report_sort', ['report', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_use_report_reported_at_sort', ['reported_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_use_report_use_id'), ['use_id'], unique=False)

    op.create_table('bridge_mes_taken_over',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('partner_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('their_version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('taken_at', types.UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_mes_taken_over_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['partner_id'], ['bridge_partner.id'], name=op.f('fk_bridge_mes_taken_over_partner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_mes_taken_over'))
    )
    with op.batch_alter_table('bridge_mes_taken_over', schema=None) as batch_op:
        batch_op.create_index('ix_bridge_mes_taken_over_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_taken_over_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_taken_over_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_bridge_mes_taken_over_company_model_sort', ['company_id', 'model', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_taken_over_company_taken_at_sort', ['company_id', 'taken_at', 'id'], unique=False)
        batch_op.create_index('ix_bridge_mes_taken_over_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_taken_over_partner_id'), ['partner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_mes_taken_over_partner_id_model_record_id'), ['partner_id', 'model', 'record_id'], unique=True)
        batch_op.create_index('ix_bridge_mes_taken_over_taken_at_sort', ['taken_at', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('bridge_mes_taken_over', schema=None) as batch_op:
        batch_op.drop_index('ix_bridge_mes_taken_over_taken_at_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_taken_over_partner_id_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_taken_over_partner_id'))
        batch_op.drop_index('ix_bridge_mes_taken_over_model_sort')
        batch_op.drop_index('ix_bridge_mes_taken_over_company_taken_at_sort')
        batch_op.drop_index('ix_bridge_mes_taken_over_company_model_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_taken_over_company_id'))
        batch_op.drop_index('ix_bridge_mes_taken_over_company_code_sort')
        batch_op.drop_index('ix_bridge_mes_taken_over_code_sort')

    op.drop_table('bridge_mes_taken_over')
    with op.batch_alter_table('bridge_mes_use_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bridge_mes_use_report_use_id'))
        batch_op.drop_index('ix_bridge_mes_use_report_reported_at_sort')
        batch_op.drop_index('ix_bridge_mes_use_report_report_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_use_report_message_id'))
        batch_op.drop_index('ix_bridge_mes_use_report_company_reported_at_sort')
        batch_op.drop_index('ix_bridge_mes_use_report_company_report_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_use_report_company_id_use_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_use_report_company_id'))

    op.drop_table('bridge_mes_use_report')
    with op.batch_alter_table('bridge_mes_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_unit_id'))
        batch_op.drop_index('ix_bridge_mes_delivery_received_at_sort')
        batch_op.drop_index('ix_bridge_mes_delivery_receipt_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_message_id_line'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_lot_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_location_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_item_id'))
        batch_op.drop_index('ix_bridge_mes_delivery_company_received_at_sort')
        batch_op.drop_index('ix_bridge_mes_delivery_company_receipt_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_company_id_item_id_location_id'))
        batch_op.drop_index(batch_op.f('ix_bridge_mes_delivery_company_id'))

    op.drop_table('bridge_mes_delivery')

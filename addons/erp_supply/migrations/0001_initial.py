"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('erp_supply_item',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('purchased', sa.Boolean(), nullable=False),
    sa.Column('supplier_id', types.BigId, nullable=True),
    sa.Column('lead_days', sa.Integer(), nullable=False),
    sa.Column('reorder_point', types.ExactNumber(6), nullable=False),
    sa.Column('order_quantity', types.ExactNumber(6), nullable=False),
    sa.Column('over_receipt_percent', types.ExactNumber(4), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['base_item.id'], name=op.f('fk_erp_supply_item_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['supplier_id'], ['base_party.id'], name=op.f('fk_erp_supply_item_supplier_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_item'))
    )
    with op.batch_alter_table('erp_supply_item', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_item_lead_days_sort', ['lead_days', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_item_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('erp_supply_party',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('supplies', sa.Boolean(), nullable=False),
    sa.Column('currency_id', types.BigId, nullable=True),
    sa.Column('payment_term_id', types.BigId, nullable=True),
    sa.Column('customer_number', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['currency_id'], ['base_currency.id'], name=op.f('fk_erp_supply_party_currency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['id'], ['base_party.id'], name=op.f('fk_erp_supply_party_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['payment_term_id'], ['base_payment_term.id'], name=op.f('fk_erp_supply_party_payment_term_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_party'))
    )
    with op.batch_alter_table('erp_supply_party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_party_currency_id'), ['currency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_party_payment_term_id'), ['payment_term_id'], unique=False)

    op.create_table('erp_supply_supplier_price',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('party_id', types.BigId, nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('supplier_code', sa.String(length=64), nullable=True),
    sa.Column('from_quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('price', types.ExactNumber(6), nullable=False),
    sa.Column('currency_id', types.BigId, nullable=False),
    sa.Column('discount_percent', types.ExactNumber(4), nullable=False),
    sa.Column('lead_days', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_supplier_price_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['currency_id'], ['base_currency.id'], name=op.f('fk_erp_supply_supplier_price_currency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_supplier_price_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['party_id'], ['base_party.id'], name=op.f('fk_erp_supply_supplier_price_party_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_supplier_price_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_supplier_price'))
    )
    with op.batch_alter_table('erp_supply_supplier_price', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_company_id_item_id_party_id'), ['company_id', 'item_id', 'party_id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_price_company_supplier_code_sort', ['company_id', 'supplier_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_currency_id'), ['currency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_party_id'), ['party_id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_price_supplier_code_sort', ['supplier_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_price_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_stock_count',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=True),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_stock_count_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_stock_count_location_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_stock_count'))
    )
    with op.batch_alter_table('erp_supply_stock_count', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_stock_count_company_counted_on_sort', ['company_id', 'counted_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index('ix_erp_supply_stock_count_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_count_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_count_counted_on_sort', ['counted_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_location_id'), ['location_id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_count_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_count_state_sort', ['state', 'id'], unique=False)

    op.create_table('erp_supply_stock_quant',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('on_hand', types.ExactNumber(6), nullable=False),
    sa.Column('reserved', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.CheckConstraint('reserved >= 0 AND reserved <= on_hand', name=op.f('ck_erp_supply_stock_quant_reserved_on_hand')),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_stock_quant_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_stock_quant_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_stock_quant_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_erp_supply_stock_quant_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_stock_quant_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_stock_quant'))
    )
    with op.batch_alter_table('erp_supply_stock_quant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_quant_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_quant_company_on_hand_sort', ['company_id', 'on_hand', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_quant_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_quant_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_quant_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_quant_on_hand_sort', ['on_hand', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_quant_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_erp_supply_stock_quant_lot', ['item_id', 'location_id', 'lot_id'], unique=True, postgresql_where=sa.text('lot_id IS NOT NULL'), sqlite_where=sa.text('lot_id IS NOT NULL'))
        batch_op.create_index('uq_erp_supply_stock_quant_no_lot', ['item_id', 'location_id'], unique=True, postgresql_where=sa.text('lot_id IS NULL'), sqlite_where=sa.text('lot_id IS NULL'))

    op.create_table('erp_supply_stock_reservation',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('demand', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_stock_reservation_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_stock_reservation_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_stock_reservation_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_erp_supply_stock_reservation_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_stock_reservation_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_stock_reservation'))
    )
    with op.batch_alter_table('erp_supply_stock_reservation', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_stock_reservation_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_reservation_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_reservation_company_demand_sort', ['company_id', 'demand', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_reservation_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_reservation_demand_sort', ['demand', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_reservation_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_reservation_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_reservation_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_reservation_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_warehouse',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('site_id', types.BigId, nullable=False),
    sa.Column('receiving_id', types.BigId, nullable=False),
    sa.Column('stock_id', types.BigId, nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_warehouse_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['receiving_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_warehouse_receiving_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['base_site.id'], name=op.f('fk_erp_supply_warehouse_site_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['stock_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_warehouse_stock_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_warehouse'))
    )
    with op.batch_alter_table('erp_supply_warehouse', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_warehouse_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_warehouse_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_warehouse_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_warehouse_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_erp_supply_warehouse_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_warehouse_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_warehouse_receiving_id'), ['receiving_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_warehouse_site_id'), ['site_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_warehouse_stock_id'), ['stock_id'], unique=False)

    op.create_table('erp_supply_purchase_order',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('supplier_id', types.BigId, nullable=False),
    sa.Column('supplier_reference', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=True),
    sa.Column('promised_on', sa.Date(), nullable=True),
    sa.Column('buyer_id', types.BigId, nullable=True),
    sa.Column('location_id', types.BigId, nullable=True),
    sa.Column('currency_id', types.BigId, nullable=False),
    sa.Column('payment_term_id', types.BigId, nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('complete_count', sa.Integer(), nullable=False),
    sa.Column('net', types.ExactNumber(4), nullable=False),
    sa.Column('tax', types.ExactNumber(4), nullable=False),
    sa.Column('total', types.ExactNumber(4), nullable=False),
    sa.Column('prepaid', types.ExactNumber(4), nullable=False),
    sa.Column('rounding', types.ExactNumber(4), nullable=False),
    sa.Column('payable', types.ExactNumber(4), nullable=False),
    sa.Column('submitted_by_id', types.BigId, nullable=True),
    sa.Column('approved_by_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['approved_by_id'], ['base_user.id'], name=op.f('fk_erp_supply_purchase_order_approved_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['buyer_id'], ['base_user.id'], name=op.f('fk_erp_supply_purchase_order_buyer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_purchase_order_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['currency_id'], ['base_currency.id'], name=op.f('fk_erp_supply_purchase_order_currency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_purchase_order_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['payment_term_id'], ['base_payment_term.id'], name=op.f('fk_erp_supply_purchase_order_payment_term_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['base_user.id'], name=op.f('fk_erp_supply_purchase_order_submitted_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['supplier_id'], ['base_party.id'], name=op.f('fk_erp_supply_purchase_order_supplier_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_purchase_order'))
    )
    with op.batch_alter_table('erp_supply_purchase_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_approved_by_id'), ['approved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_buyer_id'), ['buyer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_company_id_supplier_id_state'), ['company_id', 'supplier_id', 'state'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_ordered_on_sort', ['company_id', 'ordered_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_promised_on_sort', ['company_id', 'promised_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_supplier_reference_sort', ['company_id', 'supplier_reference', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_company_total_sort', ['company_id', 'total', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_currency_id'), ['currency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_location_id'), ['location_id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_ordered_on_sort', ['ordered_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_payment_term_id'), ['payment_term_id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_promised_on_sort', ['promised_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_submitted_by_id'), ['submitted_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_order_supplier_id'), ['supplier_id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_supplier_reference_sort', ['supplier_reference', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_purchase_order_total_sort', ['total', 'id'], unique=False)

    op.create_table('erp_supply_stock_count_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('count_id', types.BigId, nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('expected', types.ExactNumber(6), nullable=False),
    sa.Column('counted', types.ExactNumber(6), nullable=True),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['count_id'], ['erp_supply_stock_count.id'], name=op.f('fk_erp_supply_stock_count_line_count_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_stock_count_line_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_erp_supply_stock_count_line_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_stock_count_line_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_stock_count_line'))
    )
    with op.batch_alter_table('erp_supply_stock_count_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_line_count_id'), ['count_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_line_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_line_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_count_line_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_purchase_charge',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('order_id', types.BigId, nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('is_charge', sa.Boolean(), nullable=False),
    sa.Column('amount', types.ExactNumber(4), nullable=False),
    sa.Column('tax_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['order_id'], ['erp_supply_purchase_order.id'], name=op.f('fk_erp_supply_purchase_charge_order_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['tax_id'], ['base_tax.id'], name=op.f('fk_erp_supply_purchase_charge_tax_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_purchase_charge'))
    )
    with op.batch_alter_table('erp_supply_purchase_charge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_charge_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_charge_tax_id'), ['tax_id'], unique=False)

    op.create_table('erp_supply_purchase_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('order_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=True),
    sa.Column('description', sa.String(length=200), nullable=True),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('received', types.ExactNumber(6), nullable=False),
    sa.Column('price', types.ExactNumber(6), nullable=False),
    sa.Column('price_quantity', types.ExactNumber(6), nullable=False),
    sa.Column('discount_percent', types.ExactNumber(4), nullable=False),
    sa.Column('adjustment', types.ExactNumber(4), nullable=False),
    sa.Column('needed_on', sa.Date(), nullable=True),
    sa.Column('tax_id', types.BigId, nullable=True),
    sa.Column('amount', types.ExactNumber(4), nullable=False),
    sa.Column('awaited', types.ExactNumber(6), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_purchase_line_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['order_id'], ['erp_supply_purchase_order.id'], name=op.f('fk_erp_supply_purchase_line_order_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['tax_id'], ['base_tax.id'], name=op.f('fk_erp_supply_purchase_line_tax_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_purchase_line_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_purchase_line'))
    )
    with op.batch_alter_table('erp_supply_purchase_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_line_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_line_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_line_tax_id'), ['tax_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_line_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_purchase_tax',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('order_id', types.BigId, nullable=False),
    sa.Column('category', sa.String(length=64), nullable=False),
    sa.Column('percent', types.ExactNumber(4), nullable=True),
    sa.Column('taxable', types.ExactNumber(4), nullable=False),
    sa.Column('amount', types.ExactNumber(4), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['order_id'], ['erp_supply_purchase_order.id'], name=op.f('fk_erp_supply_purchase_tax_order_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_purchase_tax'))
    )
    with op.batch_alter_table('erp_supply_purchase_tax', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_purchase_tax_order_id'), ['order_id'], unique=False)

    op.create_table('erp_supply_receipt',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=True),
    sa.Column('supplier_id', types.BigId, nullable=False),
    sa.Column('order_id', types.BigId, nullable=True),
    sa.Column('delivery_note', sa.String(length=64), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_receipt_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_receipt_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['order_id'], ['erp_supply_purchase_order.id'], name=op.f('fk_erp_supply_receipt_order_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['supplier_id'], ['base_party.id'], name=op.f('fk_erp_supply_receipt_supplier_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_receipt'))
    )
    with op.batch_alter_table('erp_supply_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_receipt_company_delivery_note_sort', ['company_id', 'delivery_note', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index('ix_erp_supply_receipt_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_company_received_on_sort', ['company_id', 'received_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_delivery_note_sort', ['delivery_note', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_location_id'), ['location_id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_order_id'), ['order_id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_received_on_sort', ['received_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_receipt_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('erp_supply_supplier_return',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=True),
    sa.Column('supplier_id', types.BigId, nullable=False),
    sa.Column('order_id', types.BigId, nullable=True),
    sa.Column('returned_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_supplier_return_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['order_id'], ['erp_supply_purchase_order.id'], name=op.f('fk_erp_supply_supplier_return_order_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['supplier_id'], ['base_party.id'], name=op.f('fk_erp_supply_supplier_return_supplier_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_supplier_return'))
    )
    with op.batch_alter_table('erp_supply_supplier_return', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index('ix_erp_supply_supplier_return_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_return_company_returned_on_sort', ['company_id', 'returned_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_return_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_return_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_order_id'), ['order_id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_return_returned_on_sort', ['returned_on', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_supplier_return_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('erp_supply_receipt_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('receipt_id', types.BigId, nullable=False),
    sa.Column('purchase_line_id', types.BigId, nullable=True),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('lot_number', sa.String(length=64), nullable=True),
    sa.Column('supplier_lot', sa.String(length=64), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_receipt_line_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['purchase_line_id'], ['erp_supply_purchase_line.id'], name=op.f('fk_erp_supply_receipt_line_purchase_line_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['receipt_id'], ['erp_supply_receipt.id'], name=op.f('fk_erp_supply_receipt_line_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_receipt_line_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_receipt_line'))
    )
    with op.batch_alter_table('erp_supply_receipt_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_line_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_line_purchase_line_id'), ['purchase_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_line_receipt_id'), ['receipt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_receipt_line_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_stock_move',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('source_id', types.BigId, nullable=False),
    sa.Column('target_id', types.BigId, nullable=False),
    sa.Column('reason', sa.String(40), nullable=False),
    sa.Column('receipt_id', types.BigId, nullable=True),
    sa.Column('supplier_return_id', types.BigId, nullable=True),
    sa.Column('stock_count_id', types.BigId, nullable=True),
    sa.Column('unit_cost', types.ExactNumber(6), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_erp_supply_stock_move_quantity_positive')),
    sa.CheckConstraint('source_id <> target_id', name=op.f('ck_erp_supply_stock_move_moves_somewhere')),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_erp_supply_stock_move_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_stock_move_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_erp_supply_stock_move_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['receipt_id'], ['erp_supply_receipt.id'], name=op.f('fk_erp_supply_stock_move_receipt_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['source_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_stock_move_source_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['stock_count_id'], ['erp_supply_stock_count.id'], name=op.f('fk_erp_supply_stock_move_stock_count_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['supplier_return_id'], ['erp_supply_supplier_return.id'], name=op.f('fk_erp_supply_stock_move_supplier_return_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['target_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_stock_move_target_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_stock_move_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_stock_move'))
    )
    with op.batch_alter_table('erp_supply_stock_move', schema=None) as batch_op:
        batch_op.create_index('ix_erp_supply_stock_move_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_move_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_company_id_item_id_at'), ['company_id', 'item_id', 'at'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_move_company_reason_sort', ['company_id', 'reason', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index('ix_erp_supply_stock_move_reason_sort', ['reason', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_receipt_id'), ['receipt_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_source_id'), ['source_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_stock_count_id'), ['stock_count_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_supplier_return_id'), ['supplier_return_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_target_id'), ['target_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_stock_move_unit_id'), ['unit_id'], unique=False)

    op.create_table('erp_supply_supplier_return_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('document_id', types.BigId, nullable=False),
    sa.Column('purchase_line_id', types.BigId, nullable=True),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('location_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['erp_supply_supplier_return.id'], name=op.f('fk_erp_supply_supplier_return_line_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_erp_supply_supplier_return_line_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['location_id'], ['base_storage_location.id'], name=op.f('fk_erp_supply_supplier_return_line_location_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_erp_supply_supplier_return_line_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['purchase_line_id'], ['erp_supply_purchase_line.id'], name=op.f('fk_erp_supply_supplier_return_line_purchase_line_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_erp_supply_supplier_return_line_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erp_supply_supplier_return_line'))
    )
    with op.batch_alter_table('erp_supply_supplier_return_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_location_id'), ['location_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_purchase_line_id'), ['purchase_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_erp_supply_supplier_return_line_unit_id'), ['unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('erp_supply_supplier_return_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_purchase_line_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_lot_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_location_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_item_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_line_document_id'))

    op.drop_table('erp_supply_supplier_return_line')
    with op.batch_alter_table('erp_supply_stock_move', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_target_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_supplier_return_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_stock_count_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_source_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_receipt_id'))
        batch_op.drop_index('ix_erp_supply_stock_move_reason_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_lot_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_item_id'))
        batch_op.drop_index('ix_erp_supply_stock_move_company_reason_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_company_id_item_id_at'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_move_company_id'))
        batch_op.drop_index('ix_erp_supply_stock_move_company_at_sort')
        batch_op.drop_index('ix_erp_supply_stock_move_at_sort')

    op.drop_table('erp_supply_stock_move')
    with op.batch_alter_table('erp_supply_receipt_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_line_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_line_receipt_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_line_purchase_line_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_line_item_id'))

    op.drop_table('erp_supply_receipt_line')
    with op.batch_alter_table('erp_supply_supplier_return', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_supplier_id'))
        batch_op.drop_index('ix_erp_supply_supplier_return_state_sort')
        batch_op.drop_index('ix_erp_supply_supplier_return_returned_on_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_order_id'))
        batch_op.drop_index('ix_erp_supply_supplier_return_number_sort')
        batch_op.drop_index('ix_erp_supply_supplier_return_company_state_sort')
        batch_op.drop_index('ix_erp_supply_supplier_return_company_returned_on_sort')
        batch_op.drop_index('ix_erp_supply_supplier_return_company_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_return_company_id'))

    op.drop_table('erp_supply_supplier_return')
    with op.batch_alter_table('erp_supply_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_supplier_id'))
        batch_op.drop_index('ix_erp_supply_receipt_state_sort')
        batch_op.drop_index('ix_erp_supply_receipt_received_on_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_order_id'))
        batch_op.drop_index('ix_erp_supply_receipt_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_location_id'))
        batch_op.drop_index('ix_erp_supply_receipt_delivery_note_sort')
        batch_op.drop_index('ix_erp_supply_receipt_company_state_sort')
        batch_op.drop_index('ix_erp_supply_receipt_company_received_on_sort')
        batch_op.drop_index('ix_erp_supply_receipt_company_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_receipt_company_id'))
        batch_op.drop_index('ix_erp_supply_receipt_company_delivery_note_sort')

    op.drop_table('erp_supply_receipt')
    with op.batch_alter_table('erp_supply_purchase_tax', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_tax_order_id'))

    op.drop_table('erp_supply_purchase_tax')
    with op.batch_alter_table('erp_supply_purchase_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_line_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_line_tax_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_line_order_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_line_item_id'))

    op.drop_table('erp_supply_purchase_line')
    with op.batch_alter_table('erp_supply_purchase_charge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_charge_tax_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_charge_order_id'))

    op.drop_table('erp_supply_purchase_charge')
    with op.batch_alter_table('erp_supply_stock_count_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_line_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_line_lot_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_line_item_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_line_count_id'))

    op.drop_table('erp_supply_stock_count_line')
    with op.batch_alter_table('erp_supply_purchase_order', schema=None) as batch_op:
        batch_op.drop_index('ix_erp_supply_purchase_order_total_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_supplier_reference_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_supplier_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_submitted_by_id'))
        batch_op.drop_index('ix_erp_supply_purchase_order_state_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_promised_on_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_payment_term_id'))
        batch_op.drop_index('ix_erp_supply_purchase_order_ordered_on_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_location_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_currency_id'))
        batch_op.drop_index('ix_erp_supply_purchase_order_company_total_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_company_supplier_reference_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_company_state_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_company_promised_on_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_company_ordered_on_sort')
        batch_op.drop_index('ix_erp_supply_purchase_order_company_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_company_id_supplier_id_state'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_company_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_buyer_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_purchase_order_approved_by_id'))

    op.drop_table('erp_supply_purchase_order')
    with op.batch_alter_table('erp_supply_warehouse', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_warehouse_stock_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_warehouse_site_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_warehouse_receiving_id'))
        batch_op.drop_index('ix_erp_supply_warehouse_name_sort')
        batch_op.drop_index('ix_erp_supply_warehouse_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_warehouse_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_warehouse_company_id'))
        batch_op.drop_index('ix_erp_supply_warehouse_company_code_sort')
        batch_op.drop_index('ix_erp_supply_warehouse_code_sort')

    op.drop_table('erp_supply_warehouse')
    with op.batch_alter_table('erp_supply_stock_reservation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_reservation_unit_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_reservation_lot_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_reservation_location_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_reservation_item_id'))
        batch_op.drop_index('ix_erp_supply_stock_reservation_demand_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_reservation_company_id'))
        batch_op.drop_index('ix_erp_supply_stock_reservation_company_demand_sort')
        batch_op.drop_index('ix_erp_supply_stock_reservation_company_at_sort')
        batch_op.drop_index('ix_erp_supply_stock_reservation_at_sort')

    op.drop_table('erp_supply_stock_reservation')
    with op.batch_alter_table('erp_supply_stock_quant', schema=None) as batch_op:
        batch_op.drop_index('uq_erp_supply_stock_quant_no_lot', postgresql_where=sa.text('lot_id IS NULL'), sqlite_where=sa.text('lot_id IS NULL'))
        batch_op.drop_index('uq_erp_supply_stock_quant_lot', postgresql_where=sa.text('lot_id IS NOT NULL'), sqlite_where=sa.text('lot_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_quant_unit_id'))
        batch_op.drop_index('ix_erp_supply_stock_quant_on_hand_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_quant_lot_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_quant_location_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_quant_item_id'))
        batch_op.drop_index('ix_erp_supply_stock_quant_company_on_hand_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_quant_company_id'))

    op.drop_table('erp_supply_stock_quant')
    with op.batch_alter_table('erp_supply_stock_count', schema=None) as batch_op:
        batch_op.drop_index('ix_erp_supply_stock_count_state_sort')
        batch_op.drop_index('ix_erp_supply_stock_count_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_location_id'))
        batch_op.drop_index('ix_erp_supply_stock_count_counted_on_sort')
        batch_op.drop_index('ix_erp_supply_stock_count_company_state_sort')
        batch_op.drop_index('ix_erp_supply_stock_count_company_number_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_stock_count_company_id'))
        batch_op.drop_index('ix_erp_supply_stock_count_company_counted_on_sort')

    op.drop_table('erp_supply_stock_count')
    with op.batch_alter_table('erp_supply_supplier_price', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_unit_id'))
        batch_op.drop_index('ix_erp_supply_supplier_price_supplier_code_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_party_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_item_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_currency_id'))
        batch_op.drop_index('ix_erp_supply_supplier_price_company_supplier_code_sort')
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_company_id_item_id_party_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_supplier_price_company_id'))

    op.drop_table('erp_supply_supplier_price')
    with op.batch_alter_table('erp_supply_party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_party_payment_term_id'))
        batch_op.drop_index(batch_op.f('ix_erp_supply_party_currency_id'))

    op.drop_table('erp_supply_party')
    with op.batch_alter_table('erp_supply_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erp_supply_item_supplier_id'))
        batch_op.drop_index('ix_erp_supply_item_lead_days_sort')

    op.drop_table('erp_supply_item')

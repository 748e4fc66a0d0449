"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('mes_equipment_reason',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('use', sa.String(40), nullable=False),
    sa.Column('loss', sa.String(40), nullable=False),
    sa.Column('parent_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_reason_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['parent_id'], ['mes_equipment_reason.id'], name=op.f('fk_mes_equipment_reason_parent_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_reason'))
    )
    with op.batch_alter_table('mes_equipment_reason', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_reason_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_mes_equipment_reason_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_reason_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_reason_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_mes_equipment_reason_company_loss_sort', ['company_id', 'loss', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_company_use_sort', ['company_id', 'use', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_loss_sort', ['loss', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_reason_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_reason_use_sort', ['use', 'id'], unique=False)

    op.create_table('mes_equipment_state_map',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_state_map_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_state_map'))
    )
    with op.batch_alter_table('mes_equipment_state_map', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_map_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_mes_equipment_state_map_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_map_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_map_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_map_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_mes_equipment_state_map_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_map_name_sort', ['name', 'id'], unique=False)

    op.create_table('mes_equipment_state_map_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('map_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('raw', sa.String(length=200), nullable=True),
    sa.Column('mode', sa.String(length=200), nullable=True),
    sa.Column('has_order', sa.String(40), nullable=True),
    sa.Column('in_calendar', sa.String(40), nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['map_id'], ['mes_equipment_state_map.id'], name=op.f('fk_mes_equipment_state_map_line_map_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_state_map_line'))
    )
    with op.batch_alter_table('mes_equipment_state_map_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_map_line_map_id'), ['map_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_map_line_map_id_position'), ['map_id', 'position'], unique=True)

    op.create_table('mes_equipment_count_event',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=True),
    sa.Column('item_id', types.BigId, nullable=True),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('operation_code', sa.String(length=64), nullable=True),
    sa.Column('reason_id', types.BigId, nullable=True),
    sa.Column('source', sa.String(40), nullable=False),
    sa.Column('person_id', types.BigId, nullable=True),
    sa.Column('idempotency_key', sa.String(length=64), nullable=True),
    sa.Column('recorded_at', types.UtcDateTime(), nullable=False),
    sa.Column('corrects_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.CheckConstraint('quantity >= 0', name=op.f('ck_mes_equipment_count_event_quantity_counted')),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_count_event_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['corrects_id'], ['mes_equipment_count_event.id'], name=op.f('fk_mes_equipment_count_event_corrects_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_count_event_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_mes_equipment_count_event_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_mes_equipment_count_event_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['mes_equipment_reason.id'], name=op.f('fk_mes_equipment_count_event_reason_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_mes_equipment_count_event_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_count_event'))
    )
    with op.batch_alter_table('mes_equipment_count_event', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_count_event_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_company_id_idempotency_key'), ['company_id', 'idempotency_key'], unique=True)
        batch_op.create_index('ix_mes_equipment_count_event_company_kind_sort', ['company_id', 'kind', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_company_source_sort', ['company_id', 'source', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_corrects_id'), ['corrects_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_equipment_id_at'), ['equipment_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_kind_sort', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_count_event_source_sort', ['source', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_count_event_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_mes_equipment_count_corrects', ['corrects_id'], unique=True, postgresql_where=sa.text('corrects_id IS NOT NULL'), sqlite_where=sa.text('corrects_id IS NOT NULL'))

    op.create_table('mes_equipment_equipment',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('monitored', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state_map_id', types.BigId, nullable=True),
    sa.Column('cycle_seconds', types.ExactNumber(6), nullable=True),
    sa.Column('minor_stop_seconds', sa.Integer(), nullable=False),
    sa.Column('stale_seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_equipment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['state_map_id'], ['mes_equipment_state_map.id'], name=op.f('fk_mes_equipment_equipment_state_map_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_equipment'))
    )
    with op.batch_alter_table('mes_equipment_equipment', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_equipment_monitored_sort', ['monitored', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_equipment_position_sort', ['position', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_equipment_state_map_id'), ['state_map_id'], unique=False)

    op.create_table('mes_equipment_material_use',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('lot_id', types.BigId, nullable=True),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('reason_id', types.BigId, nullable=True),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('person_id', types.BigId, nullable=True),
    sa.Column('idempotency_key', sa.String(length=64), nullable=True),
    sa.Column('recorded_at', types.UtcDateTime(), nullable=False),
    sa.Column('returns_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.CheckConstraint('quantity <> 0', name=op.f('ck_mes_equipment_material_use_quantity_used')),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_material_use_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_material_use_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_mes_equipment_material_use_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lot_id'], ['base_lot.id'], name=op.f('fk_mes_equipment_material_use_lot_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_mes_equipment_material_use_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['mes_equipment_reason.id'], name=op.f('fk_mes_equipment_material_use_reason_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['returns_id'], ['mes_equipment_material_use.id'], name=op.f('fk_mes_equipment_material_use_returns_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_mes_equipment_material_use_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_material_use'))
    )
    with op.batch_alter_table('mes_equipment_material_use', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_material_use_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_material_use_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_company_id_idempotency_key'), ['company_id', 'idempotency_key'], unique=True)
        batch_op.create_index('ix_mes_equipment_material_use_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_equipment_id_at'), ['equipment_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_lot_id'), ['lot_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_material_use_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_returns_id'), ['returns_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_material_use_unit_id'), ['unit_id'], unique=False)

    op.create_table('mes_equipment_shift',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('starts_at', types.UtcDateTime(), nullable=False),
    sa.Column('ends_at', types.UtcDateTime(), nullable=False),
    sa.Column('dirty', sa.Boolean(), nullable=False),
    sa.Column('break_seconds', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_shift_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_shift_equipment_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_shift'))
    )
    with op.batch_alter_table('mes_equipment_shift', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_shift_company_day_sort', ['company_id', 'day', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_shift_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_shift_company_starts_at_sort', ['company_id', 'starts_at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_shift_day_sort', ['day', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_shift_dirty', ['starts_at'], unique=False, postgresql_where=sa.text('dirty'), sqlite_where=sa.text('dirty'))
        batch_op.create_index(batch_op.f('ix_mes_equipment_shift_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_shift_equipment_id_ends_at'), ['equipment_id', 'ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_shift_equipment_id_starts_at'), ['equipment_id', 'starts_at'], unique=True)
        batch_op.create_index('ix_mes_equipment_shift_starts_at_sort', ['starts_at', 'id'], unique=False)

    op.create_table('mes_equipment_state_change',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('reason_id', types.BigId, nullable=True),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('operation_code', sa.String(length=64), nullable=True),
    sa.Column('item_id', types.BigId, nullable=True),
    sa.Column('source', sa.String(40), nullable=False),
    sa.Column('raw', sa.String(length=200), nullable=True),
    sa.Column('mode', sa.String(length=200), nullable=True),
    sa.Column('person_id', types.BigId, nullable=True),
    sa.Column('recorded_at', types.UtcDateTime(), nullable=False),
    sa.Column('corrects_id', types.BigId, nullable=True),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_state_change_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['corrects_id'], ['mes_equipment_state_change.id'], name=op.f('fk_mes_equipment_state_change_corrects_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_state_change_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_mes_equipment_state_change_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_mes_equipment_state_change_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['mes_equipment_reason.id'], name=op.f('fk_mes_equipment_state_change_reason_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_state_change'))
    )
    with op.batch_alter_table('mes_equipment_state_change', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_state_change_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_change_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_change_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_change_company_source_sort', ['company_id', 'source', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_corrects_id'), ['corrects_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_equipment_id_at_id'), ['equipment_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_change_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_change_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_change_source_sort', ['source', 'id'], unique=False)
        batch_op.create_index('uq_mes_equipment_state_corrects', ['corrects_id'], unique=True, postgresql_where=sa.text('corrects_id IS NOT NULL'), sqlite_where=sa.text('corrects_id IS NOT NULL'))

    op.create_table('mes_equipment_asset_assignment',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('asset_id', types.BigId, nullable=False),
    sa.Column('starts_at', types.UtcDateTime(), nullable=False),
    sa.Column('ends_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['asset_id'], ['base_physical_asset.id'], name=op.f('fk_mes_equipment_asset_assignment_asset_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_asset_assignment_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_asset_assignment_equipment_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_asset_assignment'))
    )
    with op.batch_alter_table('mes_equipment_asset_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_asset_assignment_asset_id'), ['asset_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_asset_assignment_asset_id_starts_at'), ['asset_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_asset_assignment_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_asset_assignment_company_starts_at_sort', ['company_id', 'starts_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_asset_assignment_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_asset_assignment_equipment_id_starts_at'), ['equipment_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_mes_equipment_asset_assignment_starts_at_sort', ['starts_at', 'id'], unique=False)

    op.create_table('mes_equipment_shift_break',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('shift_id', types.BigId, nullable=False),
    sa.Column('starts_at', types.UtcDateTime(), nullable=False),
    sa.Column('ends_at', types.UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['shift_id'], ['mes_equipment_shift.id'], name=op.f('fk_mes_equipment_shift_break_shift_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_shift_break'))
    )
    with op.batch_alter_table('mes_equipment_shift_break', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_shift_break_shift_id'), ['shift_id'], unique=False)

    op.create_table('mes_equipment_state_interval',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('starts_at', types.UtcDateTime(), nullable=False),
    sa.Column('ends_at', types.UtcDateTime(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('reason_id', types.BigId, nullable=True),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('operation_code', sa.String(length=64), nullable=True),
    sa.Column('item_id', types.BigId, nullable=True),
    sa.Column('change_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['change_id'], ['mes_equipment_state_change.id'], name=op.f('fk_mes_equipment_state_interval_change_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_state_interval_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_state_interval_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_mes_equipment_state_interval_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['mes_equipment_reason.id'], name=op.f('fk_mes_equipment_state_interval_reason_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_state_interval'))
    )
    with op.batch_alter_table('mes_equipment_state_interval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_change_id'), ['change_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_company_ends_at_sort', ['company_id', 'ends_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_company_seconds_sort', ['company_id', 'seconds', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_company_starts_at_sort', ['company_id', 'starts_at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_ends_at_sort', ['ends_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id_ends_at'), ['equipment_id', 'ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id_starts_at'), ['equipment_id', 'starts_at'], unique=True)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_state_interval_reason_id'), ['reason_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_seconds_sort', ['seconds', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_starts_at_sort', ['starts_at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_state_interval_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index('uq_mes_equipment_state_interval_open', ['equipment_id'], unique=True, postgresql_where=sa.text('ends_at IS NULL'), sqlite_where=sa.text('ends_at IS NULL'))

    op.create_table('mes_equipment_time_elements',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('shift_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('order_code', sa.String(length=64), nullable=True),
    sa.Column('item_id', types.BigId, nullable=True),
    sa.Column('production', sa.Integer(), nullable=False),
    sa.Column('setup', sa.Integer(), nullable=False),
    sa.Column('delay', sa.Integer(), nullable=False),
    sa.Column('idle', sa.Integer(), nullable=False),
    sa.Column('planned', sa.Integer(), nullable=False),
    sa.Column('unknown', sa.Integer(), nullable=False),
    sa.Column('breakdown', sa.Integer(), nullable=False),
    sa.Column('setup_loss', sa.Integer(), nullable=False),
    sa.Column('minor_loss', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('good', types.ExactNumber(6), nullable=False),
    sa.Column('scrap', types.ExactNumber(6), nullable=False),
    sa.Column('rework', types.ExactNumber(6), nullable=False),
    sa.Column('startup', types.ExactNumber(6), nullable=False),
    sa.Column('unrated', types.ExactNumber(6), nullable=False),
    sa.Column('planned_run', types.ExactNumber(6), nullable=False),
    sa.Column('good_run', types.ExactNumber(6), nullable=False),
    sa.Column('startup_run', types.ExactNumber(6), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_time_elements_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_time_elements_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_mes_equipment_time_elements_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['shift_id'], ['mes_equipment_shift.id'], name=op.f('fk_mes_equipment_time_elements_shift_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_time_elements'))
    )
    with op.batch_alter_table('mes_equipment_time_elements', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_time_elements_company_day_sort', ['company_id', 'day', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_time_elements_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_time_elements_company_order_code_sort', ['company_id', 'order_code', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_time_elements_day_sort', ['day', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_time_elements_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_time_elements_equipment_id_day'), ['equipment_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_time_elements_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_time_elements_order_code_sort', ['order_code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_time_elements_shift_id'), ['shift_id'], unique=False)

    op.create_table('mes_equipment_workplace',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('worker_id', types.BigId, nullable=False),
    sa.Column('equipment_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_workplace_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['equipment_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_workplace_equipment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['worker_id'], ['base_user.id'], name=op.f('fk_mes_equipment_workplace_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_workplace'))
    )
    with op.batch_alter_table('mes_equipment_workplace', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mes_equipment_workplace_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_workplace_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_workplace_worker_id'), ['worker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_workplace_worker_id_equipment_id'), ['worker_id', 'equipment_id'], unique=True)



def downgrade() -> None:
    with op.batch_alter_table('mes_equipment_workplace', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_workplace_worker_id_equipment_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_workplace_worker_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_workplace_equipment_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_workplace_company_id'))

    op.drop_table('mes_equipment_workplace')
    with op.batch_alter_table('mes_equipment_time_elements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_time_elements_shift_id'))
        batch_op.drop_index('ix_mes_equipment_time_elements_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_time_elements_item_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_time_elements_equipment_id_day'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_time_elements_equipment_id'))
        batch_op.drop_index('ix_mes_equipment_time_elements_day_sort')
        batch_op.drop_index('ix_mes_equipment_time_elements_company_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_time_elements_company_id'))
        batch_op.drop_index('ix_mes_equipment_time_elements_company_day_sort')

    op.drop_table('mes_equipment_time_elements')
    with op.batch_alter_table('mes_equipment_state_interval', schema=None) as batch_op:
        batch_op.drop_index('uq_mes_equipment_state_interval_open', postgresql_where=sa.text('ends_at IS NULL'), sqlite_where=sa.text('ends_at IS NULL'))
        batch_op.drop_index('ix_mes_equipment_state_interval_state_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_starts_at_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_seconds_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_reason_id'))
        batch_op.drop_index('ix_mes_equipment_state_interval_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_item_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id_starts_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id_ends_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_equipment_id'))
        batch_op.drop_index('ix_mes_equipment_state_interval_ends_at_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_company_state_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_company_starts_at_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_company_seconds_sort')
        batch_op.drop_index('ix_mes_equipment_state_interval_company_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_company_id'))
        batch_op.drop_index('ix_mes_equipment_state_interval_company_ends_at_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_interval_change_id'))

    op.drop_table('mes_equipment_state_interval')
    with op.batch_alter_table('mes_equipment_shift_break', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_shift_break_shift_id'))

    op.drop_table('mes_equipment_shift_break')
    with op.batch_alter_table('mes_equipment_asset_assignment', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_asset_assignment_starts_at_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_asset_assignment_equipment_id_starts_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_asset_assignment_equipment_id'))
        batch_op.drop_index('ix_mes_equipment_asset_assignment_company_starts_at_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_asset_assignment_company_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_asset_assignment_asset_id_starts_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_asset_assignment_asset_id'))

    op.drop_table('mes_equipment_asset_assignment')
    with op.batch_alter_table('mes_equipment_state_change', schema=None) as batch_op:
        batch_op.drop_index('uq_mes_equipment_state_corrects', postgresql_where=sa.text('corrects_id IS NOT NULL'), sqlite_where=sa.text('corrects_id IS NOT NULL'))
        batch_op.drop_index('ix_mes_equipment_state_change_source_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_reason_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_person_id'))
        batch_op.drop_index('ix_mes_equipment_state_change_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_item_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_equipment_id_at_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_equipment_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_corrects_id'))
        batch_op.drop_index('ix_mes_equipment_state_change_company_source_sort')
        batch_op.drop_index('ix_mes_equipment_state_change_company_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_change_company_id'))
        batch_op.drop_index('ix_mes_equipment_state_change_company_at_sort')
        batch_op.drop_index('ix_mes_equipment_state_change_at_sort')

    op.drop_table('mes_equipment_state_change')
    with op.batch_alter_table('mes_equipment_shift', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_shift_starts_at_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_shift_equipment_id_starts_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_shift_equipment_id_ends_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_shift_equipment_id'))
        batch_op.drop_index('ix_mes_equipment_shift_dirty', postgresql_where=sa.text('dirty'), sqlite_where=sa.text('dirty'))
        batch_op.drop_index('ix_mes_equipment_shift_day_sort')
        batch_op.drop_index('ix_mes_equipment_shift_company_starts_at_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_shift_company_id'))
        batch_op.drop_index('ix_mes_equipment_shift_company_day_sort')

    op.drop_table('mes_equipment_shift')
    with op.batch_alter_table('mes_equipment_material_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_unit_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_returns_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_reason_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_person_id'))
        batch_op.drop_index('ix_mes_equipment_material_use_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_lot_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_item_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_equipment_id_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_equipment_id'))
        batch_op.drop_index('ix_mes_equipment_material_use_company_order_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_company_id_idempotency_key'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_material_use_company_id'))
        batch_op.drop_index('ix_mes_equipment_material_use_company_at_sort')
        batch_op.drop_index('ix_mes_equipment_material_use_at_sort')

    op.drop_table('mes_equipment_material_use')
    with op.batch_alter_table('mes_equipment_equipment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_equipment_state_map_id'))
        batch_op.drop_index('ix_mes_equipment_equipment_position_sort')
        batch_op.drop_index('ix_mes_equipment_equipment_monitored_sort')

    op.drop_table('mes_equipment_equipment')
    with op.batch_alter_table('mes_equipment_count_event', schema=None) as batch_op:
        batch_op.drop_index('uq_mes_equipment_count_corrects', postgresql_where=sa.text('corrects_id IS NOT NULL'), sqlite_where=sa.text('corrects_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_unit_id'))
        batch_op.drop_index('ix_mes_equipment_count_event_source_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_reason_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_person_id'))
        batch_op.drop_index('ix_mes_equipment_count_event_order_code_sort')
        batch_op.drop_index('ix_mes_equipment_count_event_kind_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_item_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_equipment_id_at'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_equipment_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_corrects_id'))
        batch_op.drop_index('ix_mes_equipment_count_event_company_source_sort')
        batch_op.drop_index('ix_mes_equipment_count_event_company_order_code_sort')
        batch_op.drop_index('ix_mes_equipment_count_event_company_kind_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_company_id_idempotency_key'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_count_event_company_id'))
        batch_op.drop_index('ix_mes_equipment_count_event_company_at_sort')
        batch_op.drop_index('ix_mes_equipment_count_event_at_sort')

    op.drop_table('mes_equipment_count_event')
    with op.batch_alter_table('mes_equipment_state_map_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_map_line_map_id_position'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_map_line_map_id'))

    op.drop_table('mes_equipment_state_map_line')
    with op.batch_alter_table('mes_equipment_state_map', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_state_map_name_sort')
        batch_op.drop_index('ix_mes_equipment_state_map_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_map_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_map_company_id'))
        batch_op.drop_index('ix_mes_equipment_state_map_company_code_sort')
        batch_op.drop_index('ix_mes_equipment_state_map_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_state_map_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('mes_equipment_state_map')
    with op.batch_alter_table('mes_equipment_reason', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_reason_use_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_reason_parent_id'))
        batch_op.drop_index('ix_mes_equipment_reason_name_sort')
        batch_op.drop_index('ix_mes_equipment_reason_loss_sort')
        batch_op.drop_index('ix_mes_equipment_reason_company_use_sort')
        batch_op.drop_index('ix_mes_equipment_reason_company_name_sort')
        batch_op.drop_index('ix_mes_equipment_reason_company_loss_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_reason_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_reason_company_id'))
        batch_op.drop_index('ix_mes_equipment_reason_company_code_sort')
        batch_op.drop_index('ix_mes_equipment_reason_code_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_reason_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('mes_equipment_reason')

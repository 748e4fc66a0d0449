"""tags and their readings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('mes_equipment_dirty_bucket',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('queued_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('source_id', 'at', name=op.f('pk_mes_equipment_dirty_bucket'))
    )
    op.create_table('mes_equipment_latest',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=True),
    sa.Column('value', sa.Float(precision=53), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('quality', sa.SmallInteger(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('followed', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source_id', name=op.f('pk_mes_equipment_latest'))
    )
    op.create_table('mes_equipment_quarantine',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('keep', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('captured_us', sa.BigInteger(), nullable=False),
    sa.Column('value', sa.Float(precision=53), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('source_id', 'at', 'mark', 'keep', name=op.f('pk_mes_equipment_quarantine')),
    postgresql_partition_by='RANGE (keep, at)'
    )
    op.create_table('mes_equipment_rollup_hour',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('low', sa.Float(precision=53), nullable=False),
    sa.Column('high', sa.Float(precision=53), nullable=False),
    sa.Column('total', sa.Float(precision=53), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('area', sa.Float(precision=53), nullable=False),
    sa.Column('covered', sa.Float(precision=53), nullable=False),
    sa.Column('first', sa.Float(precision=53), nullable=False),
    sa.Column('first_at', types.UtcDateTime(), nullable=False),
    sa.Column('last', sa.Float(precision=53), nullable=False),
    sa.Column('last_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('source_id', 'at', name=op.f('pk_mes_equipment_rollup_hour'))
    )
    op.create_table('mes_equipment_rollup_minute',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('low', sa.Float(precision=53), nullable=False),
    sa.Column('high', sa.Float(precision=53), nullable=False),
    sa.Column('total', sa.Float(precision=53), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('area', sa.Float(precision=53), nullable=False),
    sa.Column('covered', sa.Float(precision=53), nullable=False),
    sa.Column('first', sa.Float(precision=53), nullable=False),
    sa.Column('first_at', types.UtcDateTime(), nullable=False),
    sa.Column('last', sa.Float(precision=53), nullable=False),
    sa.Column('last_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('source_id', 'at', name=op.f('pk_mes_equipment_rollup_minute'))
    )
    op.create_table('mes_equipment_spool_position',
    sa.Column('spool', sa.String(length=64), nullable=False),
    sa.Column('segment', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('spool', name=op.f('pk_mes_equipment_spool_position'))
    )
    op.create_table('mes_equipment_telemetry',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('keep', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Float(precision=53), nullable=True),
    sa.Column('quality', sa.SmallInteger(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('source_id', 'at', 'mark', 'keep', name=op.f('pk_mes_equipment_telemetry')),
    postgresql_partition_by='RANGE (keep, at)'
    )
    op.create_table('mes_equipment_telemetry_text',
    sa.Column('source_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('keep', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('quality', sa.SmallInteger(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('source_id', 'at', 'mark', 'keep', name=op.f('pk_mes_equipment_telemetry_text')),
    postgresql_partition_by='RANGE (keep, at)'
    )
    op.create_table('mes_equipment_edge_node',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('online', sa.Boolean(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=True),
    sa.Column('clock_off_ms', sa.Integer(), nullable=False),
    sa.Column('clock_wrong', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_edge_node_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_edge_node'))
    )
    with op.batch_alter_table('mes_equipment_edge_node', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_edge_node_clock_wrong_sort', ['clock_wrong', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_company_clock_wrong_sort', ['company_id', 'clock_wrong', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_edge_node_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_edge_node_company_id_path'), ['company_id', 'path'], unique=True)
        batch_op.create_index('ix_mes_equipment_edge_node_company_online_sort', ['company_id', 'online', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_company_path_sort', ['company_id', 'path', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_company_seen_at_sort', ['company_id', 'seen_at', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_online_sort', ['online', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_path_sort', ['path', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_edge_node_seen_at_sort', ['seen_at', 'id'], unique=False)

    op.create_table('mes_equipment_tag',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('work_center_id', types.BigId, nullable=True),
    sa.Column('edge_node_id', types.BigId, nullable=True),
    sa.Column('protocol', sa.String(40), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(40), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=True),
    sa.Column('low', types.ExactNumber(6), nullable=True),
    sa.Column('high', types.ExactNumber(6), nullable=True),
    sa.Column('exception_deviation', types.ExactNumber(6), nullable=True),
    sa.Column('compression_deviation', types.ExactNumber(6), nullable=True),
    sa.Column('longest_seconds', sa.Integer(), nullable=False),
    sa.Column('rollover_bits', sa.Integer(), nullable=True),
    sa.Column('retention', sa.String(40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_mes_equipment_tag_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['edge_node_id'], ['mes_equipment_edge_node.id'], name=op.f('fk_mes_equipment_tag_edge_node_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_mes_equipment_tag_unit_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_center_id'], ['base_work_center.id'], name=op.f('fk_mes_equipment_tag_work_center_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_equipment_tag'))
    )
    with op.batch_alter_table('mes_equipment_tag', schema=None) as batch_op:
        batch_op.create_index('ix_mes_equipment_tag_address_sort', ['address', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_company_address_sort', ['company_id', 'address', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_company_id_path'), ['company_id', 'path'], unique=True)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_company_id_protocol_address'), ['company_id', 'protocol', 'address'], unique=True)
        batch_op.create_index('ix_mes_equipment_tag_company_path_sort', ['company_id', 'path', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_company_protocol_sort', ['company_id', 'protocol', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_company_role_sort', ['company_id', 'role', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_company_work_center_id_sort', ['company_id', 'work_center_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_edge_node_id'), ['edge_node_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_path_sort', ['path', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_protocol_sort', ['protocol', 'id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_role_sort', ['role', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mes_equipment_tag_work_center_id'), ['work_center_id'], unique=False)
        batch_op.create_index('ix_mes_equipment_tag_work_center_id_sort', ['work_center_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('mes_equipment_tag', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_tag_work_center_id_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_work_center_id'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_unit_id'))
        batch_op.drop_index('ix_mes_equipment_tag_role_sort')
        batch_op.drop_index('ix_mes_equipment_tag_protocol_sort')
        batch_op.drop_index('ix_mes_equipment_tag_path_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_edge_node_id'))
        batch_op.drop_index('ix_mes_equipment_tag_company_work_center_id_sort')
        batch_op.drop_index('ix_mes_equipment_tag_company_role_sort')
        batch_op.drop_index('ix_mes_equipment_tag_company_protocol_sort')
        batch_op.drop_index('ix_mes_equipment_tag_company_path_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_company_id_protocol_address'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_company_id_path'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_tag_company_id'))
        batch_op.drop_index('ix_mes_equipment_tag_company_address_sort')
        batch_op.drop_index('ix_mes_equipment_tag_address_sort')

    op.drop_table('mes_equipment_tag')
    with op.batch_alter_table('mes_equipment_edge_node', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_equipment_edge_node_seen_at_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_path_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_online_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_company_seen_at_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_company_path_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_company_online_sort')
        batch_op.drop_index(batch_op.f('ix_mes_equipment_edge_node_company_id_path'))
        batch_op.drop_index(batch_op.f('ix_mes_equipment_edge_node_company_id'))
        batch_op.drop_index('ix_mes_equipment_edge_node_company_clock_wrong_sort')
        batch_op.drop_index('ix_mes_equipment_edge_node_clock_wrong_sort')

    op.drop_table('mes_equipment_edge_node')
    op.drop_table('mes_equipment_telemetry_text')
    op.drop_table('mes_equipment_telemetry')
    op.drop_table('mes_equipment_spool_position')
    op.drop_table('mes_equipment_rollup_minute')
    op.drop_table('mes_equipment_rollup_hour')
    op.drop_table('mes_equipment_quarantine')
    op.drop_table('mes_equipment_latest')
    op.drop_table('mes_equipment_dirty_bucket')

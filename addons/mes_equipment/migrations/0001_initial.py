"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
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



def downgrade() -> None:
    with op.batch_alter_table('mes_equipment_equipment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mes_equipment_equipment_state_map_id'))
        batch_op.drop_index('ix_mes_equipment_equipment_position_sort')
        batch_op.drop_index('ix_mes_equipment_equipment_monitored_sort')

    op.drop_table('mes_equipment_equipment')
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

"""initial."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('bridge_partner',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('side', sa.String(40), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('company_code', sa.String(length=64), nullable=False),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('heard_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_bridge_partner_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_bridge_partner_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridge_partner'))
    )
    with op.batch_alter_table('bridge_partner', schema=None) as batch_op:
        batch_op.create_index('ix_bridge_partner_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_partner_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_partner_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index(batch_op.f('ix_bridge_partner_company_id_side'), ['company_id', 'side'], unique=False)
        batch_op.create_index('ix_bridge_partner_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_company_side_sort', ['company_id', 'side', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_bridge_partner_side_sort', ['side', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bridge_partner_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('bridge_partner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bridge_partner_user_id'))
        batch_op.drop_index('ix_bridge_partner_side_sort')
        batch_op.drop_index('ix_bridge_partner_name_sort')
        batch_op.drop_index('ix_bridge_partner_company_side_sort')
        batch_op.drop_index('ix_bridge_partner_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_bridge_partner_company_id_side'))
        batch_op.drop_index(batch_op.f('ix_bridge_partner_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_bridge_partner_company_id'))
        batch_op.drop_index('ix_bridge_partner_company_code_sort')
        batch_op.drop_index('ix_bridge_partner_company_active_sort')
        batch_op.drop_index('ix_bridge_partner_code_sort')
        batch_op.drop_index('ix_bridge_partner_active_sort')

    op.drop_table('bridge_partner')

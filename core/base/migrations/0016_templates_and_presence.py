"""Templates of records, and who has which record open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table('base_record_template',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('owner_id', types.BigId, nullable=True),
    sa.Column('shared_role', sa.String(length=200), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_record_template_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['owner_id'], ['base_user.id'], name=op.f('fk_base_record_template_owner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_record_template'))
    )
    with op.batch_alter_table('base_record_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_record_template_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_record_template_company_id_model_owner_id_name'), ['company_id', 'model', 'owner_id', 'name'], unique=True)
        batch_op.create_index('ix_base_record_template_company_model_sort', ['company_id', 'model', 'id'], unique=False)
        batch_op.create_index('ix_base_record_template_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_record_template_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index('ix_base_record_template_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_record_template_owner_id'), ['owner_id'], unique=False)

    op.create_table('base_presence',
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('record_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('user_id', types.BigId, autoincrement=False, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('editing', sa.Boolean(), nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_presence_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('model', 'record_id', 'user_id', name=op.f('pk_base_presence'))
    )
    with op.batch_alter_table('base_presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_presence_seen_at'), ['seen_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_presence_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('base_presence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_presence_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_presence_seen_at'))

    op.drop_table('base_presence')
    with op.batch_alter_table('base_record_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_record_template_owner_id'))
        batch_op.drop_index('ix_base_record_template_name_sort')
        batch_op.drop_index('ix_base_record_template_model_sort')
        batch_op.drop_index('ix_base_record_template_company_name_sort')
        batch_op.drop_index('ix_base_record_template_company_model_sort')
        batch_op.drop_index(batch_op.f('ix_base_record_template_company_id_model_owner_id_name'))
        batch_op.drop_index(batch_op.f('ix_base_record_template_company_id'))

    op.drop_table('base_record_template')

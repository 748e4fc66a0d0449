"""Webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('base_webhook',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('on_created', sa.Boolean(), nullable=False),
    sa.Column('on_changed', sa.Boolean(), nullable=False),
    sa.Column('on_deleted', sa.Boolean(), nullable=False),
    sa.Column('condition', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('field_names', sa.Text(), nullable=True),
    sa.Column('runs_as_id', types.BigId, nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('secret_at', types.UtcDateTime(), nullable=True),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('earlier_secret', sa.Text(), nullable=True),
    sa.Column('earlier_until', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_webhook_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['runs_as_id'], ['base_user.id'], name=op.f('fk_base_webhook_runs_as_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_webhook'))
    )
    with op.batch_alter_table('base_webhook', schema=None) as batch_op:
        batch_op.create_index('ix_base_webhook_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_webhook_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_company_id_name'), ['company_id', 'name'], unique=True)
        batch_op.create_index('ix_base_webhook_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_webhook_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_runs_as_id'), ['runs_as_id'], unique=False)

    op.create_table('base_webhook_delivery',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('webhook_id', types.BigId, nullable=False),
    sa.Column('message_id', sa.String(length=36), nullable=False),
    sa.Column('type', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=True),
    sa.Column('record_id', types.BigId, nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('milliseconds', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('attempted_at', types.UtcDateTime(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_webhook_delivery_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['webhook_id'], ['base_webhook.id'], name=op.f('fk_base_webhook_delivery_webhook_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_webhook_delivery')),
    sa.UniqueConstraint('message_id', name=op.f('uq_base_webhook_delivery_message_id'))
    )
    with op.batch_alter_table('base_webhook_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_base_webhook_delivery_attempted_at_sort', ['attempted_at', 'id'], unique=False)
        batch_op.create_index('ix_base_webhook_delivery_company_attempted_at_sort', ['company_id', 'attempted_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_delivery_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_delivery_webhook_id'), ['webhook_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_webhook_delivery_webhook_id_id'), ['webhook_id', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('base_webhook_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_webhook_delivery_webhook_id_id'))
        batch_op.drop_index(batch_op.f('ix_base_webhook_delivery_webhook_id'))
        batch_op.drop_index(batch_op.f('ix_base_webhook_delivery_company_id'))
        batch_op.drop_index('ix_base_webhook_delivery_company_attempted_at_sort')
        batch_op.drop_index('ix_base_webhook_delivery_attempted_at_sort')

    op.drop_table('base_webhook_delivery')
    with op.batch_alter_table('base_webhook', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_webhook_runs_as_id'))
        batch_op.drop_index('ix_base_webhook_name_sort')
        batch_op.drop_index('ix_base_webhook_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_webhook_company_id_name'))
        batch_op.drop_index(batch_op.f('ix_base_webhook_company_id'))
        batch_op.drop_index('ix_base_webhook_company_active_sort')
        batch_op.drop_index('ix_base_webhook_active_sort')

    op.drop_table('base_webhook')

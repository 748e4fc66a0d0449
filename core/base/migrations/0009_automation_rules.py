"""Automation rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('base_automation_rule',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('trigger', sa.String(40), nullable=False),
    sa.Column('field_name', sa.String(length=200), nullable=True),
    sa.Column('state', sa.String(length=64), nullable=True),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('cron', sa.String(length=200), nullable=True),
    sa.Column('condition', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('runs_as_id', types.BigId, nullable=False),
    sa.Column('failure_limit', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('checked_at', types.UtcDateTime(), nullable=True),
    sa.Column('next_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_automation_rule_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['runs_as_id'], ['base_user.id'], name=op.f('fk_base_automation_rule_runs_as_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_automation_rule'))
    )
    with op.batch_alter_table('base_automation_rule', schema=None) as batch_op:
        batch_op.create_index('ix_base_automation_rule_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_automation_rule_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_rule_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_rule_company_id_name'), ['company_id', 'name'], unique=True)
        batch_op.create_index('ix_base_automation_rule_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_automation_rule_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_rule_runs_as_id'), ['runs_as_id'], unique=False)

    op.create_table('base_automation_run',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('rule_id', types.BigId, nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_automation_run_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['rule_id'], ['base_automation_rule.id'], name=op.f('fk_base_automation_run_rule_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_automation_run'))
    )
    with op.batch_alter_table('base_automation_run', schema=None) as batch_op:
        batch_op.create_index('ix_base_automation_run_at_sort', ['at', 'id'], unique=False)
        batch_op.create_index('ix_base_automation_run_company_at_sort', ['company_id', 'at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_run_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_run_rule_id'), ['rule_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_run_rule_id_id'), ['rule_id', 'id'], unique=False)

    op.create_table('base_automation_step',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('rule_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=True),
    sa.Column('values', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('role', sa.String(length=200), nullable=True),
    sa.Column('due_days', sa.Integer(), nullable=True),
    sa.Column('webhook_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['rule_id'], ['base_automation_rule.id'], name=op.f('fk_base_automation_step_rule_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_automation_step_user_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['webhook_id'], ['base_webhook.id'], name=op.f('fk_base_automation_step_webhook_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_automation_step'))
    )
    with op.batch_alter_table('base_automation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_automation_step_rule_id'), ['rule_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_step_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_automation_step_webhook_id'), ['webhook_id'], unique=False)

    op.create_table('base_automation_result',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('run_id', types.BigId, nullable=False),
    sa.Column('record', sa.String(length=200), nullable=False),
    sa.Column('step', sa.String(length=200), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('failed', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['base_automation_run.id'], name=op.f('fk_base_automation_result_run_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_automation_result'))
    )
    with op.batch_alter_table('base_automation_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_automation_result_run_id'), ['run_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('base_automation_result', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_automation_result_run_id'))

    op.drop_table('base_automation_result')
    with op.batch_alter_table('base_automation_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_automation_step_webhook_id'))
        batch_op.drop_index(batch_op.f('ix_base_automation_step_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_automation_step_rule_id'))

    op.drop_table('base_automation_step')
    with op.batch_alter_table('base_automation_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_automation_run_rule_id_id'))
        batch_op.drop_index(batch_op.f('ix_base_automation_run_rule_id'))
        batch_op.drop_index(batch_op.f('ix_base_automation_run_company_id'))
        batch_op.drop_index('ix_base_automation_run_company_at_sort')
        batch_op.drop_index('ix_base_automation_run_at_sort')

    op.drop_table('base_automation_run')
    with op.batch_alter_table('base_automation_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_automation_rule_runs_as_id'))
        batch_op.drop_index('ix_base_automation_rule_name_sort')
        batch_op.drop_index('ix_base_automation_rule_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_automation_rule_company_id_name'))
        batch_op.drop_index(batch_op.f('ix_base_automation_rule_company_id'))
        batch_op.drop_index('ix_base_automation_rule_company_active_sort')
        batch_op.drop_index('ix_base_automation_rule_active_sort')

    op.drop_table('base_automation_rule')

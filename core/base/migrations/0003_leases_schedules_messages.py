"""Leases of jobs, schedules, and messages to and from other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('base_incoming_stream',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('last_sequence', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_incoming_stream'))
    )
    with op.batch_alter_table('base_incoming_stream', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_incoming_stream_sender_key'), ['sender', 'key'], unique=True)

    op.create_table('base_outgoing_lane',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('last_sequence', sa.BigInteger(), nullable=False),
    sa.Column('next_at', types.UtcDateTime(), nullable=True),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.Column('lease_until', types.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_outgoing_lane'))
    )
    with op.batch_alter_table('base_outgoing_lane', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_outgoing_lane_channel_key'), ['channel', 'key'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_outgoing_lane_next_at'), ['next_at'], unique=False)

    op.create_table('base_schedule',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('task', sa.String(length=64), nullable=False),
    sa.Column('addon', sa.String(length=64), nullable=False),
    sa.Column('cron', sa.String(length=200), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('next_at', types.UtcDateTime(), nullable=True),
    sa.Column('last_job_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['last_job_id'], ['base_job.id'], name=op.f('fk_base_schedule_last_job_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_schedule')),
    sa.UniqueConstraint('name', name=op.f('uq_base_schedule_name'))
    )
    with op.batch_alter_table('base_schedule', schema=None) as batch_op:
        batch_op.create_index('ix_base_schedule_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_schedule_last_job_id'), ['last_job_id'], unique=False)
        batch_op.create_index('ix_base_schedule_next_at_sort', ['next_at', 'id'], unique=False)
        batch_op.create_index('ix_base_schedule_title_sort', ['title', 'id'], unique=False)

    op.create_table('base_incoming_message',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('correlation_id', sa.String(length=200), nullable=True),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('received_at', types.UtcDateTime(), nullable=False),
    sa.Column('done_at', types.UtcDateTime(), nullable=True),
    sa.Column('next_at', types.UtcDateTime(), nullable=True),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('quarantined', sa.Boolean(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_incoming_message_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_incoming_message'))
    )
    with op.batch_alter_table('base_incoming_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_incoming_message_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_incoming_message_company_key_sort', ['company_id', 'key', 'id'], unique=False)
        batch_op.create_index('ix_base_incoming_message_company_received_at_sort', ['company_id', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_base_incoming_message_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_base_incoming_message_key_sort', ['key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_incoming_message_next_at'), ['next_at'], unique=False)
        batch_op.create_index('ix_base_incoming_message_received_at_sort', ['received_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_incoming_message_sender_key_sequence'), ['sender', 'key', 'sequence'], unique=False)
        batch_op.create_index('ix_base_incoming_message_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index('uq_base_incoming_message_id', ['sender', 'message_id'], unique=True, postgresql_where=sa.text('NOT quarantined'), sqlite_where=sa.text('NOT quarantined'))

    op.create_table('base_outgoing_message',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=True),
    sa.Column('type', sa.String(length=200), nullable=False),
    sa.Column('message_id', sa.String(length=36), nullable=False),
    sa.Column('correlation_id', sa.String(length=200), nullable=True),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('sent_at', types.UtcDateTime(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_outgoing_message_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_outgoing_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_base_outgoing_message_message_id'))
    )
    with op.batch_alter_table('base_outgoing_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_outgoing_message_channel_key_sequence'), ['channel', 'key', 'sequence'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_outgoing_message_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_outgoing_message_company_key_sort', ['company_id', 'key', 'id'], unique=False)
        batch_op.create_index('ix_base_outgoing_message_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_base_outgoing_message_key_sort', ['key', 'id'], unique=False)
        batch_op.create_index('ix_base_outgoing_message_state_sort', ['state', 'id'], unique=False)

    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_before', types.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('attempt', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('attempt_limit', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('lease', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('lease_until', types.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('worker', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('schedule_id', types.BigId, nullable=True))
        batch_op.add_column(sa.Column('due_at', types.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f('ix_base_job_lease'), ['lease'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_job_schedule_id_due_at'), ['schedule_id', 'due_at'], unique=True)

    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.alter_column('attempt', server_default=None)
        batch_op.alter_column('attempt_limit', server_default=None)
    # What runs now was begun once, by a worker that took no lease.
    op.execute("UPDATE base_job SET attempt = 1 WHERE state <> 'queued'")


def downgrade() -> None:
    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_job_schedule_id_due_at'))
        batch_op.drop_index(batch_op.f('ix_base_job_lease'))
        batch_op.drop_column('due_at')
        batch_op.drop_column('schedule_id')
        batch_op.drop_column('worker')
        batch_op.drop_column('lease_until')
        batch_op.drop_column('lease')
        batch_op.drop_column('attempt_limit')
        batch_op.drop_column('attempt')
        batch_op.drop_column('not_before')

    with op.batch_alter_table('base_outgoing_message', schema=None) as batch_op:
        batch_op.drop_index('ix_base_outgoing_message_state_sort')
        batch_op.drop_index('ix_base_outgoing_message_key_sort')
        batch_op.drop_index('ix_base_outgoing_message_company_state_sort')
        batch_op.drop_index('ix_base_outgoing_message_company_key_sort')
        batch_op.drop_index(batch_op.f('ix_base_outgoing_message_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_outgoing_message_channel_key_sequence'))

    op.drop_table('base_outgoing_message')
    with op.batch_alter_table('base_incoming_message', schema=None) as batch_op:
        batch_op.drop_index('uq_base_incoming_message_id', postgresql_where=sa.text('NOT quarantined'), sqlite_where=sa.text('NOT quarantined'))
        batch_op.drop_index('ix_base_incoming_message_state_sort')
        batch_op.drop_index(batch_op.f('ix_base_incoming_message_sender_key_sequence'))
        batch_op.drop_index('ix_base_incoming_message_received_at_sort')
        batch_op.drop_index(batch_op.f('ix_base_incoming_message_next_at'))
        batch_op.drop_index('ix_base_incoming_message_key_sort')
        batch_op.drop_index('ix_base_incoming_message_company_state_sort')
        batch_op.drop_index('ix_base_incoming_message_company_received_at_sort')
        batch_op.drop_index('ix_base_incoming_message_company_key_sort')
        batch_op.drop_index(batch_op.f('ix_base_incoming_message_company_id'))

    op.drop_table('base_incoming_message')
    with op.batch_alter_table('base_schedule', schema=None) as batch_op:
        batch_op.drop_index('ix_base_schedule_title_sort')
        batch_op.drop_index('ix_base_schedule_next_at_sort')
        batch_op.drop_index(batch_op.f('ix_base_schedule_last_job_id'))
        batch_op.drop_index('ix_base_schedule_active_sort')

    op.drop_table('base_schedule')
    with op.batch_alter_table('base_outgoing_lane', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_outgoing_lane_next_at'))
        batch_op.drop_index(batch_op.f('ix_base_outgoing_lane_channel_key'))

    op.drop_table('base_outgoing_lane')
    with op.batch_alter_table('base_incoming_stream', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_incoming_stream_sender_key'))

    op.drop_table('base_incoming_stream')

"""Recycle bin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table('base_deleted_record',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('deleted_at', types.UtcDateTime(), nullable=False),
    sa.Column('deletion', sa.String(length=32), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_deleted_record_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_deleted_record_user_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_deleted_record'))
    )
    with op.batch_alter_table('base_deleted_record', schema=None) as batch_op:
        batch_op.create_index('ix_base_deleted_record_company_deleted_at_sort', ['company_id', 'deleted_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_deleted_record_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_deleted_record_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_deleted_record_deleted_at_sort', ['deleted_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_deleted_record_deletion'), ['deletion'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_deleted_record_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index('ix_base_deleted_record_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_deleted_record_user_id'), ['user_id'], unique=False)

    op.create_table('base_last_step',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['base_user.id'], name=op.f('fk_base_last_step_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_last_step'))
    )


#: What hangs on records, by their model's name.
_HANGING = (
    'base_activity', 'base_attachment', 'base_comment', 'base_external_id', 'base_favourite', 'base_recent',
)


def downgrade() -> None:
    _forget_what_was_set_aside()
    op.drop_table('base_last_step')
    with op.batch_alter_table('base_deleted_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_deleted_record_user_id'))
        batch_op.drop_index('ix_base_deleted_record_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_deleted_record_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_base_deleted_record_deletion'))
        batch_op.drop_index('ix_base_deleted_record_deleted_at_sort')
        batch_op.drop_index('ix_base_deleted_record_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_deleted_record_company_id'))
        batch_op.drop_index('ix_base_deleted_record_company_deleted_at_sort')

    op.drop_table('base_deleted_record')


def _forget_what_was_set_aside() -> None:
    """What hangs on records of the bin goes with it; contents of files that nothing names any more are found by `doctor`."""
    connection = op.get_bind()
    aside = "model LIKE '%/%'"
    connection.execute(sa.text(f"DELETE FROM base_mention WHERE comment_id IN (SELECT id FROM base_comment WHERE {aside})"))
    for table in _HANGING:
        connection.execute(sa.text(f"DELETE FROM {table} WHERE {aside}"))

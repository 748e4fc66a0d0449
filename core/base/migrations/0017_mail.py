"""E-mail about records, templates for it, and followers of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table('base_mail_template',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_mail_template_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_mail_template'))
    )
    with op.batch_alter_table('base_mail_template', schema=None) as batch_op:
        batch_op.create_index('ix_base_mail_template_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_mail_template_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_template_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_template_company_id_name_language'), ['company_id', 'name', 'language'], unique=True)
        batch_op.create_index('ix_base_mail_template_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_template_name_language'), ['name', 'language'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_mail_template_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_follower',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_follower_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_follower'))
    )
    with op.batch_alter_table('base_follower', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_follower_model_record_id_user_id'), ['model', 'record_id', 'user_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_follower_user_id'), ['user_id'], unique=False)

    op.create_table('base_mail',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('recipients', sa.Text(), nullable=False),
    sa.Column('copies', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('author_id', types.BigId, nullable=True),
    sa.Column('queued_at', types.UtcDateTime(), nullable=False),
    sa.Column('sent_at', types.UtcDateTime(), nullable=True),
    sa.Column('message_id', sa.String(length=200), nullable=True),
    sa.Column('outgoing_id', sa.String(length=36), nullable=True),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('recipient_count', sa.Integer(), nullable=False),
    sa.Column('missing', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['base_user.id'], name=op.f('fk_base_mail_author_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_mail_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_mail'))
    )
    with op.batch_alter_table('base_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_mail_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_author_id_queued_at'), ['author_id', 'queued_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_mail_company_queued_at_sort', ['company_id', 'queued_at', 'id'], unique=False)
        batch_op.create_index('ix_base_mail_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_base_mail_company_subject_sort', ['company_id', 'subject', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mail_outgoing_id'), ['outgoing_id'], unique=False)
        batch_op.create_index('ix_base_mail_queued_at_sort', ['queued_at', 'id'], unique=False)
        batch_op.create_index('ix_base_mail_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index('ix_base_mail_subject_sort', ['subject', 'id'], unique=False)

    op.create_table('base_notification',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('comment_id', types.BigId, nullable=True),
    sa.Column('state', sa.String(length=64), nullable=True),
    sa.Column('by_id', types.BigId, nullable=True),
    sa.Column('happened_at', types.UtcDateTime(), nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=True),
    sa.Column('by_mail', sa.String(40), nullable=False),
    sa.Column('mailed_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['base_user.id'], name=op.f('fk_base_notification_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['comment_id'], ['base_comment.id'], name=op.f('fk_base_notification_comment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_notification_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_notification'))
    )
    with op.batch_alter_table('base_notification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_notification_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_notification_by_mail_mailed_at'), ['by_mail', 'mailed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_notification_comment_id'), ['comment_id'], unique=False)
        batch_op.create_index('ix_base_notification_happened_at_sort', ['happened_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_notification_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_notification_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_notification_user_id_seen_at'), ['user_id', 'seen_at'], unique=False)

    with op.batch_alter_table('base_attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mail_id', types.BigId, nullable=True))
        batch_op.create_index(batch_op.f('ix_base_attachment_mail_id'), ['mail_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_base_attachment_mail_id'), 'base_mail', ['mail_id'], ['id'], ondelete='RESTRICT')



def downgrade() -> None:
    # What went out with e-mails was never a file of the record's own.
    op.execute("DELETE FROM base_attachment WHERE mail_id IS NOT NULL")
    with op.batch_alter_table('base_attachment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_base_attachment_mail_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_base_attachment_mail_id'))
        batch_op.drop_column('mail_id')

    with op.batch_alter_table('base_notification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_notification_user_id_seen_at'))
        batch_op.drop_index(batch_op.f('ix_base_notification_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_notification_model_record_id'))
        batch_op.drop_index('ix_base_notification_happened_at_sort')
        batch_op.drop_index(batch_op.f('ix_base_notification_comment_id'))
        batch_op.drop_index(batch_op.f('ix_base_notification_by_mail_mailed_at'))
        batch_op.drop_index(batch_op.f('ix_base_notification_by_id'))

    op.drop_table('base_notification')
    with op.batch_alter_table('base_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_base_mail_subject_sort')
        batch_op.drop_index('ix_base_mail_state_sort')
        batch_op.drop_index('ix_base_mail_queued_at_sort')
        batch_op.drop_index(batch_op.f('ix_base_mail_outgoing_id'))
        batch_op.drop_index(batch_op.f('ix_base_mail_model_record_id'))
        batch_op.drop_index('ix_base_mail_company_subject_sort')
        batch_op.drop_index('ix_base_mail_company_state_sort')
        batch_op.drop_index('ix_base_mail_company_queued_at_sort')
        batch_op.drop_index(batch_op.f('ix_base_mail_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_mail_author_id_queued_at'))
        batch_op.drop_index(batch_op.f('ix_base_mail_author_id'))

    op.drop_table('base_mail')
    with op.batch_alter_table('base_follower', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_follower_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_follower_model_record_id_user_id'))

    op.drop_table('base_follower')
    with op.batch_alter_table('base_mail_template', schema=None) as batch_op:
        batch_op.drop_index('ix_base_mail_template_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_mail_template_name_language'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.drop_index('ix_base_mail_template_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_mail_template_company_id_name_language'))
        batch_op.drop_index(batch_op.f('ix_base_mail_template_company_id'))
        batch_op.drop_index('ix_base_mail_template_company_active_sort')
        batch_op.drop_index('ix_base_mail_template_active_sort')

    op.drop_table('base_mail_template')

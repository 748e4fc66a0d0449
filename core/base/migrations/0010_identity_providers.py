"""Identity providers and what they vouch for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table('base_challenge',
    sa.Column('ticket_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('expires_at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_base_challenge'))
    )
    with op.batch_alter_table('base_challenge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_challenge_expires_at'), ['expires_at'], unique=False)

    op.create_table('base_identity_provider',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=500), nullable=False),
    sa.Column('client_id', sa.String(length=200), nullable=False),
    sa.Column('scopes', sa.String(length=200), nullable=False),
    sa.Column('login_claim', sa.String(length=64), nullable=False),
    sa.Column('name_claim', sa.String(length=64), nullable=False),
    sa.Column('email_claim', sa.String(length=64), nullable=False),
    sa.Column('groups_claim', sa.String(length=64), nullable=False),
    sa.Column('strong_values', sa.String(length=200), nullable=False),
    sa.Column('provisions', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_identity_provider')),
    sa.UniqueConstraint('code', name=op.f('uq_base_identity_provider_code'))
    )
    with op.batch_alter_table('base_identity_provider', schema=None) as batch_op:
        batch_op.create_index('ix_base_identity_provider_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_identity_provider_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_claimed_role',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('provider_id', types.BigId, nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('role', sa.String(length=200), nullable=True),
    sa.Column('seen_company_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['provider_id'], ['base_identity_provider.id'], name=op.f('fk_base_claimed_role_provider_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['seen_company_id'], ['base_company.id'], name=op.f('fk_base_claimed_role_seen_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_claimed_role'))
    )
    with op.batch_alter_table('base_claimed_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_claimed_role_provider_id'), ['provider_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_claimed_role_provider_id_value'), ['provider_id', 'value'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_claimed_role_seen_company_id'), ['seen_company_id'], unique=False)

    op.create_table('base_identity',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('issuer', sa.String(length=500), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('linked_at', types.UtcDateTime(), nullable=False),
    sa.Column('used_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_identity_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_identity')),
    sa.UniqueConstraint('issuer', 'subject', name='uq_base_identity_issuer_subject')
    )
    with op.batch_alter_table('base_identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_identity_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strong', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('provider', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('provider_session', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('id_token', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_base_login_session_provider_session'), ['provider_session'], unique=False)

    with op.batch_alter_table('base_user_company', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=64), nullable=False, server_default=''))
        batch_op.drop_index(batch_op.f('ix_base_user_company_user_id_seen_company_id'))
        batch_op.create_index(batch_op.f('ix_base_user_company_user_id_seen_company_id_source'), ['user_id', 'seen_company_id', 'source'], unique=True)

    with op.batch_alter_table('base_user_role', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=64), nullable=False, server_default=''))
        batch_op.drop_index(batch_op.f('ix_base_user_role_user_id_role'))
        batch_op.create_index(batch_op.f('ix_base_user_role_user_id_role_source'), ['user_id', 'role', 'source'], unique=True)

    for table, column in (('base_login_session', 'strong'), ('base_user_company', 'source'), ('base_user_role', 'source')):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    # What a provider vouched for holds until the next sign-in alone; by hand it was never given.
    op.execute("DELETE FROM base_user_role WHERE source <> ''")
    op.execute("DELETE FROM base_user_company WHERE source <> ''")
    with op.batch_alter_table('base_user_role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_user_role_user_id_role_source'))
        batch_op.create_index(batch_op.f('ix_base_user_role_user_id_role'), ['user_id', 'role'], unique=1)
        batch_op.drop_column('source')

    with op.batch_alter_table('base_user_company', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_user_company_user_id_seen_company_id_source'))
        batch_op.create_index(batch_op.f('ix_base_user_company_user_id_seen_company_id'), ['user_id', 'seen_company_id'], unique=1)
        batch_op.drop_column('source')

    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_login_session_provider_session'))
        batch_op.drop_column('id_token')
        batch_op.drop_column('provider_session')
        batch_op.drop_column('provider')
        batch_op.drop_column('strong')

    with op.batch_alter_table('base_identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_identity_user_id'))

    op.drop_table('base_identity')
    with op.batch_alter_table('base_claimed_role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_claimed_role_seen_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_claimed_role_provider_id_value'))
        batch_op.drop_index(batch_op.f('ix_base_claimed_role_provider_id'))

    op.drop_table('base_claimed_role')
    with op.batch_alter_table('base_identity_provider', schema=None) as batch_op:
        batch_op.drop_index('ix_base_identity_provider_name_sort')
        batch_op.drop_index('ix_base_identity_provider_active_sort')

    op.drop_table('base_identity_provider')
    with op.batch_alter_table('base_challenge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_challenge_expires_at'))

    op.drop_table('base_challenge')

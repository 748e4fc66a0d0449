"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('base_addon',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('revision', sa.String(length=40), nullable=False),
    sa.Column('installed_at', types.UtcDateTime(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('tables', sa.JSON(), nullable=False),
    sa.Column('guards', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_base_addon'))
    )
    op.create_table('base_change_batch',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('by_id', types.BigId, nullable=True),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('seal_no', types.BigId, nullable=True),
    sa.Column('seal', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_change_batch'))
    )
    with op.batch_alter_table('base_change_batch', schema=None) as batch_op:
        batch_op.create_index('ix_base_change_batch_unsealed', ['id'], unique=False, postgresql_where=sa.text('seal_no IS NULL'), sqlite_where=sa.text('seal_no IS NULL'))

    op.create_table('base_currency',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=True),
    sa.Column('exponent', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_currency')),
    sa.UniqueConstraint('code', name=op.f('uq_base_currency_code'))
    )
    with op.batch_alter_table('base_currency', schema=None) as batch_op:
        batch_op.create_index('ix_base_currency_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_currency_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_job',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('task', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('acting_company_id', types.BigId, nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('started_at', types.UtcDateTime(), nullable=True),
    sa.Column('finished_at', types.UtcDateTime(), nullable=True),
    sa.Column('cancel_requested', sa.Boolean(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_job'))
    )
    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_job_state_id'), ['state', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_job_user_id'), ['user_id'], unique=False)

    op.create_table('base_login_attempt',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failed_at', types.UtcDateTime(), nullable=False),
    sa.Column('blocked_until', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_base_login_attempt'))
    )
    op.create_table('base_received',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('asked', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_received')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_base_received_key_hash'))
    )
    op.create_table('base_tax_category',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('exemption', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_tax_category')),
    sa.UniqueConstraint('code', name=op.f('uq_base_tax_category_code'))
    )
    with op.batch_alter_table('base_tax_category', schema=None) as batch_op:
        batch_op.create_index('ix_base_tax_category_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_unit',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('dimension', sa.String(40), nullable=False),
    sa.Column('factor', types.ExactNumber(10), nullable=True),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_base_unit_code'))
    )
    with op.batch_alter_table('base_unit', schema=None) as batch_op:
        batch_op.create_index('ix_base_unit_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_unit_dimension_sort', ['dimension', 'id'], unique=False)
        batch_op.create_index('ix_base_unit_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_base_unit_symbol_sort', ['symbol', 'id'], unique=False)

    op.create_table('base_change',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('batch_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('event', sa.String(40), nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('by_id', types.BigId, nullable=True),
    sa.Column('addon', sa.String(length=100), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['base_change_batch.id'], name=op.f('fk_base_change_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_change'))
    )
    with op.batch_alter_table('base_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_change_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index('ix_base_change_record', ['model', 'record_id', 'id'], unique=False)

    op.create_table('base_company',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('currency_id', types.BigId, nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('vat_id', sa.String(length=20), nullable=True),
    sa.Column('locale', sa.String(length=20), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['currency_id'], ['base_currency.id'], name=op.f('fk_base_company_currency_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_company')),
    sa.UniqueConstraint('code', name=op.f('uq_base_company_code'))
    )
    with op.batch_alter_table('base_company', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_company_currency_id'), ['currency_id'], unique=False)
        batch_op.create_index('ix_base_company_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_job_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('job_id', types.BigId, nullable=False),
    sa.Column('at', types.UtcDateTime(), nullable=False),
    sa.Column('failed', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('record_model', sa.String(length=64), nullable=True),
    sa.Column('record_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['base_job.id'], name=op.f('fk_base_job_line_job_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_job_line'))
    )
    with op.batch_alter_table('base_job_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_job_line_job_id'), ['job_id'], unique=False)

    op.create_table('base_calendar',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_calendar_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_calendar'))
    )
    with op.batch_alter_table('base_calendar', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_calendar_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_calendar_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_calendar_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_calendar_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_calendar_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_calendar_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_calendar_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_external_id',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('system', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_external_id_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_external_id'))
    )
    with op.batch_alter_table('base_external_id', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_external_id_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_external_id_company_id_system_model_key'), ['company_id', 'system', 'model', 'key'], unique=True)
        batch_op.create_index('ix_base_external_id_company_key_sort', ['company_id', 'key', 'id'], unique=False)
        batch_op.create_index('ix_base_external_id_company_model_sort', ['company_id', 'model', 'id'], unique=False)
        batch_op.create_index('ix_base_external_id_company_system_sort', ['company_id', 'system', 'id'], unique=False)
        batch_op.create_index('ix_base_external_id_key_sort', ['key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_external_id_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index('ix_base_external_id_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_external_id_system_model_key'), ['system', 'model', 'key'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_external_id_system_sort', ['system', 'id'], unique=False)

    op.create_table('base_item',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(40), nullable=False),
    sa.Column('revision', sa.String(length=64), nullable=True),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('tracking', sa.String(40), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_item_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_base_item_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_item'))
    )
    with op.batch_alter_table('base_item', schema=None) as batch_op:
        batch_op.create_index('ix_base_item_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_item_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_item_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_item_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index('ix_base_item_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_item_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_item_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_item_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_item_company_tracking_sort', ['company_id', 'tracking', 'id'], unique=False)
        batch_op.create_index('ix_base_item_company_type_sort', ['company_id', 'type', 'id'], unique=False)
        batch_op.create_index('ix_base_item_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_base_item_tracking_sort', ['tracking', 'id'], unique=False)
        batch_op.create_index('ix_base_item_type_sort', ['type', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_item_unit_id'), ['unit_id'], unique=False)

    op.create_table('base_party',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('legal_name', sa.String(length=200), nullable=True),
    sa.Column('vat_id', sa.String(length=20), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('locale', sa.String(length=20), nullable=True),
    sa.Column('website', sa.String(length=500), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_party_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_party'))
    )
    with op.batch_alter_table('base_party', schema=None) as batch_op:
        batch_op.create_index('ix_base_party_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_party_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_party_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_party_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index('ix_base_party_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index('ix_base_party_company_country_sort', ['company_id', 'country', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_party_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_party_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_party_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_party_company_vat_id_sort', ['company_id', 'vat_id', 'id'], unique=False)
        batch_op.create_index('ix_base_party_country_sort', ['country', 'id'], unique=False)
        batch_op.create_index('ix_base_party_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_base_party_vat_id_sort', ['vat_id', 'id'], unique=False)

    op.create_table('base_payment_term',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('net_days', sa.Integer(), nullable=False),
    sa.Column('month_end', sa.Boolean(), nullable=False),
    sa.Column('discount_days', sa.Integer(), nullable=False),
    sa.Column('discount_percent', types.ExactNumber(4), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_payment_term_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_payment_term'))
    )
    with op.batch_alter_table('base_payment_term', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_payment_term_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_payment_term_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_payment_term_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_payment_term_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_payment_term_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_payment_term_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_payment_term_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_qualification',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('valid_months', sa.Integer(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_qualification_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_qualification'))
    )
    with op.batch_alter_table('base_qualification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_qualification_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_qualification_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_qualification_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_qualification_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_qualification_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_qualification_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_qualification_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_rate',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('currency_id', types.BigId, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('rate', types.ExactNumber(10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_rate_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['currency_id'], ['base_currency.id'], name=op.f('fk_base_rate_currency_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_rate'))
    )
    with op.batch_alter_table('base_rate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_rate_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_rate_company_id_currency_id_valid_from'), ['company_id', 'currency_id', 'valid_from'], unique=True)
        batch_op.create_index('ix_base_rate_company_valid_from_sort', ['company_id', 'valid_from', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_rate_currency_id'), ['currency_id'], unique=False)
        batch_op.create_index('ix_base_rate_valid_from_sort', ['valid_from', 'id'], unique=False)

    op.create_table('base_sequence',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('period', sa.String(length=64), nullable=False),
    sa.Column('pattern', sa.String(length=200), nullable=False),
    sa.Column('next', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_sequence_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_sequence'))
    )
    with op.batch_alter_table('base_sequence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_sequence_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_sequence_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_sequence_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('uq_base_sequence_company', ['name', 'company_id', 'period'], unique=True)
        batch_op.create_index('uq_base_sequence_shared', ['name', 'period'], unique=True, postgresql_where=sa.text('company_id IS NULL'), sqlite_where=sa.text('company_id IS NULL'))

    op.create_table('base_tax',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('category_id', types.BigId, nullable=False),
    sa.Column('percent', types.ExactNumber(4), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['category_id'], ['base_tax_category.id'], name=op.f('fk_base_tax_category_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_tax_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_tax'))
    )
    with op.batch_alter_table('base_tax', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_tax_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_tax_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_tax_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_tax_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index('ix_base_tax_company_country_sort', ['company_id', 'country', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_tax_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_tax_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_tax_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_tax_country_sort', ['country', 'id'], unique=False)
        batch_op.create_index('ix_base_tax_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_address',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('party_id', types.BigId, nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('street', sa.String(length=200), nullable=True),
    sa.Column('additional_street', sa.String(length=200), nullable=True),
    sa.Column('postal_code', sa.String(length=64), nullable=True),
    sa.Column('city', sa.String(length=200), nullable=True),
    sa.Column('region', sa.String(length=200), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['party_id'], ['base_party.id'], name=op.f('fk_base_address_party_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_address'))
    )
    with op.batch_alter_table('base_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_address_party_id'), ['party_id'], unique=False)

    op.create_table('base_bom',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_bom_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_base_bom_item_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_bom'))
    )
    with op.batch_alter_table('base_bom', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_bom_code'), ['code'], unique=True, sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.create_index('ix_base_bom_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_bom_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_bom_company_valid_from_sort', ['company_id', 'valid_from', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_base_bom_valid_from_sort', ['valid_from', 'id'], unique=False)

    op.create_table('base_calendar_exception',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('calendar_id', types.BigId, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('starts', sa.String(length=5), nullable=True),
    sa.Column('ends', sa.String(length=5), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['base_calendar.id'], name=op.f('fk_base_calendar_exception_calendar_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_calendar_exception'))
    )
    with op.batch_alter_table('base_calendar_exception', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_calendar_exception_calendar_id'), ['calendar_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_calendar_exception_calendar_id_day'), ['calendar_id', 'day'], unique=True)

    op.create_table('base_contact',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('party_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('task', sa.String(length=200), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['party_id'], ['base_party.id'], name=op.f('fk_base_contact_party_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_contact'))
    )
    with op.batch_alter_table('base_contact', schema=None) as batch_op:
        batch_op.create_index('ix_base_contact_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_contact_party_id'), ['party_id'], unique=False)

    op.create_table('base_lot',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('origin', sa.String(length=64), nullable=True),
    sa.Column('made_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_lot_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_base_lot_item_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_lot'))
    )
    with op.batch_alter_table('base_lot', schema=None) as batch_op:
        batch_op.create_index('ix_base_lot_company_expires_on_sort', ['company_id', 'expires_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_lot_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_lot_company_id_item_id_number'), ['company_id', 'item_id', 'number'], unique=True)
        batch_op.create_index('ix_base_lot_company_made_on_sort', ['company_id', 'made_on', 'id'], unique=False)
        batch_op.create_index('ix_base_lot_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_base_lot_company_origin_sort', ['company_id', 'origin', 'id'], unique=False)
        batch_op.create_index('ix_base_lot_expires_on_sort', ['expires_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_lot_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_base_lot_made_on_sort', ['made_on', 'id'], unique=False)
        batch_op.create_index('ix_base_lot_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index('ix_base_lot_origin_sort', ['origin', 'id'], unique=False)

    op.create_table('base_routing',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_routing_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_base_routing_item_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_routing'))
    )
    with op.batch_alter_table('base_routing', schema=None) as batch_op:
        batch_op.create_index('ix_base_routing_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_routing_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_routing_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_routing_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_routing_company_valid_from_sort', ['company_id', 'valid_from', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_routing_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_base_routing_valid_from_sort', ['valid_from', 'id'], unique=False)

    op.create_table('base_shift',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('calendar_id', types.BigId, nullable=False),
    sa.Column('weekday', sa.String(40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('starts', sa.String(length=5), nullable=False),
    sa.Column('ends', sa.String(length=5), nullable=False),
    sa.Column('break_minutes', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['base_calendar.id'], name=op.f('fk_base_shift_calendar_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_shift'))
    )
    with op.batch_alter_table('base_shift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_shift_calendar_id'), ['calendar_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_shift_calendar_id_weekday_starts'), ['calendar_id', 'weekday', 'starts'], unique=True)

    op.create_table('base_site',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('street', sa.String(length=200), nullable=True),
    sa.Column('postal_code', sa.String(length=64), nullable=True),
    sa.Column('city', sa.String(length=200), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('calendar_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['base_calendar.id'], name=op.f('fk_base_site_calendar_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_site_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_site'))
    )
    with op.batch_alter_table('base_site', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_site_calendar_id'), ['calendar_id'], unique=False)
        batch_op.create_index('ix_base_site_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_site_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_site_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_site_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_site_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_site_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_bom_line',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('bom_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('item_id', types.BigId, nullable=False),
    sa.Column('quantity', types.ExactNumber(6), nullable=False),
    sa.Column('unit_id', types.BigId, nullable=False),
    sa.Column('scrap_percent', types.ExactNumber(4), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['bom_id'], ['base_bom.id'], name=op.f('fk_base_bom_line_bom_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['base_item.id'], name=op.f('fk_base_bom_line_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['base_unit.id'], name=op.f('fk_base_bom_line_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_bom_line'))
    )
    with op.batch_alter_table('base_bom_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_bom_line_bom_id'), ['bom_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_line_bom_id_position'), ['bom_id', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_line_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_bom_line_unit_id'), ['unit_id'], unique=False)

    op.create_table('base_person',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('task', sa.String(length=200), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('site_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_person_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['base_site.id'], name=op.f('fk_base_person_site_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_person'))
    )
    with op.batch_alter_table('base_person', schema=None) as batch_op:
        batch_op.create_index('ix_base_person_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index('ix_base_person_company_active_sort', ['company_id', 'active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_person_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_person_company_id_number'), ['company_id', 'number'], unique=True)
        batch_op.create_index('ix_base_person_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_person_company_number_sort', ['company_id', 'number', 'id'], unique=False)
        batch_op.create_index('ix_base_person_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_base_person_number_sort', ['number', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_person_site_id'), ['site_id'], unique=False)

    op.create_table('base_storage_location',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('site_id', types.BigId, nullable=True),
    sa.Column('parent_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_storage_location_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['parent_id'], ['base_storage_location.id'], name=op.f('fk_base_storage_location_parent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['base_site.id'], name=op.f('fk_base_storage_location_site_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_storage_location'))
    )
    with op.batch_alter_table('base_storage_location', schema=None) as batch_op:
        batch_op.create_index('ix_base_storage_location_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_storage_location_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_storage_location_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_storage_location_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_storage_location_company_kind_sort', ['company_id', 'kind', 'id'], unique=False)
        batch_op.create_index('ix_base_storage_location_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_storage_location_kind_sort', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_base_storage_location_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_storage_location_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_storage_location_site_id'), ['site_id'], unique=False)

    op.create_table('base_work_center',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(40), nullable=False),
    sa.Column('site_id', types.BigId, nullable=False),
    sa.Column('parent_id', types.BigId, nullable=True),
    sa.Column('calendar_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['base_calendar.id'], name=op.f('fk_base_work_center_calendar_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_work_center_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['parent_id'], ['base_work_center.id'], name=op.f('fk_base_work_center_parent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['site_id'], ['base_site.id'], name=op.f('fk_base_work_center_site_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_work_center'))
    )
    with op.batch_alter_table('base_work_center', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_work_center_calendar_id'), ['calendar_id'], unique=False)
        batch_op.create_index('ix_base_work_center_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_work_center_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_work_center_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_work_center_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_work_center_company_level_sort', ['company_id', 'level', 'id'], unique=False)
        batch_op.create_index('ix_base_work_center_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_work_center_level_sort', ['level', 'id'], unique=False)
        batch_op.create_index('ix_base_work_center_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_work_center_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_work_center_site_id'), ['site_id'], unique=False)

    op.create_table('base_badge',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('person_id', types.BigId, nullable=False),
    sa.Column('number', sa.String(length=64), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_base_badge_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_badge')),
    sa.UniqueConstraint('number', name=op.f('uq_base_badge_number'))
    )
    with op.batch_alter_table('base_badge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_badge_person_id'), ['person_id'], unique=False)

    op.create_table('base_operation',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('routing_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('work_center_id', types.BigId, nullable=False),
    sa.Column('setup_seconds', types.ExactNumber(6), nullable=False),
    sa.Column('cycle_seconds', types.ExactNumber(6), nullable=False),
    sa.Column('qualification_id', types.BigId, nullable=True),
    sa.Column('instruction', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['qualification_id'], ['base_qualification.id'], name=op.f('fk_base_operation_qualification_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['routing_id'], ['base_routing.id'], name=op.f('fk_base_operation_routing_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_center_id'], ['base_work_center.id'], name=op.f('fk_base_operation_work_center_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_operation'))
    )
    with op.batch_alter_table('base_operation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_operation_qualification_id'), ['qualification_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_operation_routing_id'), ['routing_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_operation_routing_id_position'), ['routing_id', 'position'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_operation_work_center_id'), ['work_center_id'], unique=False)

    op.create_table('base_person_qualification',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('person_id', types.BigId, nullable=False),
    sa.Column('qualification_id', types.BigId, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_base_person_qualification_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['qualification_id'], ['base_qualification.id'], name=op.f('fk_base_person_qualification_qualification_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_person_qualification'))
    )
    with op.batch_alter_table('base_person_qualification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_person_qualification_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_person_qualification_person_id_qualification_id_valid_from'), ['person_id', 'qualification_id', 'valid_from'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_person_qualification_qualification_id'), ['qualification_id'], unique=False)
        batch_op.create_index('ix_base_person_qualification_valid_until_sort', ['valid_until', 'id'], unique=False)

    op.create_table('base_physical_asset',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('maker', sa.String(length=200), nullable=True),
    sa.Column('type_name', sa.String(length=200), nullable=True),
    sa.Column('serial_number', sa.String(length=64), nullable=True),
    sa.Column('work_center_id', types.BigId, nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_physical_asset_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['work_center_id'], ['base_work_center.id'], name=op.f('fk_base_physical_asset_work_center_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_physical_asset'))
    )
    with op.batch_alter_table('base_physical_asset', schema=None) as batch_op:
        batch_op.create_index('ix_base_physical_asset_code_sort', ['code', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_company_code_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_physical_asset_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_physical_asset_company_id_code'), ['company_id', 'code'], unique=True)
        batch_op.create_index('ix_base_physical_asset_company_kind_sort', ['company_id', 'kind', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_company_maker_sort', ['company_id', 'maker', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_company_serial_number_sort', ['company_id', 'serial_number', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_kind_sort', ['kind', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_maker_sort', ['maker', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index('ix_base_physical_asset_serial_number_sort', ['serial_number', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_physical_asset_work_center_id'), ['work_center_id'], unique=False)

    op.create_table('base_user',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('person_id', types.BigId, nullable=True),
    sa.Column('home_company_id', types.BigId, nullable=True),
    sa.Column('locale', sa.String(length=20), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('preferences', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('password_changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('second_factor', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['home_company_id'], ['base_company.id'], name=op.f('fk_base_user_home_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['base_person.id'], name=op.f('fk_base_user_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_user')),
    sa.UniqueConstraint('login', name=op.f('uq_base_user_login'))
    )
    with op.batch_alter_table('base_user', schema=None) as batch_op:
        batch_op.create_index('ix_base_user_active_sort', ['active', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_user_home_company_id'), ['home_company_id'], unique=False)
        batch_op.create_index('ix_base_user_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_user_person_id'), ['person_id'], unique=False)

    op.create_table('base_activity',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('assignee_id', types.BigId, nullable=False),
    sa.Column('author_id', types.BigId, nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('done_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['base_user.id'], name=op.f('fk_base_activity_assignee_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['author_id'], ['base_user.id'], name=op.f('fk_base_activity_author_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_activity_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_activity'))
    )
    with op.batch_alter_table('base_activity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_activity_assignee_id'), ['assignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_activity_assignee_id_state_due_on'), ['assignee_id', 'state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_activity_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_base_activity_company_due_on_sort', ['company_id', 'due_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_activity_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_activity_company_state_sort', ['company_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_base_activity_company_subject_sort', ['company_id', 'subject', 'id'], unique=False)
        batch_op.create_index('ix_base_activity_due_on_sort', ['due_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_activity_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index('ix_base_activity_state_sort', ['state', 'id'], unique=False)
        batch_op.create_index('ix_base_activity_subject_sort', ['subject', 'id'], unique=False)

    op.create_table('base_api_token',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('shown', sa.String(length=20), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('made_at', types.UtcDateTime(), nullable=False),
    sa.Column('expires_at', types.UtcDateTime(), nullable=False),
    sa.Column('used_at', types.UtcDateTime(), nullable=True),
    sa.Column('revoked_at', types.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_api_token_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_base_api_token_token_hash'))
    )
    with op.batch_alter_table('base_api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_api_token_user_id'), ['user_id'], unique=False)

    op.create_table('base_attachment',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=200), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('author_id', types.BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['base_user.id'], name=op.f('fk_base_attachment_author_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_attachment_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_attachment'))
    )
    with op.batch_alter_table('base_attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_attachment_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_attachment_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_attachment_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_attachment_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_attachment_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index('ix_base_attachment_name_sort', ['name', 'id'], unique=False)

    op.create_table('base_comment',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('author_id', types.BigId, nullable=True),
    sa.Column('edited_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['base_user.id'], name=op.f('fk_base_comment_author_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_comment_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_comment'))
    )
    with op.batch_alter_table('base_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_comment_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_comment_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_comment_model_record_id'), ['model', 'record_id'], unique=False)

    op.create_table('base_credential',
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('totp_secret', sa.String(length=300), nullable=True),
    sa.Column('totp_confirmed', sa.Boolean(), nullable=False),
    sa.Column('totp_step', sa.Integer(), nullable=False),
    sa.Column('recovery_hashes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_credential_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_base_credential'))
    )
    op.create_table('base_favourite',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_favourite_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_favourite'))
    )
    with op.batch_alter_table('base_favourite', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_favourite_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_favourite_user_id_model_record_id'), ['user_id', 'model', 'record_id'], unique=True)

    op.create_table('base_import',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('undone_at', types.UtcDateTime(), nullable=True),
    sa.Column('trail', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_import_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_import_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_import'))
    )
    with op.batch_alter_table('base_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_import_company_id'), ['company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_import_user_id'), ['user_id'], unique=False)

    op.create_table('base_login_session',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('started_at', types.UtcDateTime(), nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=False),
    sa.Column('expires_at', types.UtcDateTime(), nullable=False),
    sa.Column('proved_at', types.UtcDateTime(), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_login_session_company_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_login_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_login_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_base_login_session_token_hash'))
    )
    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.create_index('ix_base_login_session_expires_at', ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_login_session_user_id'), ['user_id'], unique=False)

    op.create_table('base_recent',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('opened_at', types.UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_recent_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_recent'))
    )
    with op.batch_alter_table('base_recent', schema=None) as batch_op:
        batch_op.create_index('ix_base_recent_opened_at_sort', ['opened_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_recent_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_recent_user_id_model_record_id'), ['user_id', 'model', 'record_id'], unique=True)

    op.create_table('base_saved_view',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('owner_id', types.BigId, nullable=True),
    sa.Column('shared_role', sa.String(length=200), nullable=True),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('state', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['base_user.id'], name=op.f('fk_base_saved_view_owner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_saved_view'))
    )
    with op.batch_alter_table('base_saved_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_saved_view_model_owner_id_name'), ['model', 'owner_id', 'name'], unique=True)
        batch_op.create_index('ix_base_saved_view_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index('ix_base_saved_view_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_saved_view_owner_id'), ['owner_id'], unique=False)

    op.create_table('base_setting',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('user_id', types.BigId, nullable=True),
    sa.Column('value', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_setting_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_setting_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_setting'))
    )
    with op.batch_alter_table('base_setting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_setting_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_setting_company_name_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_setting_name_company_id_user_id'), ['name', 'company_id', 'user_id'], unique=False)
        batch_op.create_index('ix_base_setting_name_sort', ['name', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_setting_user_id'), ['user_id'], unique=False)

    op.create_table('base_user_company',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('seen_company_id', types.BigId, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['seen_company_id'], ['base_company.id'], name=op.f('fk_base_user_company_seen_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_user_company_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_user_company'))
    )
    with op.batch_alter_table('base_user_company', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_user_company_seen_company_id'), ['seen_company_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_user_company_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_user_company_user_id_seen_company_id'), ['user_id', 'seen_company_id'], unique=True)

    op.create_table('base_user_role',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('role', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_user_role_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_user_role'))
    )
    with op.batch_alter_table('base_user_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_user_role_user_id'), ['user_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_user_role_user_id_role'), ['user_id', 'role'], unique=True)

    op.create_table('base_mention',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('comment_id', types.BigId, nullable=False),
    sa.Column('user_id', types.BigId, nullable=False),
    sa.Column('seen_at', types.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['base_comment.id'], name=op.f('fk_base_mention_comment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['base_user.id'], name=op.f('fk_base_mention_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_mention'))
    )
    with op.batch_alter_table('base_mention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_mention_comment_id'), ['comment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_mention_comment_id_user_id'), ['comment_id', 'user_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_base_mention_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('base_mention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_mention_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_mention_comment_id_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_mention_comment_id'))

    op.drop_table('base_mention')
    with op.batch_alter_table('base_user_role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_user_role_user_id_role'))
        batch_op.drop_index(batch_op.f('ix_base_user_role_user_id'))

    op.drop_table('base_user_role')
    with op.batch_alter_table('base_user_company', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_user_company_user_id_seen_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_user_company_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_user_company_seen_company_id'))

    op.drop_table('base_user_company')
    with op.batch_alter_table('base_setting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_setting_user_id'))
        batch_op.drop_index('ix_base_setting_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_setting_name_company_id_user_id'))
        batch_op.drop_index('ix_base_setting_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_setting_company_id'))

    op.drop_table('base_setting')
    with op.batch_alter_table('base_saved_view', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_saved_view_owner_id'))
        batch_op.drop_index('ix_base_saved_view_name_sort')
        batch_op.drop_index('ix_base_saved_view_model_sort')
        batch_op.drop_index(batch_op.f('ix_base_saved_view_model_owner_id_name'))

    op.drop_table('base_saved_view')
    with op.batch_alter_table('base_recent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_recent_user_id_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_base_recent_user_id'))
        batch_op.drop_index('ix_base_recent_opened_at_sort')

    op.drop_table('base_recent')
    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_login_session_user_id'))
        batch_op.drop_index('ix_base_login_session_expires_at')

    op.drop_table('base_login_session')
    with op.batch_alter_table('base_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_import_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_import_company_id'))

    op.drop_table('base_import')
    with op.batch_alter_table('base_favourite', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_favourite_user_id_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_base_favourite_user_id'))

    op.drop_table('base_favourite')
    op.drop_table('base_credential')
    with op.batch_alter_table('base_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_comment_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_base_comment_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_comment_author_id'))

    op.drop_table('base_comment')
    with op.batch_alter_table('base_attachment', schema=None) as batch_op:
        batch_op.drop_index('ix_base_attachment_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_attachment_model_record_id'))
        batch_op.drop_index(batch_op.f('ix_base_attachment_digest'))
        batch_op.drop_index('ix_base_attachment_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_attachment_company_id'))
        batch_op.drop_index(batch_op.f('ix_base_attachment_author_id'))

    op.drop_table('base_attachment')
    with op.batch_alter_table('base_api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_api_token_user_id'))

    op.drop_table('base_api_token')
    with op.batch_alter_table('base_activity', schema=None) as batch_op:
        batch_op.drop_index('ix_base_activity_subject_sort')
        batch_op.drop_index('ix_base_activity_state_sort')
        batch_op.drop_index(batch_op.f('ix_base_activity_model_record_id'))
        batch_op.drop_index('ix_base_activity_due_on_sort')
        batch_op.drop_index('ix_base_activity_company_subject_sort')
        batch_op.drop_index('ix_base_activity_company_state_sort')
        batch_op.drop_index(batch_op.f('ix_base_activity_company_id'))
        batch_op.drop_index('ix_base_activity_company_due_on_sort')
        batch_op.drop_index(batch_op.f('ix_base_activity_author_id'))
        batch_op.drop_index(batch_op.f('ix_base_activity_assignee_id_state_due_on'))
        batch_op.drop_index(batch_op.f('ix_base_activity_assignee_id'))

    op.drop_table('base_activity')
    with op.batch_alter_table('base_user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_user_person_id'))
        batch_op.drop_index('ix_base_user_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_user_home_company_id'))
        batch_op.drop_index('ix_base_user_active_sort')

    op.drop_table('base_user')
    with op.batch_alter_table('base_physical_asset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_physical_asset_work_center_id'))
        batch_op.drop_index('ix_base_physical_asset_serial_number_sort')
        batch_op.drop_index('ix_base_physical_asset_name_sort')
        batch_op.drop_index('ix_base_physical_asset_maker_sort')
        batch_op.drop_index('ix_base_physical_asset_kind_sort')
        batch_op.drop_index('ix_base_physical_asset_company_serial_number_sort')
        batch_op.drop_index('ix_base_physical_asset_company_name_sort')
        batch_op.drop_index('ix_base_physical_asset_company_maker_sort')
        batch_op.drop_index('ix_base_physical_asset_company_kind_sort')
        batch_op.drop_index(batch_op.f('ix_base_physical_asset_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_physical_asset_company_id'))
        batch_op.drop_index('ix_base_physical_asset_company_code_sort')
        batch_op.drop_index('ix_base_physical_asset_code_sort')

    op.drop_table('base_physical_asset')
    with op.batch_alter_table('base_person_qualification', schema=None) as batch_op:
        batch_op.drop_index('ix_base_person_qualification_valid_until_sort')
        batch_op.drop_index(batch_op.f('ix_base_person_qualification_qualification_id'))
        batch_op.drop_index(batch_op.f('ix_base_person_qualification_person_id_qualification_id_valid_from'))
        batch_op.drop_index(batch_op.f('ix_base_person_qualification_person_id'))

    op.drop_table('base_person_qualification')
    with op.batch_alter_table('base_operation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_operation_work_center_id'))
        batch_op.drop_index(batch_op.f('ix_base_operation_routing_id_position'))
        batch_op.drop_index(batch_op.f('ix_base_operation_routing_id'))
        batch_op.drop_index(batch_op.f('ix_base_operation_qualification_id'))

    op.drop_table('base_operation')
    with op.batch_alter_table('base_badge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_badge_person_id'))

    op.drop_table('base_badge')
    with op.batch_alter_table('base_work_center', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_work_center_site_id'))
        batch_op.drop_index(batch_op.f('ix_base_work_center_parent_id'))
        batch_op.drop_index('ix_base_work_center_name_sort')
        batch_op.drop_index('ix_base_work_center_level_sort')
        batch_op.drop_index('ix_base_work_center_company_name_sort')
        batch_op.drop_index('ix_base_work_center_company_level_sort')
        batch_op.drop_index(batch_op.f('ix_base_work_center_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_work_center_company_id'))
        batch_op.drop_index('ix_base_work_center_company_code_sort')
        batch_op.drop_index('ix_base_work_center_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_work_center_calendar_id'))

    op.drop_table('base_work_center')
    with op.batch_alter_table('base_storage_location', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_storage_location_site_id'))
        batch_op.drop_index(batch_op.f('ix_base_storage_location_parent_id'))
        batch_op.drop_index('ix_base_storage_location_name_sort')
        batch_op.drop_index('ix_base_storage_location_kind_sort')
        batch_op.drop_index('ix_base_storage_location_company_name_sort')
        batch_op.drop_index('ix_base_storage_location_company_kind_sort')
        batch_op.drop_index(batch_op.f('ix_base_storage_location_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_storage_location_company_id'))
        batch_op.drop_index('ix_base_storage_location_company_code_sort')
        batch_op.drop_index('ix_base_storage_location_code_sort')

    op.drop_table('base_storage_location')
    with op.batch_alter_table('base_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_person_site_id'))
        batch_op.drop_index('ix_base_person_number_sort')
        batch_op.drop_index('ix_base_person_name_sort')
        batch_op.drop_index('ix_base_person_company_number_sort')
        batch_op.drop_index('ix_base_person_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_person_company_id_number'))
        batch_op.drop_index(batch_op.f('ix_base_person_company_id'))
        batch_op.drop_index('ix_base_person_company_active_sort')
        batch_op.drop_index('ix_base_person_active_sort')

    op.drop_table('base_person')
    with op.batch_alter_table('base_bom_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_bom_line_unit_id'))
        batch_op.drop_index(batch_op.f('ix_base_bom_line_item_id'))
        batch_op.drop_index(batch_op.f('ix_base_bom_line_bom_id_position'))
        batch_op.drop_index(batch_op.f('ix_base_bom_line_bom_id'))

    op.drop_table('base_bom_line')
    with op.batch_alter_table('base_site', schema=None) as batch_op:
        batch_op.drop_index('ix_base_site_name_sort')
        batch_op.drop_index('ix_base_site_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_site_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_site_company_id'))
        batch_op.drop_index('ix_base_site_company_code_sort')
        batch_op.drop_index('ix_base_site_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_site_calendar_id'))

    op.drop_table('base_site')
    with op.batch_alter_table('base_shift', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_shift_calendar_id_weekday_starts'))
        batch_op.drop_index(batch_op.f('ix_base_shift_calendar_id'))

    op.drop_table('base_shift')
    with op.batch_alter_table('base_routing', schema=None) as batch_op:
        batch_op.drop_index('ix_base_routing_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_routing_item_id'))
        batch_op.drop_index('ix_base_routing_company_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_routing_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_routing_company_id'))
        batch_op.drop_index('ix_base_routing_company_code_sort')
        batch_op.drop_index('ix_base_routing_code_sort')

    op.drop_table('base_routing')
    with op.batch_alter_table('base_lot', schema=None) as batch_op:
        batch_op.drop_index('ix_base_lot_origin_sort')
        batch_op.drop_index('ix_base_lot_number_sort')
        batch_op.drop_index('ix_base_lot_made_on_sort')
        batch_op.drop_index(batch_op.f('ix_base_lot_item_id'))
        batch_op.drop_index('ix_base_lot_expires_on_sort')
        batch_op.drop_index('ix_base_lot_company_origin_sort')
        batch_op.drop_index('ix_base_lot_company_number_sort')
        batch_op.drop_index('ix_base_lot_company_made_on_sort')
        batch_op.drop_index(batch_op.f('ix_base_lot_company_id_item_id_number'))
        batch_op.drop_index(batch_op.f('ix_base_lot_company_id'))
        batch_op.drop_index('ix_base_lot_company_expires_on_sort')

    op.drop_table('base_lot')
    with op.batch_alter_table('base_contact', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_contact_party_id'))
        batch_op.drop_index('ix_base_contact_name_sort')

    op.drop_table('base_contact')
    with op.batch_alter_table('base_calendar_exception', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_calendar_exception_calendar_id_day'))
        batch_op.drop_index(batch_op.f('ix_base_calendar_exception_calendar_id'))

    op.drop_table('base_calendar_exception')
    with op.batch_alter_table('base_bom', schema=None) as batch_op:
        batch_op.drop_index('ix_base_bom_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_bom_item_id'))
        batch_op.drop_index('ix_base_bom_company_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_bom_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_bom_company_id'))
        batch_op.drop_index('ix_base_bom_company_code_sort')
        batch_op.drop_index('ix_base_bom_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_bom_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('base_bom')
    with op.batch_alter_table('base_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_address_party_id'))

    op.drop_table('base_address')
    with op.batch_alter_table('base_tax', schema=None) as batch_op:
        batch_op.drop_index('ix_base_tax_name_sort')
        batch_op.drop_index('ix_base_tax_country_sort')
        batch_op.drop_index('ix_base_tax_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_tax_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_tax_company_id'))
        batch_op.drop_index('ix_base_tax_company_country_sort')
        batch_op.drop_index('ix_base_tax_company_code_sort')
        batch_op.drop_index('ix_base_tax_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_tax_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_base_tax_category_id'))

    op.drop_table('base_tax')
    with op.batch_alter_table('base_sequence', schema=None) as batch_op:
        batch_op.drop_index('uq_base_sequence_shared', postgresql_where=sa.text('company_id IS NULL'), sqlite_where=sa.text('company_id IS NULL'))
        batch_op.drop_index('uq_base_sequence_company')
        batch_op.drop_index('ix_base_sequence_name_sort')
        batch_op.drop_index('ix_base_sequence_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_sequence_company_id'))

    op.drop_table('base_sequence')
    with op.batch_alter_table('base_rate', schema=None) as batch_op:
        batch_op.drop_index('ix_base_rate_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_rate_currency_id'))
        batch_op.drop_index('ix_base_rate_company_valid_from_sort')
        batch_op.drop_index(batch_op.f('ix_base_rate_company_id_currency_id_valid_from'))
        batch_op.drop_index(batch_op.f('ix_base_rate_company_id'))

    op.drop_table('base_rate')
    with op.batch_alter_table('base_qualification', schema=None) as batch_op:
        batch_op.drop_index('ix_base_qualification_name_sort')
        batch_op.drop_index('ix_base_qualification_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_qualification_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_qualification_company_id'))
        batch_op.drop_index('ix_base_qualification_company_code_sort')
        batch_op.drop_index('ix_base_qualification_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_qualification_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('base_qualification')
    with op.batch_alter_table('base_payment_term', schema=None) as batch_op:
        batch_op.drop_index('ix_base_payment_term_name_sort')
        batch_op.drop_index('ix_base_payment_term_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_payment_term_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_payment_term_company_id'))
        batch_op.drop_index('ix_base_payment_term_company_code_sort')
        batch_op.drop_index('ix_base_payment_term_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_payment_term_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('base_payment_term')
    with op.batch_alter_table('base_party', schema=None) as batch_op:
        batch_op.drop_index('ix_base_party_vat_id_sort')
        batch_op.drop_index('ix_base_party_name_sort')
        batch_op.drop_index('ix_base_party_country_sort')
        batch_op.drop_index('ix_base_party_company_vat_id_sort')
        batch_op.drop_index('ix_base_party_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_party_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_party_company_id'))
        batch_op.drop_index('ix_base_party_company_country_sort')
        batch_op.drop_index('ix_base_party_company_code_sort')
        batch_op.drop_index('ix_base_party_company_active_sort')
        batch_op.drop_index('ix_base_party_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_party_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.drop_index('ix_base_party_active_sort')

    op.drop_table('base_party')
    with op.batch_alter_table('base_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_item_unit_id'))
        batch_op.drop_index('ix_base_item_type_sort')
        batch_op.drop_index('ix_base_item_tracking_sort')
        batch_op.drop_index('ix_base_item_name_sort')
        batch_op.drop_index('ix_base_item_company_type_sort')
        batch_op.drop_index('ix_base_item_company_tracking_sort')
        batch_op.drop_index('ix_base_item_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_item_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_item_company_id'))
        batch_op.drop_index('ix_base_item_company_code_sort')
        batch_op.drop_index('ix_base_item_company_active_sort')
        batch_op.drop_index('ix_base_item_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_item_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.drop_index('ix_base_item_active_sort')

    op.drop_table('base_item')
    with op.batch_alter_table('base_external_id', schema=None) as batch_op:
        batch_op.drop_index('ix_base_external_id_system_sort')
        batch_op.drop_index(batch_op.f('ix_base_external_id_system_model_key'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))
        batch_op.drop_index('ix_base_external_id_model_sort')
        batch_op.drop_index(batch_op.f('ix_base_external_id_model_record_id'))
        batch_op.drop_index('ix_base_external_id_key_sort')
        batch_op.drop_index('ix_base_external_id_company_system_sort')
        batch_op.drop_index('ix_base_external_id_company_model_sort')
        batch_op.drop_index('ix_base_external_id_company_key_sort')
        batch_op.drop_index(batch_op.f('ix_base_external_id_company_id_system_model_key'))
        batch_op.drop_index(batch_op.f('ix_base_external_id_company_id'))

    op.drop_table('base_external_id')
    with op.batch_alter_table('base_calendar', schema=None) as batch_op:
        batch_op.drop_index('ix_base_calendar_name_sort')
        batch_op.drop_index('ix_base_calendar_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_calendar_company_id_code'))
        batch_op.drop_index(batch_op.f('ix_base_calendar_company_id'))
        batch_op.drop_index('ix_base_calendar_company_code_sort')
        batch_op.drop_index('ix_base_calendar_code_sort')
        batch_op.drop_index(batch_op.f('ix_base_calendar_code'), sqlite_where=sa.text('company_id IS NULL'), postgresql_where=sa.text('company_id IS NULL'))

    op.drop_table('base_calendar')
    with op.batch_alter_table('base_job_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_job_line_job_id'))

    op.drop_table('base_job_line')
    with op.batch_alter_table('base_company', schema=None) as batch_op:
        batch_op.drop_index('ix_base_company_name_sort')
        batch_op.drop_index(batch_op.f('ix_base_company_currency_id'))

    op.drop_table('base_company')
    with op.batch_alter_table('base_change', schema=None) as batch_op:
        batch_op.drop_index('ix_base_change_record')
        batch_op.drop_index(batch_op.f('ix_base_change_batch_id'))

    op.drop_table('base_change')
    with op.batch_alter_table('base_unit', schema=None) as batch_op:
        batch_op.drop_index('ix_base_unit_symbol_sort')
        batch_op.drop_index('ix_base_unit_name_sort')
        batch_op.drop_index('ix_base_unit_dimension_sort')
        batch_op.drop_index('ix_base_unit_active_sort')

    op.drop_table('base_unit')
    with op.batch_alter_table('base_tax_category', schema=None) as batch_op:
        batch_op.drop_index('ix_base_tax_category_name_sort')

    op.drop_table('base_tax_category')
    op.drop_table('base_received')
    op.drop_table('base_login_attempt')
    with op.batch_alter_table('base_job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_job_user_id'))
        batch_op.drop_index(batch_op.f('ix_base_job_state_id'))

    op.drop_table('base_job')
    with op.batch_alter_table('base_currency', schema=None) as batch_op:
        batch_op.drop_index('ix_base_currency_name_sort')
        batch_op.drop_index('ix_base_currency_active_sort')

    op.drop_table('base_currency')
    with op.batch_alter_table('base_change_batch', schema=None) as batch_op:
        batch_op.drop_index('ix_base_change_batch_unsealed', postgresql_where=sa.text('seal_no IS NULL'), sqlite_where=sa.text('seal_no IS NULL'))

    op.drop_table('base_change_batch')
    op.drop_table('base_addon')

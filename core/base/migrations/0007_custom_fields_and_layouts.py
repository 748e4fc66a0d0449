"""Custom fields and layouts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('base_layout',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('part', sa.String(40), nullable=False),
    sa.Column('role', sa.String(length=200), nullable=False),
    sa.Column('differences', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_layout'))
    )
    with op.batch_alter_table('base_layout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_layout_model_part_role'), ['model', 'part', 'role'], unique=True)

    op.create_table('base_custom_field',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('label_text', sa.String(length=200), nullable=False),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(40), nullable=False),
    sa.Column('target', sa.String(length=200), nullable=True),
    sa.Column('help_text', sa.Text(), nullable=True),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('default_text', sa.String(length=200), nullable=True),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('tracked', sa.Boolean(), nullable=False),
    sa.Column('searched', sa.Boolean(), nullable=False),
    sa.Column('seen_by', sa.String(length=200), nullable=True),
    sa.Column('set_by', sa.String(length=200), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_custom_field_company_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_custom_field'))
    )
    with op.batch_alter_table('base_custom_field', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_custom_field_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_custom_field_company_label_text_sort', ['company_id', 'label_text', 'id'], unique=False)
        batch_op.create_index('ix_base_custom_field_label_text_sort', ['label_text', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_custom_field_model_key'), ['model', 'key'], unique=True)

    op.create_table('base_custom_choice',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('custom_field_id', types.BigId, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=False),
    sa.Column('label_text', sa.String(length=200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['custom_field_id'], ['base_custom_field.id'], name=op.f('fk_base_custom_choice_custom_field_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_custom_choice'))
    )
    with op.batch_alter_table('base_custom_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_custom_choice_custom_field_id'), ['custom_field_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_custom_choice_custom_field_id_value'), ['custom_field_id', 'value'], unique=True)



def downgrade() -> None:
    with op.batch_alter_table('base_custom_choice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_custom_choice_custom_field_id_value'))
        batch_op.drop_index(batch_op.f('ix_base_custom_choice_custom_field_id'))

    op.drop_table('base_custom_choice')
    with op.batch_alter_table('base_custom_field', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_custom_field_model_key'))
        batch_op.drop_index('ix_base_custom_field_label_text_sort')
        batch_op.drop_index('ix_base_custom_field_company_label_text_sort')
        batch_op.drop_index(batch_op.f('ix_base_custom_field_company_id'))

    op.drop_table('base_custom_field')
    with op.batch_alter_table('base_layout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_layout_model_part_role'))

    op.drop_table('base_layout')

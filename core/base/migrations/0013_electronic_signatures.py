"""Electronic signatures.

Going down loses their table and not what the trail tells of them: coming back makes it anew from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.orm import types

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.create_table('base_signature',
    sa.Column('id', types.BigId, nullable=False),
    sa.Column('company_id', types.BigId, nullable=True),
    sa.Column('model', sa.String(length=200), nullable=False),
    sa.Column('record_id', types.BigId, nullable=False),
    sa.Column('record_version', sa.Integer(), nullable=False),
    sa.Column('signer_id', types.BigId, nullable=False),
    sa.Column('printed_name', sa.String(length=200), nullable=False),
    sa.Column('meaning', sa.String(length=200), nullable=False),
    sa.Column('signed_at', types.UtcDateTime(), nullable=False),
    sa.Column('components', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('covered', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', types.UtcDateTime(), nullable=True),
    sa.Column('created_by_id', types.BigId, nullable=True),
    sa.Column('changed_at', types.UtcDateTime(), nullable=True),
    sa.Column('changed_by_id', types.BigId, nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['base_company.id'], name=op.f('fk_base_signature_company_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['signer_id'], ['base_user.id'], name=op.f('fk_base_signature_signer_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_signature'))
    )
    with op.batch_alter_table('base_signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_base_signature_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_base_signature_company_meaning_sort', ['company_id', 'meaning', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_company_model_sort', ['company_id', 'model', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_company_printed_name_sort', ['company_id', 'printed_name', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_company_signed_at_sort', ['company_id', 'signed_at', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_meaning_sort', ['meaning', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_signature_model_record_id'), ['model', 'record_id'], unique=False)
        batch_op.create_index('ix_base_signature_model_sort', ['model', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_printed_name_sort', ['printed_name', 'id'], unique=False)
        batch_op.create_index('ix_base_signature_signed_at_sort', ['signed_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_base_signature_signer_id'), ['signer_id'], unique=False)

    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signed_at', types.UtcDateTime(), nullable=True))
    _bring_back()


_TOLD = sa.text(
    "SELECT record_id, at, by_id, new FROM base_change "
    "WHERE model = 'base.signature' AND event = 'created' AND record_id > :after ORDER BY record_id LIMIT 500"
).columns(at=types.UtcDateTime())
_SIGNATURES = sa.table(
    'base_signature',
    *(sa.column(name) for name in (
        'id', 'company_id', 'model', 'record_id', 'record_version', 'signer_id', 'printed_name', 'meaning', 'components',
        'digest', 'key', 'covered', 'version', 'created_by_id', 'changed_by_id',
    )),
    *(sa.column(name, types.UtcDateTime()) for name in ('signed_at', 'created_at', 'changed_at')),
)  # fmt: skip


def _bring_back() -> None:
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_TOLD, {"after": after}).all():
        connection.execute(sa.insert(_SIGNATURES), list(_signatures(rows)))
        after = rows[-1].record_id
    if after and connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('base_signature', 'id'), :last)"), {"last": after})


def _signatures(rows: Any) -> Iterator[dict[str, Any]]:  # Any: rows of _TOLD; columns of any type
    for row in rows:
        stamps = {"version": 1, "created_at": row.at, "created_by_id": row.by_id, "changed_at": row.at,
                  "changed_by_id": row.by_id}  # fmt: skip
        told = {"company_id": None} | json.loads(row.new)
        told["signed_at"] = datetime.fromisoformat(told["signed_at"])
        yield {"id": row.record_id, **stamps, **told}


def downgrade() -> None:
    with op.batch_alter_table('base_login_session', schema=None) as batch_op:
        batch_op.drop_column('signed_at')

    with op.batch_alter_table('base_signature', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_base_signature_signer_id'))
        batch_op.drop_index('ix_base_signature_signed_at_sort')
        batch_op.drop_index('ix_base_signature_printed_name_sort')
        batch_op.drop_index('ix_base_signature_model_sort')
        batch_op.drop_index(batch_op.f('ix_base_signature_model_record_id'))
        batch_op.drop_index('ix_base_signature_meaning_sort')
        batch_op.drop_index('ix_base_signature_company_signed_at_sort')
        batch_op.drop_index('ix_base_signature_company_printed_name_sort')
        batch_op.drop_index('ix_base_signature_company_model_sort')
        batch_op.drop_index('ix_base_signature_company_meaning_sort')
        batch_op.drop_index(batch_op.f('ix_base_signature_company_id'))

    op.drop_table('base_signature')

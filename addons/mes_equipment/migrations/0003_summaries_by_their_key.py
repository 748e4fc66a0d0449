"""On SQLite summaries lie in the order of their key: a stretch of a tag is read in one piece."""

from __future__ import annotations

from alembic import op

revision = '0003'
down_revision = '0002'

SUMMARIES = ('mes_equipment_rollup_hour', 'mes_equipment_rollup_minute')


def upgrade() -> None:
    _lay(with_rowid=False)


def downgrade() -> None:
    _lay(with_rowid=True)


def _lay(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    for table in SUMMARIES:
        kwargs = {'sqlite_with_rowid': with_rowid}
        with op.batch_alter_table(table, recreate='always', table_kwargs=kwargs):
            pass

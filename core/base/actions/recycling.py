"""Bringing back what was deleted."""

from __future__ import annotations

from collections.abc import Sequence

from core.actions import action
from core.base import recycling
from core.base.models.deleted import DeletedRecord
from core.base.models.role import administrator, employee
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model


@action(_("Restore"), on=DeletedRecord, roles=[employee, administrator], icon="arrow-back-up", primary=True)
def restore(env: Env, kept: Sequence[DeletedRecord]) -> list[Model]:
    """It is there again as it was, with its lines, comments and files."""
    return [env.get(model, record_id) for model, record_id in recycling.restore(env, kept)]

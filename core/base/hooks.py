"""What base does when records anywhere change: nothing hangs on what is gone, and no tree bites its own tail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.base import hanging
from core.base.models.place import StorageLocation, WorkCenter
from core.errors import ValidationError
from core.i18n import _
from core.orm.model import model_name
from core.plugins import hookimpl

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

_TREES: tuple[type[StorageLocation | WorkCenter], ...] = (StorageLocation, WorkCenter)


@hookimpl
def records_deleted(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Delete comments, files, to-dos, external ids and bookmarks of records that are gone."""
    with env.as_system() as system:
        hanging.forget(system, model_name(model), ids)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """Refuse a place that would come to lie inside itself."""
    if "parent_id" not in fields:
        return
    for tree in _TREES:
        for record_id in ids if model is tree else ():
            _refuse_loop(env, tree, record_id)


def _refuse_loop(env: Env, tree: type[StorageLocation | WorkCenter], record_id: int) -> None:
    passed = set()
    at: int | None = record_id
    while at is not None:
        if at in passed:
            raise ValidationError(
                {"parent_id": _("It would come to lie inside itself. Nothing has changed.")}
            )
        passed.add(at)
        at = env.get(tree, at).parent_id

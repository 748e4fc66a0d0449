"""What an administrator does with custom fields besides defining them."""

from __future__ import annotations

from collections.abc import Sequence

from core.actions import action
from core.base.models.mechanism import CustomField
from core.base.models.role import administrator
from core.custom.field import is_hidden, is_shown
from core.i18n import _
from core.orm.env import Env


@action(_("Hide"), on=CustomField, roles=[administrator], icon="eye-off", when=is_shown)
def hide(env: Env, fields: Sequence[CustomField]) -> None:
    """It is seen nowhere any more; what was entered is kept and comes back with it."""
    for each in fields:
        each.active = False


@action(_("Show"), on=CustomField, roles=[administrator], icon="eye", when=is_hidden)
def show(env: Env, fields: Sequence[CustomField]) -> None:
    """It is seen again, with what was entered before."""
    for each in fields:
        each.active = True


@action(
    _("Purge"),
    on=CustomField,
    roles=[administrator],
    icon="trash",
    when=is_hidden,
    confirm=_(
        "The field is dropped with all that was entered in it, in every record. The audit trail keeps its changes."
    ),
)
def purge(env: Env, fields: Sequence[CustomField]) -> None:
    """It goes for good, with all that was entered in it."""
    env.delete(*fields)

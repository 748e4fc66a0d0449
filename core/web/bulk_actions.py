"""What may be done to selected records of a list: its model's actions, a field set on all, deletion."""

from __future__ import annotations

from core.actions import actions_of
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model
from core.web.parts import Action
from core.web.urls import list_url


def bulk_actions(env: Env, model: type[Model]) -> list[Action]:
    """The entries of the bar as far as the person's roles go: the model's own, of which one stands before Print."""
    base = list_url(model)
    made = [
        Action(chosen.label, f"{base}/-/do/{chosen.name}", chosen.icon, method="post", title=chosen.help)
        for chosen in actions_of(model)
        if chosen.bulk and chosen.allowed_to(env)
    ]
    made.insert(1, Action(_("Print"), f"{base}/-/print", "printer", method="post"))
    may, who = env.site.access.may, env.principal
    if may(who, "write", model):
        made.append(Action(_("Set field"), f"{base}/-/set", "edit", method="post"))
    if may(who, "delete", model):
        made.append(Action(_("Delete"), f"{base}/-/delete", "trash", method="post", tone="bad"))
    return made

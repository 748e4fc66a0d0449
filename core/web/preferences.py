"""What a person chose for themselves: theme, density, keys, columns of lists; kept with their user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from core.errors import ValidationError
from core.i18n import _
from core.orm.env import Env
from core.security.account import User
from core.web.request import env, go, is_htmx, own_path

blueprint = Blueprint("preferences", __name__)

#: Each preference with the values that it may have; the first is the default.
KNOWN: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("compact", "roomy"),
    "single_keys": ("1", "0"),
    "folded": ("0", "1"),
    "first_steps": ("auto", "1", "0"),
}


@blueprint.post("/-/preferences")
def keep_preference() -> Response:
    """One or more of the known ones, from a button of the shell or a script."""
    given = {name: request.form[name] for name in KNOWN if name in request.form}
    for name, value in given.items():
        if value not in KNOWN[name]:
            raise ValidationError({name: _("{value} is no value of {name}.", value=value, name=name)})
    keep(env(), given)
    return Response(status=204) if is_htmx() else go(own_path(request.referrer))


def keep(at: Env, values: Mapping[str, Any]) -> None:  # Any: JSON
    """Keep preferences of the person; every user may do so for themselves."""
    with at.as_system() as system:
        user = system.get(User, at.user_id or 0)
        user.preferences = {**user.preferences, **values}


def keep_of_list(at: Env, name: str, chosen: Mapping[str, Any] | None) -> None:  # Any: JSON
    """Keep what the person chose for the list of the model `name`; None forgets it."""
    with at.as_system() as system:
        user = system.get(User, at.user_id or 0)
        lists = {**user.preferences.get("lists", {})}
        lists.pop(name, None)
        user.preferences = {
            **user.preferences,
            "lists": lists if chosen is None else {**lists, name: dict(chosen)},
        }

"""Commands that the addons of a site add to the core's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial

import click

from core.app import open_site
from core.config import Settings
from core.errors import PlatformError
from core.orm.env import Env, open_env

#: Opens an env on the command's site, as core.orm.env.open_env does.
Opener = Callable[..., AbstractContextManager[Env]]


def contributed(settings: Settings) -> tuple[dict[str, click.Command], Opener | None]:
    """The addons' commands by name, groups of one name joined, and what opens an env for them.

    There are none where there is no site that opens.
    """
    try:
        site = open_site(settings)
    except PlatformError:
        return {}, None
    found: dict[str, click.Command] = {}
    for offered in site.hook.collect_commands():
        _add(found, offered)
    return found, partial(open_env, site)


def _add(found: dict[str, click.Command], offered: Iterable[click.Command]) -> None:
    for command in offered:
        name = command.name or ""
        known = found.get(name)
        if isinstance(known, click.Group) and isinstance(command, click.Group):
            known.commands = {**known.commands, **command.commands}
        else:
            found[name] = command

"""Commands that the addons of a site add to the core's."""

from __future__ import annotations

from collections.abc import Iterable

import click

from core.app import open_site
from core.config import Settings
from core.errors import PlatformError


def contributed(settings: Settings) -> dict[str, click.Command]:
    """The addons' commands by name, groups of one name joined; none where there is no site that opens."""
    try:
        site = open_site(settings)
    except PlatformError:
        return {}
    found: dict[str, click.Command] = {}
    for offered in site.hook.collect_commands(site=site):
        _add(found, offered)
    return found


def _add(found: dict[str, click.Command], offered: Iterable[click.Command]) -> None:
    for command in offered:
        name = command.name or ""
        known = found.get(name)
        if isinstance(known, click.Group) and isinstance(command, click.Group):
            known.commands = {**known.commands, **command.commands}
        else:
            found[name] = command

"""What commands that change a site's addons have in common: its database, the plan, and whether to go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from core.addon import Package, discover
from core.app import engine_of
from core.cli import settings_of
from core.errors import AddonError, UserError
from core.i18n import _
from core.migrate.plan import Plan
from core.orm.installed import is_site

plan_option = click.option(
    "--plan", "only_plan", is_flag=True, help="Say what would happen and change nothing."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask first.")


def site(ctx: click.Context) -> tuple[Engine, dict[str, Package]]:
    """The site's database and the addons there are; raises AddonError where there is no site."""
    settings = settings_of(ctx)
    engine = engine_of(settings)
    with engine.connect() as connection:
        if not is_site(connection):
            raise AddonError(
                _("There is no site in {folder}. dovetail init makes one.", folder=settings.folder)
            )
    return engine, discover()


def agreed(plan: Plan, *, only_plan: bool, yes: bool) -> bool:
    """Show the plan and ask; False where there is nothing to do or nothing shall be done."""
    for line in plan.lines():
        say(line)
    if only_plan or plan.empty:
        return False
    return yes or click.confirm(str(_("Go on?")), default=False)


def say(line: Any) -> None:  # Any: text in the reader's language
    click.echo(str(line))


def key_in(file: Path | None) -> str:
    """The key of an encrypted file, kept in a file of its own; empty where none is named."""
    if file is None:
        return ""
    if not file.is_file():
        raise UserError(_("There is no file {file}.", file=file))
    return file.read_text().strip()

"""dovetail upgrade: back up, migrate, fill in the seeds, try the site out, and take it all back where that fails."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine

from core.app import fill, open_site
from core.backup import making, restoring
from core.cli import settings_of
from core.cli.asking import agreed, plan_option, say, site, yes_option
from core.cli.proving import prove
from core.config import Settings
from core.errors import AddonError
from core.i18n import _
from core.migrate import upgrade as upgrading


@click.command()
@click.argument("names", nargs=-1)
@plan_option
@yes_option
@click.option(
    "--sql", "show_sql", is_flag=True, help="Print the statements, from a rehearsal that is undone."
)
@click.option("--no-backup", is_flag=True, help="Do not back up first.")
@click.pass_context
def upgrade(
    ctx: click.Context, names: tuple[str, ...], *, only_plan: bool, yes: bool, show_sql: bool, no_backup: bool
) -> None:
    """Bring the database, or the named addons, to the version of the code, seeds included."""
    engine, available = site(ctx)
    if show_sql:
        for statement in upgrading.rehearse(engine, available, names):
            click.echo(f"{statement.strip()};")
        return
    plan = upgrading.plan_upgrade(engine, available, names)
    if not agreed(plan, only_plan=only_plan, yes=yes):
        return
    settings = settings_of(ctx)
    kept = None if no_backup or not plan.revisions else backed_up(settings)
    upgrading.upgrade(engine, available, names)
    begin_or_take_back(settings, engine, kept)
    say(_("The database is at the version of the code."))


def backed_up(settings: Settings) -> Path:
    """Beside the site, and readable by who can read the site: it may have to be put back at once."""
    kept = making.make(settings, settings.backup_folder)
    say(_("{file} was made.", file=kept))
    return kept


def begin_or_take_back(settings: Settings, engine: Engine, kept: Path | None) -> None:
    """Fill in the seeds of the new version and try it out; put the database back as it was before, where that fails."""
    try:
        _begin(settings)
    except Exception as error:
        if kept is None:
            raise
        engine.dispose()
        restoring.put_back(kept, settings)
        raise AddonError(
            _(
                "The database is as it was before, and is to be started with the version before: the new one does "
                "not work with it. {error}",
                error=error,
            )
        ) from error


def _begin(settings: Settings) -> None:
    opened = open_site(settings)
    try:
        fill(opened, opened.packages)
        prove(opened)
    finally:
        opened.engine.dispose()

"""dovetail addons: what is there, and its life."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import Engine

from core.addon import Package, discover
from core.app import engine_of, fill, open_site
from core.cli import settings_of
from core.cli.asking import agreed, key_in, plan_option, say, site, yes_option
from core.cli.upgrading import upgrade
from core.config import Settings
from core.errors import AddonError
from core.i18n import _
from core.migrate import archive as archiving
from core.migrate import install as installing
from core.migrate import purge as purging
from core.migrate import restore as restoring
from core.migrate import switch
from core.migrate.loading import load
from core.migrate.plan import Plan

_FILE = click.Path(path_type=Path)
_along = click.option("--with-dependants", "along", is_flag=True, help="Take addons along that need it.")


@click.group(invoke_without_command=True)
@click.pass_context
def addons(ctx: click.Context) -> None:
    """The addons: list, install, upgrade, disable, enable, archive, restore, purge."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@addons.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Every addon there is, and what this site has of it."""
    unreadable: dict[str, AddonError] = {}
    available = discover(unreadable)
    with engine_of(settings_of(ctx)).connect() as connection:
        known = installing.known_addons(connection)
    for name in sorted({*available, *known}):
        package, record = available.get(name), known.get(name)
        state = str(record.state.label) if record else ""
        version = record.version if record else (package.version if package else "")
        click.echo(f"{name:<32}{version:<10}{state:<16}{package.addon.title if package else ''}".rstrip())
        if record and record.reason:
            click.echo(f"    {record.reason}")
    for name, error in unreadable.items():
        click.echo(f"{name:<32}{error}")


@addons.command()
@click.argument("names", nargs=-1, required=True)
@plan_option
@yes_option
@click.option("--demo", is_flag=True, help="With demonstration data.")
@click.pass_context
def install(ctx: click.Context, names: tuple[str, ...], *, only_plan: bool, yes: bool, demo: bool) -> None:
    """Install addons with all they need, and the joins that they complete."""
    engine, available = site(ctx)
    _check_imports(available, names)
    if not agreed(installing.plan_install(engine, available, names), only_plan=only_plan, yes=yes):
        return
    new = installing.install(engine, available, names)
    fill(open_site(settings_of(ctx)), new, demo=demo)
    say(_("Installed: {names}", names=", ".join(p.name for p in new) or "-"))


@addons.command()
@click.argument("name")
@plan_option
@yes_option
@_along
@click.pass_context
def disable(ctx: click.Context, name: str, *, only_plan: bool, yes: bool, along: bool) -> None:
    """Take an addon out of use; its data stays."""
    engine, _available = site(ctx)
    _change(
        switch.plan_disable(engine, name, include_dependants=along),
        lambda: switch.disable(engine, name, include_dependants=along),
        only_plan=only_plan,
        yes=yes,
    )


@addons.command()
@click.argument("name")
@plan_option
@yes_option
@click.pass_context
def enable(ctx: click.Context, name: str, *, only_plan: bool, yes: bool) -> None:
    """Bring a disabled addon back; its data catches up."""
    engine, available = site(ctx)
    _change(
        switch.plan_enable(engine, available, name),
        lambda: switch.enable(engine, available, name),
        only_plan=only_plan,
        yes=yes,
    )


@addons.command()
@click.argument("name")
@click.option(
    "--to",
    "file",
    type=_FILE,
    help="The file that is written; a new one in the folder of back-ups without it.",
)
@click.option("--recipient", "recipients", multiple=True, help="A public key (age1...): who can read it.")
@plan_option
@yes_option
@_along
@click.pass_context
def archive(
    ctx: click.Context,
    name: str,
    file: Path | None,
    recipients: tuple[str, ...],
    *,
    only_plan: bool,
    yes: bool,
    along: bool,
) -> None:
    """Write an addon with all its data to a file that restores it, and remove it."""
    engine = _without(ctx, name, along=along)
    chosen = recipients or settings_of(ctx).backup_recipients
    target = file or archiving.default_file(settings_of(ctx), name, chosen)
    _change(
        archiving.plan_archive(engine, name, target, include_dependants=along),
        lambda: archiving.archive(engine, settings_of(ctx), name, target, chosen, include_dependants=along),
        only_plan=only_plan,
        yes=yes,
    )


@addons.command()
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="The file of the key that an encrypted one is read with.")
@plan_option
@click.pass_context
def restore(ctx: click.Context, file: Path, identity: Path | None, *, only_plan: bool) -> None:
    """Bring an addon back from its archive, with all its data, at the version of the code."""
    engine, available = site(ctx)
    settings, key = settings_of(ctx), key_in(identity)
    plan = restoring.plan_restore(engine, available, file, settings, key)
    if not agreed(plan, only_plan=only_plan, yes=True):
        return
    back = restoring.restore(engine, available, file, settings, key)
    fill(open_site(settings), back)
    say(_("Done: {names}", names=", ".join(package.name for package in back)))


@addons.command()
@click.argument("name")
@plan_option
@yes_option
@_along
@click.pass_context
def purge(ctx: click.Context, name: str, *, only_plan: bool, yes: bool, along: bool) -> None:
    """Remove an addon with its tables and every row that names it; the audit trail stays."""
    engine = _without(ctx, name, along=along)
    settings = settings_of(ctx)
    plan = archiving.with_archive(purging.plan_purge(engine, name, include_dependants=along), settings, name)
    if plan.archive:
        _purge_ledgers(engine, settings, name, plan, only_plan=only_plan, yes=yes, along=along)
        return
    _change(
        plan,
        lambda: purging.purge(engine, name, settings.attachments, include_dependants=along),
        only_plan=only_plan,
        yes=yes,
    )


addons.add_command(upgrade)


def _change(plan: Plan, change: Callable[[], list[str]], *, only_plan: bool, yes: bool) -> None:
    if agreed(plan, only_plan=only_plan, yes=yes):
        say(_("Done: {names}", names=", ".join(change())))


def _purge_ledgers(
    engine: Engine, settings: Settings, name: str, plan: Plan, *, only_plan: bool, yes: bool, along: bool
) -> None:
    """What was entered for good goes after an archive was written alone, and when its name was typed."""
    if not agreed(plan, only_plan=only_plan, yes=True):
        return
    if not yes and click.prompt(str(_("Type {name} to remove its ledgers", name=name)), default="") != name:
        say(_("Nothing has changed."))
        return
    gone = archiving.archive(
        engine, settings, name, Path(plan.archive), settings.backup_recipients, include_dependants=along
    )
    say(_("Done: {names}", names=", ".join(gone)))


def _without(ctx: click.Context, name: str, *, along: bool) -> Engine:
    """The site's database, with the addons loaded that stay when `name` goes."""
    engine, available = site(ctx)
    with engine.connect() as connection:
        known = installing.known_addons(connection)
        going, _others = switch.concerned(known, name, include_dependants=along)
    staying = {other: record for other, record in known.items() if other not in going}
    load(installing.active_packages(staying, available))
    return engine


def _check_imports(available: dict[str, Package], names: tuple[str, ...]) -> None:
    """Refuse an addon that imports what its manifest does not name: it would break on a site without that."""
    from core.checks.imports import undeclared_imports  # noqa: PLC0415 -- reads sources, for an install alone
    from core.checks.subject import Subject  # noqa: PLC0415 -- as above

    for name in names:
        for problem in undeclared_imports(Subject(available[name], available)) if name in available else ():
            raise AddonError(
                _("{what} ({where}). Nothing has changed.", what=problem.what, where=problem.where)
            )

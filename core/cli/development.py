"""dovetail check, hooks, explain, shell and revision: what helps to write an addon."""

from __future__ import annotations

import code
import inspect
import sys

import click

from core import addon, plugins
from core.app import open_site
from core.cli import settings_of
from core.errors import AddonError, NotFound
from core.i18n import _
from core.orm.env import Site, open_env


@click.command()
@click.argument("names", nargs=-1)
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Hold addons against the rules of the house; without names, every one there is."""
    from core.checks import problems  # noqa: PLC0415 -- reads every source

    found = list(problems(names or None))
    for problem in found:
        click.echo(f"{problem.addon}: {problem.where}: {problem.what}")
    if found:
        sys.exit(1)
    click.echo(str(_("Nothing to complain about.")))


@click.group(invoke_without_command=True)
@click.pass_context
def hooks(ctx: click.Context) -> None:
    """Every hook with its owner and its listeners; explain NAME tells of one."""
    if ctx.invoked_subcommand is None:
        site = open_site(settings_of(ctx))
        for name in sorted(_hooks(site)):
            heard = ", ".join(plugins.listeners(site.plugins, name))
            click.echo(f"{name:<36}{_owner(site, name):<20}{heard}".rstrip())


@hooks.command("explain")
@click.argument("name")
@click.pass_context
def explain_hook(ctx: click.Context, name: str) -> None:
    """What a hook is for, what it hands over, and who listens in which order."""
    site = open_site(settings_of(ctx))
    heard = plugins.listeners(site.plugins, name)
    spec = getattr(site.plugins.hook, name).spec
    signature = f"({', '.join(spec.argnames)})"
    click.echo(f"{_owner(site, name)}: {name}{signature}")
    click.echo(inspect.getdoc(spec.function) or "")
    for position, listener in enumerate(heard, 1):
        click.echo(f"{position}. {listener}")
    if not heard:
        click.echo(str(_("Nobody listens.")))


@click.group()
def explain() -> None:
    """Why something is as it is."""


@explain.command("access")
@click.argument("login")
@click.argument("model")
@click.argument("record", required=False, type=int)
@click.pass_context
def explain_access(ctx: click.Context, login: str, model: str, record: int | None) -> None:
    """Which grant, role and scope let a user see and change a model or a record, or which is missing."""
    from core.security.explain import explain_access as explained  # noqa: PLC0415 -- for this command alone

    with open_env(open_site(settings_of(ctx))) as env:
        for line in explained(env, login, model, record):
            click.echo(str(line))


@click.command()
@click.option("--write", is_flag=True, help="Keep what is done, when the shell ends.")
@click.pass_context
def shell(ctx: click.Context, *, write: bool) -> None:
    """A Python prompt with an env of the system."""
    site = open_site(settings_of(ctx))
    with open_env(site, write=write) as env:
        code.interact(banner="site, env", local={"site": site, "env": env}, exitmsg="")


@click.command()
@click.argument("name")
@click.argument("message")
def revision(name: str, message: str) -> None:
    """Write the next migration of an addon: the difference between its models and its history."""
    from core.migrate.scratch import next_revision  # noqa: PLC0415 -- Alembic is 0.1 s

    available = addon.discover()
    if name not in available:
        raise AddonError(_("There is no addon {name}. dovetail addons lists those there are.", name=name))
    click.echo(str(next_revision(available, name, message)))


def _hooks(site: Site) -> list[str]:
    return [name for name, caller in vars(site.plugins.hook).items() if getattr(caller, "spec", None)]


def _owner(site: Site, name: str) -> str:
    caller = getattr(site.plugins.hook, name, None)
    if caller is None or caller.spec is None:
        raise NotFound(_("There is no hook {hook}. dovetail hooks lists those there are.", hook=name))
    return addon.owner_of(caller.spec.function.__module__)

"""The `dovetail` command: sites, addons, users, and what helps to write an addon."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from core import collector
from core.config import Settings, read
from core.errors import PlatformError
from core.orm.trouble import explained

DEFAULT_FOLDER = ".dovetail"

#: Where each command is; imported when it is asked for, since most of a start is imports.
_COMMANDS = {
    "addons": "core.cli.addons:addons",
    "apply": "core.cli.profile:apply",
    "backup": "core.cli.backup:backup",
    "check": "core.cli.development:check",
    "check-audit": "core.cli.audit:check_audit",
    "clone": "core.cli.cloning:clone",
    "dev": "core.cli.dev:dev",
    "diff": "core.cli.profile:diff",
    "doctor": "core.cli.doctor:doctor",
    "encrypt-anew": "core.cli.secret:encrypt_anew",
    "erase": "core.cli.erasing:erase",
    "explain": "core.cli.development:explain",
    "hooks": "core.cli.development:hooks",
    "init": "core.cli.site:init",
    "new-audit-key": "core.cli.audit:new_audit_key",
    "new-secret": "core.cli.secret:new_secret",
    "new-addon": "core.cli.scaffold:new_addon",
    "profile": "core.cli.profile:profile",
    "reference": "core.cli.reference:reference",
    "revision": "core.cli.development:revision",
    "run": "core.cli.site:run",
    "serve": "core.cli.site:serve",
    "shell": "core.cli.development:shell",
    "stream": "core.cli.stream:stream",
    "upgrade": "core.cli.upgrading:upgrade",
    "user": "core.cli.user:user",
    "work": "core.cli.working:work",
}


class Commands(click.Group):
    """The core's commands and, where a site is at hand, those of its addons."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_COMMANDS, *self._of_addons(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _COMMANDS:
            module, _colon, name = _COMMANDS[cmd_name].partition(":")
            with collector.paused():
                found: click.Command = getattr(import_module(module), name)
            return found
        return self._of_addons(ctx).get(cmd_name)

    def _of_addons(self, ctx: click.Context) -> dict[str, click.Command]:
        if "addon_commands" not in ctx.meta:
            from core.cli.contributed import contributed  # noqa: PLC0415 -- opens a site, which most calls need not

            ctx.meta["addon_commands"], ctx.obj = contributed(settings_of(ctx))
        found: dict[str, click.Command] = ctx.meta["addon_commands"]
        return found


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--site",
    "folder",
    is_eager=True,
    envvar="DOVETAIL_SITE",
    default=DEFAULT_FOLDER,
    type=click.Path(path_type=Path),
    show_default=True,
    help="The folder of the site.",
)
@click.version_option(package_name="dovetail-platform", message="%(version)s")
def dovetail(folder: Path) -> None:
    """A modular ERP + MES platform for plants."""


def settings_of(ctx: click.Context) -> Settings:
    """The settings of the site that the command is about."""
    # --help is answered before --site has been read
    folder: Path = ctx.find_root().params.get("folder") or Path(
        os.environ.get("DOVETAIL_SITE", DEFAULT_FOLDER)
    )
    return read(folder.absolute())


def main() -> None:
    """Run the command; an error that the platform can explain is a sentence and exit status 1."""
    try:
        with explained():
            dovetail(prog_name="dovetail")
    except PlatformError as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)

"""dovetail diff, apply and profile: what a site is to be, kept as a file under version control."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy import Engine

from core.addon import Package
from core.app import fill, open_site
from core.cli import settings_of
from core.cli.asking import say, site, yes_option
from core.cli.upgrading import backed_up, begin_or_take_back
from core.config import Settings
from core.errors import PlatformError, UserError
from core.i18n import _
from core.migrate import upgrade as upgrading
from core.profile import applying, course, writing
from core.profile.change import Change
from core.profile.comparing import Difference, compare
from core.profile.document import BadProfile, Profile, read

#: Exit statuses of diff, beside 0: the site is not what the profile says; nobody can tell.
DIFFERS, BAD = 1, 2

_file = click.argument("file", type=click.Path(path_type=Path), default=Path("dovetail.toml"))


@click.command()
@_file
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def diff(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Say what dovetail apply FILE would change. Exit status 0: nothing; 1: something; 2: the file is bad."""
    try:
        found = compare(*site(ctx), read(file))
    except PlatformError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        _tell(found)
    sys.exit(DIFFERS if found.changes else 0)


@click.command()
@_file
@yes_option
@click.option("--no-backup", is_flag=True, help="Do not back up before an upgrade.")
@click.pass_context
def apply(ctx: click.Context, file: Path, *, yes: bool, no_backup: bool) -> None:
    """Make the site what the profile FILE says; a second time there is nothing to do."""
    try:
        profile = read(file)
        engine, available = site(ctx)
        found = compare(engine, available, profile)
    except BadProfile as error:
        click.echo(str(error), err=True)
        sys.exit(BAD)
    _tell(found)
    if not found.changes:
        return
    if not (yes or click.confirm(str(_("Go on?")), default=False)):
        raise UserError(_("Nothing has changed."))
    _follow(settings_of(ctx), engine, available, found, keeps=not no_backup)
    _finish(settings_of(ctx), profile, found)
    say(_("The site is what {file} says.", file=file))


@click.command()
@click.option(
    "--to", "file", type=click.Path(path_type=Path), help="The file that is written; it must be new."
)
@click.pass_context
def profile(ctx: click.Context, file: Path | None) -> None:
    """Write the profile of the site as it is, without its secrets: a file to begin with."""
    opened = open_site(settings_of(ctx))
    with opened.engine.connect() as connection:
        text = writing.written(connection)
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise UserError(_("There is a file {file} already. Nothing has changed.", file=file)) from error
    say(_("{file} was made.", file=file))


def _tell(found: Difference) -> None:
    for change in found.changes:
        say(change.line())
    for note in found.notes:
        say(note)
    if not found.changes:
        say(_("Nothing to do."))


def _follow(
    settings: Settings, engine: Engine, available: Mapping[str, Package], found: Difference, *, keeps: bool
) -> None:
    """The addons, in the order of their course, and the seeds of what is new."""
    kept = backed_up(settings) if found.course.upgraded and keeps else None
    course.disable(engine, found.course)
    if found.course.upgraded:
        upgrading.upgrade(engine, available)
        begin_or_take_back(settings, engine, kept)
    came = course.follow(engine, available, found.course)
    if came:
        opened = open_site(settings)
        fill(opened, came)
        opened.engine.dispose()


def _finish(settings: Settings, profile: Profile, found: Difference) -> None:
    """Settings, companies and rows; what differs only now, after an upgrade or new seeds, is told."""
    opened = open_site(settings)
    try:
        for change in applying.bring_about(opened, profile, found.course):
            if not _was_told(found, change):
                say(change.line())
    finally:
        opened.engine.dispose()


def _was_told(found: Difference, change: Change) -> bool:
    return any((each.verb, each.path) == (change.verb, change.path) for each in found.values)

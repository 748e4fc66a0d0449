"""dovetail backup: make, list, verify, restore and thin out back-ups."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from core.backup import archive, files, making, restoring
from core.cli import settings_of
from core.cli.asking import key_in, say
from core.errors import UserError
from core.i18n import _

_identity = click.option(
    "--identity", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The file of the key that an encrypted one is read with.",
)  # fmt: skip
_file = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def backup() -> None:
    """Back-ups: one file with the database and the attachments of one moment."""


@backup.command()
@click.option("--to", "target", type=click.Path(path_type=Path), help="The folder it goes to.")
@click.option("--recipient", "recipients", multiple=True, help="A public key (age1...): who can read it.")
@click.pass_context
def create(ctx: click.Context, target: Path | None, recipients: tuple[str, ...]) -> None:
    """Make a back-up while people work."""
    settings = settings_of(ctx)
    chosen = recipients or settings.backup_recipients
    made = making.make(settings, target or settings.backup_folder, chosen)
    click.echo(f"{made}  {_size(made)}")
    if not chosen:
        say(
            _(
                "It holds neither settings nor keys, since it is not encrypted: keep secret.key and audit.key "
                "elsewhere."
            )
        )


@backup.command("list")
@click.option("--in", "folder", type=click.Path(path_type=Path), help="The folder they are in.")
@click.pass_context
def list_(ctx: click.Context, folder: Path | None) -> None:
    """The back-ups there are, newest first."""
    folder = folder or settings_of(ctx).backup_folder
    found = files.found(folder)
    for each in found:
        click.echo(f"{each.at:%Y-%m-%d %H:%M:%S} UTC  {_size(each.path):>10}  {each.path}")
    if not found:
        say(_("There is no back-up in {folder}. dovetail backup create makes one.", folder=folder))


@backup.command()
@_file
@_identity
@click.pass_context
def verify(ctx: click.Context, file: Path, identity: Path | None) -> None:
    """Restore a back-up on trial and compare every table and file with what was backed up."""
    done = restoring.verify(file, settings_of(ctx), key_in(identity))
    made = done.manifest
    rows = sum(each.rows for each in made.tables.values())
    say(_("{at} UTC: {tables} tables with {rows} rows, {files} files.", at=f"{made.at:%Y-%m-%d %H:%M:%S}",
           tables=len(made.tables), rows=rows, files=len(made.files)))  # fmt: skip
    for line in done.differences:
        say(line)
    if done.differences:
        raise UserError(_("The back-up does not give back what was backed up."))
    say(_("Everything was restored as it was."))


@backup.command()
@_file
@_identity
@click.option("--database", default="", help="The address of an empty database; an SQLite file without one.")
@click.pass_context
def restore(ctx: click.Context, file: Path, identity: Path | None, database: str) -> None:
    """Make the site of --site, whose folder must be empty, from a back-up."""
    settings = settings_of(ctx)
    settings = replace(settings, database=database or settings.database)
    made = restoring.restore(file, settings, key_in(identity))
    say(_("The site in {folder} is that of {at} UTC. dovetail upgrade brings it to this version, dovetail serve "
           "serves it.", folder=settings.folder, at=f"{made.at:%Y-%m-%d %H:%M:%S}"))  # fmt: skip


@backup.command()
@click.option("--in", "folder", type=click.Path(path_type=Path), help="The folder they are in.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would go and remove nothing.")
@click.pass_context
def prune(ctx: click.Context, folder: Path | None, *, only_plan: bool) -> None:
    """Remove what the settings backup_days, backup_weeks and backup_months do not keep."""
    settings = settings_of(ctx)
    for each in files.outlived_of(settings, folder or settings.backup_folder):
        click.echo(str(each.path))
        if not only_plan:
            each.path.unlink()


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a key for encrypted back-ups: FILE is to be kept away from the site, what is printed is the recipient."""
    identity, recipient = archive.new_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UserError(_("There is a file {file} already. Nothing has changed.", file=file)) from error
    with os.fdopen(handle, "w") as kept:
        kept.write(f"{identity}\n")
    click.echo(recipient)


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1_000_000:.1f} MB"

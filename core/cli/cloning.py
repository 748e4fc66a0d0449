"""dovetail clone: an anonymised copy of a site, for tests and training."""

from __future__ import annotations

from pathlib import Path

import click

from core.cli import settings_of
from core.cli.asking import key_in, say
from core.cloning.making import ADMIN
from core.cloning.making import clone as make
from core.config import Settings
from core.errors import UserError
from core.i18n import _

_path = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_path)
@click.option("--anonymise", is_flag=True, help="Replace what is personal; there is no copy without.")
@click.option("--database", default="", help="The address of an empty database; an SQLite file without one.")
@click.option("--from", "file", type=_path, help="A back-up to copy; the site as it is now without one.")
@click.option("--identity", type=_path, help="The file of the key that an encrypted back-up is read with.")
@click.option("--password", default="", help="Of the administrator; one is made and printed without it.")
@click.pass_context
def clone(
    ctx: click.Context, folder: Path, file: Path | None, identity: Path | None, database: str, password: str,
    *, anonymise: bool,
) -> None:  # fmt: skip
    """Make FOLDER a copy of the site in which nothing is personal, nobody's password works and nothing is sent."""
    if not anonymise:
        raise UserError(
            _(
                "Say --anonymise: a copy with everything in it is dovetail backup create, then dovetail backup restore."
            )
        )
    target = Settings(folder.absolute(), database=database)
    made = make(settings_of(ctx), target, file, key_in(identity), password)
    say(_("The copy in {folder} is ready, with {files} files. {login} signs in with {password}", folder=folder,
          files=made.files, login=ADMIN, password=made.password))  # fmt: skip

"""dovetail new-secret and encrypt-anew: the site's secret is replaced, and nothing that it encrypted is lost."""

from __future__ import annotations

import sys

import click

from core.app import open_site
from core.cli import settings_of
from core.i18n import _, plural
from core.orm.env import open_env


@click.command("new-secret")
@click.pass_context
def new_secret(ctx: click.Context) -> None:
    """Have a new secret encrypt and sign from the next start on; what earlier ones encrypted is still read."""
    settings_of(ctx).add_secret()
    click.echo(
        str(
            _(
                "A new secret encrypts from the next start of the servers on. When all have started, dovetail "
                "encrypt-anew has it read everything; then the lines below it can be deleted from secret.key."
            )
        )
    )


@click.command("encrypt-anew")
@click.pass_context
def encrypt_anew(ctx: click.Context) -> None:
    """Encrypt by the present secret what earlier ones encrypted. Exit status 1: something is read by none."""
    site = open_site(settings_of(ctx))
    from core.base.encrypting import renew  # noqa: PLC0415 -- nouns are mapped once the site is open

    with open_env(site, write=True) as env:
        came = renew(env)
    click.echo(
        str(plural("{count} text was encrypted anew.", "{count} texts were encrypted anew.", came.done))
    )
    if came.unreadable:
        said = plural(
            "{count} text is read by no secret.", "{count} texts are read by no secret.", came.unreadable
        )
        click.echo(str(said), err=True)
        sys.exit(1)

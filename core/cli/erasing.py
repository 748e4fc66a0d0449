"""dovetail erase: somebody's personal data, here and in the past; what it touches first."""

from __future__ import annotations

import sys

import click

from core.app import open_site
from core.base.actions.erasing import erase as carry_out
from core.base.actions.erasing import preview
from core.cli import settings_of
from core.errors import NotFound
from core.i18n import _
from core.orm.env import open_env
from core.orm.model import model_named


@click.command()
@click.argument("model")
@click.argument("record_id", type=int)
@click.option("--plan", is_flag=True, help="Say what it would touch and why it is refused; change nothing.")
@click.option(
    "--name", default="", help="The name as it stands there now, to make sure; asked for without it."
)
@click.pass_context
def erase(ctx: click.Context, model: str, record_id: int, name: str, *, plan: bool) -> None:
    """Erase the personal data of a record such as base.person 17, base.user 3 or base.contact 5."""
    site = open_site(settings_of(ctx))
    kind = model_named(model)
    if kind is None:
        raise NotFound(_("There is no kind of record called {model}.", model=model))
    with open_env(site) as env:
        found = preview(env, env.get(kind, record_id))
    for line in (*found.touched, *found.refusals):
        click.echo(str(line))
    if plan:
        sys.exit(1 if found.refusals else 0)
    typed = name or click.prompt(str(_("Name, to make sure")))
    with open_env(site, write=True) as env:
        carry_out(env, env.get(kind, record_id), typed)
    click.echo(str(_("The personal data is erased. Back-ups hold it until they are deleted.")))

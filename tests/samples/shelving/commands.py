"""dovetail shelves: what a porter asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import click
from sqlalchemy import func, select

from core import Env
from shelving.models import Shelf


@click.group()
def shelves() -> None:
    """The shelves of the house."""


@shelves.command()
@click.pass_obj
def count(open_env: Callable[..., AbstractContextManager[Env]]) -> None:
    """How many there are."""
    with open_env() as env:
        click.echo(f"{env.session.scalar(select(func.count()).select_from(Shelf))} shelves")

"""`dovetail bridge`: how the connections stand, and whether both worlds agree."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import click
from sqlalchemy import select

from addons.bridge.actions.comparing import Standing, figures, standings
from addons.bridge.rules.figure import Figure, is_zero
from addons.bridge.rules.table import written
from core import Env, UserError, _
from core.base import Company

#: Opens an env on the site of the command.
Opener = Callable[..., AbstractContextManager[Env]]

_company = click.option("--company", default="", help="The code of the company.")


@click.group("bridge")
def group() -> None:
    """Look at the bridge between ERP and MES."""


@group.command("status")
@_company
@click.pass_obj
def status(opener: Opener, company: str) -> None:
    """Say how each connection of a company stands; exit 1 where something needs a person."""
    with opener() as env:
        found = standings(env, _company_id(env, company))
        for standing in found:
            click.echo(said(standing))
    if not all(standing.is_well for standing in found):
        raise SystemExit(1)


@group.command("reconcile")
@_company
@click.option("--csv", "as_csv", is_flag=True, help="Write the whole report as CSV.")
@click.pass_obj
def reconcile(opener: Opener, company: str, *, as_csv: bool) -> None:
    """Compare what was told with what came of it; exit 1 where anything differs."""
    with opener() as env:
        found = figures(env, _company_id(env, company))
        if as_csv:
            for part in written(found):
                sys.stdout.buffer.write(part)
        else:
            for figure in found:
                if figure.difference:
                    click.echo(_differing(figure))
            click.echo(str(_conclusion(found)))
    if not is_zero(found):
        raise SystemExit(1)


def said(standing: Standing) -> str:
    """A connection in a line."""
    return str(
        _(
            "{name}: {waiting} wait to leave, {dead} were not delivered; {queued} wait for an earlier one, "
            "{parked} are parked, {quarantined} quarantined.",
            name=standing.name, waiting=standing.waiting, dead=standing.dead, queued=standing.queued,
            parked=standing.parked, quarantined=standing.quarantined,
        )
    )  # fmt: skip


def _differing(figure: Figure) -> str:
    where = f"{figure.what} {figure.where}".strip()
    return f"{figure.flow}: {where}  {figure.told:f} - {figure.done:f} = {figure.difference:f} {figure.unit}".strip()


def _conclusion(found: list[Figure]) -> object:
    differing = sum(1 for figure in found if figure.difference)
    if differing:
        return _("{count} of {all} figures differ.", count=differing, all=len(found))
    return _("{all} figures, no difference.", all=len(found))


def _company_id(env: Env, code: str) -> int:
    """The company of that code, or the only one."""
    known: dict[str, int] = {
        row.code: row.id for row in env.session.execute(select(Company.code, Company.id))
    }
    chosen = known.get(code) if code else next(iter(known.values()), None) if len(known) == 1 else None
    if chosen is None:
        raise UserError(
            _("Name the company with --company, one of: {codes}.", codes=", ".join(sorted(known)))
        )
    return chosen

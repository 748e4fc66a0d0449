"""`dovetail bridge`: how the connections stand, and whether both worlds agree."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import click
from sqlalchemy import select

from addons.bridge.actions.comparing import Standing, figures, standings
from addons.bridge.actions.reconciling import Reconciliation, period_of, reconciliations, usual_days
from addons.bridge.messages.reconciliation import Fact
from addons.bridge.rules.figure import Figure, is_zero
from addons.bridge.rules.reconciliation import Difference
from addons.bridge.rules.table import written
from addons.bridge.rules.words import FLOWS, STOPS
from core import Env, Text, UserError, _
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
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day that is compared.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day that is compared.")
@click.option("--csv", "as_csv", is_flag=True, help="Write the whole report as CSV.")
@click.pass_obj
def reconcile(
    opener: Opener, company: str, first: datetime | None, last: datetime | None, *, as_csv: bool
) -> None:
    """Ask the other side what it has and compare; exit 1 where anything differs or it does not answer.

    Without days the last 30 are compared.
    """
    with opener() as env:
        company_id = _company_id(env, company)
        zone = env.get(Company, company_id).zone
        usual = usual_days(zone)
        period = period_of(first.date() if first else usual[0], last.date() if last else usual[1], zone)
        sides = reconciliations(env, company_id, period)
        own = figures(env, company_id)
    if as_csv:
        _write_csv(sides, own)
    else:
        for line in _report(sides, own):
            click.echo(line)
    if not (is_zero(own) and all(each.is_zero for each in sides)):
        raise SystemExit(1)


def _write_csv(sides: Sequence[Reconciliation], own: Sequence[Figure]) -> None:
    differences = (difference for each in sides for difference in each.differences)
    for part in written(differences, own, (each.silence for each in sides if each.silence)):
        sys.stdout.buffer.write(part)


def _report(sides: Sequence[Reconciliation], own: Sequence[Figure]) -> Iterator[str]:
    for each in sides:
        yield f"{each.name}: {_silent(each) if each.silence else each.verdict}"
        yield from (_missing(difference) for difference in each.differences)
    yield from (_differing(figure) for figure in own if figure.difference)
    yield str(_conclusion(own))


def _silent(found: Reconciliation) -> Text:
    heard = f"{found.heard_at:%Y-%m-%d %H:%M} UTC" if found.heard_at else _("never")
    return _("it does not answer. {reason} Last contact: {heard}.", reason=found.silence, heard=heard)


def _missing(found: Difference) -> str:
    erp, mes = (_amount(fact) if fact is not None else _("nothing") for fact in (found.erp, found.mes))
    stays = f" ({STOPS[found.held.stop]}: {found.held.reason or '-'})" if found.held else ""
    return f"  {FLOWS[found.flow]} {found.key}, {found.fact.what}: ERP {erp}, MES {mes}{stays}"


def _amount(fact: Fact) -> str:
    return fact.what if fact.quantity is None else f"{fact.quantity.normalize():f} {fact.unit or ''}".strip()


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


def _conclusion(found: Sequence[Figure]) -> object:
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

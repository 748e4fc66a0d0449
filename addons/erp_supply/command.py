"""`dovetail import ubl`: supplier invoices from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click
from sqlalchemy import select

from addons.erp_supply.actions import invoicing
from addons.erp_supply.actions.invoicing import Result, Taken
from addons.erp_supply.actions.queueing import said
from core import Env, FormatError, Principal, UserError, _
from core.base import Company
from core.formats.xml import MAX_BYTES

#: Opens an env on the site of the command: `opener(principal, write=True)`.
Opener = Callable[..., AbstractContextManager[Env]]


@click.group("import")
def group() -> None:
    """Take over documents of others."""


@group.command("ubl")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--company", default="", help="The code of the company that buys.")
@click.pass_obj
def ubl(opener: Opener, files: tuple[Path, ...], *, dry_run: bool, company: str) -> None:
    """Take over invoices and credit notes of EN 16931 as purchase documents."""
    told = list(take_over(opener, files, company, dry_run=dry_run))
    for taken in told:
        click.echo(shown(taken))
    click.echo(_summary(told, dry_run=dry_run))
    if any(taken.result is Result.REFUSED for taken in told):
        raise SystemExit(1)


def take_over(opener: Opener, files: Sequence[Path], company: str, *, dry_run: bool) -> Iterator[Taken]:
    """Each file in a transaction of its own, or all of them tried in one that is rolled back."""
    if dry_run:
        with _env(opener, company) as env:
            yield from invoicing.try_over(env, [(path.name, _content(path)) for path in files])
        return
    for path in files:
        with _env(opener, company) as env:
            yield from invoicing.take_over_each(env, [(path.name, _content(path))])


def shown(taken: Taken) -> str:
    """A file with its figures and lines, in text."""
    lines = [said(taken)]
    if taken.result is not Result.REFUSED:
        lines.append(
            f"  {taken.number}  {taken.supplier}  {taken.net:f} + {taken.tax:f} = {taken.total:f} {taken.currency}"
        )
    if taken.result is Result.TAKEN_OVER:
        lines += [
            f"    {line.number:>4}  {line.item:30}  {line.quantity.normalize():f} {line.unit}  {line.amount:f}"
            for line in taken.lines
        ]
    return "\n".join(lines)


def _summary(told: Sequence[Taken], *, dry_run: bool) -> str:
    count = {result: sum(taken.result is result for taken in told) for result in Result}
    figures = {
        "new": count[Result.TAKEN_OVER],
        "known": count[Result.KNOWN],
        "refused": count[Result.REFUSED],
    }
    if dry_run:
        return str(
            _("{new} would be new, {known} are there already, {refused} refused. Nothing written.", **figures)
        )
    return str(_("{new} new, {known} there already, {refused} refused.", **figures))


@contextmanager
def _env(opener: Opener, code: str) -> Iterator[Env]:
    """A transaction of the system in the company of that code, or in the only one."""
    with opener() as reading:
        known = {row.code: row.id for row in reading.session.execute(select(Company.code, Company.id))}
    chosen = known.get(code) if code else next(iter(known.values()), None) if len(known) == 1 else None
    if chosen is None:
        raise UserError(
            _("Name the company that buys with --company, one of: {codes}. Nothing was written.",
              codes=", ".join(sorted(known)))
        )  # fmt: skip
    with opener(Principal(company_id=chosen), write=True) as env:
        yield env


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise FormatError(
            _(
                "{name} is larger than {limit} MB. Nothing was written.",
                name=path.name,
                limit=MAX_BYTES // 1024**2,
            ),
            path=path.name,
        )
    return path.read_bytes()

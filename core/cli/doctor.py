"""dovetail doctor: what is wrong with a site, or soon will be, with what to do about each."""

from __future__ import annotations

import json
import sys

import click

from core.cli import settings_of
from core.doctor import Finding, examine


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One list of JSON.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Look a site over; exit status 1 where something is wrong."""
    found = list(examine(settings_of(ctx)))
    if as_json:
        click.echo(json.dumps([each.as_json() for each in found]))
    else:
        for each in found:
            _show(each)
    if any(each.is_wrong for each in found):
        sys.exit(1)


def _show(finding: Finding) -> None:
    mark = {True: "✗", False: "!", None: "✓"}[finding.is_wrong]
    click.echo(f"{mark} {finding.code:<14}{finding.text}")
    if finding.is_wrong is not None:
        click.echo(f"  {'':<14}docs/doctor.md#{finding.code}")

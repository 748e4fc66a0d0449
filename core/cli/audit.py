"""dovetail check-audit and new-audit-key: whether somebody touched the audit trail, and what signs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from core.app import open_site
from core.audit import heads
from core.audit.check import check
from core.audit.finding import Report
from core.cli import settings_of
from core.i18n import _


@click.command("check-audit")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--heads", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A copy of the heads that was kept elsewhere; by default audit.log in the site's folder.",
)  # fmt: skip
@click.pass_context
def check_audit(ctx: click.Context, file: Path | None, *, as_json: bool) -> None:
    """Verify the audit trail: every change, the chain of seals, and its end. Exit status 1: it was touched."""
    site = open_site(settings_of(ctx))
    bar = click.progressbar(length=0, label=str(_("Looking")), file=sys.stderr)
    with bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        report = check(site, file or heads.file_of(site.folder), progress)
    click.echo(json.dumps(report.as_json()) if as_json else "\n".join(_told(report)))
    sys.exit(0 if report.is_sound else 1)


@click.command("new-audit-key")
@click.pass_context
def new_audit_key(ctx: click.Context) -> None:
    """Have a new key sign the audit trail from the next start on; what older ones signed is still verified."""
    key = settings_of(ctx).add_audit_key()
    click.echo(
        str(_("Key {key} signs from the next start of the servers on. Keep a copy of audit.key.", key=key))
    )


def _told(report: Report) -> list[str]:
    lines: list[object] = [_("{changes} changes in {batches} writes, {sealed} of them sealed; {heads} heads were kept.",
               changes=report.changes, batches=report.batches, sealed=report.sealed, heads=report.heads)]  # fmt: skip
    if report.before_sealing:
        lines.append(_("{count} writes are of before sealing began: they are protected since then.",
                       count=report.before_sealing))  # fmt: skip
    if report.unsealed:
        lines.append(_("{count} writes are not sealed yet, the oldest of {at}; a running server seals them.",
                       count=report.unsealed, at=report.unsealed_since))  # fmt: skip
    if report.signatures:
        lines.append(_("{count} signatures were compared with it.", count=report.signatures))
    if report.redacted:
        lines.append(
            _("{count} changes were redacted by erasures, which signed what is left.", count=report.redacted)
        )
    for problem in report.problems:
        where = _("place {no}", no=problem.position) if problem.position is not None else "-"
        when = problem.at.isoformat(sep=" ", timespec="seconds") if problem.at else "-"
        records = f" ({', '.join(problem.records)})" if problem.records else ""
        lines.append(f"{problem.kind.label}: {where}, {when}: {problem.what}{records}")
    if report.count > len(report.problems):
        lines.append(_("... and {count} more.", count=report.count - len(report.problems)))
    lines.append(_("Nobody touched the trail.") if report.is_sound else
                 _("{count} problems: the trail was touched.", count=report.count))  # fmt: skip
    return [str(line) for line in lines]

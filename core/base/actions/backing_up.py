"""Back-ups by the clock: made, proven by restoring them, and thinned out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import config
from core.errors import UserError
from core.i18n import _
from core.jobs.job import task
from core.jobs.recurring import Recurring

if TYPE_CHECKING:
    from core.jobs.run import Run


@task("base.back_up", attempts=2)
def back_up(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Make a back-up in the folder that the setting `backups` names; one that cannot be read here is not verified."""
    from core.backup import files, making, restoring  # noqa: PLC0415 -- 20 ms of a start, needed once a night

    settings = config.read(run.site.folder)
    if not settings.backups:
        run.log(_("No folder for back-ups is set (backups in dovetail.toml): none was made."))
        return {}
    folder = Path(settings.backups)
    made = making.make(settings, folder, settings.backup_recipients)
    run.log(_("{file} was made.", file=made.name))
    if not settings.backup_recipients:
        done = restoring.verify(made, settings)
        for line in done.differences:
            run.log(line)
        if done.differences:
            raise UserError(_("The back-up does not give back what was backed up."))
        run.log(_("Everything was restored as it was."))
    for old in files.outlived_of(settings, folder):
        old.path.unlink()
        run.log(_("{file} was removed: newer ones are kept.", file=old.path.name))
    return {"file": made.name}


schedules = [Recurring("base.back_up", _("Back up"), back_up, "30 2 * * *")]

"""The back-up by the clock: made and proven where a folder is set, thinned out, and none without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core import clock, config
from core.app import create_site
from core.backup import archive, files
from core.base.actions.backing_up import back_up
from core.base.models import Job
from core.config import Settings
from core.jobs.job import JobLine, JobState, enqueue
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.testing.databases import Databases


@pytest.fixture
def site(fresh_databases: Databases, tmp_path: Path) -> Site:
    """A site of base in a folder of its own, whose back-ups go to another."""
    settings = Settings(
        tmp_path / "site", database=fresh_databases.fresh("sqlite"), backups=str(tmp_path / "backups"), backup_days=2,
        backup_weeks=1, backup_months=1,
    )  # fmt: skip
    config.write(settings)
    return create_site(settings)


def _who_is(_site: Site, _user_id: int, _company_id: int | None) -> Principal:
    raise AssertionError("it acts for nobody")


def _backed_up(site: Site) -> tuple[JobState, list[str]]:
    """How the job ended, and its log."""
    with open_env(site, write=True) as env:
        job_id = enqueue(env, back_up.name, "Back up", {}).id
    Worker(site, _who_is).run_waiting()
    with open_env(site) as env:
        lines = env.session.scalars(select(JobLine.text).where(JobLine.job_id == job_id).order_by(JobLine.id))
        return env.get(Job, job_id).state, list(lines)


def test_a_back_up_is_made_and_restored_on_trial(site: Site, tmp_path: Path) -> None:
    state, log = _backed_up(site)

    (made,) = files.found(tmp_path / "backups")
    assert state is JobState.DONE
    assert log == [f"{made.path.name} was made.", "Everything was restored as it was."]


def test_older_ones_go_as_the_settings_say(site: Site, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    for days in (1, 2, 3):
        old = files.name_at(clock.now() - timedelta(days=days), encrypted=False)
        (tmp_path / "backups" / old).touch()

    _state, log = _backed_up(site)

    left = [(clock.now() - each.at).days for each in files.found(tmp_path / "backups")]
    assert left[:2] == [0, 1]
    assert 3 not in left
    assert any("was removed" in line for line in log)


def test_without_a_folder_none_is_made_and_the_log_says_which_setting_it_needs(site: Site) -> None:
    config.write(replace(config.read(site.folder), backups=""))

    state, log = _backed_up(site)

    assert (state, log) == (
        JobState.DONE, ["No folder for back-ups is set (backups in dovetail.toml): none was made."],
    )  # fmt: skip


def test_one_for_recipients_is_encrypted(site: Site, tmp_path: Path) -> None:
    _identity, recipient = archive.new_key()
    config.write(replace(config.read(site.folder), backup_recipients=(recipient,)))

    _backed_up(site)

    assert [each.path.suffix for each in files.found(tmp_path / "backups")] == [".age"]

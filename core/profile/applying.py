"""Bringing about what a profile says of settings, companies and shipped rows: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.i18n import _
from core.orm.env import Site, open_env
from core.profile.change import Change
from core.profile.comparing import values
from core.profile.course import Course
from core.profile.document import Profile


def bring_about(site: Site, profile: Profile, course: Course) -> Sequence[Change]:
    """Make the site what the profile says, in one transaction, after the addons are what it says; what changed."""
    whole = replace(course, installed=(), enabled=())
    with open_env(site, write=True) as env:
        env.why = str(_("Profile {file}", file=profile.file.name))
        changes = values(env._connection, profile, whole)
        for change in changes:
            if change.do is not None:
                change.do(env)
    return changes

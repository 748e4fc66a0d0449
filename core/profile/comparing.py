"""A whole profile against a site: what applying it would change, and what is only told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from core.addon import Package
from core.i18n import Text, _
from core.profile import choosing, founding, shipping
from core.profile.change import Change
from core.profile.course import Course, plot
from core.profile.document import Profile


@dataclass(frozen=True)
class Difference:
    """What applying a profile would change, in its order."""

    course: Course
    #: Of settings, companies and shipped rows.
    values: tuple[Change, ...]
    #: What a person should know and nothing is done about.
    notes: tuple[Text, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.course.changes(), *self.values)

    def as_json(self) -> dict[str, object]:
        return {
            "changes": [each.as_json() for each in self.changes],
            "notes": [str(note) for note in self.notes],
        }


def compare(engine: Engine, available: Mapping[str, Package], profile: Profile) -> Difference:
    """Find the difference, with nothing changed; raises BadProfile for what cannot be brought about."""
    course = plot(engine, available, profile)
    notes = [
        _("{addon} is in use and not in the profile: it stays as it is. {addon} = false would have it out of use.",
          addon=name) for name in course.unnamed
    ]  # fmt: skip
    if course.upgraded:
        choosing.wanted(profile, course.addons)
        notes.append(_("Settings, companies and shipped rows are compared once the database is at the version of the "
                       "code."))  # fmt: skip
        return Difference(course, (), tuple(notes))
    with engine.connect() as connection:
        return Difference(course, tuple(values(connection, profile, course)), tuple(notes))


def values(connection: Connection, profile: Profile, course: Course) -> Sequence[Change]:
    """What differs of settings, companies and rows; companies come first, since settings are theirs."""
    asked = choosing.wanted(profile, course.addons)
    coming = {*course.installed, *course.enabled}
    return [
        *founding.differences(connection, profile), *choosing.differences(connection, asked),
        *shipping.differences(connection, profile, coming),
    ]  # fmt: skip

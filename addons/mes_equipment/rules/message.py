"""Plain MQTT messages with JSON: which readings one holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from addons.mes_equipment.rules.reading import Quality, Reading, Value
from core import FormatError, _

#: How deep members are looked for, and how many there may be.
_DEPTH, _MEMBERS = 5, 1_000
#: From here on a number is of milliseconds, and beyond of microseconds.
_MILLISECONDS, _MICROSECONDS = 10**11, 10**14


def readings(topic: str, payload: bytes, arrived: int, time_member: str = "") -> list[Reading]:
    """The scalars of a message: the topic alone for a bare one, `topic#a.b` for members of objects.

    They were captured when the member `time_member` says (ISO 8601, or seconds, milli- or microseconds of Unix time);
    without one when they came. Raises FormatError.
    """
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise FormatError(_("The message of {topic} is no JSON.", topic=topic[:200])) from error
    at = _captured(said, time_member, arrived, topic)
    found = []
    for path, value in _scalars(said, "", _DEPTH):
        if path != time_member or not time_member:
            quality = Quality.BAD if value is None else Quality.GOOD
            found.append(Reading(f"{topic}#{path}" if path else topic, at, value, int(quality)))
        if len(found) > _MEMBERS:
            raise FormatError(
                _("The message of {topic} has more than {count} members.", topic=topic[:200], count=_MEMBERS)
            )
    return found


def _scalars(said: object, path: str, depth: int) -> Iterator[tuple[str, Value]]:
    if said is None or isinstance(said, str | bool | int | float):
        yield path, said
    elif isinstance(said, dict) and depth:
        for name, member in said.items():
            yield from _scalars(member, f"{path}.{name}" if path else name, depth - 1)


def _captured(said: object, member: str, arrived: int, topic: str) -> int:
    given: object = said
    for name in member.split(".") if member else ():
        given = given.get(name) if isinstance(given, dict) else None
    if not member:
        return arrived
    try:
        return _instant(given)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormatError(
            _("The message of {topic} has no time in {member}.", topic=topic[:200], member=member)
        ) from error


def _instant(given: object) -> int:
    if isinstance(given, str):
        at = datetime.fromisoformat(given)
        return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000_000)
    if not isinstance(given, int | float) or isinstance(given, bool):
        raise TypeError
    if given >= _MICROSECONDS:
        return int(given)
    return round(given * (1_000 if given >= _MILLISECONDS else 1_000_000))

"""What was said about a record and what became of it, in one stream by day, the newest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from sqlalchemy import Select, and_, or_, select

from core.base.actions import commenting, signing
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import Field, children_of
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.operand import parse
from core.orm.personal import Erased, Opening
from core.orm.query import titles
from core.orm.tracking import Change as Happened
from core.orm.tracking import ChangeEvent
from core.security.account import User
from core.security.signature import Validity
from core.web.cells import Value
from core.web.format import Reader, present
from core.web.formfields import POSITION, Titles
from core.web.posted import mail_entries
from core.web.record_parts import Change, Entry, person

#: Lines whose changes stand in the stream; of more, those of the record alone.
MOST_LINES = 200
_MENTION = re.compile(r"(?<![\w@.;])@\w(?:[\w.@+-]*\w)?")


@dataclass(frozen=True)
class _Step:
    """A tracked field that changed, of the record or of one of its lines."""

    field: Field
    label: str
    old: Any  # Any: of the field's type
    new: Any  # Any: as above


def entries(at: Env, reader: Reader, record: Model, most: int) -> tuple[list[Entry], bool]:
    """Comments, e-mails, signatures and changes, and whether there are more."""
    happened = _happened(at, record, most + 1)
    authors = _names(at, {h.by_id for h in happened if h.by_id})
    said = commenting.comments(at, record, most + 1)
    stream = [(one.at or datetime.now(UTC), _comment_entry(reader, one)) for one in said]
    stream += _change_entries(at, reader, record, happened, authors)
    stream += [(one.at, _signature_entry(reader, one)) for one in signing.signatures(at, record)]
    stream += mail_entries(at, reader, record, most + 1)
    stream.sort(key=lambda pair: pair[0], reverse=True)
    return _with_days(reader, stream[:most]), len(happened) > most or len(stream) > most


def _happened(at: Env, record: Model, most: int) -> list[Happened]:
    with at.as_system() as system:
        found = list(system.session.scalars(_asked(record).order_by(Happened.id.desc()).limit(most)))
        for change in found:
            system.session.expunge(change)
    return found


def _asked(record: Model) -> Select[Happened]:
    """The trail of the record and of the lines that it has now."""
    own = and_(Happened.model == model_name(type(record)), Happened.record_id == record.id)
    wanted = [own]
    for children in children_of(type(record)).values():
        ids = [part.id for part in getattr(record, children.name)][:MOST_LINES]
        if ids:
            of_lines = Happened.model == model_name(children.target)
            changed = Happened.event == ChangeEvent.CHANGED
            wanted.append(and_(of_lines, Happened.record_id.in_(ids), changed))
    return select(Happened).where(or_(*wanted))


def _names(at: Env, users: set[int]) -> dict[int, str]:
    with at.as_system() as system:
        return titles(system, User, sorted(users))


def _comment_entry(reader: Reader, said: commenting.Said) -> Entry:
    moment = said.at or datetime.now(UTC)
    body = Markup("<br>").join(_with_mentions(line) for line in said.body.splitlines())
    return Entry("comment", reader.time(moment), moment.isoformat(), person=person(said.author), text=body)


def _signature_entry(reader: Reader, signed: signing.Signed) -> Entry:
    """Name, moment and meaning (21 CFR 11.50), and whether what was signed is what is here."""
    text = _("signed: “{meaning}”", meaning=signed.meaning)
    return Entry(
        "signature", reader.time(signed.at), signed.at.isoformat(), person=person(signed.printed_name),
        icon="certificate", text=text, mark=_validity(reader, signed),
    )  # fmt: skip


def _validity(reader: Reader, signed: signing.Signed) -> Value:
    """When it was signed, whether what was signed is what is here, and which version that was."""
    version = _("version {version}", version=signed.record_version)
    text = f"{reader.stamp(signed.at)} · {signed.validity.label} ({version})"
    return Value("text", text) if signed.validity is Validity.CURRENT else Value("mark", text, level="warn")


def _with_mentions(line: str) -> Markup:
    marked = _MENTION.sub(lambda hit: f'<span class="dt-mention">{hit.group()}</span>', str(escape(line)))
    return Markup(marked)  # noqa: S704 -- the line was escaped before its mentions were marked


#: What a person did to a record as a whole, with its icon.
_EVENTS = {
    ChangeEvent.CREATED: (_("created this"), "plus"),
    ChangeEvent.DELETED: (_("deleted this"), "trash"),
    ChangeEvent.RESTORED: (_("restored this"), "arrow-back-up"),
}


def _change_entries(
    at: Env, reader: Reader, record: Model, happened: Sequence[Happened], authors: dict[int, str]
) -> Iterator[tuple[datetime, Entry]]:
    """One entry for each write: what it changed in the record and in its lines."""
    opening = Opening(at._connection, ((h.model, h.record_id) for h in happened))
    written = [(h, list(_steps(at, record, h, opening))) for h in happened]
    known = Titles(at)
    known.load((s.field, value) for _h, steps in written for s in steps for value in (s.old, s.new))
    for _batch, rows in groupby(written, key=lambda pair: pair[0].batch_id):
        group = list(rows)
        change = group[0][0]
        name = authors.get(change.by_id or 0, "")
        who = person(name) if name else None
        when = (reader.time(change.at), change.at.isoformat())
        event = next((h.event for h, _steps_of in group if h.event is not ChangeEvent.CHANGED), None)
        shown = [_shown(reader, known, step) for _h, steps in group for step in steps]
        if event is not None:
            text, icon = (_EVENTS[event][0] if who else event.label), _EVENTS[event][1]
            yield change.at, Entry("event", *when, person=who, icon=icon, text=text, why=change.why)
        elif shown:
            yield change.at, Entry("change", *when, person=who, icon="pencil", changes=shown, why=change.why)


def _steps(at: Env, record: Model, happened: Happened, opening: Opening) -> Iterator[_Step]:
    own = happened.model == model_name(type(record))
    owner, line = (type(record), "") if own else _line(record, happened)
    if owner is None or happened.event is not ChangeEvent.CHANGED:
        return
    subject = (happened.model, happened.record_id)
    old, new = (opening.opened(subject, json.loads(text)) for text in (happened.old, happened.new))
    for name, field in visible_fields(at, owner).items():
        if name in new or name in old:
            label = f"{line}, {field.label}" if line else str(field.label)
            yield _Step(field, label, _value(field, old.get(name)), _value(field, new.get(name)))


def _line(record: Model, happened: Happened) -> tuple[type[Model] | None, str]:
    """The model of the line that changed, and how people call it."""
    for children in children_of(type(record)).values():
        if model_name(children.target) == happened.model:
            for number, part in enumerate(getattr(record, children.name), start=1):
                if part.id == happened.record_id:
                    place = getattr(part, POSITION, number)
                    return children.target, str(
                        _("{line} {number}", line=children.target.singular, number=place)
                    )
    return None, ""


def _value(field: Field, kept: object) -> Any:  # Any: of the field's type
    return kept if kept is None or isinstance(kept, Erased) else parse(field, kept)


def _shown(reader: Reader, known: Titles, step: _Step) -> Change:
    old, new = (
        str(value)
        if isinstance(value, Erased)
        else present(reader, step.field, value, title=known.of(step.field, value)).text
        for value in (step.old, step.new)
    )
    return Change(step.label, old, new)


def _with_days(reader: Reader, stream: Sequence[tuple[datetime, Entry]]) -> list[Entry]:
    shown, last = [], ""
    for moment, entry in stream:
        local = moment.astimezone(ZoneInfo(reader.zone)).date()
        day = str(_("Today")) if local == reader.today else reader.day(local, weekday=True)
        shown.append(replace(entry, day=day) if day != last else entry)
        last = day
    return shown

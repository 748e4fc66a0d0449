"""Erasing somebody's personal data (GDPR, article 17): the fields are emptied, and the keys of their past destroyed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import delete, func, select

from core.actions import Ask, action
from core.audit import redacting
from core.base.models.person import Person
from core.base.models.record import Comment
from core.base.models.role import administrator, personnel_officer
from core.base.models.user import ApiToken, Credential, Identity, Passkey, Signature, User
from core.errors import UserError
from core.i18n import Text, _, plural
from core.orm import personal
from core.orm.catalog import Field, fields_of
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.security import session

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.orm.personal import Subject

_CONFIRM = Ask(_("Name, to make sure"), help=_("Write the name as it stands there now."))


@dataclass(frozen=True)
class Preview:
    """What an erasure would do, and why it is refused; it is done where nothing refuses it."""

    touched: Sequence[Text]
    refusals: Sequence[Text]


def preview(env: Env, record: Model) -> Preview:
    """What erasing the person behind `record` touches. Reads as the system: who asks may see the record."""
    with env.as_system() as system:
        them = _records_of(system, system.get(type(record), record.id))
        return Preview(
            [line for one in them for line in _touched(system, one)],
            [reason for one in them for reason in _refusals(system, one)],
        )


def erase(env: Env, record: Model, name: str) -> None:
    """Erase the personal data of the person behind `record`, whose `name` was typed to make sure.

    Raises UserError with the reasons why not. It cannot be undone; back-ups hold the data until they are deleted.
    """
    if name.strip() != record.label:
        raise UserError(_("That is not the name. Nothing has changed."))
    refused = preview(env, record).refusals
    if refused:
        raise UserError(" ".join(str(reason) for reason in refused))
    _overwrite_freed_pages(env)
    with env.acting_as("base", str(_("Personal data erased"))):
        them = _records_of(env, record)
        for one in them:
            _empty(one, them[0].id)
        env.flush()
        for one in them:
            _forget_past(env, one)


def _loss(env: Env, records: Sequence[Model]) -> str:
    """What the dialog says before."""
    lines: list[object] = []
    for record in records:
        found = preview(env, record)
        lines += [*found.refusals, *found.touched]
    return "\n".join(str(line) for line in [*lines, _("It cannot be undone.")])


@action(
    _("Erase personal data"), on=Person, roles=[personnel_officer], icon="trash", bulk=False, confirm=_loss
)
def erase_person(env: Env, people: Sequence[Person], *, name: Annotated[str, _CONFIRM]) -> None:
    """Name, e-mail and telephone are emptied, here and in the past that the audit trail tells; the user goes along."""
    for one in people:
        erase(env, one, name)


@action(_("Erase personal data"), on=User, roles=[administrator], icon="trash", bulk=False, confirm=_loss)
def erase_user(env: Env, users: Sequence[User], *, name: Annotated[str, _CONFIRM]) -> None:
    """Login, name and e-mail are emptied, here and in the past that the audit trail tells; the person goes along."""
    for one in users:
        erase(env, one, name)


def _records_of(env: Env, record: Model) -> list[Model]:
    """The record, and for a person their users or for a user their person with theirs."""
    if isinstance(record, User) and record.person_id is not None:
        record = env.get(Person, record.person_id)
    if isinstance(record, Person):
        return [
            record,
            *env.session.scalars(select(User).where(User.person_id == record.id).order_by(User.id)),
        ]
    if not _personal(record):
        raise UserError(_("{record} has no personal data.", record=record.label))
    return [record]


def _personal(record: Model) -> list[Field]:
    return [f for f in fields_of(type(record)).values() if f.info.personal and f.column is not None]


def _touched(system: Env, record: Model) -> Iterator[Text]:
    names = ", ".join(str(f.label) for f in _personal(record) if f.get(record) is not None)
    yield _(
        "{model} {record}: {fields} will be emptied.",
        model=type(record).singular,
        record=record.label,
        fields=names,
    )
    past = len(redacting.readable(system, _subject(record)))
    yield _("What the audit trail says of them is destroyed; {count} older changes are redacted.", count=past)
    if isinstance(record, User):
        said = select(func.count()).select_from(Comment).where(Comment.author_id == record.id)
        count = system.session.scalar(said) or 0
        yield plural(
            "{count} comment stays as it was written, by “{name}”.",
            "{count} comments stay as they were written, by “{name}”.",
            count, name=_("Erased person {id}", id=record.person_id or record.id),
        )  # fmt: skip


def _refusals(system: Env, record: Model) -> Iterator[Text]:
    if getattr(record, "active", False):
        yield _("{record} is active. Make it inactive first.", record=record.label)
    if isinstance(record, User):
        signed = select(func.count()).select_from(Signature).where(Signature.signer_id == record.id)
        count = system.session.scalar(signed) or 0
        if count:
            yield plural(
                "{record} has signed {count} record, whose signature must say who it was (21 CFR 11.50).",
                "{record} has signed {count} records, whose signatures must say who it was (21 CFR 11.50).",
                count, record=record.label,
            )  # fmt: skip


def _empty(record: Model, person_id: int) -> None:
    for found in _personal(record):
        found.set(record, _emptied(found, record, person_id))


def _emptied(found: Field, record: Model, person_id: int) -> str | None:
    column: Any = found.column  # Any: of any type
    if column.nullable:
        return None
    if not found.is_text:
        raise UserError(_("{field} cannot be emptied. Nothing has changed.", field=found.label))
    return f"erased-{record.id}" if column.unique else str(_("Erased person {id}", id=person_id))


def _forget_past(env: Env, record: Model) -> None:
    with env.as_system() as system:
        redacting.redact(system, _subject(record))
        personal.destroy(system, [_subject(record)], env.user_id)
        if isinstance(record, User):
            session.end(system, record.id)
            for mine in (ApiToken, Credential, Identity, Passkey):
                system.session.execute(delete(mine).where(mine.user_id == record.id))


def _subject(record: Model) -> Subject:
    return model_name(type(record)), record.id


def _overwrite_freed_pages(env: Env) -> None:
    """SQLite leaves what it deletes in its file until the room is used again, and longer in its log."""
    if env.dialect == "sqlite":
        env._connection.exec_driver_sql("PRAGMA secure_delete = ON")
        engine = env.site.engine
        env.after_commit(lambda: _empty_log(engine))


def _empty_log(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:  # not in a transaction, which the log would outlast
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""What hangs on a record (comments, e-mails, files, to-dos, external ids) is as visible as the record itself.

A row names its host by model and id, so that no foreign key and no loader criterion ties it to the host's access.
These rules do, and every route goes through them:

- Reading and adding start from the host, which `host` gets through the gate: no host, no row.
- The rows themselves are read as the system, after the host, within the reader's companies (`rows_on`): on a host
  that companies share, each row keeps the company of its author.
- Selecting the models directly is left to base's security: a person gets their own rows and no others.
- Rows go with their host (base's hooks). Those of a host in the recycle bin name it by `set_aside`, which is no model,
  so that nobody reaches them, and whoever gets the host's id meanwhile has none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)

from core.base import content
from core.base.models.following import Follower, Notification
from core.base.models.mail import Mail
from core.base.models.record import Activity, Attachment, Comment, ExternalId, Favourite, Mention, Recent
from core.errors import Forbidden, NotFound
from core.i18n import _
from core.orm.catalog import owner_field
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, model_named

if TYPE_CHECKING:
    from core.orm.env import Env

#: Every model whose rows name a record by model and id; what refers to others of them comes first.
HANGING = (Activity, Attachment, Notification, Comment, ExternalId, Favourite, Follower, Mail, Recent)

H = TypeVar("H", Activity, Attachment, Comment, ExternalId, Mail)


def host(env: Env, model: str, record_id: int) -> Model:
    """The record called so, if the person may see it; raises NotFound."""
    kind = model_named(model)
    if kind is None:
        raise NotFound(_("There is no kind of record called {model}.", model=model))
    return env.get(kind, record_id)


def company_of(env: Env, record: Model) -> int | None:
    """The company of what hangs on the record: the record's, or on a shared one that of the person."""
    owner = owner_field(type(record))
    if owner is not None and owner.target is not None:
        return company_of(env, env.get(owner.target, owner.get(record)))
    own = record.company_id if isinstance(record, OfCompany | SharedByCompanies) else None
    return own if own is not None else env.company_id


def require_write(env: Env, record: Model) -> None:
    """Raise Forbidden unless the person may change the record."""
    if not env.site.access.may(env.principal, "write", type(record), env.acting):
        raise Forbidden(
            _("You may not change {record}, so that you cannot add files to it.", record=record.label)
        )


def rows_on(env: Env, model: type[H], record: Model) -> Select[H]:
    """What hangs on a record that the person was given by the gate; to be run as the system."""
    return select(model).where(
        model.model == model_name(type(record)), model.record_id == record.id, seen_by(env, model)
    )


def seen_by(env: Env, model: type[H]) -> ColumnElement[bool]:
    """The company criterion of the person, for a statement that is run as the system."""
    if env.principal.is_system:
        return true()
    return or_(model.company_id.in_(sorted(env.principal.companies)), model.company_id.is_(None))


def visible_hosts(env: Env, named: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of the records, named by model and id, that the person may see: one statement for each model."""
    by_model: dict[str, set[int]] = {}
    for model, record_id in named:
        by_model.setdefault(model, set()).add(record_id)
    seen = set()
    for name, ids in by_model.items():
        kind = model_named(name)
        if kind is not None:
            found = env.session.scalars(select(kind.id).where(kind.id.in_(sorted(ids))))
            seen |= {(name, record_id) for record_id in found}
    return seen


def forget(env: Env, model: str, ids: Sequence[int]) -> None:
    """Delete what hangs on records that are gone, mostly nothing; `env` is the system's."""
    found = _found(env, model, ids)
    if Comment in found:
        comments = select(Comment.id).where(found[Comment])
        env.session.execute(delete(Mention).where(Mention.comment_id.in_(comments)))
    if Attachment in found:
        content.release(env, env.session.scalars(select(Attachment.digest).where(found[Attachment])))
    for each, here in found.items():
        env.session.execute(delete(each).where(here))


def move(env: Env, model: str, ids: Sequence[int], to: str, shift: int = 0) -> None:
    """Have what hangs on records hang on those called `to`, whose ids are greater by `shift`; `env` is the system's."""
    for each, here in _found(env, model, ids).items():
        moved = update(each).where(here).values(model=to, record_id=each.record_id + shift)
        env.session.execute(moved, execution_options={"synchronize_session": False})


def _found(env: Env, model: str, ids: Sequence[int]) -> dict[Any, ColumnElement[bool]]:  # Any: one of HANGING
    """The models of which something hangs on the records, with its condition."""
    if model in _HANGING_NAMES:
        return {}
    here = {each: and_(each.model == model, each.record_id.in_(ids)) for each in HANGING}
    asked = (select(literal(at)).where(exists().where(on)) for at, on in enumerate(here.values()))
    return {HANGING[at]: here[HANGING[at]] for at in sorted(set(env.session.scalars(union_all(*asked))))}


def set_aside(model: str, deletion: str) -> str:
    """The model that rows name whose host is in the recycle bin; a purge of its addon finds it as any other."""
    return f"{model}/{deletion}"


_HANGING_NAMES = frozenset({*(model_name(model) for model in HANGING), model_name(Mention)})

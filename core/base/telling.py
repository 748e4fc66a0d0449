"""What open pages are told of records: that some were made, changed or deleted, and that an inbox has news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.base.models.following import Follower, Notification
from core.base.models.record import (
    Activity,
    Attachment,
    Comment,
    Favourite,
    Mention,
    Recent,
    SavedView,
)
from core.events.stream import publish
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name
from core.security.access import subject_of

if TYPE_CHECKING:
    from core.orm.env import Env

#: The topic of a person's own to-dos, mentions and news.
INBOX = "inbox"
#: Nobody but their author looks at a list of these.
_QUIET = (Attachment, Comment, Favourite, Follower, Mention, Notification, Recent, SavedView)


def tell(env: Env, event: str, model: type[Model], ids: Sequence[int]) -> None:
    """Tell who may read the records, on the topic that is their model's name; of a part, that its document changed."""
    if model is Mention or model is Activity or model is Notification:
        _tell_inboxes(env, model, ids)
    if model not in _QUIET:
        subject = subject_of(model)
        happened = event if subject is model else "changed"
        publish(env, model_name(subject), {"event": happened}, model=model, records=ids)


def tell_deleted(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Of what is gone nobody can say whose it was: told to who sees every company that the person sees."""
    if model in _QUIET or subject_of(model) is not model:
        return
    of_company = issubclass(model, OfCompany | SharedByCompanies)
    companies = sorted(env.principal.companies) if of_company else ()
    if companies or not of_company:
        data = {"event": "deleted"}
        publish(env, model_name(model), data, model=model, records=ids, companies=companies)


def _tell_inboxes(env: Env, model: type[Mention | Activity | Notification], ids: Sequence[int]) -> None:
    person = {Mention: Mention.user_id, Notification: Notification.user_id}.get(model, Activity.assignee_id)
    with env.as_system() as system:
        for user_id in set(system.session.scalars(select(person).where(model.id.in_(ids)))):
            if user_id is not None:
                publish(env, INBOX, user_id=user_id, companies=())

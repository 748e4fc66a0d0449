"""Webhook: another system that is told when records change, and what came of each message to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.models.record import RecordId
from core.base.models.standard import require
from core.base.models.user import User
from core.i18n import Text as Translated
from core.i18n import _
from core.orm.catalog import is_part
from core.orm.field import field, index, link, reference
from core.orm.model import Model, OfCompany, model_name, models
from core.orm.types import Choice, Instant, Json, LongText, Name, Url

#: Rows of base's that are nobody's business, or that listening itself writes.
_OWN = frozenset({
    "base.webhook", "base.webhook_delivery", "base.automation_rule", "base.automation_run",
    "base.follower", "base.mail", "base.notification", "base.setting", "base.saved_view", "base.favourite",
    "base.recent", "base.external_id", "base.import", "base.deleted_record",
})  # fmt: skip


def listenable() -> Mapping[str, Translated | str]:
    """The models whose changes can be told, with their labels, by name: nouns, no machinery and no lines."""
    found = {model_name(m): m.plural for m in models() if not is_part(m) and _is_noun(m)}
    return dict(sorted(found.items(), key=lambda item: str(item[1])))


def _is_noun(model: type[Model]) -> bool:
    """The tables of mechanisms stand beside them in the core, nouns in base and in addons."""
    of_mechanism = model.__module__.startswith("core.") and not model.__module__.startswith("core.base.")
    return model_name(model) == "base.user" or not (of_mechanism or model_name(model) in _OWN)


class Webhook(OfCompany, Model):
    """A server of another system that is told by signed messages when records of a model change."""

    __tablename__ = "base_webhook"
    #: Its secret is gone with it.
    recycled: ClassVar[bool] = False
    singular, plural = _("Webhook"), _("Webhooks")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True, sort=True, track=True)
    url: Mapped[Url] = field(
        _("Address"), track=True, help=_("Where messages go, over TLS: https://example.com/hooks/dovetail")
    )
    model: Mapped[Name] = field(
        _("About"), track=True, offers=listenable, help=_("A condition may be said once this is saved.")
    )
    on_created: Mapped[bool] = field(_("On creation"), default=True, track=True, listed=False)
    on_changed: Mapped[bool] = field(_("On change"), default=True, track=True, listed=False)
    on_deleted: Mapped[bool] = field(
        _("On deletion"), default=False, track=True, listed=False,
        help=_("Without a condition alone: what is gone cannot be asked."),
    )  # fmt: skip
    condition: Mapped[Json | None] = field(
        _("Condition"), track=True, listed=False,
        help=_("Records that do not fulfil it after the change are not told."),
    )  # fmt: skip
    field_names: Mapped[LongText | None] = field(
        _("Fields"), track=True, listed=False,
        help=_("What is told of a record, by the API's names, such as code, name. Empty for all that the person sees."),
    )  # fmt: skip
    runs_as_id: Mapped[int] = reference(
        User, _("Runs as"), track=True,
        help=_("What this person may see is told, and no more. Nobody names a person who may do more than they."),
    )  # fmt: skip
    runs_as: Mapped[User] = link(runs_as_id)
    active: Mapped[bool] = field(_("Active"), default=False, readonly=True, sort=True, track=True)
    reason: Mapped[LongText | None] = field(_("Paused because"), readonly=True, listed=False, copy=False)
    secret_at: Mapped[Instant | None] = field(
        _("Secret made"), readonly=True, listed=False, track=True, copy=False
    )
    #: Encrypted; the earlier one signs as well until it ends.
    secret: Mapped[str | None] = mapped_column(Text)
    earlier_secret: Mapped[str | None] = mapped_column(Text)
    earlier_until: Mapped[Instant | None] = field(
        _("Old secret until"), readonly=True, listed=False, copy=False
    )

    __table_args__ = (index("company_id", "name", unique=True),)

    def check(self) -> None:
        silent = not (self.on_created or self.on_changed or self.on_deleted)
        require({
            "model": None if self.model in listenable() else _("There is no {name} here.", name=self.model),
            "on_created": _("Say when it is told.") if silent else None,
            "on_deleted": (
                _("What is gone cannot be asked: leave out the condition, or this.")
                if self.on_deleted and self.condition
                else None
            ),
        })  # fmt: skip

    @property
    def told_fields(self) -> tuple[str, ...]:
        """The names that somebody chose; none for all."""
        return tuple(name for name in (self.field_names or "").replace(",", " ").split())


class DeliveryState(Choice):
    """What became of a message to a webhook."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class WebhookDelivery(OfCompany, Model):
    """A message to a webhook, and what its receiver answered last."""

    __tablename__ = "base_webhook_delivery"
    singular, plural = _("Delivery"), _("Deliveries")

    webhook_id: Mapped[int] = reference(Webhook, _("Webhook"), readonly=True, key=True)
    webhook: Mapped[Webhook] = link(webhook_id)
    #: Of the outgoing message, and what the receiver knows it by.
    message_id: Mapped[str] = mapped_column(String(36), unique=True)
    type: Mapped[Name] = field(_("Event"), readonly=True, title=True)
    model: Mapped[Name | None] = field(_("Kind of record"), readonly=True, listed=False, offers=listenable)
    record_id: Mapped[RecordId | None] = field(_("Record"), readonly=True)
    state: Mapped[DeliveryState] = field(_("State"), default=DeliveryState.WAITING, readonly=True)
    status: Mapped[int | None] = field(
        _("Status"), readonly=True, help=_("Of HTTP; empty where nobody answered.")
    )
    milliseconds: Mapped[int | None] = field(_("Milliseconds"), readonly=True)
    attempts: Mapped[int] = field(_("Attempts"), default=0, readonly=True)
    attempted_at: Mapped[Instant | None] = field(_("Last attempt"), readonly=True, sort=True)
    answer: Mapped[LongText | None] = field(_("Answer"), readonly=True, listed=False)

    __table_args__ = (index("webhook_id", "id"),)

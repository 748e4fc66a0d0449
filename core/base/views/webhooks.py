"""Webhooks and their deliveries."""

from __future__ import annotations

from core.base.models.webhook import DeliveryState, Webhook, WebhookDelivery
from core.i18n import _
from core.orm.condition import Test, where
from core.views.nodes import Form, Group, List, Menu, Preset, Related, Shown, View

is_paused_with_reason = Test("reason", "not_empty")

webhooks = View(
    Webhook,
    docs="docs/webhooks.html#setting-one-up",
    icon="webhook",
    list=List(
        Webhook.name, Webhook.model, Webhook.url, Webhook.runs_as_id, Webhook.active,
        facets=(Webhook.active, Webhook.model),
        sort=("name",),
        presets=(Preset("paused", _("Paused"), where(Webhook.active, "eq", False)),),
    ),
    form=Form(
        Group(
            "main", Webhook.name, Webhook.url, Webhook.runs_as_id, Webhook.active,
            Shown(Webhook.reason, visible=is_paused_with_reason),
        ),
        Group(
            "told", Webhook.model, Webhook.on_created, Webhook.on_changed, Webhook.on_deleted,
            Shown(Webhook.condition, widget="condition"), Webhook.field_names, label=_("What is told"),
        ),
        Group("secret", Webhook.secret_at, Webhook.earlier_until, label=_("Secret")),
        related=(Related(WebhookDelivery.webhook_id, _("Deliveries"), "send"),),
    ),
    menu=Menu("settings", _("Webhooks"), icon="webhook", order=94),
)  # fmt: skip

deliveries = View(
    WebhookDelivery,
    docs="docs/webhooks.html#what-is-sent",
    icon="send",
    list=List(
        WebhookDelivery.type, WebhookDelivery.record_id, WebhookDelivery.webhook_id, WebhookDelivery.state,
        WebhookDelivery.status, WebhookDelivery.milliseconds, WebhookDelivery.attempts, WebhookDelivery.attempted_at,
        facets=(WebhookDelivery.state, WebhookDelivery.webhook_id),
        sort=("-attempted_at",),
        presets=(Preset("failed", _("Failed"), where(WebhookDelivery.state, "eq", DeliveryState.FAILED)),),
    ),
    form=Form(
        Group(
            "main", WebhookDelivery.type, WebhookDelivery.webhook_id, WebhookDelivery.model,
            WebhookDelivery.record_id, WebhookDelivery.attempts, WebhookDelivery.attempted_at,
        ),
        Group(
            "answer", WebhookDelivery.status, WebhookDelivery.milliseconds, WebhookDelivery.answer,
            label=_("Last answer"),
        ),
        status=WebhookDelivery.state,
    ),
)  # fmt: skip

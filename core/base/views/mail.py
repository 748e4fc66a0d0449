"""E-mail that left this site, and the templates for it."""

from __future__ import annotations

from core.base.actions.mailing import is_failed
from core.base.models.mail import Mail, MailState, MailTemplate
from core.i18n import _
from core.orm.condition import Test, where
from core.views.nodes import Form, Group, List, Menu, MenuPage, Preset, Shown, View
from core.views.place import place

_has_reason = Test("reason", "not_empty")
_has_copies = Test("copies", "not_empty")

mails = View(
    Mail,
    icon="mail",
    list=List(
        Mail.subject, Mail.recipients, Mail.model, Mail.author_id, Mail.state, Mail.queued_at, Mail.sent_at,
        facets=(Mail.state, Mail.author_id, Mail.model),
        sort=("-queued_at",),
        presets=(
            Preset("failed", _("Not sent"), is_failed),
            Preset("waiting", _("Waiting"), where(Mail.state, "eq", MailState.QUEUED)),
        ),
    ),
    form=Form(
        Group(
            "main", Mail.subject, Mail.recipients, Shown(Mail.copies, visible=_has_copies), Mail.author_id,
            Mail.queued_at, Mail.sent_at, Shown(Mail.reason, visible=_has_reason),
        ),
        Group("text", Mail.body, label=_("Text")),
        Group("about", Mail.model, Mail.record_id, Mail.message_id, label=_("About")),
        status=Mail.state,
    ),
    menu=Menu("settings", _("E-mails"), icon="mail", order=82),
)  # fmt: skip

mail_templates = View(
    MailTemplate,
    icon="file-text",
    list=List(
        MailTemplate.name, MailTemplate.model, MailTemplate.language, MailTemplate.subject, MailTemplate.active,
        facets=(MailTemplate.model, MailTemplate.language, MailTemplate.active),
        sort=("name",),
    ),
    form=Form(
        Group(
            "main", MailTemplate.name, MailTemplate.model, Shown(MailTemplate.language, widget="locale"),
            MailTemplate.active,
        ),
        Group("text", MailTemplate.subject, MailTemplate.body, label=_("What it says")),
    ),
    menu=Menu("settings", _("E-mail templates"), icon="file-text", order=83),
)  # fmt: skip

place(mail_templates, into="links")(
    MenuPage("settings", _("Preview"), "/-/mail/preview", MailTemplate, icon="eye")
)

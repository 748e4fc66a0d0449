"""Custom fields and layouts: what administrators add to models, and how they arrange it."""

from __future__ import annotations

from core.base.models.mechanism import CustomChoice, CustomField, SiteLayout
from core.custom.field import is_kept, refers
from core.custom.naming import proposed_key
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.views.live import fill
from core.views.nodes import Form, Group, Lines, List, Menu, Preset, Shown, Tab, View

custom_fields = View(
    CustomField,
    docs="docs/customizing.html#custom-fields",
    icon="table",
    list=List(
        CustomField.label_text, CustomField.model, CustomField.key, CustomField.type, CustomField.required,
        CustomField.active,
        facets=(CustomField.model, CustomField.type, CustomField.active),
        sort=("model",),
        presets=(Preset("hidden", _("Hidden"), where(CustomField.active, "eq", False)),),
    ),
    form=Form(
        Group(
            "main", CustomField.label_text, Shown(CustomField.model, readonly=is_kept),
            Shown(CustomField.key, readonly=is_kept), Shown(CustomField.type, readonly=is_kept),
            Shown(CustomField.target, visible=refers, required=refers, readonly=is_kept), CustomField.required,
            CustomField.default_text, CustomField.help_text,
        ),
        Group(
            "use",
            Shown(CustomField.name, visible=is_kept),  # type: ignore[arg-type]  # a computed field is an attribute too
            CustomField.seen_by, CustomField.set_by, CustomField.company_id, CustomField.listed,
            CustomField.searched, CustomField.tracked, CustomField.position, CustomField.active, label=_("Use"),
        ),
        Tab(
            "choices", _("Choices"),
            Lines(CustomField.choices, CustomChoice.position, CustomChoice.value, CustomChoice.label_text),
        ),
    ),
    menu=Menu("settings", _("Custom fields"), icon="table", order=40),
)  # fmt: skip
layouts = View(
    SiteLayout,
    docs="docs/customizing.html#layout",
    icon="columns-3",
    list=List(SiteLayout.model, SiteLayout.part, SiteLayout.role),
)


@fill(CustomField, on=[CustomField.label_text])
def propose_key(env: Env, draft: CustomField) -> None:
    """A key made of the label, until the field has one."""
    if not draft.name and draft.label_text and not draft.key:
        draft.key = proposed_key(draft.label_text)

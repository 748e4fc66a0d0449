"""CustomField: a field that an administrator adds to a model, and the choices of one that has some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.orm import Mapped, mapped_column

from core.addon import CUSTOM
from core.custom.kind import CustomType
from core.i18n import Text, _
from core.orm.catalog import is_part
from core.orm.computed import computed
from core.orm.condition import Test, where
from core.orm.field import children, field, index, link, part_of
from core.orm.model import Model, SharedByCompanies, model_name, models
from core.orm.types import LongText, Name

#: Longer than a key may be, so that it is refused with its reason.
Key = Annotated[str, mapped_column(String(64), info={"widget": "code"})]

RoleName = Annotated[str, mapped_column(String(200), info={"widget": "role"})]


def extensible() -> Mapping[str, Text | str]:
    """The models that can have custom fields, with their labels, by name."""
    found = {model_name(m): m.plural for m in models() if not m.__module__.startswith("core.custom")}
    return dict(sorted(found.items(), key=lambda item: str(item[1])))


def referable() -> Mapping[str, Text | str]:
    """The models that a custom field can refer to."""
    return {model_name(m): m.plural for m in models() if not is_part(m) and model_name(m) in extensible()}


class CustomField(SharedByCompanies, Model):
    """A field that an administrator added to a model."""

    __tablename__ = "base_custom_field"
    singular, plural = _("Custom field"), _("Custom fields")

    label_text: Mapped[Name] = field(
        _("Label"), title=True, search=True, track=True, help=_("What people read, in their language.")
    )
    model: Mapped[Name] = field(_("Of"), key=True, track=True, offers=extensible)
    key: Mapped[Key] = field(
        _("Key"), key=True, track=True,
        help=_("Its name in imports, exports, addresses and the API, behind custom. — it cannot be changed later."),
    )  # fmt: skip
    type: Mapped[CustomType] = field(_("Type"), default=CustomType.TEXT, track=True)
    target: Mapped[Name | None] = field(_("Refers to"), track=True, offers=referable, listed=False)
    help_text: Mapped[LongText | None] = field(_("Help"), help=_("Shown with the field."), listed=False)
    required: Mapped[bool] = field(
        _("Required"), default=False, track=True, help=_("Forms, imports and the API ask for a value.")
    )
    default_text: Mapped[Name | None] = field(
        _("Default"), track=True, listed=False,
        help=_("As an import writes it: 2026-03-19, 12.5, yes, or the key of a choice."),
    )  # fmt: skip
    listed: Mapped[bool] = field(_("Column of the list"), default=False, listed=False)
    tracked: Mapped[bool] = field(_("In the audit trail"), default=True, listed=False)
    searched: Mapped[bool] = field(
        _("Found by the search box"), default=False, listed=False, help=_("For texts.")
    )
    #: Names of roles, which stay when a role goes with its addon: then the field is the administrators' alone.
    seen_by: Mapped[RoleName | None] = field(
        _("Seen by"), track=True, listed=False,
        help=_("The role that sees and sets it, besides administrators; everybody without one."),
    )  # fmt: skip
    set_by: Mapped[RoleName | None] = field(
        _("Set by"), track=True, listed=False,
        help=_("The role that may set it, besides administrators; whoever sees it without one."),
    )  # fmt: skip
    position: Mapped[int] = field(_("Position"), default=100, listed=False)
    active: Mapped[bool] = field(_("Shown"), default=True, readonly=True, track=True)
    choices: Mapped[list[CustomChoice]] = children(
        _("Choices"), by=lambda: CustomChoice.custom_field, order=lambda: CustomChoice.position
    )

    @computed(_("Name"), widget="code")
    def name(self) -> str:
        return f"{CUSTOM}.{self.key}" if self.created_at is not None else ""

    @name.inplace.expression
    @classmethod
    def _name(cls) -> ColumnElement[str]:
        return literal(f"{CUSTOM}.").concat(cls.key)

    __table_args__ = (index("model", "key", unique=True),)


class CustomChoice(Model):
    """One of the values of a custom field that has choices."""

    __tablename__ = "base_custom_choice"
    singular, plural = _("Choice of a custom field"), _("Choices of custom fields")

    custom_field_id: Mapped[int] = part_of(CustomField, _("Custom field"))
    custom_field: Mapped[CustomField] = link(custom_field_id, back=lambda: CustomField.choices)
    position: Mapped[int] = field(_("Position"), default=10)
    value: Mapped[Key] = field(_("Key"), key=True, title=True, track=True)
    label_text: Mapped[Name] = field(_("Label"), track=True)

    __table_args__ = (index("custom_field_id", "value", unique=True),)


#: Its values are records.
refers = where(CustomField.type, "eq", CustomType.REFERENCE)
#: What a field is kept by is said once.
is_kept = Test("name", "not_empty")
is_shown = where(CustomField.active, "eq", True)
is_hidden = where(CustomField.active, "eq", False)

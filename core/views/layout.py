"""SiteLayout: what administrators arrange otherwise in a form or list, for everybody or for a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Mapped

from core.errors import ValidationError
from core.i18n import _
from core.orm.field import field as mapped_field
from core.orm.field import index
from core.orm.model import Model, model_name
from core.orm.types import Choice, Json, Name
from core.views.arranging import Layout

if TYPE_CHECKING:
    from core.orm.env import Env, Principal


class LayoutPart(Choice):
    """What of a model's view is arranged."""

    FORM = "form", _("Form")
    LIST = "list", _("List")


class SiteLayout(Model):
    """How a form or list differs from the shipped one."""

    __tablename__ = "base_layout"
    recycled: ClassVar[bool] = False
    singular, plural = _("Layout"), _("Layouts")

    model: Mapped[Name] = mapped_field(_("Of"), title=True, key=True, track=True)
    part: Mapped[LayoutPart] = mapped_field(_("Part"), title=True, key=True, track=True)
    #: The name of the role whose people get it; empty for everybody.
    role: Mapped[Name] = mapped_field(_("Role"), default="", key=True, track=True)
    differences: Mapped[Json] = mapped_field(_("Differences"), default=dict, track=True)

    __table_args__ = (index("model", "part", "role", unique=True),)

    def check(self) -> None:
        try:
            Layout.from_json(self.differences)
        except ValueError as error:
            raise ValidationError({"differences": _("This is no layout. Arrange it on its page.")}) from error


@dataclass
class Layouts:
    """The layouts of a site as a process knows them, read again when they are others."""

    stamp: str | None = None
    by_view: Mapping[tuple[str, str], Mapping[str, Layout]] = field(default_factory=dict)

    def refresh(self, env: Env, stamp: str | None) -> None:
        """Read them unless they are those of `stamp` (see stamp_of)."""
        if stamp == self.stamp:
            return
        found: dict[tuple[str, str], dict[str, Layout]] = defaultdict(dict)
        for row in env.session.scalars(select(SiteLayout).order_by(SiteLayout.role)):
            found[row.model, row.part.value][row.role] = Layout.from_json(row.differences)
        self.by_view, self.stamp = found, stamp

    def of(self, principal: Principal, model: type[Model], part: LayoutPart) -> list[Layout]:
        """Everybody's, then those of the person's roles in the order of their names."""
        known = self.by_view.get((model_name(model), part.value), {})
        return [layout for role, layout in known.items() if not role or role in principal.roles]

    def for_everybody(self, model: type[Model], part: LayoutPart) -> list[Layout]:
        known = self.by_view.get((model_name(model), part.value), {})
        return [layout for role, layout in known.items() if not role]


def stamp_of() -> ColumnElement[str | None]:
    """What changes with every change of a layout; None while there is none."""
    changed = cast(func.max(SiteLayout.changed_at), String).concat(" ").concat(cast(func.count(), String))
    return select(changed).select_from(SiteLayout).scalar_subquery()

"""Imports that were done, so that they can be undone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from core.base.models.user import User
from core.i18n import _
from core.orm.field import field, link, reference
from core.orm.model import Model, SharedByCompanies
from core.orm.types import Instant, Name


class Import(SharedByCompanies, Model):
    """A file that was imported: which records it made and changed, and what they were before."""

    __tablename__ = "base_import"
    singular = _("Import")
    plural = _("Imports")

    model: Mapped[Name] = field(_("Kind of record"), readonly=True)
    file_name: Mapped[Name] = field(_("File"), title=True, readonly=True)
    user_id: Mapped[int] = reference(User, _("By"), readonly=True)
    user: Mapped[User] = link(user_id)
    created: Mapped[int] = field(_("Created"), default=0, readonly=True)
    changed: Mapped[int] = field(_("Changed"), default=0, readonly=True)
    undone_at: Mapped[Instant | None] = field(_("Undone"), readonly=True)
    #: `{"created": [[id, version]], "changed": [[id, version, {field: old value}]]}`, versions after the import.
    trail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Any: JSON

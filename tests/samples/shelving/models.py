"""Shelves."""

from sqlalchemy.orm import Mapped

from core import Code, Model, Role, _, field

porter = Role("shelving.porter", _("Porter"))


class Shelf(Model):
    """A board that things stand on."""

    __tablename__ = "shelving_shelf"
    singular = _("Shelf")
    plural = _("Shelves")

    code: Mapped[Code] = field(_("Code"), unique=True, title=True, key=True, search=True)

"""One table, which got two indexes."""

from sqlalchemy.orm import Mapped

from core import Code, Model, Name, _, field, index


class Tree(Model):
    """A tree, found by its row and by its name."""

    __tablename__ = "orchard_tree"

    row: Mapped[Code] = field(_("Row"))
    name: Mapped[Name | None] = field(_("Name"), search=True)

    __table_args__ = (index("row", "id"),)

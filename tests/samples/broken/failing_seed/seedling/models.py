"""One small table."""

from sqlalchemy.orm import Mapped

from core import Code, Model, _, field


class Step(Model):
    """A step on the way."""

    __tablename__ = "seedling_step"

    code: Mapped[Code] = field(_("Code"))
    note: Mapped[Code | None] = field(_("Note"))

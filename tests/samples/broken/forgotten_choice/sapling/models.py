"""One small table, whose old state was forgotten."""

from sqlalchemy.orm import Mapped

from core import Choice, Code, Model, _, field


class Stage(Choice):
    """What is left of the states."""

    GROWN = "grown", _("Grown")


class Step(Model):
    """A step on the way."""

    __tablename__ = "sapling_step"

    code: Mapped[Code] = field(_("Code"))
    stage: Mapped[Stage] = field(_("Stage"), default=Stage.GROWN)
    note: Mapped[Code | None] = field(_("Note"))

"""Facet[M]: fields that an addon adds to another addon's model, in a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, get_args

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.addon import owner_of
from core.errors import AddonError
from core.i18n import _
from core.orm.model import Base, Model
from core.orm.types import BigId

M = TypeVar("M", bound=Model)


class Facet(Base, Generic[M]):
    """A one-to-one row beside each record of M; made with the record on every path, so `of` never returns None.

    `sparse=True` is for large tables: the row is made when a value differs from its default.
    """

    __abstract__ = True

    model: ClassVar[type[Model]]
    #: The relationship on the model that leads to the facet.
    slot: ClassVar[str]
    sparse: ClassVar[bool] = False

    if TYPE_CHECKING:
        id: Mapped[int]

    def __init_subclass__(cls, *, sparse: bool = False, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        model = next(get_args(base)[0] for base in cls.__orig_bases__ if get_args(base))  # type: ignore[attr-defined]  # set by typing
        cls.model, cls.sparse, cls.slot = model, sparse, f"_{cls.__tablename__}"
        cls.id = mapped_column(
            BigId, ForeignKey(model.__table__.c.id, ondelete="CASCADE"), primary_key=True, sort_order=-10
        )
        super().__init_subclass__(**kwargs)
        cls._join(model)

    @classmethod
    def of(cls, record: M) -> Self:
        """The facet of `record`; a sparse one is made on first use."""
        facet = getattr(record, cls.slot)
        if facet is None:
            facet = cls()
            setattr(record, cls.slot, facet)
        return facet  # type: ignore[no-any-return]  # a relationship made at run time

    @classmethod
    def _join(cls, model: type[Model]) -> None:
        addon = owner_of(cls.__module__) or str(cls.__tablename__)
        if addon in model.facets:
            raise AddonError(
                _(
                    "Addon {addon} has two facets of {model}; make them one.",
                    addon=addon,
                    model=model.__name__,
                )
            )
        model.facets[addon] = cls
        link = relationship(
            cls, uselist=False, cascade="all, delete-orphan", passive_deletes=True, single_parent=True
        )
        setattr(model, cls.slot, link)
        if not cls.sparse:
            event.listen(model, "init", lambda target, args, kwargs: kwargs.setdefault(cls.slot, cls()))

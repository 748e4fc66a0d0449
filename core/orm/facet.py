"""Facet[M]: fields that an addon adds to another addon's model, in a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, get_args

from sqlalchemy import Column, ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.addon import owner_of
from core.errors import AddonError
from core.i18n import _
from core.orm.field import default_of
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
        """The facet of `record`; a sparse one that has no row yet gets it when a field of it is first set."""
        facet = getattr(record, cls.slot)
        return cls._draft(record) if facet is None else facet

    def check(self) -> None:
        """Raise ValidationError when the values of the facet do not fit together."""

    @classmethod
    def _draft(cls, record: M) -> Self:
        """The defaults, as a facet that joins the record, and so its row, on the first write."""
        kept: dict[str, Self] = record.__dict__.setdefault("_drafts", {})
        if cls.slot not in kept:
            columns = [c for c in cls.__table__.columns if isinstance(c, Column) and c.default is not None]
            kept[cls.slot] = cls(**{c.key: default_of(c) for c in columns})
            kept[cls.slot].__dict__["_of"] = record
        return kept[cls.slot]

    def _set(self, key: str, value: object) -> None:
        super().__setattr__(key, value)
        record = self.__dict__.pop("_of", None)
        if record is not None:
            record.__dict__["_drafts"].pop(self.slot)
            setattr(record, self.slot, self)

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
        if cls.sparse:
            cls.__setattr__ = cls._set  # type: ignore[method-assign, assignment]  # dense facets are spared the cost
        else:
            event.listen(model, "init", lambda target, args, kwargs: kwargs.setdefault(cls.slot, cls()))

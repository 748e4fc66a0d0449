"""The vocabulary of declarations: field, reference, part_of, link and children."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, MappedColumn, Relationship, mapped_column, relationship
from sqlalchemy.sql.schema import CallableColumnDefault

from core.orm.types import BigId

if TYPE_CHECKING:
    from core.i18n import Text
    from core.orm.model import Model
    from core.security.role import Role

#: The name of a field of a record: `code`, or `erp_supply.lead_days` for a facet's.
type_of_attribute = Callable[[], Any]


class _Absent(Enum):
    ABSENT = 0


ABSENT: Final = _Absent.ABSENT


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a field is besides its type; stands in `column.info["field"]`."""

    label: Text
    help: Text | None = None
    #: Who may see and set it; everybody with a grant on the model when empty.
    roles: tuple[Role, ...] = ()
    #: Changes are written to the audit trail with old and new value.
    track: bool = False
    #: Carried over when a record is duplicated.
    copy: bool = True
    #: Found by the search box and by global search.
    search: bool = False
    #: Indexed for sorting: (field, id), and (company, field, id) where the model has a company.
    sort: bool = False
    #: Personal data, erased with its person.
    personal: bool = False
    #: Set by actions and rules alone; no form, import or API call may write it.
    readonly: bool = False
    #: Part of the record's name on pages.
    title: bool = False
    #: Part of the natural key by which imports and people name the record.
    key: bool = False
    #: The owner's reference from a part (a line) to what it is part of.
    owner: bool = False
    #: The field that names the currency (money, price) or the unit (quantity) of this one.
    measure: type_of_attribute | None = None
    #: Shown in the default list.
    listed: bool = True
    #: People must give it though the column may be empty: records that code makes need not have it.
    required: bool = False
    #: Who may set it; whoever sees it when empty.
    setters: tuple[Role, ...] = ()
    #: The one company whose people see it; those of all when None.
    company: int | None = None
    #: A column of the list though no view names it.
    column: bool = False
    #: What a text is chosen from, by value.
    offers: Callable[[], Mapping[str, Text | str]] | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether there are people with a grant on the model who may not see or set it."""
        return bool(self.roles or self.setters or self.company)


def field(  # noqa: PLR0913 -- a declaration: each word is named and most are left out
    label: Text,
    *,
    default: Any = ABSENT,  # Any: a value of the field's type or a callable that makes one
    unique: bool = False,
    help: Text | None = None,
    roles: Sequence[Role] = (),
    track: bool = False,
    copy: bool = True,
    search: bool = False,
    sort: bool = False,
    personal: bool = False,
    readonly: bool = False,
    title: bool = False,
    key: bool = False,
    measure: type_of_attribute | None = None,
    listed: bool = True,
    offers: Callable[[], Mapping[str, Text | str]] | None = None,
) -> MappedColumn[Any]:
    """A column with its label and behaviour; `measure=lambda: Order.currency_id` names its currency or unit."""
    info = FieldInfo(
        label, help, tuple(roles), track, copy and not unique and not readonly, search, sort or search,
        personal, readonly, title, key, False, measure, listed, offers=offers,
    )  # fmt: skip
    given = {} if default is ABSENT else {"default": default}
    return mapped_column(info={"field": info}, active_history=track, unique=unique or None, **given)


def reference(  # noqa: PLR0913 -- as field
    to: type[Model] | str,
    label: Text,
    *,
    default: Any = ABSENT,  # Any: an id or a callable that makes one
    help: Text | None = None,
    roles: Sequence[Role] = (),
    track: bool = False,
    copy: bool = True,
    sort: bool = False,
    readonly: bool = False,
    title: bool = False,
    key: bool = False,
    listed: bool = True,
) -> MappedColumn[Any]:
    """The column that holds the id of another record; a table's name stands for a model that refers to itself."""
    info = FieldInfo(
        label,
        help,
        tuple(roles),
        track,
        copy and not readonly,
        False,
        sort,
        False,
        readonly,
        title,
        key,
        listed=listed,
    )
    given = {} if default is ABSENT else {"default": default}
    return mapped_column(
        BigId, ForeignKey(_target(to), ondelete="RESTRICT"), index=True, active_history=track,
        info={"field": info, "widget": "reference"}, **given,
    )  # fmt: skip


def part_of(to: type[Model] | str, label: Text) -> MappedColumn[Any]:
    """The reference of a line to its document: its grants, company and scope are the document's."""
    column = reference(to, label, track=False)
    column.column.info["field"] = replace(column.column.info["field"], owner=True, key=True)
    return column


def link(
    key: Mapped[Any],  # Any: an id, optional or not
    *,
    back: Callable[[], Any] | None = None,  # Any: a mapped attribute
    remote: Callable[[], Any] | None = None,  # Any: a mapped attribute
) -> Relationship[Any]:
    """The record behind a reference column; `remote` names the id where a model refers to itself."""
    given: dict[str, Any] = {"remote_side": remote} if remote else {}
    return relationship(_referred(key), foreign_keys=[key], back_populates=back, **given)


def children(
    label: Text,
    *,
    by: Callable[[], Any],  # Any: the link of the child back to this record
    order: Callable[[], Any] | None = None,  # Any: a mapped attribute
) -> Relationship[Any]:
    """The parts of a record, deleted with it one by one, so that each is granted and audited."""
    given: dict[str, Any] = {"order_by": order} if order else {}
    return relationship(
        lambda: by().class_,
        back_populates=by,
        cascade="all, delete-orphan",
        info={"label": label},
        **given,
    )


def index(
    *columns: Any, unique: bool = False, where: str | None = None, name: str | None = None
) -> Index:  # Any: columns
    """An index over several columns, optionally of only the rows that fulfil `where`."""
    given: dict[str, Any] = {}  # Any: options of the dialects
    if where is not None:
        given = {"postgresql_where": text(where), "sqlite_where": text(where)}
    return Index(name, *columns, unique=unique, **given)


def default_of(column: Column[Any] | None) -> Any:  # Any: of the column's type
    """The value a column takes when nobody gives one."""
    default = column.default if column is not None else None
    if isinstance(default, CallableColumnDefault):
        return default.arg(None)  # type: ignore[arg-type]  # plain defaults ask no execution for anything
    return getattr(default, "arg", None)


def _referred(key: Any) -> Callable[[], Any]:  # Any: a mapped column; a mapped class
    """The class behind a reference, by its table: two addons may have classes of one name."""
    return lambda: next(iter(key.column.foreign_keys)).column.table.info["class"]


def _target(to: type[Model] | str) -> str | Any:  # Any: the id column of the table
    return f"{to}.id" if isinstance(to, str) else to.__table__.c.id

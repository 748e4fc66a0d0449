"""Ways to write a query that the gate keeps to what the person may see. Each gives texts of boxes or of their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
    between,
    case,
    cast,
    column,
    distinct,
    except_,
    exists,
    func,
    intersect,
    lateral,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    union,
    union_all,
    values,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import (
    Bundle,
    Session,
    aliased,
    contains_eager,
    defer,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    raiseload,
    selectinload,
    subqueryload,
    undefer,
    with_loader_criteria,
    with_parent,
)  # fmt: skip

from tests.core.orm.shelf import SampleBox as Box
from tests.core.orm.shelf import SampleLabel as Label
from tests.core.orm.shelf import SampleLine as Line
from tests.core.orm.shelf import SampleNote as Note
from tests.core.orm.shelf import SampleShelf as Shelf

#: A form: what it gives may be rows, records or texts.
Form = Callable[[Session], Any]  # Any: whatever a query gives

FOREIGN_ID, MINE_ID = 1, 2

_other = aliased(Box, name="other")
_outer = aliased(Box, name="outer_box")


def _boxes(session: Session, *options: Any) -> Iterable[Box]:
    return session.scalars(select(Box).options(*options)).unique().all()


def _records_of_chunks(session: Session) -> list[Box]:
    found = session.scalars(select(Box).execution_options(yield_per=1))
    return [box for chunk in found.partitions() for box in chunk]


def _lines_by_lazy_load(session: Session) -> list[str]:
    return [line.text for box in _boxes(session) for line in box.lines]


def _boxes_of_lines(session: Session) -> list[str]:
    """A line of each box that the session can reach, and from there back to the box."""
    return [line.box.code for line in session.scalars(select(Line)) if line.box is not None]


def _shelf_of_all(session: Session) -> list[str]:
    return [box.shelf.code for box in _boxes(session) if box.shelf is not None]


def _labels_by_lazy_load(session: Session) -> list[str | None]:
    return [Label.of(box).text for box in _boxes(session)]


def _notes_by_lazy_load(session: Session) -> list[str | None]:
    return [Note.of(box).text for box in _boxes(session)]


def _got(session: Session) -> list[str]:
    return [found.code for number in range(1, 6) if (found := session.get(Box, number)) is not None]


def _got_anew(session: Session) -> list[str]:
    found = (session.get(Box, number, populate_existing=True) for number in range(1, 6))
    return [box.code for box in found if box is not None]


def _got_with_lines(session: Session) -> list[str]:
    found = (session.get(Box, number, options=[joinedload(Box.lines)]) for number in range(1, 6))
    return [line.text for box in found if box is not None for line in box.lines]


def _refreshed(session: Session) -> list[str]:
    found = list(_boxes(session))
    for box in found:
        session.refresh(box, ["lines", "code"])
    return [line.text for box in found for line in box.lines]


def _expired(session: Session) -> list[str]:
    found = list(_boxes(session))
    session.expire_all()
    return [box.code for box in found]


def _related(session: Session) -> list[str]:
    found = (session.scalars(select(Line).where(with_parent(box, Box.lines))) for box in _boxes(session))
    return [line.text for lines in found for line in lines]


def _by_lambda(session: Session) -> list[str]:
    return [box.code for box in session.query(Box).filter(Box.code != "").all()]


def _tree() -> Any:  # Any: a recursive CTE
    top = (
        select(Box.id, Box.code, literal(0).label("depth"))
        .where(Box.parent_id.is_(None))
        .cte("tree", recursive=True)
    )
    below = select(Box.id, Box.code, top.c.depth + 1).join(top, Box.parent_id == top.c.id)
    return top.union_all(below)


def _lateral() -> Any:  # Any: a lateral subquery
    return lateral(select(Line.text).where(Line.box_id == Box.id).limit(1), name="first_line")


def _numbers() -> Any:  # Any: a VALUES list
    return values(column("number", Integer), name="numbers").data([(1,), (2,), (3,), (4,)])


FORMS: dict[str, Form] = {
    # entities and columns
    "an entity": lambda s: s.scalars(select(Box)),
    "Query of an entity": lambda s: s.query(Box).all(),
    "Query of columns": lambda s: s.query(Box.code).all(),
    "Query.filter_by first": lambda s: [box.code for n in range(1, 6) for box in s.query(Box).filter_by(id=n)],
    "Query.filter": _by_lambda,
    "columns": lambda s: s.execute(select(Box.id, Box.code)),
    "columns distinct": lambda s: s.execute(select(Box.code).distinct()),
    "column in distinct()": lambda s: s.execute(select(distinct(Box.code))),
    "columns as mappings": lambda s: [row["code"] for row in s.execute(select(Box.code)).mappings()],
    "a bundle": lambda s: s.execute(select(Bundle("box", Box.id, Box.code))),
    "a function of a column": lambda s: s.execute(select(func.upper(Box.code), Box.code)),
    "a case": lambda s: s.execute(select(case((Box.keeper_id == 5, Box.code), else_=Box.code))),
    "a cast": lambda s: s.execute(select(cast(Box.id, Integer), type_coerce(Box.code, Box.code.type))),
    "a window": lambda s: s.execute(select(Box.code, func.row_number().over(order_by=Box.code))),
    "a window over codes": lambda s: s.execute(select(Box.id, func.first_value(Box.code).over(order_by=Box.id))),
    "aggregated texts": lambda s: s.execute(select(func.min(Box.code), func.max(Box.code)).group_by(Box.id)),
    "grouped with having": lambda s: s.execute(select(Box.code).group_by(Box.code).having(func.count(Box.id) > 0)),
    "ordered and limited": lambda s: s.execute(select(Box.code).order_by(Box.code.desc()).limit(9).offset(0)),
    "a tuple in a list": lambda s: s.execute(
        select(Box.code).where(tuple_(Box.id, Box.id).in_([(n, n) for n in range(1, 6)]))
    ),
    "every operator": lambda s: s.execute(
        select(Box.code).where(or_(Box.code.like("%"), not_(between(Box.id, 1, 9)), Box.code.icontains("x")))
    ),
    "with_only_columns of attributes": lambda s: s.execute(select(Box).with_only_columns(Box.code)),
    "add_columns of attributes": lambda s: s.execute(select(Box.id).add_columns(Box.code)),
    "an always true condition": lambda s: s.execute(select(Box.code).where(or_(true(), Box.company_id == 2))),
    "the other company asked for": lambda s: s.execute(select(Box.code).where(or_(Box.company_id == 2, Box.id > 0))),
    # aliases and joins
    "an alias": lambda s: s.scalars(select(_other)),
    "columns of an alias": lambda s: s.execute(select(_other.code)),
    "two aliases crossed": lambda s: s.execute(select(_other.code, _outer.code).where(_other.id != null())
                                               .join(_outer, true()).where(_outer.id == _other.id)),
    "a join to parts": lambda s: s.execute(select(Box.code, Line.text).join(Box.lines)),
    "a join from parts": lambda s: s.execute(select(Line.text, Box.code).join(Line.box)),
    "a join on a condition": lambda s: s.execute(select(Line.text).join(Box, Line.box_id == Box.id)),
    "a join in the WHERE clause": lambda s: s.execute(select(Line.text).where(Line.box_id == Box.id, Box.id > 0)),
    "an outer join": lambda s: s.execute(select(Box.code, Line.text).outerjoin(Box.lines)),
    "an outer join to the other company": lambda s: s.execute(
        select(Shelf.code, Box.code).outerjoin(Box, or_(Box.shelf_id == Shelf.id, true()))
    ),
    "a join to a facet": lambda s: s.execute(select(Box.code, Label.text).join(Label, Label.id == Box.id)),
    "an outer join to a facet": lambda s: s.execute(select(Label.text).select_from(Box).outerjoin(Label, true())),
    "a join over an alias": lambda s: s.execute(select(_other.code).join(Line, Line.box_id == _other.id)),
    "a join through two": lambda s: s.execute(select(Line.text).join(Line.box).join(Box.shelf)),
    "a join from a shelf": lambda s: s.execute(select(Box.code).select_from(Shelf).join(Shelf.boxes)),
    "select_from a join": lambda s: s.execute(select(Line.text).select_from(Box).join(Line, Line.box_id == Box.id)),
    "of_type": lambda s: s.execute(select(_other.code).select_from(Shelf).join(Shelf.boxes.of_type(_other))),
    # facets alone
    "a facet": lambda s: s.scalars(select(Label)),
    "columns of a facet": lambda s: s.execute(select(Label.text)),
    "an aliased facet": lambda s: s.execute(select(aliased(Label).text)),
    "a sparse facet": lambda s: s.execute(select(Note.text)),
    "parts alone": lambda s: s.execute(select(Line.text)),
    "aliased parts": lambda s: s.scalars(select(aliased(Line))),
    # subqueries
    "a subquery": lambda s: s.execute(select(select(Box.code).subquery().c.code)),
    "an entity over a subquery": lambda s: s.scalars(select(aliased(Box, select(Box).subquery()))),
    "a subquery with its company dropped": lambda s: s.execute(
        select(aliased(Box, select(Box).where(Box.id > 0).subquery()).code)
    ),
    "a scalar subquery": lambda s: s.execute(
        select(Shelf.code, select(func.max(Box.code)).where(Box.shelf_id == Shelf.id).scalar_subquery())
    ),
    "a scalar subquery of the same table": lambda s: s.execute(
        select(Box.code, select(_other.code).where(_other.id == FOREIGN_ID).scalar_subquery())
    ),
    "an uncorrelated subquery": lambda s: s.execute(
        select(Box.code, select(func.max(_other.code)).correlate(None).scalar_subquery())
    ),
    "IN a subquery": lambda s: s.execute(select(Line.text).where(Line.box_id.in_(select(Box.id)))),
    "exists": lambda s: s.execute(select(Line.text).where(exists().where(Box.id == Line.box_id))),
    "any": lambda s: s.execute(select(Box.code).where(Box.lines.any(Line.text != ""))),
    "has": lambda s: s.execute(select(Line.text).where(Line.box.has(Box.code != ""))),
    "not has": lambda s: s.execute(
        select(Box.code).where(or_(~Box.parent.of_type(_other).has(), and_(Box.shelf.has(), Box.code != "")))
    ),
    "a CTE": lambda s: s.execute(select(select(Box.code).cte("boxes").c.code)),
    "a CTE joined": lambda s: s.execute(
        select(Line.text).join(found := select(Box.id).cte("boxes"), found.c.id == Line.box_id)
    ),
    "a recursive CTE": lambda s: s.execute(select((tree := _tree()).c.code, tree.c.depth)),
    # sets
    "a union": lambda s: s.execute(union(select(Box.code), select(Line.text))),
    "a union of entities": lambda s: s.scalars(select(aliased(Box, union_all(select(Box), select(Box)).subquery()))),
    "nested unions": lambda s: s.execute(
        union(select(Box.code), select(union_all(select(Line.text), select(Label.text)).subquery().c.text))
    ),
    "an intersection": lambda s: s.execute(intersect(select(Box.code), select(Box.code))),
    "a difference": lambda s: s.execute(except_(select(Box.code), select(Line.text))),
    "a union in a subquery": lambda s: s.execute(select(union(select(Box.code), select(Line.text)).subquery().c.code)),
    "a union in an IN": lambda s: s.execute(
        select(Line.text).where(Line.box_id.in_(union(select(Box.id), select(Box.id))))
    ),
    # loading of links
    "lazy parts": _lines_by_lazy_load,
    "lazy boxes of parts": _boxes_of_lines,
    "lazy links": _shelf_of_all,
    "lazy facets": _labels_by_lazy_load,
    "lazy sparse facets": _notes_by_lazy_load,
    "selectin": lambda s: _boxes(s, selectinload(Box.lines), selectinload(Box.shelf)),
    "selectin from shelves": lambda s: [
        box.code for shelf in s.scalars(select(Shelf).options(selectinload(Shelf.boxes))) for box in shelf.boxes
    ],
    "subqueryload": lambda s: _boxes(s, subqueryload(Box.lines)),
    "joinedload of parts": lambda s: _boxes(s, joinedload(Box.lines)),
    "joinedload of a link": lambda s: _boxes(s, joinedload(Box.shelf)),
    "joinedload of a link, inner": lambda s: s.scalars(select(Line).options(joinedload(Line.box, innerjoin=True))),
    "joinedload chained": lambda s: [
        line.text for shelf in s.scalars(select(Shelf).options(joinedload(Shelf.boxes).joinedload(Box.lines))).unique()
        for box in shelf.boxes for line in box.lines
    ],
    "immediateload": lambda s: _boxes(s, immediateload(Box.lines)),
    "lazyload asked for": lambda s: _boxes(s, lazyload(Box.lines)),
    "raiseload": lambda s: _boxes(s, raiseload("*")),
    "contains_eager": lambda s: [
        line.text for box in s.scalars(select(Box).join(Box.lines).options(contains_eager(Box.lines))).unique()
        for line in box.lines
    ],
    "load_only": lambda s: _boxes(s, load_only(Box.code)),
    "a deferred column loaded later": lambda s: [box.code for box in _boxes(s, defer(Box.code))],
    "undefer": lambda s: _boxes(s, undefer("*")),
    "criteria on a load": lambda s: _boxes(s, selectinload(Box.lines.and_(Line.text != ""))),
    "criteria of one's own": lambda s: _boxes(s, with_loader_criteria(Box, Box.id > 0)),
    "with_parent": _related,
    # the identity map
    "get": _got,
    "get with populate_existing": _got_anew,
    "get with a joined load": _got_with_lines,
    "refresh of parts": _refreshed,
    "expired records": _expired,
    "populate_existing": lambda s: s.scalars(select(Box).execution_options(populate_existing=True)),
    # results
    "yield_per": _records_of_chunks,
    "a stream of columns": lambda s: s.execute(
        select(Box.code).execution_options(stream_results=True, max_row_buffer=1)
    ),
    "the first row": lambda s: [s.execute(select(Box.code).order_by(Box.id)).first()],
    "a literal beside": lambda s: s.execute(select(Box.code, literal("x"))),
}  # fmt: skip

#: Only PostgreSQL has these.
POSTGRES_FORMS: dict[str, Form] = {
    "a lateral join": lambda s: s.execute(select(Box.code, (first := _lateral()).c.text).join(first, true())),
    "VALUES joined": lambda s: s.execute(
        select(Box.code).join(numbers := _numbers(), numbers.c.number == Box.id)
    ),
    "DISTINCT ON": lambda s: s.execute(select(Box.code).ext(distinct_on(Box.id)).order_by(Box.id)),
    "an array of codes": lambda s: s.execute(select(func.array_agg(Box.code))),
    "texts in JSON": lambda s: s.execute(select(func.jsonb_build_object("code", Box.code))),
}

#: Forms that count boxes.
COUNTED: dict[str, Callable[[Session], int | None]] = {
    "count of an entity": lambda s: s.scalar(select(func.count()).select_from(Box)),
    "count of a column": lambda s: s.scalar(select(func.count(Box.id))),
    "count in the WHERE clause alone": lambda s: s.scalar(select(func.count()).where(Box.id > 0)),
    "count over a subquery": lambda s: s.scalar(select(func.count()).select_from(select(Box.id).subquery())),
    "Query.count": lambda s: s.query(Box).count(),
    "count of parts": lambda s: s.scalar(select(func.count()).select_from(Line)),
    "count of facets": lambda s: s.scalar(select(func.count(Label.id))),
    "count of a join": lambda s: s.scalar(select(func.count()).select_from(Box).join(Box.lines)),
    "count with a filter": lambda s: s.scalar(
        select(func.count(Box.id).filter(Box.code != "")).select_from(Box)
    ),
    "count by sum and case": lambda s: s.scalar(
        select(func.coalesce(func.sum(case((Box.id > 0, 1), else_=0)), 0))
    ),
    "count of a union": lambda s: s.scalar(
        select(func.count()).select_from(union(select(Box.id), select(Box.id)).subquery())
    ),
}

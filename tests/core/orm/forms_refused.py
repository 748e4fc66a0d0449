"""Ways to write a query, or a write, that the gate refuses because it cannot see through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Table,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    inspect,
    join,
    literal,
    literal_column,
    quoted_name,
    select,
    table,
    tablesample,
    text,
    union,
    update,
)  # fmt: skip
from sqlalchemy.orm import (
    Session,
    aliased,
    joinedload,
    make_transient_to_detached,
    selectinload,
    with_loader_criteria,
)  # fmt: skip

from core.orm.env import Env
from core.orm.model import Base
from core.orm.tracking import Change
from core.security.account import Credential
from core.security.session import LoginSession
from core.security.token import ApiToken
from tests.core.orm.shelf import SampleBox as Box
from tests.core.orm.shelf import SampleLine as Line
from tests.core.orm.shelf import SampleShelf as Shelf

Form = Callable[[Env], Any]  # Any: whatever it would give

boxes: Table = Base.metadata.tables["sample_box"]
lines: Table = Base.metadata.tables["sample_line"]


def _forged(env: Env) -> str:
    """An object that claims to be a row, so that touching it loads the row."""
    box = Box(id=1)
    make_transient_to_detached(box)
    env.session.add(box)
    return box.code


def _forged_behind_a_link(env: Env) -> str:
    box = Box(id=1)
    make_transient_to_detached(box)
    env.session.add(Line(text="x", box=box))
    return box.code


def _merged(env: Env) -> object:
    return env.session.merge(Box(id=1))


def _bulk_saved(env: Env) -> None:
    env.session.bulk_save_objects([Box(code="x")])


def _query_updated(env: Env) -> int:
    return env.session.query(Box).update({"code": "x"})


def _query_deleted(env: Env) -> int:
    return env.session.query(Box).delete()


def _own_session(env: Env) -> Any:  # Any: rows
    return Session(env.session.connection()).execute(boxes.select()).all()


def _of(form: Callable[[Session], Any]) -> Form:  # Any: rows
    return lambda env: form(env.session)


FORMS: dict[str, Form] = {
    # statements on tables
    "a table": _of(lambda s: s.execute(select(boxes))),
    "Table.select": _of(lambda s: s.execute(boxes.select())),
    "columns of a table": _of(lambda s: s.execute(select(boxes.c.code))),
    "Model.__table__": _of(lambda s: s.execute(select(Box.__table__))),
    "columns by inspection": _of(lambda s: s.execute(select(inspect(Box).columns["code"]))),
    "a column of a property": _of(lambda s: s.execute(select(Box.code.property.columns[0]))),
    "text": _of(lambda s: s.execute(text("select code from sample_box"))),
    "text with columns": _of(lambda s: s.execute(text("select code from sample_box").columns(column("code")))),
    "a light table": _of(lambda s: s.execute(select(table("sample_box", column("code"))))),
    "a literal column alone": _of(lambda s: s.execute(select(literal_column("code")).select_from(table("sample_box")))),
    "a function alone": _of(lambda s: s.scalar(select(func.count()))),
    "a literal alone": _of(lambda s: s.scalar(select(literal(1)))),
    "a union of tables": _of(lambda s: s.execute(union(select(boxes.c.code), select(lines.c.text)))),
    # tables mixed in
    "a table joined": _of(lambda s: s.execute(
        select(Shelf.code, boxes.c.code).join(boxes, boxes.c.shelf_id == Shelf.id))),
    "a table joined outside": _of(lambda s: s.execute(select(Line.text).outerjoin(boxes, boxes.c.id == Line.box_id))),
    "a table beside": _of(lambda s: s.execute(select(Shelf.id, boxes.c.code))),
    "a table in the WHERE clause": _of(lambda s: s.execute(select(Shelf.code).where(boxes.c.company_id == 2))),
    "a join of tables": _of(lambda s: s.execute(
        select(Box.code).select_from(join(Box, lines, lines.c.box_id == Box.id)))),
    "an aliased table": _of(lambda s: s.execute(select(Box.id, boxes.alias().c.code))),
    "an aliased table in the WHERE clause": _of(lambda s: s.execute(select(Box.id).where(boxes.alias().c.code == "x"))),
    "a table beside its alias": _of(lambda s: s.execute(select(aliased(Box).id, boxes.c.code))),
    "a subquery of a table": _of(lambda s: s.execute(select(Box.id, select(boxes.c.code).subquery().c.code))),
    "a CTE of a table": _of(lambda s: s.execute(select(Box.id, select(boxes.c.code).cte().c.code))),
    "an entity over a table": _of(lambda s: s.execute(select(aliased(Box, boxes.select().subquery()).code))),
    "an entity over a table with a false company": _of(lambda s: s.execute(select(aliased(
        Box, select(boxes.c.id, boxes.c.code, boxes.c.keeper_id, literal(1).label("company_id")).subquery()).code))),
    "an entity over an aliased table": _of(lambda s: s.execute(
        select(aliased(Box, union(select(boxes), select(boxes)).subquery()).code))),
    "a scalar subquery of a table": _of(lambda s: s.execute(
        select(Shelf.id, select(boxes.c.code).limit(1).scalar_subquery()))),
    "a scalar subquery of its own table": _of(lambda s: s.execute(
        select(Box.id, select(boxes.c.code).where(boxes.c.company_id == 2).limit(1).scalar_subquery()))),
    "an uncorrelated subquery of its own table": _of(lambda s: s.execute(
        select(Box.id, select(func.count(boxes.c.id)).correlate(None).scalar_subquery()))),
    "exists of a table": _of(lambda s: s.execute(select(Shelf.id).where(exists().where(boxes.c.company_id == 2)))),
    "exists of its own table": _of(lambda s: s.execute(
        select(Box.id).where(exists(select(literal(1)).select_from(boxes).where(boxes.c.company_id == 2))))),
    "IN a table": _of(lambda s: s.execute(select(Line.text).where(Line.box_id.in_(select(boxes.c.id))))),
    "order by a subquery of a table": _of(lambda s: s.execute(
        select(Shelf.id).order_by(select(boxes.c.code).limit(1).scalar_subquery()))),
    "with_only_columns of a table": _of(lambda s: s.execute(select(Shelf).with_only_columns(Shelf.id, boxes.c.code))),
    "a table in a union": _of(lambda s: s.execute(union(select(Box.code), select(boxes.c.code)))),
    "a lateral table": _of(lambda s: s.execute(select(Shelf.id, select(boxes.c.code).lateral().c.code))),
    "a light table beside": _of(lambda s: s.execute(select(Box.id, table("sample_safe", column("code")).c.code))),
    "a sample of a table": _of(lambda s: s.execute(select(Shelf.id, tablesample(boxes, 100).c.code))),
    "has of a link to the same model, which SQLAlchemy reads unaliased": _of(lambda s: s.execute(
        select(Box.code).where(Box.parent.has()))),
    "a window alone, which SQLAlchemy takes for a table's": _of(lambda s: s.execute(
        select(func.first_value(Box.code).over(order_by=Box.id)))),
    "a full outer join": _of(lambda s: s.execute(select(Shelf.code, Box.code).join(Box, Box.id < 0, full=True))),
    # raw SQL mixed in
    "text in the WHERE clause": _of(lambda s: s.scalars(select(Box).where(text("1 = 1) or (1 = 1")))),
    "text among the columns": _of(lambda s: s.execute(select(Box.id, text("code")))),
    "text to order by": _of(lambda s: s.execute(select(Box.id).order_by(text("(select 1)")))),
    "a literal column": _of(lambda s: s.execute(select(Box.id, literal_column("(select code from sample_safe)")))),
    "text as a subquery": _of(lambda s: s.execute(
        select(Box.id, text("select code from sample_safe").columns(column("code")).subquery().c.code))),
    "a prefix": _of(lambda s: s.execute(select(Box.id).prefix_with("(select code from sample_safe),"))),
    "a suffix": _of(lambda s: s.execute(select(Box.code).suffix_with("union select code from sample_safe"))),
    "a hint": _of(lambda s: s.execute(select(Box.code).with_hint(Box, "union select 1"))),
    "a statement hint": _of(lambda s: s.execute(select(Box.code).with_statement_hint("union select 1"))),
    "an operator of raw SQL": _of(lambda s: s.execute(select(Box.id.op("+ (select 1) +")(1)))),
    "an unquoted name": _of(lambda s: s.execute(select(Box.id.label(quoted_name("x, (select 1) y", quote=False))))),
    "an unquoted column": _of(lambda s: s.execute(select(Box.id, column(quoted_name("(select 1)", quote=False))))),
    "a function that runs SQL": _of(lambda s: s.execute(
        select(Box.id, func.query_to_xml("select * from sample_safe", True, False, "")))),
    "a function that reads files": _of(lambda s: s.execute(select(Box.id, func.pg_read_file("/etc/passwd")))),
    "a function of an odd name": _of(lambda s: s.execute(
        select(Box.id, getattr(func, "max(1), (select 1)")(quoted_name("x", quote=False))))),
    "from_statement of text": _of(lambda s: s.scalars(select(Box).from_statement(text("select * from sample_box")))),
    "from_statement of a table": _of(lambda s: s.scalars(select(Box).from_statement(select(boxes)))),
    "Query.from_statement": _of(lambda s: s.query(Box).from_statement(text("select * from sample_box")).all()),
    # raw SQL in options
    "a table in criteria of one's own": _of(lambda s: s.scalars(select(Shelf).options(
        with_loader_criteria(Shelf, exists(select(literal(1)).select_from(boxes))))).all()),
    "a table in criteria of a joined load": _of(lambda s: s.scalars(select(Shelf).options(
        joinedload(Shelf.boxes.and_(exists(select(literal(1)).select_from(boxes)))))).unique().all()),
    "a table in criteria of a later load": _of(lambda s: [
        shelf.boxes for shelf in s.scalars(select(Shelf).options(
            selectinload(Shelf.boxes.and_(exists(select(literal(1)).select_from(lines))))))]),
    # what the system alone may read
    "the audit trail": _of(lambda s: s.execute(select(Change.new))),
    "credentials": _of(lambda s: s.scalars(select(Credential)).all()),
    "sessions by get": _of(lambda s: s.get(LoginSession, 1)),
    "tokens joined": _of(lambda s: s.execute(select(Box.id, ApiToken.token_hash))),
    # writes
    "insert": _of(lambda s: s.execute(insert(Box).values(code="x"))),
    "insert with returning": _of(lambda s: s.execute(insert(Box).values(code="x").returning(Box.code))),
    "insert of rows": _of(lambda s: s.execute(insert(Box), [{"code": "x"}])),
    "insert from select": _of(lambda s: s.execute(insert(Box).from_select(["code"], select(boxes.c.code)))),
    "update": _of(lambda s: s.execute(update(Box).values(code="x"))),
    "update with returning": _of(lambda s: s.execute(update(Box).values(code="x").returning(Box.code))),
    "update by key list": _of(lambda s: s.execute(update(Box), [{"id": 1, "code": "x"}])),
    "update of a table": _of(lambda s: s.execute(update(boxes).where(boxes.c.id == bindparam("n")), {"n": 1})),
    "delete": _of(lambda s: s.execute(delete(Box))),
    "delete of a table": _of(lambda s: s.execute(delete(boxes))),
    "update in a CTE": _of(lambda s: s.execute(
        select(Shelf.id, update(Box).values(code="x").returning(Box.code).cte().c.code))),
    "Query.update": _query_updated,
    "Query.delete": _query_deleted,
    "bulk_save_objects": _bulk_saved,
    "bulk_insert_mappings": _of(lambda s: s.bulk_insert_mappings(inspect(Box), [{"code": "x"}])),
    "bulk_update_mappings": _of(lambda s: s.bulk_update_mappings(inspect(Box), [{"id": 1, "code": "x"}])),
    "merge": _merged,
    # ways around the session
    "connection": _of(lambda s: s.connection().execute(select(boxes)).all()),
    "a session on the connection": _own_session,
    "get_bind": _of(lambda s: s.get_bind()),
    "commit": _of(lambda s: s.commit()),
    "a forged object": _forged,
    "a forged object behind a link": _forged_behind_a_link,
}  # fmt: skip

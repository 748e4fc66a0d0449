"""Records of every kind by code, number or name: in two statements, whatever the number of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, and_, cast, literal, or_, select, union_all

from core.orm.assign import visible_fields
from core.orm.catalog import Field, is_part, key_fields, title_fields
from core.orm.condition import Test
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named, models
from core.web.recents import opened_last

#: So many of a kind are read before they are ranked among each other.
OF_A_KIND = 6
#: Shorter texts are looked for at the beginning alone.
SHORTEST_INSIDE = 3
#: Sorts after every character that a code begins with.
LAST = "\uffff"


#: How the value of a field is compared with the text.
Matching = Callable[[Env, Field, str], ColumnElement[bool]]


@dataclass(frozen=True)
class Found:
    """A record that matches, with what is shown of it."""

    model: type[Model]
    id: int
    title: str
    about: str = ""
    is_exact: bool = False


def find(env: Env, text: str, most: int, narrowed: type[Model] | None = None) -> list[Found]:
    """At most `most` records: exact code first, then what the person opened last, prefix, and the rest."""
    kinds = [narrowed] if narrowed is not None else list(searchable(env))
    found = _search(env, kinds, text, _begins) if text else []
    if len(found) < most and len(text) >= SHORTEST_INSIDE:
        known = {(f.model, f.id) for f in found}
        found += [f for f in _search(env, kinds, text, _holds) if (f.model, f.id) not in known]
    recent = {(o.model, o.id) for o in opened_last(env)} if found else set()
    found.sort(key=lambda f: (not f.is_exact, (f.model, f.id) not in recent))
    return found[:most]


def searchable(env: Env) -> Iterable[type[Model]]:
    """Kinds that stand for themselves, that the person may read and that have a text to be found by."""
    for model in models():
        if not is_part(model) and env.site.access.may(env.principal, "read", model) and _texts(env, model):
            yield model


def _search(env: Env, kinds: Sequence[type[Model]], text: str, test: Matching) -> list[Found]:
    inner = [_statement(env, model, text, test).subquery() for model in kinds if _texts(env, model)]
    if not inner:
        return []
    rows = env.session.execute(union_all(*(select(i.c.model, i.c.id, i.c.title, i.c.about) for i in inner)))
    found = []
    for name, record_id, title, about in rows:
        model = model_named(name)
        exact = text.casefold() in (str(title).casefold(), str(about).casefold())
        assert model is not None
        found.append(Found(model, record_id, str(title or f"#{record_id}"), str(about or ""), exact))
    return found


def _statement(env: Env, model: type[Model], text: str, test: Matching) -> Select[str, int, str, str]:
    fields = _texts(env, model)
    titles = [f for f in title_fields(model) if f.facet is None and f.is_text] or fields[:1]
    others = [f for f in (*key_fields(model), *fields) if f.is_text and f not in titles and f.facet is None]
    about = cast(others[0].attribute, String) if others else literal("")
    return (
        select(
            literal(model_name(model)).label("model"), model.id.label("id"),
            cast(titles[0].attribute, String).label("title"), about.label("about"),
        )
        .where(or_(*(test(env, f, text) for f in fields)))
        .limit(OF_A_KIND)
    )  # fmt: skip


def _texts(env: Env, model: type[Model]) -> list[Field]:
    """The fields that people find records by, of those the person sees."""
    seen = visible_fields(env, model).values()
    return [f for f in seen if f.info.search and f.is_text and f.facet is None]


def _begins(env: Env, field: Field, text: str) -> ColumnElement[bool]:
    """Ranges instead of LIKE, so that the index on the field serves on both databases; in the usual cases.

    Always four of them, so that each search is the same statement to the database.
    """
    column, cases = field.attribute, (text, text.upper(), text.capitalize(), text.lower())
    return or_(*(and_(column >= case, column < case + LAST) for case in cases))


def _holds(env: Env, field: Field, text: str) -> ColumnElement[bool]:
    return Test(field.name, "contains", text).sql(field.model, env)

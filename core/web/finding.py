"""Records of every kind by code, number or name: in two statements, whatever the number of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    or_,
    select,
    union_all,
)

from core.orm.assign import visible_fields
from core.orm.catalog import Field, field_of, is_part, key_fields, title_fields
from core.orm.condition import is_looked_up, like_pattern
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named, models
from core.orm.trigram import looked_up
from core.security.account import User
from core.web.recents import opened_last

#: So many of a kind are read before they are ranked among each other.
OF_A_KIND = 6
#: Shorter texts are looked for at the beginning alone.
SHORTEST_INSIDE = 3
#: Sorts after every character that a code begins with.
LAST = "\uffff"
#: A text is looked for as it is and in the usual cases, by the parameters `case0`, `after0` and so on.
CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.capitalize, str.lower)


@dataclass(frozen=True)
class Found:
    """A record that matches, with what is shown of it."""

    model: type[Model]
    id: int
    title: str
    about: str = ""
    is_exact: bool = False
    #: Made by the person, or naming them as whoever answers for it.
    is_own: bool = False


def find(env: Env, text: str, most: int, narrowed: type[Model] | None = None) -> list[Found]:
    """At most `most` records: exact code first, what the person opened last, their own, prefix, and the rest."""
    kinds = [narrowed] if narrowed is not None else list(searchable(env))
    found = _search(env, kinds, text, inside=False) if text else []
    if len(found) < most and len(text) >= SHORTEST_INSIDE:
        known = {(f.model, f.id) for f in found}
        found += [f for f in _search(env, kinds, text, inside=True) if (f.model, f.id) not in known]
    recent = {(o.model, o.id) for o in opened_last(env)} if found else set()
    found.sort(key=lambda f: (not f.is_exact, (f.model, f.id) not in recent, not f.is_own))
    return found[:most]


def searchable(env: Env) -> Iterable[type[Model]]:
    """Kinds that stand for themselves, that the person may read and that have a text to be found by."""
    for model in models():
        if not is_part(model) and env.site.access.may(env.principal, "read", model) and _texts(env, model):
            yield model


#: How a field is compared with what is asked.
Matching = Callable[["_Kind", Field], ColumnElement[bool]]


@dataclass(frozen=True)
class _Kind:
    """What is searched of a kind of record, by the names of its fields."""

    model: type[Model]
    texts: tuple[str, ...]
    #: Fields that name the person who answers for the record.
    people: tuple[str, ...]
    #: Those of `texts` whose trigrams are looked up before they are compared.
    looked_up: tuple[str, ...] = ()


def _search(env: Env, kinds: Sequence[type[Model]], text: str, *, inside: bool) -> list[Found]:
    shapes = tuple(_kind(env, model, text if inside else "") for model in kinds)
    shapes = tuple(shape for shape in shapes if shape.texts)
    if not shapes:
        return []
    rows = env.session.execute(_statement(shapes, inside), _parameters(text, inside) | {"me": env.user_id})
    found = []
    for name, record_id, title, about, own in rows:
        model = model_named(name)
        exact = text.casefold() in (str(title).casefold(), str(about).casefold())
        assert model is not None
        found.append(
            Found(model, record_id, str(title or f"#{record_id}"), str(about or ""), exact, bool(own))
        )
    return found


def _kind(env: Env, model: type[Model], inside: str) -> _Kind:
    seen = visible_fields(env, model).values()
    people = tuple(f.name for f in seen if f.target is User and f.facet is None and f.column is not None)
    fields = _texts(env, model)
    indexed = [f.name for f in fields if inside and is_looked_up(env, f, inside)]
    return _Kind(model, tuple(f.name for f in fields), people, tuple(indexed))


def _parameters(text: str, inside: bool) -> dict[str, str]:
    if inside:
        return {"pattern": like_pattern(text), "near": f"%{text}%"}
    cases = [change(text) for change in CASES]
    return {f"case{i}": case for i, case in enumerate(cases)} | {
        f"after{i}": case + LAST for i, case in enumerate(cases)
    }


@lru_cache(maxsize=64)
def _statement(kinds: tuple[_Kind, ...], inside: bool) -> Executable:
    """One statement over all kinds, made once for everybody who sees the same fields: what is asked are parameters.

    To make it takes longer than to answer it.
    """
    parts = (_of_kind(kind, _holds if inside else _begins).subquery() for kind in kinds)
    return union_all(*(select(i.c.model, i.c.id, i.c.title, i.c.about, i.c.own) for i in parts))


def _of_kind(kind: _Kind, test: Matching) -> Select[str, int, str, str, bool]:
    model = kind.model
    fields = [field_of(model, name) for name in kind.texts]
    titles = [f for f in title_fields(model) if f.facet is None and f.is_text] or fields[:1]
    keys = [f for f in key_fields(model) if not f.info.roles]
    others = [f for f in (*keys, *fields) if f.is_text and f not in titles and f.facet is None]
    about = cast(others[0].attribute, String) if others else literal("")
    me = bindparam("me", type_=BigInteger())
    own = or_(model.created_by_id == me, *(field_of(model, name).attribute == me for name in kind.people))
    return (
        select(
            literal(model_name(model)).label("model"), model.id.label("id"),
            cast(titles[0].attribute, String).label("title"), about.label("about"), own.label("own"),
        )
        .where(or_(*(test(kind, f) for f in fields)))
        .limit(OF_A_KIND)
    )  # fmt: skip


def _texts(env: Env, model: type[Model]) -> list[Field]:
    """The fields that people find records by, of those the person sees."""
    seen = visible_fields(env, model).values()
    return [f for f in seen if f.info.search and f.is_text and f.facet is None]


def _begins(_kind: _Kind, field: Field) -> ColumnElement[bool]:
    """Ranges instead of LIKE, so that the index on the field serves on both databases."""
    column = field.attribute
    ranges = ((_text(f"case{i}"), _text(f"after{i}")) for i in range(len(CASES)))
    return or_(*(and_(column >= first, column < last) for first, last in ranges))


def _holds(kind: _Kind, field: Field) -> ColumnElement[bool]:
    found: ColumnElement[bool] = field.attribute.ilike(_text("pattern"), escape="\\")
    if field.name not in kind.looked_up:
        return found
    return and_(looked_up(field.attribute, _text("near")), found)


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())

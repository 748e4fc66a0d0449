"""Rules on what an addon declares: models with a definition, a table of its own, a grant and a label for each field."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Constraint, FromClause, Index, Table
from sqlalchemy.sql.elements import conv

from core.checks.problem import Problem
from core.checks.subject import Loaded
from core.i18n import _
from core.orm.catalog import children_of, fields_of, is_part
from core.security.access import AccessRules
from core.security.role import VERBS

#: PostgreSQL's NAMEDATALEN, less the end.
_LONGEST = 63


def docstrings(subject: Loaded) -> Iterator[Problem]:
    """A model's docstring is its definition in the dictionary."""
    for cls in subject.classes:
        if not (cls.__dict__.get("__doc__") or "").strip():
            yield subject.problem(cls.__name__, _("has no docstring; say what it is in a sentence."))


def table_prefixes(subject: Loaded) -> Iterator[Problem]:
    """A table's name begins with its addon's."""
    for cls in subject.classes:
        if not str(cls.__tablename__).startswith(subject.package.prefix):
            yield subject.problem(
                cls.__name__,
                _(
                    "table {table} must begin with {prefix}",
                    table=cls.__tablename__,
                    prefix=subject.package.prefix,
                ),
            )


def name_lengths(subject: Loaded) -> Iterator[Problem]:
    """No name is longer than PostgreSQL keeps; those that SQLAlchemy makes up are shortened by it."""
    for cls in subject.classes:
        for name in _names(cls.__table__):
            if len(name.encode()) > _LONGEST and not isinstance(name, conv):
                yield subject.problem(
                    cls.__name__, _("{name} is longer than the {most} characters that PostgreSQL keeps of a name.",
                                    name=name, most=_LONGEST)
                )  # fmt: skip


def grants(subject: Loaded) -> Iterator[Problem]:
    """Somebody is granted something on every model; a part has the grants of its document."""
    access = subject.loaded.access
    for model in subject.models:
        if not is_part(model) and not _granted(access, model):
            yield subject.problem(
                model.__name__, _("nobody is granted anything on it; add a Grant to security.py.")
            )


def labels(subject: Loaded) -> Iterator[Problem]:
    """Every field has a label."""
    for model in subject.models:
        labelled = [(f.name, f.label) for f in fields_of(model).values()]
        labelled += [(part.name, part.label) for part in children_of(model).values()]
        for name, label in labelled:
            if not str(label).strip():
                yield subject.problem(f"{model.__name__}.{name}", _("has no label."))


def facet_defaults(subject: Loaded) -> Iterator[Problem]:
    """A facet's field has a default or may be empty, since records exist before the addon comes."""
    for facet in subject.facets:
        for column in facet.__table__.columns:
            if not column.primary_key and not column.nullable and column.default is None:
                yield subject.problem(
                    f"{facet.__name__}.{column.name}",
                    _("must have a default or be optional: records made before the addon have none."),
                )


def _granted(access: AccessRules, model: type) -> bool:
    return any(access.grants.get((model, verb)) for verb in VERBS)


def _names(table: FromClause) -> Iterator[str]:
    assert isinstance(table, Table)
    yield table.name
    yield from (str(column.name) for column in table.columns)
    parts: tuple[Index | Constraint, ...] = (*table.indexes, *table.constraints)
    yield from (part.name for part in parts if isinstance(part.name, str))

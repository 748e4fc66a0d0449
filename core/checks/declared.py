"""Rules on what an addon declares: models with a definition, a table of its own, a grant and a label for each field."""

from __future__ import annotations

from collections.abc import Iterator

from core.checks.problem import Problem
from core.checks.subject import Loaded
from core.i18n import _
from core.orm.catalog import children_of, fields_of, is_part
from core.security.access import AccessRules
from core.security.role import VERBS


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

"""What the fields of a model imply where no addon wrote a view."""

from __future__ import annotations

from core.i18n import _
from core.orm.catalog import Children, Field, children_of, fields_of
from core.orm.model import Model
from core.views.nodes import Form, Group, Lines, List, Tab
from core.views.resolved import Cell
from core.workflow import workflow_of

#: Columns of a list nobody wrote.
DEFAULT_COLUMNS = 8
#: Long fields get a tab's full width instead of a column.
WIDE = ("long_text", "json")


def implied_list(model: type[Model]) -> List:
    listed = [
        f for f in fields_of(model).values() if f.info.listed and f.facet is None and f.widget not in WIDE
    ]
    first = sorted((f for f in listed if f.column is not None), key=lambda f: not f.info.title)
    return List(*(f.attribute for f in first[:DEFAULT_COLUMNS]))


def implied_facets(seen: dict[str, Field]) -> list[Field]:
    """Enum and reference fields that are tracked or indexed."""
    wanted = [
        f
        for f in seen.values()
        if f.info.listed and (f.choices or f.target or f.is_boolean) and not f.info.owner
    ]
    return sorted(wanted, key=lambda f: (f.choices is None, f.facet is not None))[:4]


def implied_sort(model: type[Model]) -> tuple[str, ...]:
    sortable = [f for f in fields_of(model).values() if f.info.title and f.info.sort and f.facet is None]
    return (sortable[0].name,) if sortable else ()


def implied_form(model: type[Model]) -> Form:
    own = [f for f in fields_of(model).values() if f.facet is None and f.column is not None]
    short = [f.attribute for f in own if f.widget not in WIDE]
    long = [f.attribute for f in own if f.widget in WIDE]
    tabs = [Tab(c.name, c.label, Lines(getattr(model, c.name))) for c in children_of(model).values()]
    notes = [Tab("notes", _("Notes"), Group("notes", *long))] if long else []
    workflow = workflow_of(model)
    return Form(Group("main", *short), *tabs, *notes, status=workflow.state if workflow else None)


def implied_columns(children: Children, seen: dict[str, Field]) -> tuple[Cell, ...]:
    return tuple(
        Cell(f) for f in seen.values() if f.key != children.owner and f.widget not in WIDE and f.info.listed
    )

"""The way to a page about a model or one of its records, from the section of the navigation on."""

from __future__ import annotations

from core.orm.model import Model
from core.web.parts import Crumb, Words
from core.web.request import views
from core.web.urls import list_url, record_url


def section_crumbs(model: type[Model]) -> list[Crumb]:
    """The section of the navigation that holds the model."""
    for section, entries in views().menu():
        if any(entry_model is model for _menu, entry_model in entries):
            return [Crumb(section.label)]
    return []


def model_crumbs(model: type[Model], title: Words, back: str = "") -> list[Crumb]:
    """To a page about a model; `back` is its list as it was left."""
    return [*section_crumbs(model), Crumb(str(model.plural), back or list_url(model)), Crumb(title)]


def record_crumbs(record: Model, title: Words, back: str = "") -> list[Crumb]:
    """To a page about a record; `back` is the list that it was found in."""
    *way, _last = model_crumbs(type(record), title, back)
    return [*way, Crumb(record.label, record_url(type(record), record.id)), Crumb(title)]

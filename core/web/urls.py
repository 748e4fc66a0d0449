"""Addresses of the pages of models and records."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from urllib.parse import urlencode

from core.errors import NotFound
from core.i18n import _
from core.orm.model import Model, model_name, model_named


def with_query(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """`url` with `pairs` as its query, empty values left out."""
    query = urlencode([(name, value) for name, value in pairs if value != ""])
    return f"{url}?{query}" if query else url


@cache
def list_url(model: type[Model]) -> str:
    return f"/m/{model_name(model)}"


def record_url(model: type[Model], record_id: int) -> str:
    return f"{list_url(model)}/{record_id}"


def new_url(model: type[Model], **values: str) -> str:
    """The form of a new record, with fields filled in."""
    return with_query(f"{list_url(model)}/new", values.items())


def model_at(name: str) -> type[Model]:
    """The model that an address names; raises NotFound."""
    found = model_named(name)
    if found is None:
        raise NotFound(_("There is no page {name}.", name=name))
    return found

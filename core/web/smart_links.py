"""Where a record leads: the records that refer to it, and the pages of addons that tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.orm.condition import name_of
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.views.nodes import Related
from core.views.resolve import page_links
from core.views.resolved import FormView
from core.web.format import Reader
from core.web.record_parts import SmartLink
from core.web.request import views
from core.web.urls import list_url, with_query


def smart_links(env: Env, reader: Reader, view: FormView, record: Model) -> list[SmartLink]:
    """Counts of the records that refer to this one, in one statement; none is shown where none may be made."""
    return [*_page_links(env, record), *_related_links(env, reader, view, record)]


def _page_links(env: Env, record: Model) -> Iterator[SmartLink]:
    """Pages of addons, told of the record by the name of its kind."""
    name = model_name(type(record)).rpartition(".")[2]
    for page in page_links(env, type(record)):
        yield SmartLink(page.label, page.icon, "", with_query(page.url, [(name, str(record.id))]))


def _related_links(env: Env, reader: Reader, view: FormView, record: Model) -> list[SmartLink]:
    if not view.related:
        return []
    counts = [
        select(func.count())
        .where(related.reference == record.id)
        .select_from(related.model)
        .scalar_subquery()
        for related in view.related
    ]
    row = env.session.execute(select(*counts)).one()
    access = env.site.access
    return [
        _smart_link(reader, related, record, number)
        for related, number in zip(view.related, row, strict=True)
        if number or access.may(env.principal, "create", related.model)
    ]


def _smart_link(reader: Reader, related: Related, record: Model, number: int) -> SmartLink:
    other = related.model
    icon = related.icon if related.icon != "link" else (views().of(other).icon or "link")
    url = with_query(list_url(other), [(f"f.{name_of(related.reference)}", str(record.id))])
    return SmartLink(related.label, icon, reader.number(number), url)

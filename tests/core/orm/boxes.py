"""The boxes of the sample as a site of their own, and how a test tries to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import Forbidden
from core.orm.env import Env, Principal, Site, open_env
from core.orm.model import Base
from core.security.role import Grant, Right, Role, Scope
from core.testing.databases import Databases
from tests.core.orm.shelf import SampleBox, fill_boxes, make_site

FOREIGN, MINE, COLLEAGUES, SHARED = 1, 2, 3, 4
OUR_SHELF, THEIR_SHELF = 1, 2

maker = Role("sample.maker", "Maker")  # type: ignore[arg-type]  # a label that nobody translates
remover = Role("sample.remover", "Remover")  # type: ignore[arg-type]  # as above
own_writer = Role("sample.own_writer", "Own writer")  # type: ignore[arg-type]  # as above

MORE = [
    maker, remover, own_writer,
    Grant(maker, SampleBox, "read create"),
    Grant(remover, SampleBox, "read delete"),
    Grant(own_writer, SampleBox, "write delete"),
    Scope(own_writer, SampleBox, lambda entity, who: entity.keeper_id == who.user_id),
]  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], None]:
    folder = tmp_path_factory.mktemp("template")

    def prepare(url: str) -> None:
        site = make_site(url, folder, *MORE)
        fill_boxes(site)
        site.engine.dispose()

    return prepare


@pytest.fixture
def site(
    database_kind: str, fresh_databases: Databases, template: Callable[[str], None], tmp_path: Path
) -> Iterator[Site]:
    url = fresh_databases.cloned(database_kind, "sample_boxes", template)
    made = make_site(url, tmp_path, *MORE, empty=False)
    made.access.declare("sample_addon", [Right(SampleBox, "create write")])  # type: ignore[attr-defined]  # AccessRules
    yield made
    made.engine.dispose()


def rows(site: Site) -> list[Any]:  # Any: rows of all the sample's tables
    with site.engine.connect() as connection:
        names = ("sample_box", "sample_line", "sample_label", "sample_note", "base_change", "base_credential")
        tables = [Base.metadata.tables[name] for name in names]
        return [connection.execute(select(t).order_by(*t.primary_key.columns)).all() for t in tables]


def refused(
    site: Site, who: Principal, step: Callable[[Env], object], error: type[Exception] = Forbidden
) -> str:
    """Do `step` as `who`: it is refused, and nothing has changed."""
    before = rows(site)
    with pytest.raises(error) as refusal, open_env(site, who, write=True) as env:
        step(env)
    assert rows(site) == before
    return str(refusal.value)


def done(site: Site, who: Principal, step: Callable[[Env], object]) -> None:
    with open_env(site, who, write=True) as env:
        step(env)

"""Every way to write a query, tried against another company's rows, a scope, and a person without grants."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Result, Row, ScalarResult, inspect
from sqlalchemy.exc import SAWarning

from core.errors import GateError
from core.orm.env import Principal, Site, open_env
from core.orm.model import Base
from core.testing.databases import Databases
from tests.core.orm import forms_refused, forms_seen
from tests.core.orm.shelf import fill_boxes, make_site, picker, principal, reader, storekeeper

T = TypeVar("T")

#: Who asks, which words they must not see, and how many of the four boxes are theirs to see.
PEOPLE: dict[str, tuple[Principal, tuple[str, ...], int]] = {
    "another company": (principal(storekeeper), ("FOREIGN", "SAFE"), 3),
    "a scope": (principal(picker), ("FOREIGN", "COLLEAGUE", "SAFE"), 2),
    "reading alone": (principal(reader), ("FOREIGN", "SAFE"), 3),
    "no grant": (principal(), ("FOREIGN", "COLLEAGUE", "mine", "shared", "SAFE"), 0),
    "no company": (principal(storekeeper, companies=()), ("FOREIGN", "COLLEAGUE", "mine", "SAFE"), 1),
}
#: A sample of codes whose own words are always there for those who may see them.
OWN = ("mine", "shared", "MINE", "SHARED")


@pytest.fixture(scope="module")
def site(
    database_kind: str, fresh_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    made = make_site(fresh_databases.fresh(database_kind), folder)
    fill_boxes(made)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("form", forms_seen.FORMS)
def test_shows_only_what_the_person_may_see(site: Site, form: str, person: str) -> None:
    _assert_kept(site, forms_seen.FORMS[form], person)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("form", forms_seen.POSTGRES_FORMS)
def test_shows_only_what_the_person_may_see_on_postgresql(site: Site, form: str, person: str) -> None:
    if site.engine.dialect.name == "postgresql":
        _assert_kept(site, forms_seen.POSTGRES_FORMS[form], person)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("form", forms_seen.COUNTED)
def test_counts_only_what_the_person_may_see(site: Site, form: str, person: str) -> None:
    who, _hidden, visible = PEOPLE[person]

    with open_env(site, who) as env:
        counted = forms_seen.COUNTED[form](env.session)

    assert counted == visible


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("form", forms_refused.FORMS)
def test_refuses_what_passes_by_the_gate(site: Site, form: str, person: str) -> None:
    who, _hidden, visible = PEOPLE[person]
    if form == "a table in criteria of a later load" and visible <= 1:
        return  # no shelf is loaded, so that nothing is loaded later

    with open_env(site, who) as env, pytest.raises(GateError):
        _run(lambda: forms_refused.FORMS[form](env))


def test_there_are_more_forms_than_were_known_to_leak() -> None:
    known = 91

    assert len(forms_seen.FORMS) + len(forms_seen.COUNTED) + len(forms_refused.FORMS) > known


def _assert_kept(site: Site, form: forms_seen.Form, person: str) -> None:
    who, hidden, visible = PEOPLE[person]

    with open_env(site, who) as env:
        shown = _run(lambda: list(_texts(form(env.session), set())))

    assert not [text for text in shown for word in hidden if word in text]
    # Without a company no shelf is seen, and what is asked through shelves shows nothing.
    assert visible <= 1 or [text for text in shown for word in OWN if word in text], (
        "the form shows nothing at all"
    )


def _run(step: Callable[[], T]) -> T:
    """Cartesian products are what some of the forms are about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        return step()


def _texts(found: object, seen: set[int]) -> Iterator[str]:
    """Every text in what a query gave, those of loaded links included."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Base):
        if id(found) not in seen:
            seen.add(id(found))
            for value in list(inspect(found).dict.values()):
                yield from _texts(value, seen)
    elif isinstance(found, dict):
        for value in found.values():
            yield from _texts(value, seen)
    elif isinstance(found, Result | ScalarResult | Row | Iterable):
        for each in found:
            yield from _texts(each, seen)

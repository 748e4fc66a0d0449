"""Addons that are broken: each is refused with what is wrong, and a running site goes on without failing open."""

from __future__ import annotations

import pytest

from core.testing import snapshot
from core.testing.process import Apart, apart
from tests.core.migrate import steps

#: What no database changes.
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@only_sqlite
@pytest.mark.parametrize(
    ("folder", "addon", "message"),
    [
        ("unknown_hook", "eager", "Addon eager implements a hook that nobody announces: .*book_was_burnt"),
        ("wrong_signature", "curt", "A hook of addon curt does not fit its specification: .*reader"),
        ("same_table", "annex", "Addons library and annex both have a table library_book"),
        ("forgotten_dependency", "stray", "Addon stray imports library.* without naming it"),
    ],
)
def test_a_broken_addon_is_not_installed(database_url: str, folder: str, addon: str, message: str) -> None:
    apart(steps.create, database_url, [])
    apart(steps.install, database_url, ["library"] if folder != "forgotten_dependency" else [])
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    with pytest.raises(Apart, match=message):
        apart(steps.install, database_url, [addon], [folder])

    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert snapshot.difference(contents, steps.contents(database_url)) == []


@only_sqlite
def test_an_addon_that_broke_is_left_out_and_what_it_guards_is_read_only(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart(steps.create, database_url, ["absent"], ["import_error"])

    with pytest.raises(
        Apart, match=r"Addon absent is broken and was put in quarantine.*module_that_nobody_has"
    ):
        apart(steps.with_broken, steps.opened_addons, database_url)
    left = apart(steps.with_broken, steps.opened_addons, database_url)
    with pytest.raises(Apart, match="Addon absent guards this and could not be loaded"):
        apart(steps.with_broken, steps.add_book, database_url, "B1")

    assert left == ["base", "library"]
    assert steps.count(database_url, "library_book") == 1


def test_an_addon_that_loads_again_is_taken_back_with_its_facets(database_url: str) -> None:
    apart(steps.create, database_url, ["absent"], ["import_error"])
    with pytest.raises(Apart, match="quarantine"):
        apart(steps.with_broken, steps.opened_addons, database_url)
    steps.sql(database_url, "delete from absent_book")

    back = apart(steps.opened_addons, database_url, "import_error")

    assert back == ["base", "library", "absent"]
    assert steps.count(database_url, "absent_book") == 1
    assert steps.states(database_url)["absent"] == "installed"


@only_sqlite
def test_an_addon_whose_package_is_gone_is_left_out(database_url: str) -> None:
    apart(steps.create, database_url, ["absent"], ["import_error"])

    assert apart(steps.opened_addons, database_url) == ["base", "library"]
    assert steps.states(database_url)["absent"] == "quarantined"


@only_sqlite
def test_a_disabled_addon_guards_nothing(database_url: str) -> None:
    apart(steps.create, database_url, ["absent"], ["import_error"])

    apart(steps.disable, database_url, "absent")
    apart(steps.add_book, database_url, "B1")

    assert steps.count(database_url, "library_book") == 2

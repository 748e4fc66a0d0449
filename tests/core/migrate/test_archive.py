"""An archived addon comes back as it was, in whatever order, and what cannot come back changes nothing."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.backup import archive as packing
from core.backup import making, restoring
from core.config import Settings
from core.errors import UserError
from core.orm.trigram import is_accelerator
from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import Apart, apart
from tests.core.backup.altered import altered
from tests.core.migrate import steps

#: What no database changes.
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the archive goes."""
    return tmp_path / "archive.tar.gz"


def _state(url: str) -> tuple[snapshot.Schema, snapshot.Contents]:
    contents = {name: rows for name, rows in steps.contents(url).items() if not is_accelerator(name)}
    return steps.schema(url), contents


def _require_same(url: str, before: tuple[snapshot.Schema, snapshot.Contents]) -> None:
    schema, contents = _state(url)
    assert snapshot.difference(before[0], schema) == []
    assert snapshot.difference(before[1], contents) == []


def test_an_archived_addon_comes_back_with_all_that_named_it(lending: str, file: Path) -> None:
    apart(steps.hang_on, lending, "library.book")
    apart(steps.add_book, lending, "B1")
    before, attached = _state(lending), steps.file_of(lending, "library.book")

    gone = apart(steps.archive, lending, "library", file, along=True)
    left = (steps.states(lending), attached.exists(), steps.count(lending, "base_comment"))
    plan = apart(steps.plan_restore, lending, file)
    back = apart(steps.restore, lending, file)

    assert gone == ["lending", "library"]
    assert left == ({"base": "installed"}, False, 0)
    assert dict(plan.returned)["library_book"] == 2
    assert back == ["library", "lending"]
    assert attached.read_text() == "a"
    _require_same(lending, before)


def test_new_rows_after_a_restore_count_on_and_the_ledger_is_guarded(lending: str, file: Path) -> None:
    apart(steps.archive, lending, "lending", file)
    apart(steps.restore, lending, file)

    apart(steps.add_book, lending, "NEXT")

    assert steps.count(lending, "lending_movement") == 2
    with pytest.raises(Apart, match="Movements are never changed"):
        apart(steps.change_movement, lending)


def test_records_made_meanwhile_have_the_facets_of_what_comes_back(lending: str, file: Path) -> None:
    apart(steps.archive, lending, "lending", file)
    apart(steps.add_book, lending, "MEANWHILE")

    apart(steps.restore, lending, file)

    assert steps.count(lending, "lending_book") == 2
    assert apart(steps.drifts, lending, "lending") == []


def test_a_dependant_stands_in_the_way_of_archiving(lending: str, file: Path) -> None:
    with pytest.raises(Apart, match=r"lending needs library\. Nothing has changed"):
        apart(steps.archive, lending, "library", file)

    assert not file.exists()


def test_what_an_addon_needs_is_restored_before_it(lending: str, tmp_path: Path) -> None:
    before = _state(lending)
    apart(steps.archive, lending, "lending", tmp_path / "lending.tar.gz")
    apart(steps.archive, lending, "library", tmp_path / "library.tar.gz")

    with pytest.raises(
        Apart, match=r"lending, which needs library\. .* restore library from its archive first"
    ):
        apart(steps.restore, lending, tmp_path / "lending.tar.gz")
    apart(steps.restore, lending, tmp_path / "library.tar.gz")
    apart(steps.restore, lending, tmp_path / "lending.tar.gz")

    _require_same(lending, before)


@pytest.mark.parametrize(("first", "second"), [("library", "shelving"), ("shelving", "library")])
def test_a_join_comes_back_with_the_partner_that_took_it_along(
    library: str, tmp_path: Path, first: str, second: str
) -> None:
    apart(steps.install, library, ["shelving"])
    before = _state(library)
    with_join, without = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"

    gone = apart(steps.archive, library, first, with_join)
    apart(steps.archive, library, second, without)
    with pytest.raises(Apart, match=f"shelving.library, which needs {second}. Nothing has changed"):
        apart(steps.restore, library, with_join)
    apart(steps.restore, library, without)
    apart(steps.restore, library, with_join)

    assert gone == ["shelving.library", first]
    _require_same(library, before)


def test_a_join_that_became_possible_meanwhile_is_made(library: str, file: Path) -> None:
    apart(steps.archive, library, "library", file)
    apart(steps.install, library, ["shelving"])

    back = apart(steps.restore, library, file)

    assert back == ["library", "shelving.library"]
    assert steps.count(library, "shelving_library_book") == 1


def test_rows_of_an_older_version_go_through_the_migrations_since(database_url: str, file: Path) -> None:
    apart(steps.at_revision, database_url, {"library": "0001", "lending": "0001"})
    steps.sql(database_url, "insert into library_book (id, code, name, version) values (1, 'B1', 'One', 1)")
    steps.sql(database_url, "insert into lending_book (id) values (1)")
    apart(steps.archive, database_url, "lending", file)
    apart(steps.run_upgrade, database_url)

    plan = apart(steps.plan_restore, database_url, file)
    apart(steps.restore, database_url, file)

    assert plan.revisions == ("lending 0002 days.",)
    assert steps.contents(database_url)["lending_book"] == ["(1, 14)"]
    assert apart(steps.drifts, database_url, "lending") == []


def test_a_record_that_was_deleted_meanwhile_is_named_and_nothing_changes(lending: str, file: Path) -> None:
    apart(steps.add_book, lending, "B1")
    apart(steps.archive, lending, "lending", file)
    steps.sql(lending, "delete from library_book where code = 'B1'")
    before = _state(lending)

    with pytest.raises(Apart, match=r"deleted meanwhile: .*lending_movement refers to library_book 2"):
        apart(steps.restore, lending, file)

    _require_same(lending, before)


def test_what_another_system_called_a_record_is_left_out_when_the_record_is_gone(
    library: str, file: Path
) -> None:
    steps.sql(
        library,
        "insert into base_external_id (id, system, key, model, record_id, version) "
        "values (9001, 'library', 'GONE', 'base.currency', 999999, 1), "
        "(9002, 'library', 'THERE', 'base.currency', 1, 1)",
    )
    apart(steps.archive, library, "library", file)

    apart(steps.restore, library, file)

    assert steps.count(library, "base_external_id where key = 'THERE'") == 1
    assert steps.count(library, "base_external_id where key = 'GONE'") == 0


def test_a_comment_on_a_record_gets_another_number_where_its_own_was_taken(library: str, file: Path) -> None:
    apart(steps.hang_on, library, "library.book")
    apart(steps.archive, library, "library", file)
    apart(steps.hang_on, library, "base.item")

    apart(steps.restore, library, file)

    assert steps.count(library, "base_comment") == 2
    mentioned = "base_mention m join base_comment c on c.id = m.comment_id where c.model = 'library.book'"
    assert steps.count(library, mentioned) == 1


def test_an_addon_that_is_there_again_is_not_written_over(lending: str, file: Path) -> None:
    apart(steps.archive, lending, "lending", file)
    apart(steps.install, lending, ["lending"])
    before = _state(lending)

    with pytest.raises(Apart, match="Addon lending is on this site already"):
        apart(steps.restore, lending, file)

    _require_same(lending, before)


def test_an_archive_of_another_site_is_refused(
    lending: str, file: Path, database_kind: str, fresh_databases: Databases
) -> None:
    apart(steps.archive, lending, "lending", file)
    other = fresh_databases.fresh(database_kind)
    apart(steps.create, other, ["library"])
    before = _state(other)

    with pytest.raises(Apart, match="of another site"):
        apart(steps.restore, other, file)

    _require_same(other, before)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _another_row(file: Path) -> None:
    def change(member: tarfile.TarInfo, content: bytes) -> bytes:
        return content.replace(b"14", b"15") if member.name == "rows/lending_book" else content

    altered(file, file.with_suffix(".new"), change).replace(file)


def _newer(file: Path) -> None:
    def change(member: tarfile.TarInfo, content: bytes) -> bytes:
        if member.name != "manifest.json":
            return content
        made = json.loads(content)
        made["addons"]["lending"] = "0009"
        return json.dumps(made).encode()

    altered(file, file.with_suffix(".new"), change).replace(file)


@only_sqlite
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_cut, "damaged"),
        (_flip, "damaged"),
        (_another_row, "damaged: rows/lending_book is missing or not what was written"),
        (_newer, "newer version of lending .*revision 0009.* install that version"),
    ],
)
def test_a_spoilt_archive_is_told_and_nothing_changes(
    lending: str, file: Path, spoil: Callable[[Path], None], message: str
) -> None:
    apart(steps.archive, lending, "lending", file)
    before = _state(lending)
    spoil(file)

    with pytest.raises(Apart, match=message):
        apart(steps.restore, lending, file)

    _require_same(lending, before)


@only_sqlite
def test_an_archive_of_an_addon_that_nobody_has_is_refused(database_url: str, file: Path) -> None:
    apart(steps.create, database_url, ["absent"], ["import_error"])
    apart(steps.archive_without, database_url, "absent", file)

    with pytest.raises(Apart, match="addon absent, which is not installed as a package"):
        apart(steps.restore, database_url, file)
    assert apart(steps.restore, database_url, file, ["import_error"]) == ["absent"]


@only_sqlite
def test_a_file_that_cannot_be_written_changes_nothing(lending: str, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("in the way")
    before = _state(lending)

    with pytest.raises(Apart, match="cannot be written"):
        apart(steps.archive, lending, "lending", tmp_path / "note" / "archive.tar.gz")
    with pytest.raises(Apart, match="There is a file"):
        apart(steps.archive, lending, "lending", tmp_path / "note")

    _require_same(lending, before)


@only_sqlite
def test_only_who_has_the_key_restores_an_encrypted_one(lending: str, tmp_path: Path) -> None:
    identity, recipient = packing.new_key()
    file = tmp_path / "archive.tar.gz.age"
    before = _state(lending)
    apart(steps.archive, lending, "lending", file, [recipient])

    with pytest.raises(Apart, match="is encrypted"):
        apart(steps.restore, lending, file)
    apart(steps.restore, lending, file, identity=identity)

    _require_same(lending, before)


@only_sqlite
def test_the_archive_of_an_addon_and_the_back_up_of_a_site_are_not_taken_for_each_other(
    lending: str, file: Path, tmp_path: Path
) -> None:
    whole = making.make(Settings(tmp_path / "site", database=lending), tmp_path / "backups")
    apart(steps.archive, lending, "lending", file)

    with pytest.raises(Apart, match="the back-up of a whole site"):
        apart(steps.restore, lending, whole)
    with pytest.raises(UserError, match="holds the addon lending alone"):
        restoring.restore(file, Settings(tmp_path / "restored"))

"""Imports in the model layer: what a file may say, what is told of what it may not, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import func, select

from core.base import BomLine, Item, Party, Person, StorageLocation, User
from core.base.actions import importing
from core.base.actions.exporting import HIDDEN
from core.base.actions.importing import Report
from core.base.models.party import Address, Contact
from core.base.models.product import Bom
from core.base.models.transfer import Import
from core.errors import Conflict, UserError, ValidationError
from core.formats.tabular import Row
from core.orm.env import Env
from core.orm.model import Model
from tests.core.base.conftest import Plant


def bring(
    env: Env, model: type[Model], heads: str, *rows: Sequence[object], keep: bool = True, by_key: bool = False
) -> Report:
    """Import rows below headings that are separated by bars."""
    headings = [head.strip() for head in heads.split("|")]
    cells = (Row(number, tuple(row)) for number, row in enumerate(rows, 2))  # type: ignore[arg-type]  # plain values
    mapping = importing.suggest(env, model, headings)
    assert all(mapping.values()), mapping
    return importing.bring(env, model, "file.csv", cells, mapping, headings, keep=keep, by_key=by_key)


def told(report: Report) -> list[tuple[int, str]]:
    return sorted((problem.row, problem.column) for problem in report.problems)


def count(env: Env, model: type[Model]) -> int:
    return env.session.scalar(select(func.count()).select_from(model)) or 0


def many_items(count: int) -> Iterator[list[object]]:
    for number in range(count):
        yield [f"IT-{number:06d}", f"Item {number}", "pcs", "true"]


def test_fifty_thousand_rows_with_three_wrong_ones_name_these_and_change_nothing(plant: Plant) -> None:
    rows = list(many_items(50_000))
    rows[100][2], rows[20_000][3], rows[40_000][0] = "zzz", "perhaps", "IT-000500"

    with plant.env("maren", write=True) as env:
        report = bring(env, Item, "Code | Name | Unit | Active", *rows)

        assert count(env, Item) == 1
    assert [(p.row, p.column, p.message) for p in sorted(report.problems, key=lambda p: p.row)] == [
        (102, "Unit", "There is no Unit zzz."),
        (20_002, "Active", "perhaps is neither yes nor no."),
        (40_002, "Code", "The same record stands in row 502 already."),
    ]


def test_a_dry_run_says_what_a_run_does_and_keeps_nothing(plant: Plant) -> None:
    rows = (["MB-1180", "Manifold", "pcs"], ["MB-2", "Block", "pcs"])
    with plant.env("maren", write=True) as env:
        tried = bring(env, Item, "Code | Name | Unit", *rows, keep=False)
        after_trying = count(env, Item)
        done = bring(env, Item, "Code | Name | Unit", *rows)

        assert (tried.created, tried.changed, tried.import_id, after_trying) == (1, 1, 0, 1)
        assert (done.created, done.changed) == (1, 1)
        assert done.states == {2: "changed", 3: "new"}


def test_what_several_checks_find_is_told_at_once(plant: Plant) -> None:
    rows = (
        ["P-1", "Norrgjut", "DE"], ["P-2", "Olsen", "Atlantis"], ["P-3", "x" * 201, "DE"], ["P-4", None, "DE"],
    )  # fmt: skip
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "Code | Name | Country", *rows)

    assert told(report) == [(3, "Country"), (4, "Name"), (5, "Name")]


def test_a_shared_record_is_found_by_its_key(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        rows = [[f"A-{n}", "Name", "pcs"] for n in range(9)]

        report = bring(env, Item, "Code | Name | Unit", *rows, ["MB-1180", "Renamed", "pcs"])

        assert (report.created, report.changed, report.problems) == (9, 1, [])


def test_a_key_names_the_record_of_the_company_at_hand_and_never_another_s(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "Code | Name", ["OL", "Mine"], ["NG", "Norrgjut AB"])

        assert (report.created, report.unchanged) == (1, 1)
        assert set(env.session.scalars(select(Party.name))) == {"Mine", "Norrgjut AB"}
    with plant.env("ines") as env:
        assert list(env.session.scalars(select(Party.name))) == ["Olsen Lines"]


def test_a_forged_id_of_another_company_is_no_record(plant: Plant) -> None:
    with plant.env("ines") as env:
        forged = env.session.scalars(select(Party.id)).one()
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "id | Code | Name", [forged, "OL", "Taken over"])

        assert told(report) == [(2, "id")]
        assert "There is no Partner" in report.problems[0].message
    with plant.env("ines") as env:
        assert env.get(Party, forged).name == "Olsen Lines"


def test_ids_are_left_aside_where_the_key_is_to_decide(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "id | Code | Name", [999_999, "NG", "New name"], by_key=True)

        assert (report.changed, report.problems) == (1, [])


def test_rows_of_the_same_file_refer_to_each_other(plant: Plant) -> None:
    rows = (["BIN", "Bin", "HALL"], ["HALL", "Hall", None], ["SHELF", "Shelf", "NOWHERE"])
    with plant.env("maren", write=True) as env:
        wrong = bring(env, StorageLocation, "code | name | parent_id", *rows)
        done = bring(env, StorageLocation, "code | name | parent_id", *rows[:2])

        found = env.session.execute(
            select(StorageLocation.code, StorageLocation.id, StorageLocation.parent_id)
        ).all()
        ids = {row.code: row.id for row in found}
        assert told(wrong) == [(4, "parent_id")]
        assert (done.created, done.problems) == (2, [])
        assert {row.code: row.parent_id for row in found} == {"BIN": ids["HALL"], "HALL": None}


def test_a_name_that_two_bear_is_refused_unless_the_record_has_one_of_them_already(plant: Plant) -> None:
    with plant.env("tove", write=True) as env, env.as_system() as system:
        people = [Person(number=n, name="Anna Berg", company_id=env.company_id) for n in ("1", "2")]
        system.add(*people)
        system.flush()
        system.get(User, plant.id_of("jonas")).person_id = people[0].id
    with plant.env("tove", write=True) as env:
        kept = bring(env, User, "login | name | person_id", ["jonas", "Jonas", "Anna Berg"])
        refused = bring(env, User, "login | name | person_id", ["maren", "Maren", "Anna Berg"])

        assert (kept.unchanged, kept.problems) == (1, [])
        assert told(refused) == [(2, "person_id")]
        assert "write the key instead" in refused.problems[0].message


def test_a_reference_that_an_export_hid_is_left_as_it_is(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        unit = env.session.scalars(select(Item.unit_id)).one()

        report = bring(env, Item, "Code | Name | Unit", ["MB-1180", "Renamed", str(HIDDEN)])

        assert (report.changed, report.problems) == (1, [])
        assert env.session.execute(select(Item.name, Item.unit_id)).one() == ("Renamed", unit)


def test_parts_come_by_rows_that_follow_and_are_found_again_by_their_key(plant: Plant) -> None:
    heads = "Code | Item | Lines: Position | Lines: Item | Lines: Quantity | Lines: Unit"
    rows: list[list[object]] = [
        ["B-1", "MB-1180", 10, "MB-1180", 2, "pcs"], [None, None, 20, "MB-1180", 3, "pcs"],
        ["B-2", "MB-1180", 10, "MB-1180", 1, "pcs"], ["B-2", None, 20, "MB-1180", 1, "pcs"],
    ]  # fmt: skip
    with plant.env("maren", write=True) as env:
        first = bring(env, Bom, heads, *rows)
        again = bring(env, Bom, heads, *rows)
        rows[1][4] = 4
        third = bring(env, Bom, heads, *rows)

        assert (first.created, count(env, BomLine)) == (2, 4)
        assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
        assert (third.created, third.changed, third.states) == (
            0,
            1,
            {2: "same", 3: "changed", 4: "same", 5: "same"},
        )
        assert sorted(env.session.scalars(select(BomLine.quantity))) == [1, 1, 2, 4]


def test_what_goes_on_with_a_record_may_not_contradict_it(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "Code | Name | Contacts: Name", ["P", "One", "Anna"], ["P", "Two", "Bert"])

    assert [(p.row, p.column, p.message) for p in report.problems] == [
        (3, "Name", "This differs from row 2, where the same record begins.")
    ]


def test_parts_of_a_record_that_is_there_need_what_tells_them_apart(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        report = bring(env, Party, "Code | Addresses: City", ["NG", "Lund"])
        new = bring(env, Party, "Code | Name | Addresses: City", ["XX", "New", "Lund"], [None, None, "Malmö"])

        assert told(report) == [(2, "id")]
        assert (new.created, count(env, Address)) == (1, 2)


def test_undo_takes_parts_back_and_is_refused_when_one_was_added(plant: Plant) -> None:
    heads = "Code | Name | Contacts: Name"
    with plant.env("maren", write=True) as env:
        mine = bring(env, Party, "Code | Contacts: Name", ["NG", "Anna"], [None, "Bert"])
        new = bring(env, Party, heads, ["XX", "New", "Carl"])
    with plant.env("maren", write=True) as env:
        importing.undo(env, env.get(Import, mine.import_id))

        assert list(env.session.scalars(select(Contact.name))) == ["Carl"]
        party = env.session.scalars(select(Party).where(Party.code == "XX")).one()
        env.add(Contact(party_id=party.id, name="Dora"))
        env.flush()
        with pytest.raises(Conflict):
            importing.undo(env, env.get(Import, new.import_id))


def test_undo_restores_every_value_exactly_and_only_once(plant: Plant) -> None:
    fields = (Party.name, Party.country, Party.locale, Party.active, Party.website)
    with plant.env("maren", write=True) as env:
        party = env.session.scalars(select(Party)).one()
        party.country, party.active, party.website = "SE", False, None
        env.flush()
        before = env.session.execute(select(*fields)).one()
        done = bring(
            env,
            Party,
            "Code | Name | Country | Active | Website",
            ["NG", "N", None, "yes", "https://x.example"],
        )
        env.finish()
        importing.undo(env, env.get(Import, done.import_id))

        assert env.session.execute(select(*fields)).one() == before
        with pytest.raises(UserError, match="undone already"):
            importing.undo(env, env.get(Import, done.import_id))


def test_who_may_only_read_imports_nothing(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        with pytest.raises(UserError, match="do not let you create"):
            bring(env, Party, "Code | Name", ["X", "New"])
        with pytest.raises(UserError, match="do not let you change"):
            bring(env, Party, "Code | Name", ["NG", "Mine"])


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"a": "code", "b": "code"}, "Two columns are mapped to Code"),
        ({"a": "code", "b": "nonsense"}, "no field nonsense"),
        ({"a": "company_id", "b": "code"}, "no field company_id"),
        ({"a": "name", "b": ""}, "Map a column to Code"),
        ({"a": "", "b": ""}, "Map a column to Code"),
    ],
)
def test_columns_that_cannot_be_are_refused_before_a_row_is_read(
    plant: Plant, mapping: dict[str, str], words: str
) -> None:
    with plant.env("maren", write=True) as env, pytest.raises(ValidationError, match=words):
        importing.bring(env, Party, "f.csv", [], mapping, ["a", "b"], keep=True)

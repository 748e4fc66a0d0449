"""What somebody does to the trail is found, and told with its place, its record and its time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from core import clock
from core.audit import heads
from core.audit.chain import Head
from core.audit.check import check
from core.audit.finding import Problem, Tampering
from core.audit.sealer import Sealer
from core.base import Item
from core.keyring import Keyring, new_key
from core.orm import bulk
from core.orm.env import open_env
from core.orm.tracking import ChangeBatch
from tests.core.audit.conftest import Trail

NUT = "(SELECT id FROM base_change WHERE model = 'base.item' AND new LIKE '%NUT%')"
NUT_BATCH = "(SELECT batch_id FROM base_change WHERE model = 'base.item' AND new LIKE '%NUT%')"


def only(trail: Trail) -> Problem:
    (problem,) = trail.check().problems
    return problem


def record(trail: Trail, code: str) -> str:
    found = trail.value(f"SELECT id FROM base_item WHERE code = '{code}'")  # noqa: S608 -- a test's own
    return f"base.item {found}"


def place(trail: Trail) -> int:
    return trail.value(f"SELECT seal_no FROM base_change_batch WHERE id = {NUT_BATCH}")  # noqa: S608 -- as above


def test_an_untouched_trail_is_sound(trail: Trail) -> None:
    report = trail.check()

    assert report.problems == []
    assert report.sealed == report.batches > 3
    assert report.unsealed == 0
    assert report.heads >= 1


@pytest.mark.parametrize(
    "values",
    [
        "new = replace(new, 'NUT', 'NUTS')",
        "by_id = 77",
        "at = '2020-01-01 00:00:00'",
        "record_id = 4711",
        "event = 'erased'",
        "mark = NULL",
        "mark = 'é'",
        "why = 'as agreed'",
    ],
)
def test_an_altered_change_is_found(trail: Trail, values: str) -> None:
    where = place(trail)
    trail.tamper(f"UPDATE base_change SET {values} WHERE id = {NUT}")  # noqa: S608 -- as above

    problem = only(trail)

    assert problem.kind is Tampering.ALTERED
    assert problem.position == where
    assert problem.records == (["base.item 4711"] if "4711" in values else [record(trail, "NUT")])
    assert problem.at is not None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # PostgreSQL takes no such text
def test_a_time_that_is_none_is_found(trail: Trail) -> None:
    trail.tamper(f"UPDATE base_change SET at = 'last week' WHERE id = {NUT}")  # noqa: S608 -- as above

    assert only(trail).kind is Tampering.ALTERED


def test_a_deleted_change_is_found(trail: Trail) -> None:
    where = place(trail)
    trail.tamper(f"DELETE FROM base_change WHERE id = {NUT}")  # noqa: S608 -- as above

    problem = only(trail)

    assert (problem.kind, problem.position) == (Tampering.DELETED, where)
    assert "1 of the 1 changes of this write are missing" in str(problem.what)


def test_a_change_that_is_taken_out_of_many_is_placed_between_its_neighbours(trail: Trail) -> None:
    with open_env(trail.site, write=True) as env:
        codes = ("PIN", "CLIP", "CAP", "LID", "TUBE")
        ids = bulk.create(env, Item, [{"code": c, "name": c, "unit_id": trail.unit} for c in codes])
    trail.tamper(f"DELETE FROM base_change WHERE model = 'base.item' AND record_id = {ids[2]}")  # noqa: S608 -- as above

    problem = only(trail)

    assert problem.kind is Tampering.DELETED
    assert problem.records == [f"base.item {ids[1]}", f"base.item {ids[3]}"]


def test_a_deleted_write_is_found_by_its_place(trail: Trail) -> None:
    where, batch = place(trail), trail.value(f"SELECT {NUT_BATCH}")
    trail.tamper(
        f"DELETE FROM base_change WHERE batch_id = {batch}",  # noqa: S608 -- as above
        f"DELETE FROM base_change_batch WHERE id = {batch}",  # noqa: S608 -- as above
    )

    problem = only(trail)

    assert (problem.kind, problem.position) == (Tampering.DELETED, where)
    assert problem.at is not None


def test_a_change_inserted_into_a_write_is_found(trail: Trail) -> None:
    columns = "batch_id, model, event, at, by_id, addon, why, old, new, mark"
    where = place(trail)
    trail.tamper(
        f"INSERT INTO base_change (record_id, {columns}) SELECT 4711, {columns} FROM base_change WHERE id = {NUT}"  # noqa: S608 -- as above
    )

    problem = only(trail)

    assert (problem.kind, problem.position) == (Tampering.INSERTED, where)
    assert problem.records == ["base.item 4711"]


def test_a_change_that_is_there_twice_is_found(trail: Trail) -> None:
    columns = "batch_id, model, record_id, event, at, by_id, addon, why, old, new, mark"
    trail.tamper(f"INSERT INTO base_change ({columns}) SELECT {columns} FROM base_change WHERE id = {NUT}")  # noqa: S608 -- as above

    assert only(trail).kind is Tampering.INSERTED


def test_a_write_that_was_forged_without_the_key_is_found_and_sealed_all_the_same(trail: Trail) -> None:
    forged = (
        "INSERT INTO base_change_batch (at, by_id, rows, digest, key)"
        " VALUES ('2026-01-01 00:00:00', 1, 1, '{}', {})"
    )
    row = (
        "INSERT INTO base_change (batch_id, model, record_id, event, at, by_id, addon, why, old, new, mark)"
        " SELECT max(id), 'base.item', 1, 'changed', '2026-01-01 00:00:00', 1, '', '', '{}', '{}', 'x'"
        " FROM base_change_batch"
    )
    trail.tamper(
        forged.format("0" * 64, "NULL"),
        row,
        forged.format("1" * 64, "(SELECT max(key) FROM base_change_batch)"),
        row,
    )

    before = trail.check()
    trail.seal()
    after = trail.check()

    assert [p.kind for p in before.problems].count(Tampering.INSERTED) == 1
    assert (before.unsealed, after.unsealed) == (2, 0)
    assert {str(p.what)[:24] for p in after.problems} >= {
        "This write was inserted:",
        "This change was altered ",
    }


def test_a_write_that_is_repeated_is_found(trail: Trail) -> None:
    columns = "at, by_id, rows, digest, key"
    rows = "model, record_id, event, at, by_id, addon, why, old, new, mark"
    trail.tamper(
        f"INSERT INTO base_change_batch ({columns}) SELECT {columns} FROM base_change_batch WHERE id = {NUT_BATCH}",  # noqa: S608 -- as above
        f"INSERT INTO base_change (batch_id, {rows}) SELECT (SELECT max(id) FROM base_change_batch), {rows}"  # noqa: S608 -- as above
        f" FROM base_change WHERE id = {NUT}",
    )
    trail.seal()

    assert only(trail).kind is Tampering.INSERTED


def test_a_tail_that_was_cut_is_found_by_the_head_outside(trail: Trail) -> None:
    last = trail.value("SELECT max(seal_no) FROM base_change_batch")
    trail.tamper(
        f"DELETE FROM base_change WHERE batch_id IN (SELECT id FROM base_change_batch WHERE seal_no > {last - 2})",  # noqa: S608 -- as above
        f"DELETE FROM base_change_batch WHERE seal_no > {last - 2}",  # noqa: S608 -- as above
    )

    problem = only(trail)

    assert (problem.kind, problem.position) == (Tampering.CUT, last - 1)
    assert "2 writes were cut off" in str(problem.what)


def test_a_tail_that_was_cut_is_still_found_when_the_chain_went_on(trail: Trail) -> None:
    last = trail.value("SELECT max(seal_no) FROM base_change_batch")
    trail.tamper(
        f"DELETE FROM base_change WHERE batch_id IN (SELECT id FROM base_change_batch WHERE seal_no = {last})",  # noqa: S608 -- as above
        f"DELETE FROM base_change_batch WHERE seal_no = {last}",  # noqa: S608 -- as above
    )
    trail.write("WASHER", "PIN")
    trail.seal()

    problem = only(trail)

    assert (problem.kind, problem.position) == (Tampering.RECOMPUTED, last)


def test_a_chain_that_was_recomputed_without_the_key_is_found(trail: Trail) -> None:
    trail.tamper(f"DELETE FROM base_change WHERE id = {NUT}", "UPDATE base_change_batch SET seal_no = NULL")  # noqa: S608 -- as above
    honest = trail.site.keys
    trail.site.keys = Keyring([new_key()])
    Sealer(trail.site).run_waiting()
    trail.site.keys = honest
    trail.tamper(f"UPDATE base_change_batch SET seal_key = '{honest.current}'")  # noqa: S608 -- as above

    kinds = [problem.kind for problem in trail.check().problems]

    assert kinds.count(Tampering.RECOMPUTED) == 2  # by the key, and by the heads
    assert Tampering.DELETED in kinds


def test_a_key_that_nobody_has_is_named(trail: Trail) -> None:
    trail.site.keys = Keyring([new_key()])

    assert [problem.kind for problem in trail.check().problems] == [Tampering.UNVERIFIED]


@pytest.mark.parametrize(
    "values", ["by_id = 77", "at = '2020-01-01 00:00:00'", "digest = 'é'", "seal_key = 'a stranger''s'"]
)
def test_an_altered_write_is_found(trail: Trail, values: str) -> None:
    where = place(trail)
    trail.tamper(f"UPDATE base_change_batch SET {values} WHERE id = {NUT_BATCH}")  # noqa: S608 -- as above

    found = trail.check().problems

    assert {problem.position for problem in found} == {where}
    assert {problem.kind for problem in found} <= {Tampering.ALTERED, Tampering.UNVERIFIED}


def test_what_is_not_sealed_yet_is_told_and_no_problem(trail: Trail) -> None:
    trail.write("WASHER")

    report = trail.check()

    assert report.is_sound
    assert report.unsealed == 1
    assert report.unsealed_since is not None
    assert clock.now() - report.unsealed_since < timedelta(hours=1)


def test_what_is_not_sealed_yet_cannot_be_altered_unseen(trail: Trail) -> None:
    trail.write("WASHER")
    trail.tamper("UPDATE base_change SET new = replace(new, 'WASHER', 'PIN')")

    assert (only(trail).kind, only(trail).position) == (Tampering.ALTERED, None)


def test_a_chain_without_heads_says_that_its_end_cannot_be_known(trail: Trail) -> None:
    heads.file_of(trail.site.folder).unlink()

    assert only(trail).kind is Tampering.UNVERIFIED


def test_a_damaged_line_of_the_heads_is_told(trail: Trail) -> None:
    with heads.file_of(trail.site.folder).open("a") as file:
        file.write("{'no': 3}\n")

    assert "is no head" in str(only(trail).what)


def test_the_heads_of_another_place_can_be_asked(trail: Trail) -> None:
    elsewhere = trail.site.folder / "elsewhere"
    elsewhere.mkdir()
    heads.append(elsewhere, Head(9_999, "a" * 64, trail.site.keys.current, clock.now()))

    (problem,) = check(trail.site, heads.file_of(elsewhere)).problems

    assert problem.kind is Tampering.CUT


def test_rows_of_before_sealing_are_sealed_first_and_told(trail: Trail) -> None:
    from core.orm.tracking import Change, unsigned_digest  # noqa: PLC0415 -- for this test alone

    with open_env(trail.site) as env:
        plain = {
            batch.id: unsigned_digest(
                (c.model, c.record_id, str(c.event), c.at.isoformat(), c.by_id, c.addon, c.why, c.old, c.new)
                for c in env.session.query(Change).filter_by(batch_id=batch.id).order_by(Change.id)
            )
            for batch in env.session.query(ChangeBatch)
        }
    trail.tamper(
        "UPDATE base_change SET mark = NULL",
        "UPDATE base_change_batch SET key = NULL, seal_no = NULL, seal = NULL",
        *(f"UPDATE base_change_batch SET digest = '{d}' WHERE id = {i}" for i, d in plain.items()),  # noqa: S608 -- as above
    )
    heads.file_of(trail.site.folder).unlink()
    trail.write("WASHER")
    trail.seal()

    report = trail.check()
    trail.tamper(f"UPDATE base_change SET new = replace(new, 'NUT', 'PIN') WHERE id = {NUT}")  # noqa: S608 -- as above

    assert report.problems == []
    assert report.before_sealing == len(plain)
    assert trail.value("SELECT max(seal_no) FROM base_change_batch WHERE key IS NULL") == len(plain)
    assert only(trail).kind is Tampering.ALTERED


def test_a_report_says_the_same_to_a_program(trail: Trail) -> None:
    trail.tamper(f"DELETE FROM base_change WHERE id = {NUT}")  # noqa: S608 -- as above

    said = json.loads(json.dumps(trail.check().as_json()))

    assert (said["sound"], said["problem_count"], said["problems"][0]["kind"]) == (False, 1, "deleted")

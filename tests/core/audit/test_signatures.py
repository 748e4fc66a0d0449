"""A signature that somebody altered, deleted, forged or put under another record is found by checking the trail."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core import clock
from core.audit.finding import Problem, Tampering
from core.base import Item, User
from core.orm import guards
from core.orm.env import open_env
from core.security.principal import principal_of
from core.security.signature import sign
from core.testing import signing
from core.testing.making import make
from tests.core.audit.conftest import Trail

COLUMNS = (
    "model, record_id, record_version, signer_id, printed_name, meaning, signed_at, components, digest, key, covered, "
    "version"
)


@pytest.fixture
def signed(trail: Trail) -> Trail:
    """Somebody signed BOLT."""
    with open_env(trail.site, write=True) as env:
        user = make(env, User, name="Ada").id
        principal = principal_of(env, user)
    with open_env(trail.site, principal, write=True) as env:
        bolt = env.session.query(Item).filter_by(code="BOLT").one()
        signing(env, bolt)
        sign(env, bolt, "I have checked it.")
    trail.seal()
    return trail


def tamper(trail: Trail, statement: str) -> None:
    with trail.site.engine.connect().execution_options(dovetail_write=True) as connection:
        guards.drop(connection, ["base_signature"])
        connection.execute(text(statement))
        connection.commit()


def only(trail: Trail) -> Problem:
    (problem,) = trail.check().problems
    return problem


def bolt(trail: Trail) -> str:
    found = trail.value("SELECT id FROM base_item WHERE code = 'BOLT'")
    return f"base.item {found}"


def test_an_untouched_one_is_sound(signed: Trail) -> None:
    report = signed.check()

    assert (report.problems, report.signatures) == ([], 1)


@pytest.mark.parametrize(
    "values",
    [
        "meaning = 'Read'",
        "printed_name = 'Eve'",
        "signed_at = '2020-01-01 00:00:00'",
        "digest = 'f00'",
        "covered = '{'",
    ],
)
def test_an_altered_one_is_found(signed: Trail, values: str) -> None:
    tamper(signed, f"UPDATE base_signature SET {values}")  # noqa: S608 -- a test's own

    problem = only(signed)

    assert problem.kind is Tampering.ALTERED
    assert problem.records == [bolt(signed)]


def test_one_that_was_put_under_another_record_is_found_with_both(signed: Trail) -> None:
    nut = signed.value("SELECT id FROM base_item WHERE code = 'NUT'")
    tamper(signed, f"UPDATE base_signature SET record_id = {nut}")  # noqa: S608 -- as above

    problem = only(signed)

    assert problem.kind is Tampering.TRANSPLANTED
    assert problem.records == [bolt(signed), f"base.item {nut}"]


def test_a_deleted_one_is_found(signed: Trail) -> None:
    tamper(signed, "DELETE FROM base_signature")

    problem = only(signed)

    assert problem.kind is Tampering.DELETED
    assert "Ada" in str(problem.what)


def test_a_copy_under_another_record_is_found(signed: Trail) -> None:
    nut = signed.value("SELECT id FROM base_item WHERE code = 'NUT'")
    copied = COLUMNS.replace("record_id", str(nut))
    tamper(signed, f"INSERT INTO base_signature (id, {COLUMNS}) SELECT 99, {copied} FROM base_signature")  # noqa: S608 -- as above

    problem = only(signed)

    assert problem.kind is Tampering.INSERTED
    assert problem.records == [f"base.item {nut}"]
    assert problem.at is not None
    assert problem.at < clock.now()

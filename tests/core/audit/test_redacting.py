"""Who is erased is found nowhere any more, and the trail is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text

from core.audit import heads
from core.audit.check import check
from core.audit.finding import Report, Tampering
from core.audit.reading import Asked, read
from core.audit.sealer import Sealer
from core.base import Comment, Contact, Party, Person, User
from core.base.actions.erasing import erase, preview
from core.errors import Forbidden, UserError
from core.orm import bulk, guards
from core.orm.env import Env, Site, open_env
from core.orm.personal import Erased
from core.orm.plan import plan_of
from core.orm.tracking import Change
from core.testing.making import make

NAME, EMAIL, NEWER = "Wilhelmina Quist", "w.quist@kestrel.example", "Wilhelmina Quist-Oduya"
TRACES = ("Quist", "wquist")


@contextmanager
def unencrypted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As a version wrote that encrypted nothing."""
    with monkeypatch.context() as older:
        for model in (Person, User):
            older.setattr(plan_of(model), "personal", frozenset())
        yield


@pytest.fixture
def quist(site: Site, monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of a person with a user, of whom an older version and this one wrote in the trail; both have left."""
    with unencrypted(monkeypatch), open_env(site, write=True) as env:
        person = make(env, Person, name=NAME, email=EMAIL)
        user = make(env, User, login="wquist", name=NAME, email=EMAIL, person_id=person.id)
        env.add(Comment(model="base.person", record_id=person.id, body="Left in May", author_id=user.id))
        person_id, user_id = person.id, user.id
    with open_env(site, write=True) as env:
        env.get(Person, person_id).name = NEWER
        bulk.update(env, User, [{"id": user_id, "name": NEWER}])
        env.get(User, user_id).active = env.get(Person, person_id).active = False
    Sealer(site).run_waiting()
    return person_id


def looked_at(site: Site) -> Report:
    return check(site, heads.file_of(site.folder))


def found(site: Site) -> set[str]:
    """The tables in which a trace of the person stands, and on SQLite the files."""
    tables = MetaData()
    with site.engine.connect() as connection:
        tables.reflect(connection)
        held = {
            table.name
            for table in tables.sorted_tables
            for row in connection.execute(select(table))
            if any(trace in repr(tuple(row)) for trace in TRACES)
        }
    return held | _files(site)


def _files(site: Site) -> set[str]:
    if site.engine.dialect.name != "sqlite":
        return set()
    file = Path(str(site.engine.url.database))
    files = [path for path in file.parent.glob(f"{file.name}*") if path.is_file()]
    return {path.name for path in files if any(trace.encode() in path.read_bytes() for trace in TRACES)}


def erased(site: Site, person_id: int) -> None:
    with open_env(site, write=True) as env:
        erase(env, env.get(Person, person_id), NEWER)
    Sealer(site).run_waiting()


def test_the_trail_is_changed_by_nothing_else(site: Site, quist: int) -> None:
    with (
        pytest.raises(UserError, match="never changed"),
        open_env(site, write=True) as env,
        env._explaining(),
    ):
        env._connection.execute(text("UPDATE base_change SET new = '{}'"))


def test_what_is_written_now_stands_encrypted_in_the_trail_and_is_read_in_clear(site: Site) -> None:
    with open_env(site, write=True) as env:
        person = make(env, Person, name=NAME, email=EMAIL).id
    with open_env(site) as env:
        kept = env.session.scalars(select(Change.new).where(Change.model == "base.person")).one()
        steps = read(env, Asked(Person, person)).steps

    assert "Quist" not in kept
    assert {step.new for step in steps} >= {NAME, EMAIL}


def test_nothing_of_the_person_is_left_in_the_database(site: Site, quist: int) -> None:
    assert {"base_person", "base_user", "base_change"} <= found(site)

    erased(site, quist)

    assert found(site) == set()


def test_the_trail_is_whole_and_tells_that_something_was_there(site: Site, quist: int) -> None:
    before = looked_at(site)
    erased(site, quist)
    after = looked_at(site)

    with open_env(site) as env:
        steps = [
            step for step in read(env, Asked(Person, quist)).steps if step.field and step.field.name == "name"
        ]
        values = [value for step in steps for value in (step.old, step.new) if value is not None]
        assert env.get(Person, quist).name == f"Erased person {quist}"
    assert (before.problems, after.problems) == ([], [])
    assert (before.redacted, after.redacted) == (0, 2)
    assert len(values) == 5
    assert all(isinstance(value, Erased) for value in values)


def test_a_redaction_that_no_erasure_made_is_found(site: Site, quist: int) -> None:
    row = "(SELECT min(id) FROM base_change WHERE model = 'base.person')"
    with site.engine.connect().execution_options(dovetail_write=True) as connection:
        guards.drop(connection, ["base_change"])
        connection.execute(text(f"UPDATE base_change SET new = '{{}}' WHERE id = {row}"))  # noqa: S608 -- a test's own
        connection.execute(
            text(
                "INSERT INTO base_redaction (id, change_id, at, key, mark) "  # noqa: S608 -- as above
                f"SELECT 1, {row}, '2026-03-01 00:00:00', key, 'f00' FROM base_change_batch WHERE id = 1"
            )
        )
        connection.commit()

    assert {problem.kind for problem in looked_at(site).problems} == {Tampering.ALTERED}


@pytest.mark.parametrize("reason", ["is active", "the name"])
def test_it_is_refused_with_its_reason_and_changes_nothing(site: Site, quist: int, reason: str) -> None:
    with open_env(site, write=True) as env:
        env.get(Person, quist).active = reason == "is active"

    with pytest.raises(UserError, match=reason), open_env(site, write=True) as env:
        erase(env, env.get(Person, quist), NEWER if reason == "is active" else "Somebody else")

    with open_env(site) as env:
        assert env.get(Person, quist).name == NEWER


def test_a_contact_of_a_partner_is_erased_and_a_partner_without_personal_data_is_not(env: Env) -> None:
    contact = make(env, Contact, name=NAME, email=EMAIL, party_id=make(env, Party).id)

    erase(env, contact, NAME)

    assert (contact.name, contact.email) == (f"Erased person {contact.id}", None)
    with pytest.raises(UserError, match="no personal data"):
        preview(env, contact.party)


def test_who_reads_people_erases_none(env: Env, as_user: Callable[..., Any]) -> None:
    from core.base.actions.erasing import erase_person  # noqa: PLC0415 -- the action that the page offers

    person = make(env, Person, name=NAME, active=False, company_id=env.company_id)
    reader, officer = as_user(), as_user("base.personnel_officer")

    with pytest.raises(Forbidden):
        erase_person.run(reader, [reader.get(Person, person.id)], name=NAME)
    erase_person.run(officer, [officer.get(Person, person.id)], name=NAME)

    assert json.dumps(officer.get(Person, person.id).name) == f'"Erased person {person.id}"'

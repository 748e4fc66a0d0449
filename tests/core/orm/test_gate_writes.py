"""What a person may write: grants, field roles, companies, scopes and references, on every path to the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.errors import Conflict, GateError, NotFound, ReadOnly, UserError
from core.orm.env import Env, Principal, Site, open_env
from core.orm.model import Base
from core.security.account import Credential
from tests.core.orm.boxes import (
    COLLEAGUES,
    FOREIGN,
    MINE,
    OUR_SHELF,
    SHARED,
    THEIR_SHELF,
    done,
    maker,
    own_writer,
    refused,
    remover,
    site,
    template,
)
from tests.core.orm.shelf import (
    COLLEAGUE,
    ME,
    OURS,
    THEIRS,
    SampleBox,
    SampleLabel,
    SampleLine,
    SampleNote,
    SampleShelf,
    appraiser,
    picker,
    principal,
    reader,
    storekeeper,
)  # fmt: skip

__all__ = ["site", "template"]


def _change(box_id: int, **values: object) -> Callable[[Env], object]:
    def step(env: Env) -> None:
        box = env.get(SampleBox, box_id)
        for name, value in values.items():
            setattr(box, name, value)

    return step


def _add(**values: Any) -> Callable[[Env], object]:
    return lambda env: env.add(SampleBox(**{"code": "new", "keeper_id": ME, **values}))


def _link(shelf_id: int) -> Callable[[Env], object]:
    return lambda env: setattr(env.get(SampleBox, MINE), "shelf", env.get(SampleShelf, shelf_id))


def _delete(box_id: int) -> Callable[[Env], object]:
    return lambda env: env.delete(env.get(SampleBox, box_id))


def _take_parts_out(box_id: int) -> Callable[[Env], object]:
    def step(env: Env) -> None:
        box = env.get(SampleBox, box_id)
        box.lines.clear()
        env.flush()

    return step


def _put_part_in(box_id: int) -> Callable[[Env], object]:
    def step(env: Env) -> None:
        box = env.get(SampleBox, box_id)
        box.lines.append(SampleLine(text="new"))
        env.flush()

    return step


# grants


def test_creating_needs_a_grant(site: Site) -> None:
    message = refused(site, principal(reader), _add())

    assert "Nothing has changed" in message


def test_changing_needs_a_grant(site: Site) -> None:
    refused(site, principal(reader), _change(MINE, code="changed"))


def test_linking_another_record_needs_a_grant(site: Site) -> None:
    message = refused(site, principal(reader, companies=(OURS, THEIRS)), _link(THEIR_SHELF))

    assert "You may not change" in message


def test_changing_a_facet_needs_a_grant_on_its_record(site: Site) -> None:
    def step(env: Env) -> None:
        SampleLabel.of(env.get(SampleBox, MINE)).text = "changed"

    refused(site, principal(reader), step)


def test_deleting_needs_a_grant(site: Site) -> None:
    refused(site, principal(reader), _delete(MINE))


def test_adding_a_part_needs_a_grant_on_its_document(site: Site) -> None:
    refused(site, principal(reader), lambda env: env.add(SampleLine(box_id=MINE, text="new")))


def test_taking_a_part_out_needs_a_grant_on_its_document(site: Site) -> None:
    refused(site, principal(reader), _take_parts_out(MINE))


def test_a_part_that_is_taken_out_is_deleted_by_who_may_write(site: Site) -> None:
    done(site, principal(storekeeper), _take_parts_out(MINE))

    with open_env(site) as env:
        assert env.session.scalar(select(func.count()).where(SampleLine.box_id == MINE)) == 0


def test_who_may_create_alone_gives_a_new_record_its_parts(site: Site) -> None:
    done(site, principal(maker), lambda env: env.add(SampleBox(code="new", lines=[SampleLine(text="in it")])))

    with open_env(site) as env:
        assert env.session.scalar(select(SampleLine.text).where(SampleLine.text == "in it")) == "in it"


def test_who_may_create_alone_does_not_add_parts_to_what_is_there(site: Site) -> None:
    refused(site, principal(maker), lambda env: env.add(SampleLine(box_id=MINE, text="new")))
    refused(site, principal(maker), _put_part_in(MINE))


def test_who_may_delete_alone_deletes_the_parts_with_their_record(site: Site) -> None:
    done(site, principal(remover), _delete(MINE))

    with open_env(site) as env:
        assert env.session.scalar(select(func.count()).where(SampleBox.id == MINE)) == 0


def test_who_may_delete_alone_does_not_take_parts_out(site: Site) -> None:
    refused(site, principal(remover), _take_parts_out(MINE))


def test_a_role_given_twice_over_lifts_the_scope_of_another(site: Site) -> None:
    done(site, principal(picker, storekeeper), _change(COLLEAGUES, code="changed"))

    with open_env(site) as env:
        assert env.get(SampleBox, COLLEAGUES).code == "changed"


def test_a_token_narrows_what_its_person_may_do(site: Site) -> None:
    who = principal(storekeeper)
    reading = Principal(**{**vars(who), "allowed": frozenset({".sample_box:read"})})
    writing = Principal(**{**vars(who), "allowed": frozenset({"*:read", ".*:write"})})

    refused(site, reading, _change(MINE, code="changed"))
    done(site, writing, _change(MINE, code="changed"))
    refused(site, writing, _add())
    with open_env(site, reading) as env:
        assert env.session.scalars(select(SampleShelf)).all() == []
        assert len(env.session.scalars(select(SampleBox)).all()) == 3


# fields


def test_a_field_with_roles_is_set_by_them_alone(site: Site) -> None:
    refused(site, principal(storekeeper), _add(worth=1))
    refused(site, principal(storekeeper), _change(MINE, worth=1))
    done(site, principal(storekeeper, appraiser), _change(MINE, worth=1))


def test_a_facets_field_with_roles_is_set_by_them_alone(site: Site) -> None:
    def step(env: Env) -> None:
        SampleLabel.of(env.get(SampleBox, MINE)).price = 1

    def with_new(env: Env) -> None:
        box = SampleBox(code="new")
        SampleLabel.of(box).price = 1
        env.add(box)

    refused(site, principal(storekeeper), step)
    refused(site, principal(storekeeper), with_new)
    done(site, principal(storekeeper, appraiser), step)


def test_a_value_is_never_sql(site: Site) -> None:
    secret = select(Base.metadata.tables["sample_safe"].c.code).limit(1).scalar_subquery()

    refused(site, principal(storekeeper), _change(MINE, code=secret), GateError)
    refused(site, principal(storekeeper), _add(code=secret), GateError)
    refused(
        site, principal(storekeeper), lambda env: env.add(SampleLine(box_id=MINE, text=secret)), GateError
    )


# scope


def test_a_record_cannot_be_moved_out_of_the_scope(site: Site) -> None:
    refused(site, principal(picker), _change(MINE, keeper_id=COLLEAGUE))


def test_a_record_cannot_be_made_outside_of_the_scope(site: Site) -> None:
    refused(site, principal(picker), _add(keeper_id=COLLEAGUE))


def test_a_record_cannot_be_moved_into_the_scope(site: Site) -> None:
    who = principal(reader, own_writer)

    refused(site, who, _change(COLLEAGUES, keeper_id=ME))
    done(site, who, _change(MINE, code="changed"))


def test_a_record_outside_of_the_scope_cannot_be_deleted(site: Site) -> None:
    who = principal(reader, own_writer)

    refused(site, who, _delete(COLLEAGUES))
    done(site, who, _delete(MINE))


def test_parts_and_facets_lie_in_the_scope_of_their_record(site: Site) -> None:
    who = principal(reader, own_writer)

    def label(env: Env) -> None:
        SampleLabel.of(env.get(SampleBox, COLLEAGUES)).text = "changed"

    def line(env: Env) -> None:
        env.get(SampleBox, COLLEAGUES).lines[0].text = "changed"

    refused(site, who, label)
    refused(site, who, line)
    refused(site, who, lambda env: env.add(SampleLine(box_id=COLLEAGUES, text="new")))
    refused(site, who, _take_parts_out(COLLEAGUES))


def test_a_part_cannot_be_moved_to_a_document_outside_of_the_scope(site: Site) -> None:
    who = principal(reader, own_writer)

    def away(env: Env) -> None:
        env.get(SampleBox, MINE).lines[0].box_id = COLLEAGUES

    def here(env: Env) -> None:
        env.get(SampleBox, COLLEAGUES).lines[0].box_id = MINE

    refused(site, who, away)
    refused(site, who, here)


# companies


def test_a_record_of_another_company_is_neither_seen_nor_changed(site: Site) -> None:
    refused(site, principal(storekeeper), _change(FOREIGN, code="changed"), NotFound)
    refused(site, principal(storekeeper), _delete(FOREIGN), NotFound)


def test_another_companys_id_isrefused(site: Site) -> None:
    refused(site, principal(storekeeper), _add(company_id=THEIRS))
    refused(site, principal(storekeeper), _change(MINE, company_id=THEIRS))
    refused(site, principal(storekeeper), lambda env: env.add(SampleShelf(code="new", company_id=THEIRS)))


def test_a_new_record_gets_the_persons_company(site: Site) -> None:
    done(site, principal(storekeeper), _add())

    with open_env(site) as env:
        assert env.session.scalar(select(SampleBox.company_id).where(SampleBox.code == "new")) == OURS


def test_a_part_cannot_be_given_to_another_companys_document(site: Site) -> None:
    def move(env: Env) -> None:
        env.get(SampleBox, MINE).lines[0].box_id = FOREIGN

    refused(site, principal(storekeeper), lambda env: env.add(SampleLine(box_id=FOREIGN, text="new")))
    refused(site, principal(storekeeper), move)


def test_a_facet_cannot_be_given_to_another_companys_record(site: Site) -> None:
    done(site, SYSTEM_LIKE, lambda env: env.session.delete(env.session.get(SampleNote, FOREIGN)))

    refused(site, principal(storekeeper), lambda env: env.session.add(SampleNote(id=FOREIGN, text="new")))


def test_a_facet_cannot_be_deleted_by_who_may_not_write(site: Site) -> None:
    refused(site, principal(reader), lambda env: env.session.delete(env.session.get(SampleNote, MINE)))


# references


@pytest.mark.parametrize("step", [
    _add(shelf_id=THEIR_SHELF), _change(MINE, shelf_id=THEIR_SHELF), _add(parent_id=FOREIGN),
    _change(MINE, parent_id=FOREIGN), _add(shelf_id=4711),
    lambda env: env.add(SampleLine(box_id=MINE, text="new", shelf_id=THEIR_SHELF)),
    lambda env: setattr(SampleLabel.of(env.get(SampleBox, MINE)), "shelf_id", THEIR_SHELF),
    lambda env: env.add(_labelled(THEIR_SHELF)),
])  # fmt: skip
def test_a_hidden_record_cannot_be_referred_to(site: Site, step: Callable[[Env], object]) -> None:
    """Neither its existence nor its absence is told: the answer is the same for 4711."""
    message = refused(site, principal(storekeeper), step)

    assert "that you may use here" in message


@pytest.mark.parametrize("step", [
    _add(shelf_id=THEIR_SHELF), _change(MINE, shelf_id=THEIR_SHELF), _link(THEIR_SHELF),
    _change(MINE, company_id=THEIRS, shelf_id=OUR_SHELF), _change(MINE, company_id=THEIRS),
    lambda env: env.add(SampleLine(box_id=MINE, text="new", shelf_id=THEIR_SHELF)),
    lambda env: setattr(env.get(SampleBox, MINE).lines[0], "shelf_id", THEIR_SHELF),
    lambda env: setattr(SampleLabel.of(env.get(SampleBox, MINE)), "shelf_id", THEIR_SHELF),
    lambda env: env.add(_labelled(THEIR_SHELF)),
])  # fmt: skip
def test_a_record_does_not_refer_to_one_of_another_company(site: Site, step: Callable[[Env], object]) -> None:
    """The person works for both companies and sees both records: they still do not belong together."""
    message = refused(site, principal(storekeeper, companies=(OURS, THEIRS)), step)

    assert "another company" in message


@pytest.mark.parametrize("step", [
    _add(company_id=None, shelf_id=OUR_SHELF), _change(SHARED, shelf_id=OUR_SHELF), _change(MINE, company_id=None),
    lambda env: setattr(env.get(SampleBox, SHARED), "shelf", env.get(SampleShelf, OUR_SHELF)),
    lambda env: env.add(SampleLine(box_id=SHARED, text="new", shelf_id=OUR_SHELF)),
    lambda env: setattr(env.get(SampleBox, SHARED).lines[0], "shelf_id", OUR_SHELF),
    lambda env: setattr(SampleLabel.of(env.get(SampleBox, SHARED)), "shelf_id", OUR_SHELF),
])  # fmt: skip
def test_what_companies_share_does_not_refer_to_a_record_of_one(
    site: Site, step: Callable[[Env], object]
) -> None:
    """Whoever works for another company would follow a reference to what they may not see."""
    message = refused(site, principal(storekeeper), step)

    assert "what all companies share" in message


def test_what_companies_share_refers_to_what_they_share(site: Site) -> None:
    done(site, principal(storekeeper), _add(company_id=None, parent_id=SHARED))


def test_a_reference_that_somebody_else_set_stays_when_something_else_changes(site: Site) -> None:
    done(site, SYSTEM_LIKE, _change(MINE, shelf_id=THEIR_SHELF))

    done(site, principal(storekeeper), _change(MINE, code="changed"))

    with open_env(site) as env:
        assert env.get(SampleBox, MINE).shelf_id == THEIR_SHELF


# the session


def test_what_only_the_system_may_read_only_the_system_may_write(site: Site) -> None:
    refused(
        site,
        principal(storekeeper),
        lambda env: env.session.add(Credential(user_id=ME, password_hash="x")),
        GateError,
    )


def test_what_the_system_loaded_is_not_handed_to_the_person(site: Site) -> None:
    with open_env(site, principal(storekeeper)) as env:
        with env.as_system() as system:
            assert system.get(SampleBox, FOREIGN).code == "FOREIGN"
            assert system.session is not env.session

        assert env.session.get(SampleBox, FOREIGN) is None
        with pytest.raises(NotFound):
            env.get(SampleBox, FOREIGN)


def test_what_code_of_an_addon_read_is_not_handed_to_the_person(site: Site) -> None:
    with open_env(site, principal()) as env:
        with env.acting_as("sample_addon"):
            box, line = env.get(SampleBox, MINE), env.session.scalars(select(SampleLine)).first()
            assert (box.code, line is None) == ("mine", False)

        assert env.session.get(SampleBox, MINE) is None


def test_locking_does_not_reach_hidden_records(site: Site) -> None:
    with open_env(site, principal(storekeeper), write=True) as env:
        assert env.get(SampleBox, MINE, lock=True).code == "mine"
        with pytest.raises(NotFound):
            env.get(SampleBox, FOREIGN, lock=True)


def test_a_reading_transaction_writes_nothing(site: Site) -> None:
    with open_env(site, principal(storekeeper)) as env:
        env.add(SampleBox(code="new"))
        with pytest.raises(ReadOnly):
            env.flush()
        env.session.expunge_all()


def test_who_changes_what_somebody_else_has_changed_gets_a_conflict(site: Site) -> None:
    boxes = Base.metadata.tables["sample_box"]

    def step(env: Env) -> None:
        box = env.get(SampleBox, MINE)
        env._connection.execute(update(boxes).values(version=boxes.c.version + 1))  # somebody else, meanwhile
        box.code = "changed"

    message = refused(site, principal(storekeeper), step, Conflict)

    assert "Somebody else" in message


# consequences


def test_an_addons_code_writes_what_its_rights_name(site: Site) -> None:
    def step(env: Env) -> None:
        with env.acting_as("sample_addon"):
            env.get(SampleBox, MINE).code = "changed"

    done(site, principal(reader), step)

    with open_env(site) as env:
        assert env.get(SampleBox, MINE).code == "changed"


def test_an_addons_code_writes_nothing_else(site: Site) -> None:
    def delete(env: Env) -> None:
        with env.acting_as("sample_addon"):
            env.delete(env.get(SampleBox, MINE))

    def stranger(env: Env) -> None:
        with env.acting_as("stranger"):
            env.get(SampleBox, MINE).code = "changed"

    refused(site, principal(reader), delete)
    refused(site, principal(reader), stranger)


def test_the_rights_end_with_the_code_that_has_them(site: Site) -> None:
    def step(env: Env) -> None:
        with env.acting_as("sample_addon"):
            box = env.get(SampleBox, MINE)
        box.code = "changed"

    refused(site, principal(reader), step)


def test_company_and_scope_hold_for_an_addons_code_too(site: Site) -> None:
    def foreign(env: Env) -> None:
        with env.acting_as("sample_addon"):
            env.add(SampleBox(code="new", company_id=THEIRS))

    def scope(env: Env) -> None:
        with env.acting_as("sample_addon"):
            env.get(SampleBox, MINE).keeper_id = COLLEAGUE

    refused(site, principal(reader), foreign)
    refused(site, principal(picker), scope)


def test_a_refusal_within_a_savepoint_leaves_what_came_before(site: Site) -> None:
    def step(env: Env) -> None:
        env.get(SampleBox, MINE).code = "changed"
        with pytest.raises(UserError), env.savepoint():
            env.add(SampleBox(code="new", company_id=THEIRS))

    done(site, principal(storekeeper), step)

    with open_env(site) as env:
        assert env.get(SampleBox, MINE).code == "changed"
        assert env.session.scalar(select(func.count()).where(SampleBox.code == "new")) == 0


SYSTEM_LIKE = Principal()


def _labelled(shelf_id: int) -> SampleBox:
    box = SampleBox(code="new", company_id=OURS)
    SampleLabel.of(box).shelf_id = shelf_id
    return box

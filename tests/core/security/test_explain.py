"""The explanation of access names what decides, and says what the gate does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base import Item, User, UserCompany, UserRole
from core.errors import NotFound, UserError
from core.orm.env import Env, Site, open_env
from core.security.explain import Explanation, explain, explain_access, render
from core.security.principal import principal_of
from core.security.role import Role
from core.testing.databases import Databases
from tests.core.orm.shelf import (
    ME,
    OURS,
    SampleBox,
    SampleLine,
    SampleSafe,
    fill_boxes,
    make_site,
    storekeeper,
)  # fmt: skip
from tests.core.security.office import Office

FOREIGN, MINE, COLLEAGUES, SHARED = 1, 2, 3, 4
foreman = Role("sample.foreman", "Foreman", implies=(storekeeper,))  # type: ignore[arg-type]  # not translated


@pytest.fixture
def site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Site]:
    made = make_site(
        fresh_databases.cloned(database_kind, "explained_boxes", _prepare), tmp_path, foreman, empty=False
    )
    yield made
    made.engine.dispose()


def _prepare(url: str) -> None:
    made = make_site(url, Path())
    fill_boxes(made)
    made.engine.dispose()


def _give(env: Env, *roles: str, company: int = OURS) -> None:
    user = env.get(User, ME)
    user.roles, user.companies = [], []
    env.flush()
    user.roles = [UserRole(role=role) for role in roles]
    user.companies = [UserCompany(seen_company_id=company)]
    env.flush()


def _explained(
    site: Site, *roles: str, record_id: int | None = None, verb: str = "read", model: type = SampleBox
) -> Explanation:
    with open_env(site, write=True) as env:
        _give(env, *roles)
        found = explain(env, ME, model, record_id, verb)
        render(found)
        return found


def _text(explanation: Explanation) -> str:
    return render(explanation)


def test_a_role_that_was_given_is_named(site: Site) -> None:
    found = _explained(site, "sample.storekeeper")

    assert found.allowed
    assert "The role Storekeeper grants it; the user was given it." in _text(found)
    assert _text(found).startswith("Me may see ")


def test_a_role_that_came_with_another_is_told_with_the_way_to_it(site: Site) -> None:
    found = _explained(site, "sample.foreman", verb="write")

    assert found.allowed
    assert "Foreman → Storekeeper" in _text(found)


def test_what_is_missing_is_named_with_the_roles_that_grant_it(site: Site) -> None:
    found = _explained(site)

    assert not found.allowed
    assert "None of the user's roles grants it." in _text(found)
    assert "Storekeeper (sample.storekeeper)" in _text(found)


def test_a_verb_that_is_missing_is_told_apart(site: Site) -> None:
    assert _explained(site, "sample.reader").allowed
    assert not _explained(site, "sample.reader", verb="write").allowed


def test_a_model_that_nobody_was_granted_is_the_systems(site: Site) -> None:
    found = _explained(site, "sample.foreman", model=SampleSafe)

    assert not found.allowed
    assert "No role grants it" in _text(found)


@pytest.mark.parametrize(("record_id", "allowed", "told"), [
    (MINE, True, "belongs to Ours"), (FOREIGN, False, "belongs to Theirs; the user works in Ours"),
    (SHARED, True, "shared by all companies"), (4711, False, "There is no"),
])  # fmt: skip
def test_the_company_of_a_record_decides(site: Site, record_id: int, allowed: bool, told: str) -> None:
    found = _explained(site, "sample.storekeeper", record_id=record_id)

    assert found.allowed == allowed
    assert told in _text(found)


@pytest.mark.parametrize(("record_id", "allowed"), [(MINE, True), (COLLEAGUES, False)])
def test_the_scope_of_a_role_decides(site: Site, record_id: int, allowed: bool) -> None:
    found = _explained(site, "sample.picker", record_id=record_id)

    assert found.allowed == allowed
    assert "own boxes" in _text(found)


def test_a_role_without_a_scope_lifts_that_of_another(site: Site) -> None:
    found = _explained(site, "sample.picker", "sample.storekeeper", record_id=COLLEAGUES)

    assert found.allowed
    assert "lifts the scopes of the others" in _text(found)


def test_a_part_is_explained_by_its_document(site: Site) -> None:
    assert _explained(site, "sample.picker", record_id=MINE, model=SampleLine).allowed
    found = _explained(site, "sample.picker", record_id=COLLEAGUES, model=SampleLine)

    assert not found.allowed
    assert "has the grants, company and scope of" in _text(found)


def test_fields_for_some_roles_are_named(site: Site) -> None:
    found = _explained(site, "sample.storekeeper")

    assert "The field Worth is for Appraiser alone." in _text(found)


@pytest.mark.parametrize("verb", ["read", "write", "delete"])
@pytest.mark.parametrize(
    "role", ["sample.storekeeper", "sample.picker", "sample.reader", "sample.foreman", "none"]
)
def test_the_explanation_says_what_the_gate_does(site: Site, role: str, verb: str) -> None:
    """Whatever is explained, the gate's own answer is the same."""
    for record_id in (FOREIGN, MINE, COLLEAGUES, SHARED):
        found = _explained(site, role, record_id=record_id, verb=verb)
        assert found.allowed == _does(site, record_id, verb), (record_id, _text(found))


def _does(site: Site, record_id: int, verb: str) -> bool:
    with open_env(site) as system:
        who = principal_of(system, ME)
    try:
        with open_env(site, who, write=True) as env, env.trying():
            box = env.get(SampleBox, record_id)
            if verb == "write":
                box.code = "changed"
            elif verb == "delete":
                env.delete(box)
            env.flush()
    except UserError:
        return False
    return True


def test_a_user_who_is_not_active_may_nothing(office: Office) -> None:
    with open_env(office.site, write=True) as env:
        env.get(User, office.users["tove"]).active = False
        env.flush()
        found = explain(env, office.users["tove"], Item)

    assert not found.allowed
    assert "cannot sign in" in _text(found)


def test_everybodys_role_is_told_as_such(office: Office) -> None:
    with open_env(office.site) as env:
        found = explain(env, office.users["jonas"], Item)

    assert found.allowed
    assert "everybody has it" in _text(found)


def test_the_command_tells_of_every_verb(office: Office) -> None:
    with open_env(office.site) as env:
        lines = explain_access(env, "JONAS", "base.item")

    assert [line for line in lines if line.startswith("Jonas")] == [
        "Jonas may see Items.", "Jonas may not create Items.", "Jonas may not change Items.",
        "Jonas may not delete Items.",
    ]  # fmt: skip
    assert [line for line in lines if "Who can give a role: Administrator." in line]


@pytest.mark.parametrize(("login", "model"), [("nobody", "base.item"), ("jonas", "base.nothing")])
def test_who_or_what_there_is_not_is_said(office: Office, login: str, model: str) -> None:
    with open_env(office.site) as env, pytest.raises(NotFound):
        explain_access(env, login, model)

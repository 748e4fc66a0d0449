"""The verbs on records: what they give, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from core.base import Item
from core.orm.env import Site, open_env
from core.security.token import ApiToken
from core.testing.rest import rest_of

Rests = Callable[..., Any]


def count(site: Site) -> int:
    with open_env(site) as env:
        return env.session.scalar(select(func.count()).select_from(Item)) or 0


def test_a_created_record_is_read_back_with_its_facet(editor: Any, unit: int) -> None:
    made = editor.post(
        "base/item", {"code": "A1", "name": "Valve", "unit_id": unit, "erp_supply": {"lead_days": 4}}
    )

    found = editor.get(f"base/item/{made.json['id']}")

    assert made.status == 201
    assert found.json["code"] == "A1"
    assert found.json["erp_supply"]["lead_days"] == 4
    assert found.etag == "1"


def test_a_list_is_filtered_sorted_and_paged_by_cursor(editor: Any, unit: int) -> None:
    for code in ("B3", "B1", "B2", "C1"):
        editor.post("base/item", {"code": code, "name": code, "unit_id": unit})
    wanted = '{"path": "code", "op": "starts", "value": "B"}'

    first = editor.get("base/item", filter=wanted, sort="-code", limit=2)
    second = editor.get("base/item", filter=wanted, sort="-code", limit=2, after=first.json["next"])

    assert [item["code"] for item in first.json["items"]] == ["B3", "B2"]
    assert [item["code"] for item in second.json["items"]] == ["B1"]
    assert second.json["next"] is None


def test_a_body_with_unknown_and_missing_fields_names_each_and_changes_nothing(
    site: Site, editor: Any
) -> None:
    answer = editor.post("base/item", {"code": "X", "colour": "red", "unit_id": "many"})

    assert answer.status == 422
    assert set(answer.json["errors"]) == {"name", "colour", "unit_id"}
    assert count(site) == 0


def test_a_text_with_a_character_that_no_database_keeps_is_refused_with_its_field(
    site: Site, editor: Any, unit: int
) -> None:
    answer = editor.post("base/item", {"code": "A1", "name": "One\0", "unit_id": unit})

    assert answer.status == 422
    assert set(answer.json["errors"]) == {"name"}
    assert count(site) == 0


def test_an_address_that_a_browser_would_run_is_refused_with_its_field(editor: Any) -> None:
    answer = editor.post("base/party", {"code": "S1", "name": "Script", "website": "javascript:alert(1)"})

    assert answer.status == 422
    assert set(answer.json["errors"]) == {"website"}


def test_a_duplicate_code_is_refused_with_the_field(site: Site, editor: Any, unit: int) -> None:
    editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit})

    answer = editor.post("base/item", {"code": "A1", "name": "Two", "unit_id": unit})

    assert answer.status == 422
    assert "code" in answer.json["errors"]
    assert count(site) == 1


def test_a_change_without_a_version_is_refused(editor: Any, unit: int) -> None:
    made = editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}).json

    answer = editor.patch(f"base/item/{made['id']}", {"name": "Two"})

    assert answer.status == 428
    assert editor.get(f"base/item/{made['id']}").json["name"] == "One"


def test_the_second_of_two_changes_to_one_version_is_a_conflict(editor: Any, unit: int) -> None:
    made = editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}).json
    first = editor.patch(f"base/item/{made['id']}", {"name": "Two"}, version=1)

    second = editor.patch(f"base/item/{made['id']}", {"name": "Three"}, version=1)

    assert first.status == 200
    assert second.status == 409
    assert editor.get(f"base/item/{made['id']}").json["name"] == "Two"


def test_lines_of_a_document_are_changed_added_and_removed_with_it(editor: Any) -> None:
    made = editor.post(
        "base/party", {"code": "P", "name": "Brandt", "contacts": [{"name": "Ada"}, {"name": "Bo"}]}
    ).json
    ada = next(c for c in made["contacts"] if c["name"] == "Ada")

    answer = editor.patch(
        f"base/party/{made['id']}",
        {"contacts": [{"id": ada["id"], "name": "Ada L."}, {"name": "Cy"}]},
        version=made["version"],
    )

    assert [c["name"] for c in answer.json["contacts"]] == ["Ada L.", "Cy"]


def test_the_second_of_two_changes_to_lines_is_a_conflict(editor: Any) -> None:
    made = editor.post("base/party", {"code": "P", "name": "Brandt", "contacts": [{"name": "Ada"}]}).json
    line = {"id": made["contacts"][0]["id"]}
    first = editor.patch(f"base/party/{made['id']}", {"contacts": [line | {"name": "Bo"}]}, version=1)

    second = editor.patch(f"base/party/{made['id']}", {"contacts": []}, version=1)

    assert (first.status, first.etag) == (200, "2")
    assert second.status == 409
    assert [c["name"] for c in editor.get(f"base/party/{made['id']}").json["contacts"]] == ["Bo"]


def test_a_line_of_another_document_cannot_be_named(editor: Any) -> None:
    other = editor.post("base/party", {"code": "Q", "name": "Other", "contacts": [{"name": "Eve"}]}).json
    made = editor.post("base/party", {"code": "P", "name": "Brandt", "contacts": []}).json

    answer = editor.patch(
        f"base/party/{made['id']}",
        {"contacts": [{"id": other["contacts"][0]["id"], "name": "Stolen"}]},
        version=1,
    )

    assert answer.status == 422
    assert editor.get(f"base/party/{other['id']}").json["contacts"][0]["name"] == "Eve"


def test_a_deleted_record_is_gone(editor: Any, unit: int) -> None:
    made = editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}).json

    assert editor.delete(f"base/item/{made['id']}", version=1).status == 204
    assert editor.get(f"base/item/{made['id']}").status == 404


def test_an_action_that_ends_its_own_record_says_so_and_what_it_brought_back(editor: Any, unit: int) -> None:
    made = editor.post("base/item", {"code": "E2", "name": "Valve", "unit_id": unit}).json
    editor.delete(f"base/item/{made['id']}", version=1)
    (deleted,) = editor.get("base/deleted_record").json["items"]

    restored = editor.post(f"base/deleted_record/{deleted['id']}/restore")

    assert (restored.status, restored.json["record"]) == (200, None)
    assert restored.json["opened"] == [{"model": "base.item", "id": made["id"]}]
    assert editor.get(f"base/item/{made['id']}").json["code"] == "E2"


def test_the_same_idempotency_key_has_one_effect(site: Site, editor: Any, unit: int) -> None:
    body = {"code": "A1", "name": "One", "unit_id": unit}

    first = editor.post("base/item", body, key="k1")
    second = editor.post("base/item", body, key="k1")

    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert count(site) == 1


def test_an_idempotency_key_used_for_something_else_is_a_conflict(site: Site, editor: Any, unit: int) -> None:
    editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}, key="k1")

    answer = editor.post("base/item", {"code": "A2", "name": "Two", "unit_id": unit}, key="k1")

    assert answer.status == 409
    assert count(site) == 1


def test_no_verb_reaches_a_record_of_another_company(editor: Any, foreign: dict[str, int]) -> None:
    path = f"base/item/{foreign['item']}"

    assert editor.get(path).status == 404
    assert editor.patch(path, {"name": "Mine"}, version=1).status == 404
    assert editor.delete(path, version=1).status == 404
    assert "HIDDEN" not in str(editor.get("base/item").json)


def test_a_record_cannot_be_given_to_another_company(
    site: Site, editor: Any, foreign: dict[str, int], unit: int
) -> None:
    before = count(site)

    answer = editor.post(
        "base/item", {"code": "A1", "name": "One", "unit_id": unit, "company_id": foreign["company"]}
    )

    assert answer.status == 403
    assert count(site) == before


def test_a_hidden_record_cannot_be_referred_to(
    site: Site, editor: Any, foreign: dict[str, int], unit: int
) -> None:
    before = count(site)

    answer = editor.post(
        "base/item",
        {"code": "A1", "name": "One", "unit_id": unit, "erp_supply": {"supplier_id": foreign["party"]}},
    )

    assert answer.status == 403
    assert count(site) == before


def test_a_person_without_grants_gets_nothing_by_any_verb(rest: Rests, editor: Any, unit: int) -> None:
    made = editor.post("base/company", {}).json
    nobody = rest("base.employee")
    item = editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}).json

    assert made["status"] in (403, 422)
    assert nobody.post("base/item", {"code": "N", "name": "N", "unit_id": unit}).status == 403
    assert nobody.patch(f"base/item/{item['id']}", {"name": "N"}, version=1).status == 403
    assert nobody.delete(f"base/item/{item['id']}", version=1).status == 403
    assert nobody.get("erp_supply/receipt").status == 403


def test_a_token_does_no_more_than_its_scopes_say(rest: Rests, unit: int) -> None:
    reader = rest("base.master_data_editor", scopes=("base.item:read",))

    assert reader.get("base/item").status == 200
    assert reader.get("base/party").status == 403
    assert reader.post("base/item", {"code": "N", "name": "N", "unit_id": unit}).status == 403


def test_nobody_finds_by_what_their_roles_hide(rest: Rests) -> None:
    officer, employee = rest("base.personnel_officer"), rest("base.employee")
    officer.post("base/person", {"number": "7", "name": "Ada", "badges": [{"number": "B-77"}]})
    by_badge = '{"path": "badges>number", "op": "eq", "value": "B-77"}'

    assert [found["name"] for found in officer.get("base/person", filter=by_badge).json["items"]] == ["Ada"]
    assert employee.get("base/person", filter=by_badge).status == 404


def test_a_token_of_less_scope_does_not_hear_what_another_was_answered(
    site: Site, editor: Any, unit: int
) -> None:
    body = {"code": "A1", "name": "One", "unit_id": unit}
    editor.post("base/item", body, key="k1")
    with open_env(site) as env:
        user_id = env.session.scalars(select(ApiToken.user_id)).one()

    answer = rest_of(site, user_id, "base.party:read").post("base/item", body, key="k1")

    assert answer.status == 403


def test_a_condition_on_an_unknown_field_or_operator_is_refused(editor: Any) -> None:
    assert editor.get("base/item", filter='{"path": "nothing", "op": "eq", "value": 1}').status == 404
    assert editor.get("base/item", filter='{"path": "code", "op": "like", "value": "%"}').status == 422
    assert editor.get("base/item", filter="{").status == 422
    assert editor.get("base/item", sort="nothing").status == 404
    assert editor.get("base/item", after="x").status == 422
    assert editor.get("base/item", limit="0").status == 422


def test_parts_have_no_address_of_their_own(editor: Any) -> None:
    assert editor.get("base/contact").status == 404
    assert editor.get("base/nothing").status == 404


def test_a_number_that_no_column_holds_is_refused_and_changes_nothing(
    site: Site, editor: Any, unit: int
) -> None:
    item = editor.post("base/item", {"code": "A1", "name": "One", "unit_id": unit}).json

    refused = editor.patch(f"base/item/{item['id']}", {"unit_id": 10**30}, version=1)

    assert refused.status in (404, 422)
    assert editor.get(f"base/item/{item['id']}").json["unit_id"] == unit


def test_a_new_line_without_what_it_needs_is_refused_with_its_field(editor: Any) -> None:
    given = {"code": "P1", "name": "Partner", "contacts": [{"email": "who@example.org"}]}

    refused = editor.post("base/party", given)

    assert (refused.status, refused.json["errors"]) == (422, {"contacts.0.name": "Name is needed."})

"""The description says what there is, and no more than the caller may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_it_describes_every_verb_that_the_caller_may_use(editor: Any) -> None:
    found = editor.get("openapi.json").json

    assert found["openapi"] == "3.1.0"
    assert set(found["paths"]["/api/base/item"]) == {"get", "post"}
    assert {"get", "patch", "delete"} <= set(found["paths"]["/api/base/item/{id}"])
    assert "/api/base/contact" not in found["paths"]


def test_it_leaves_out_what_the_caller_may_not_read(rest: Callable[..., Any]) -> None:
    found = rest("base.employee").get("openapi.json").json

    assert "/api/erp_supply/receipt" not in found["paths"]
    assert "post" not in found["paths"]["/api/base/item"]


def test_it_says_that_too_many_calls_are_told_when_to_come_again(editor: Any) -> None:
    found = editor.get("openapi.json").json["paths"]

    answers = [operation["responses"] for verbs in found.values() for operation in _operations(verbs)]
    assert answers
    assert all("Retry-After" in answer["429"]["headers"] for answer in answers)


def test_every_reference_in_it_leads_somewhere(editor: Any) -> None:
    found = editor.get("openapi.json").json
    references = set(_references(found))

    assert references
    assert {r.removeprefix("#/components/schemas/") for r in references} <= set(
        found["components"]["schemas"]
    )


def test_every_address_in_it_is_one(rest: Callable[..., Any]) -> None:
    caller = rest("bridge.bridge_keeper", "erp_supply.buyer", "mes_equipment.viewer")
    found = caller.get("openapi.json").json

    lists = [path for path in found["paths"] if "{id}" not in path]
    answers = {path: caller.get(path.removeprefix("/api/"), limit=1).status for path in lists}

    assert any(path.startswith("/api/bridge.erp/") for path in lists)
    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_exact_numbers_are_described_as_the_text_they_are(editor: Any) -> None:
    described = editor.get("openapi.json").json["components"]["schemas"]["BaseRate"]

    assert described["properties"]["rate"] | {"description": ""} == {
        "type": "string", "format": "decimal", "description": "",
    }  # fmt: skip


def _operations(verbs: Any) -> list[Any]:  # Any: JSON
    return [value for name, value in verbs.items() if name != "parameters"]


def _references(node: Any) -> list[str]:  # Any: JSON
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [r for value in node.values() for r in _references(value)]
    return [r for value in node for r in _references(value)] if isinstance(node, list) else []

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


def test_every_reference_in_it_leads_somewhere(editor: Any) -> None:
    found = editor.get("openapi.json").json
    references = set(_references(found))

    assert references
    assert {r.removeprefix("#/components/schemas/") for r in references} <= set(
        found["components"]["schemas"]
    )


def _references(node: Any) -> list[str]:  # Any: JSON
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [r for value in node.values() for r in _references(value)]
    return [r for value in node for r in _references(value)] if isinstance(node, list) else []

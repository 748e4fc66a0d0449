"""The OpenAPI 3.1 description of what a person may do over REST, made of the same declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.actions import Action, actions_of
from core.api import schema
from core.api.requests import SIGNATURE, SIGNATURE_CODE
from core.orm.catalog import is_part
from core.orm.env import Env
from core.orm.model import Model, model_name, models
from core.workflow import workflow_of

if TYPE_CHECKING:
    from apispec import APISpec

VERSION = "1"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}  # fmt: skip
SIGNED = "Where the step is signed (21 CFR Part 11), the call brings login and password, and the version that was read."
SIGNING = [
    {"name": SIGNATURE, "in": "header", "description": "Basic, and the Base64 of login:password.",
     "schema": {"type": "string"}},
    {"name": SIGNATURE_CODE, "in": "header", "description": "The code of a second factor, where there is one.",
     "schema": {"type": "string"}},
    {"name": "If-Match", "in": "header", "description": "The version of the record that was read.",
     "schema": {"type": "string"}},
]  # fmt: skip
ID = {"type": "integer", "format": "int64", "minimum": 1}
REFUSALS = ("400", "401", "403", "404", "409", "422", "429")
#: When to come again (RFC 9110, 10.2.3); sent with 429 alone.
RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}


def describe(env: Env) -> dict[str, Any]:  # Any: an OpenAPI document
    """Every model that the caller may read, with the verbs and actions that they may use."""
    from apispec import APISpec  # noqa: PLC0415 -- only whoever asks for the description waits for it
    from apispec.ext.marshmallow import MarshmallowPlugin  # noqa: PLC0415 -- as above

    marshmallow = MarshmallowPlugin(schema_name_resolver=_component)
    spec = APISpec("Dovetail", VERSION, "3.1.0", plugins=[marshmallow], security=[{"token": []}])
    marshmallow.map_to_openapi_type(schema.Exact, "string", "decimal")  # type: ignore[no-untyped-call]  # apispec's
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", PROBLEM)
    schemas = schema.Schemas(env)
    for model in models():
        if not is_part(model) and env.site.access.may(env.principal, "read", model):
            _describe_model(spec, env, schemas, model)
    found: dict[str, Any] = spec.to_dict()
    return found


def _describe_model(spec: APISpec, env: Env, schemas: schema.Schemas, model: type[Model]) -> None:
    address = "/api/" + "/".join(model_name(model).rsplit(".", 1))
    may = {verb for verb in ("create", "write", "delete") if env.site.access.may(env.principal, verb, model)}
    output = schemas.of_model(model, writing=False)
    many: dict[str, Any] = {"get": _list(model, output)}
    one: dict[str, Any] = {"get": _operation(f"One of {model.plural}", output)}
    if "create" in may:
        many["post"] = _operation(
            f"Create {model.singular}", output, schemas.of_model(model, writing=True), "201"
        )
    if "write" in may:
        given = schemas.of_model(model, writing=True)(partial=True)
        one["patch"] = _operation(f"Change {model.singular}", output, given, lock=True)
    if "delete" in may:
        one["delete"] = _operation(f"Delete {model.singular}", None, lock=True, status="204")
    identity = [{"name": "id", "in": "path", "required": True, "schema": ID}]
    spec.path(address, operations=many)
    spec.path(f"{address}/{{id}}", operations=one, parameters=identity)
    for action in actions_of(model):
        if action.allowed_to(env):
            spec.path(
                f"{address}/{{id}}/{action.name}", operations={"post": _action(action)}, parameters=identity
            )


def _list(model: type[Model], output: object) -> dict[str, Any]:  # Any: an OpenAPI operation
    texts = {
        "filter": "A condition as JSON: {op, of} or {path, op, value}.", "q": "Text to search for.",
        "sort": "Field names, comma-separated, - for descending.", "after": "The cursor of the page before.",
    }  # fmt: skip
    parameters = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in texts.items()
    ]
    parameters.append(
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}}
    )
    listed = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": output}, "next": {"type": ["string", "null"]}},
    }
    made = _operation(str(model.plural), listed)
    made["parameters"] = parameters
    return made


def _action(action: Action) -> dict[str, Any]:  # Any: an OpenAPI operation
    done = {
        "type": "object",
        "properties": {
            "record": {"type": ["object", "null"]},
            "opened": {"type": "array", "items": {"type": "object"}},
            "answer": {"type": "object"},
        },
    }
    made = _operation(str(action.label), done, schema.of_action(action))
    made["description"] = action.help
    workflow = workflow_of(action.model)
    if workflow is not None and workflow.may_ask_signature(action.when):
        made["parameters"] = SIGNING
        made["description"] += f"\n\n{SIGNED}"
    return made


def _operation(
    summary: str, output: object, given: object = None, status: str = "200", *, lock: bool = False
) -> dict[str, Any]:  # Any: an OpenAPI operation
    content = {"application/json": {"schema": output}} if output is not None else None
    answers: dict[str, Any] = {status: {"description": "Done"} | ({"content": content} if content else {})}
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers |= {
        code: {"description": "Refused", "content": refused}
        for code in (*REFUSALS, *(("428",) if lock else ()))
    }
    answers["429"]["headers"] = RETRY_AFTER
    made: dict[str, Any] = {"summary": summary, "responses": answers}
    if given is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": given}}}
    if lock:
        made["parameters"] = [
            {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
        ]
    return made


def _component(made: Any) -> str:  # Any: a Schema or its class
    kind = made if isinstance(made, type) else type(made)
    partial = "" if isinstance(made, type) or not made.partial else "Partial"
    return f"{kind.__name__}{partial}"

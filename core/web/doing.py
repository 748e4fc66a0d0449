"""Actions on records: asked for what they need, done at once or as a job, and answered with what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import inspect

from core.actions import Action, Parameter, action_named, run
from core.errors import PlatformError, UserError, ValidationError
from core.i18n import _, plural
from core.orm.env import Env
from core.orm.model import Model
from core.orm.types import Choice
from core.security.signature import present
from core.web import signing
from core.web.asking import AskPage, Left
from core.web.crumbs import model_crumbs
from core.web.forms import refused_page
from core.web.parts import Option, Page, Words
from core.web.record_parts import Fix, FormField
from core.web.request import UNPROCESSABLE, env, go, is_htmx, local_url, principal, wants_json
from core.web.templating import render
from core.web.typed import plain_number
from core.web.urls import list_url, model_at, record_url, with_query

blueprint = Blueprint("doing", __name__)


@dataclass(frozen=True)
class Said:
    """A value that an action answered with."""

    label: Words
    text: str


@dataclass(frozen=True)
class AnswerPage:
    """What answer.html.jinja shows."""

    said: Sequence[Said]
    back_url: str
    count_text: str


@blueprint.get("/m/<name>/-/action/<action>")
def ask(name: str, action: str) -> Response:
    """What the action needs to know, and what will be lost."""
    chosen = action_named(model_at(name), action)
    return ask_page(chosen, chosen_records(env(), chosen.model), {})


@blueprint.post("/m/<name>/-/action/<action>")
def do(name: str, action: str) -> Response:
    """Do it to one record, or to several chosen ones; the first refusal leaves everything as it was."""
    chosen = action_named(model_at(name), action)
    signed = signing.given(chosen.model)
    records = chosen_records(env(), chosen.model)
    if signed.errors or (asks(chosen, records) and "_asked" not in request.form):
        return ask_page(chosen, records, signed.errors or {}, UNPROCESSABLE if signed.errors else 200)
    present(env(), signed.proof)
    try:
        with env().savepoint():
            done = run(env(), chosen, records, answers(chosen, request.form))
            env().flush()
    except PlatformError as error:
        if wanted := signing.wanted(error):
            return ask_page(chosen, records, {}, UNPROCESSABLE, meanings=wanted)
        asked = {p.name for p in chosen.parameters}
        if isinstance(error, ValidationError) and asked & set(error.fields):
            return ask_page(chosen, records, error.fields, UNPROCESSABLE)
        if is_htmx() or wants_json() or len(records) > 1:
            raise
        return refused_page(chosen.model, records[0].id, error)
    if done.answer and chosen.answers:
        return _answered(chosen, records, done.answer)
    if done.opened:
        first = done.opened[0]
        return go(record_url(type(first), first.id), full=True)
    return go(_back(chosen, records), full=True)


def _answered(chosen: Action, records: Sequence[Model], answer: Mapping[str, object]) -> Response:
    """What the action answered: shown this once."""
    said = [
        Said(chosen.answers[name], str(value)) for name, value in answer.items() if name in chosen.answers
    ]
    page = AnswerPage(said, _back(chosen, records), str(_count(records)))
    crumbs = model_crumbs(chosen.model, chosen.label)
    return render("answer.html.jinja", Page(chosen.label, crumbs=crumbs), answered=page)


def asks(chosen: Action, records: Sequence[Model]) -> bool:
    """Whether the person is asked anything before the action is done to these records."""
    return bool(chosen.parameters or chosen.confirm or signing.meanings(chosen, records))


def chosen_records(at: Env, model: type[Model]) -> list[Model]:
    """The records that the request names by id, in that order; raises NotFound for one the person may not see."""
    ids = [int(text) for text in request.values.getlist("ids") if text.isdecimal()]
    if not ids:
        raise UserError(_("Choose at least one record first."))
    return [at.get(model, record_id) for record_id in dict.fromkeys(ids)]


def answers(chosen: Action, form: Mapping[str, str]) -> dict[str, object]:
    """What the person answered, typed as the action's parameters say; raises ValidationError by parameter."""
    values: dict[str, object] = {}
    problems: dict[str, object] = {}
    for parameter in chosen.parameters:
        try:
            values[parameter.name] = _typed(parameter, form.get(parameter.name, "").strip())
        except (ValueError, ArithmeticError, PlatformError):
            problems[parameter.name] = _("{value} is no value for {field}.",
                                         value=form.get(parameter.name, ""), field=parameter.ask.label)  # fmt: skip
    if problems:
        raise ValidationError(problems)
    return values


def ask_page(
    chosen: Action,
    records: Sequence[Model],
    errors: Mapping[str, object],
    status: int = 200,
    *,
    meanings: Sequence[Words] = (),
) -> Response:
    """What the action needs to know of the person before it is done to the records; `meanings` are what they sign."""
    refused = [
        (record, reason) for record in records if (reason := chosen.refusal(env(), record)) is not None
    ]
    page = AskPage(
        url=with_query(
            f"{list_url(chosen.model)}/-/action/{chosen.name}", [("back", request.values.get("back", ""))]
        ),
        ids=[str(record.id) for record in records],
        help=chosen.help,
        count_text=_count(records),
        fields=asked_fields(chosen, records, errors),
        submit=chosen.label,
        back_url=_back(chosen, records),
        tone="bad" if chosen.confirm else "",
        loss=chosen.loss(env(), records),
        refused=[Left(r.label, record_url(chosen.model, r.id), reason) for r, reason in refused],
        signing=signing.box(records, meanings or signing.meanings(chosen, records), errors),
    )
    crumbs = model_crumbs(chosen.model, chosen.label)
    return render("action.html.jinja", Page(chosen.label, crumbs=crumbs), status, ask=page)


def _count(records: Sequence[Model]) -> Words:
    if len(records) == 1:
        return records[0].label
    return plural("{count} record", "{count} records", len(records))


def asked_fields(chosen: Action, records: Sequence[Model], errors: Mapping[str, object]) -> list[FormField]:
    """The inputs of what the action asks before it runs."""
    return [_field(chosen, parameter, records, errors) for parameter in chosen.parameters]


def _field(
    chosen: Action, parameter: Parameter, records: Sequence[Model], errors: Mapping[str, object]
) -> FormField:
    default = parameter.ask.default(env(), records) if parameter.ask.default else ""
    error = errors.get(parameter.name)
    raw = request.form.get(parameter.name, "" if default is None else str(default))
    return FormField(
        parameter.name,
        parameter.ask.label,
        widget=_widget(parameter),
        raw=raw,
        required=parameter.required,
        help=parameter.ask.help or "",
        error=Fix(str(error)) if error is not None else None,
        options=[Option(m.value, m.label) for m in parameter.kind]
        if issubclass(parameter.kind, Choice)
        else (),
        pick_url=f"{list_url(parameter.ask.to)}/-/pick" if parameter.ask.to else "",
        autofocus=parameter is chosen.parameters[0],
    )


def _widget(parameter: Parameter) -> str:
    if parameter.ask.to is not None:
        return "link"
    if issubclass(parameter.kind, Choice):
        return "select"
    return {bool: "bool", date: "date", Decimal: "number", int: "number"}.get(parameter.kind, "text")


def _typed(parameter: Parameter, text: str) -> Any:  # Any: of the parameter's type
    if text == "":
        return None
    if parameter.kind is bool:
        return text == "1"
    if parameter.kind is date:
        return date.fromisoformat(text)
    if parameter.ask.to is not None or not issubclass(parameter.kind, Decimal | int):
        return parameter.kind(text)
    value = plain_number(principal().locale, text)
    if parameter.kind is int and value != value.to_integral_value():
        raise ValueError(text)
    return parameter.kind(value)


def _back(chosen: Action, records: Sequence[Model]) -> str:
    given = request.values.get("back", "")
    if given:
        return local_url(given, list_url(chosen.model))
    state = inspect(records[0])
    is_there = len(records) == 1 and not (state.deleted or state.detached)
    return record_url(chosen.model, records[0].id) if is_there else list_url(chosen.model)

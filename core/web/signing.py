"""Signing in the dialog of an action: what it means, and the password, which is checked before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from core.actions import Action
from core.errors import PlatformError
from core.i18n import _
from core.orm.model import Model, model_name
from core.security.passkey_entry import question_to_sign
from core.security.signature import SignatureNeeded, SigningProof
from core.security.signing import Answered, Claim, Component, prove, prove_by_passkey, ways
from core.security.totp import WrongCode
from core.web.parts import Words
from core.web.passkeys import asked_as_json, place
from core.web.record_parts import Fix, FormField
from core.web.request import env, principal, site, visitor
from core.web.urls import model_at
from core.workflow import workflow_of

blueprint = Blueprint("signing", __name__)

#: Each component of a signature by the name of its input.
_INPUTS = {Component.LOGIN: "_login", Component.PASSWORD: "_password", Component.CODE: "_code"}
#: What a passkey answered, with the ticket of its question.
_TICKET, _CREDENTIAL = "_ticket", "_credential"
#: More records than this are not signed at once: nobody has read them.
MOST = 200


@dataclass(frozen=True)
class Box:
    """The part of the dialog in which the person signs."""

    name: str
    meanings: Sequence[Words]
    fields: Sequence[FormField]
    #: `id:version` of each record, as the person sees it now.
    seen: Sequence[str]
    #: Where a passkey's question comes from; "" for who has none.
    question: str = ""
    #: Why a passkey's answer was refused.
    problem: Words = ""


@dataclass(frozen=True)
class Given:
    """What the request brought to sign with: a proof, or by input why it is none."""

    proof: SigningProof | None = None
    errors: Mapping[str, object] | None = None


@blueprint.post("/-/sign/<name>/question")
def question(name: str) -> Response:
    """What a passkey is asked to sign the records of the dialog as they were seen."""
    return asked_as_json(question_to_sign(site(), place(), visitor().session, _about(model_at(name))))


def given(model: type[Model]) -> Given:
    """The signature in the form; taken before the request's transaction begins, so that a refused one is counted."""
    form = request.form
    if "_signed" not in form:
        return Given()
    try:
        proof = _proof(model)
    except PlatformError as error:
        wrong = _INPUTS[Component.CODE if isinstance(error, WrongCode) else Component.PASSWORD]
        return Given(errors={_CREDENTIAL if form.get(_CREDENTIAL) else wrong: error.message})
    pairs = (text.partition(":") for text in form.getlist("_seen"))
    seen = frozenset((model_name(model), int(i), int(v)) for i, _colon, v in pairs if (i + v).isdecimal())
    return Given(replace(proof, seen=seen))


def _proof(model: type[Model]) -> SigningProof:
    form, who, address = request.form, principal().user_id or 0, request.remote_addr or ""
    if form.get(_CREDENTIAL):
        answer = Answered(form.get(_TICKET, ""), form[_CREDENTIAL])
        return prove_by_passkey(site(), who, place(), answer, _about(model), address, visitor().session)
    claim = Claim(*(form.get(name, "") for name in _INPUTS.values()))
    return prove(site(), who, claim, address, visitor().session)


def _about(model: type[Model]) -> list[str]:
    """What a passkey signs: the kind of the records, and each as it was seen."""
    return [model_name(model), *request.form.getlist("_seen")]


def meanings(chosen: Action, records: Sequence[Model]) -> list[Words]:
    """What the person's signature would mean, where the action takes one of these records through a signed step."""
    workflow = workflow_of(chosen.model)
    if workflow is None or not workflow.may_ask_signature(chosen.when):
        return []
    guards = [guard for record in records for guard in workflow.signatures(env(), record, chosen.when)]
    return list(dict.fromkeys(str(guard.meaning) for guard in guards))


def box(records: Sequence[Model], said: Sequence[Words], errors: Mapping[str, object]) -> Box | None:
    """The part of the dialog, where there is something to sign; raises NoPassword for who cannot."""
    if not said:
        return None
    with env().as_system() as system:
        can = ways(system, principal().user_id or 0, visitor().session)
    fields = [_field(each, errors, first=each is can.components[0]) for each in can.components]
    seen = [f"{record.id}:{record.version}" for record in records]
    asked_at = f"/-/sign/{model_name(type(records[0]))}/question" if can.passkey else ""
    return Box(principal().name, said, fields, seen, asked_at, str(errors.get(_CREDENTIAL, "")))


def wanted(error: PlatformError) -> list[Words]:
    """What a guard wants to have signed that the action's declaration did not tell of."""
    return [str(error.meaning)] if isinstance(error, SignatureNeeded) and error.meaning else []


def _field(component: Component, errors: Mapping[str, object], *, first: bool) -> FormField:
    name, (label, kind, completes) = _INPUTS[component], _LOOKS[component]
    error = errors.get(name)
    return FormField(
        name, label, widget=kind, required=True, autocomplete=completes, autofocus=first,
        raw=request.form.get(name, "") if component is Component.LOGIN else "",
        inputmode="numeric" if component is Component.CODE else "",
        error=Fix(str(error)) if error is not None else None,
    )  # fmt: skip


_LOOKS = {
    Component.LOGIN: (_("Login"), "text", "username"),
    Component.PASSWORD: (_("Password"), "password", "current-password"),
    Component.CODE: (_("Code of the authenticator app"), "text", "one-time-code"),
}

"""Passkeys on pages: signing in with one, making and removing them, and giving one instead of the password."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from core.errors import PlatformError, ValidationError
from core.i18n import _
from core.security import passkey, passkey_entry, sign_in
from core.security.passkey import Place, Question
from core.web.auth import address, agent, code_form, entered, password_form, with_session
from core.web.cells import Column, Value
from core.web.csrf import session_cookie
from core.web.parts import Action, Note, PasskeyForm
from core.web.record_parts import FormField
from core.web.request import UNPROCESSABLE, env, go, local_url, principal, public, reader, site, visitor
from core.web.settings import SIGN_IN, SettingsPage, Table, TableRow, fix_of, sections, show

blueprint = Blueprint("passkeys", __name__)

HERE = "/-/settings/passkeys"


@blueprint.post("/-/sign-in/passkey/question")
@public
def question() -> Response:
    return asked_as_json(passkey_entry.question(site(), place(), request.form.get("challenge", "")))


@blueprint.post("/-/sign-in/passkey")
@public
def enter() -> Response:
    """With a passkey alone, or with one as the second factor of the sign-in that `challenge` is of."""
    challenge, given = request.form.get("challenge", ""), (request.form["ticket"], request.form["credential"])
    replaces, after = request.cookies.get(session_cookie(), ""), local_url(request.form.get("next", "/"))
    try:
        if challenge:
            found = passkey_entry.confirm(
                site(), challenge, place(), *given, address(), agent(), replaces=replaces
            )
        else:
            found = passkey_entry.enter(site(), place(), *given, address(), agent(), replaces=replaces)
    except PlatformError as error:
        return code_form(challenge, error, after) if challenge else password_form(error=error)
    return entered(found, after)


@blueprint.post("/-/prove/passkey/question")
def question_again() -> Response:
    return asked_as_json(passkey_entry.question_to(site(), place(), visitor().session))


@blueprint.post("/-/prove/passkey")
def prove() -> Response:
    given = request.form["ticket"], request.form["credential"]
    token = passkey_entry.prove_again(site(), visitor().session, place(), *given, address())
    return with_session(go(local_url(request.form.get("next", "/")), full=True), token)


@blueprint.get(f"{HERE}/new")
def new() -> Response:
    sign_in.require_proof(site(), visitor().session)
    return _form({})


@blueprint.post(f"{HERE}/question")
def question_of_new() -> Response:
    sign_in.require_proof(site(), visitor().session)
    with env().as_system() as system:
        return asked_as_json(passkey.begin(system, principal().user_id or 0, place()))


@blueprint.post(HERE)
def register() -> Response:
    sign_in.require_proof(site(), visitor().session)
    name, begun = request.form.get("name", ""), passkey.taken(site(), request.form["ticket"])
    try:
        with env().as_system() as system:
            codes = passkey.register(
                system, principal().user_id or 0, place(), name, begun, request.form["credential"]
            )
    except ValidationError as error:
        return _form(error.fields, UNPROCESSABLE)
    return _codes(codes) if codes else go(SIGN_IN, full=True)


@blueprint.post(f"{HERE}/<int:passkey_id>/remove")
def remove(passkey_id: int) -> Response:
    sign_in.require_proof(site(), visitor().session)
    with env().as_system() as system:
        passkey.remove(system, principal().user_id or 0, passkey_id)
    return go(SIGN_IN, full=True)


def passkeys_table() -> Table:
    """The devices of the person that sign them in."""
    who = reader()
    with env().as_system() as system:
        known = passkey.of_user(system, principal().user_id or 0)
    rows = [
        TableRow(
            [Value("text", each.name), Value("date", who.moment(each.made_at)),
             Value("date", who.moment(each.used_at) if each.used_at else "")],
            [Action(_("Remove"), f"{HERE}/{each.id}/remove", method="post")],
        )
        for each in known
    ]  # fmt: skip
    columns = [Column("name", _("Name")), Column("made", _("Since")), Column("used", _("Last used"))]
    new_one = Action(_("New passkey"), f"{HERE}/new")
    none = _(
        "None yet. A passkey is quicker than a password, and nobody can steal it from you by a false page."
    )
    return Table(
        _("Passkeys"), columns, rows, _("devices that sign you in without a password"), [new_one], none
    )


def form_to_prove(after: str) -> PasskeyForm | None:
    """Giving a passkey instead of the password, for who has one."""
    with env().as_system() as system:
        if not passkey.of_user(system, principal().user_id or 0):
            return None
    return PasskeyForm(
        "/-/prove/passkey", "/-/prove/passkey/question", _("Go on with a passkey"), {"next": after}
    )


def _form(errors: Mapping[str, object], status: int = 200) -> Response:
    name = FormField("name", _("Name of the device"), raw=request.form.get("name", ""), required=True,
                     autofocus=True, error=fix_of(errors, "name"))  # fmt: skip
    form = PasskeyForm(HERE, f"{HERE}/question", _("Make a passkey"), kind="create", fields=[name])
    return show(_("New passkey"), SettingsPage(sections(SIGN_IN), "", [], passkey=form), status)


def _codes(codes: list[str]) -> Response:
    """A passkey is a second factor: whoever loses the device gets in by these."""
    kept = Note(_("Keep these codes where you find them without the device. Each works once: {codes}",
                  codes=", ".join(codes)))  # fmt: skip
    page = SettingsPage(sections(SIGN_IN), "", [], [passkeys_table()], read_only=kept)
    return show(_("Recovery codes"), page)


def asked_as_json(asked: Question) -> Response:
    """A question as scripts read it."""
    return jsonify(ticket=asked.ticket, options=asked.options)


def place() -> Place:
    """The page's own address: a browser lets a passkey answer for no other."""
    return Place(urlsplit(request.host_url).hostname or "", request.host_url.rstrip("/"))

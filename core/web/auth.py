"""Signing in and out, the second factor, and choosing the company to work in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from core.errors import PlatformError
from core.i18n import Text, _
from core.security import federation, passkey_entry, sign_in
from core.security.sign_in import CodeNeeded, SignedIn, SignInRefused
from core.web.csrf import session_cookie, set_cookie
from core.web.errors import retry_after
from core.web.parts import Action, Note, Page, PasskeyForm
from core.web.record_parts import FormField
from core.web.request import go, local_url, public, site, visitor
from core.web.templating import render
from core.web.urls import with_query

blueprint = Blueprint("auth", __name__)
log = logging.getLogger("dovetail.web")

#: Where an answer of a passkey goes, and where its question comes from.
_PASSKEY = ("/-/sign-in/passkey", "/-/sign-in/passkey/question")


@dataclass(frozen=True)
class DemoUser:
    """Somebody to sign in as on a demonstration site."""

    role: str
    login: str
    password: str


@dataclass(frozen=True)
class LoginForm:
    """What login.html.jinja shows."""

    url: str
    next: str
    fields: Sequence[FormField]
    challenge: str = ""
    hint: Text | str = ""
    label: Text | str = ""
    providers: Sequence[Action] = ()
    demo: Sequence[DemoUser] = ()
    passkey: PasskeyForm | None = None


@blueprint.get("/-/sign-in")
@public
def sign_in_page() -> Response:
    if visitor().is_signed_in:
        return go(_next())
    return password_form()


@blueprint.post("/-/sign-in")
@public
def sign_in_try() -> Response:
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        found = sign_in.authenticate(
            site(), login, password, address(), agent(), replaces=request.cookies.get(session_cookie(), "")
        )
    except PlatformError as error:
        return retry_after(password_form(login, error), error)
    return code_form(found.challenge) if isinstance(found, CodeNeeded) else entered(found, _next())


@blueprint.post("/-/sign-in/code")
@public
def sign_in_code() -> Response:
    challenge = request.form.get("challenge", "")
    try:
        found = sign_in.confirm_code(
            site(), challenge, request.form.get("code", ""), address(), agent(),
            replaces=request.cookies.get(session_cookie(), ""),
        )  # fmt: skip
    except PlatformError as error:
        return retry_after(code_form(challenge, error), error)
    return entered(found, _next())


@blueprint.post("/-/sign-out")
def sign_out() -> Response:
    elsewhere = _ended_elsewhere()
    sign_in.sign_out(site(), visitor().session)
    response = _signed_out(elsewhere) if elsewhere else go("/-/sign-in", full=True)
    set_cookie(response, session_cookie(), "")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/-/company/<int:company_id>")
def choose_company(company_id: int) -> Response:
    sign_in.choose_company(site(), visitor().session, company_id)
    return go("/", full=True)


def password_form(login: str = "", error: PlatformError | None = None) -> Response:
    fields = [
        FormField("login", _("Login"), raw=login, required=True, autofocus=not login, autocomplete="username"),
        FormField("password", _("Password"), widget="password", required=True, autofocus=bool(login),
                  autocomplete="current-password"),
    ]  # fmt: skip
    ways = [
        Action(_("Sign in with {provider}", provider=way.name),
               with_query(f"/-/sign-in/with/{way.code}", [("next", _next())]))
        for way in federation.offered(site())
    ]  # fmt: skip
    form = PasskeyForm(*_PASSKEY, _("Sign in with a passkey"), {"next": _next()})
    return _form(_("Sign in"), LoginForm("/-/sign-in", _next(), fields, providers=ways, passkey=form), error)


def code_form(challenge: str, error: PlatformError | None = None, after: str = "") -> Response:
    code = FormField(
        "code", _("Code"), required=True, autofocus=True, autocomplete="one-time-code",
        help=_("The six digits that your authenticator app shows, or a recovery code."),
    )  # fmt: skip
    after, form = after or _next(), None
    if _takes_passkey(challenge):
        form = PasskeyForm(*_PASSKEY, _("Use a passkey"), {"next": after, "challenge": challenge})
    return _form(
        _("Second factor"), LoginForm("/-/sign-in/code", after, [code], challenge, passkey=form), error
    )


def _takes_passkey(challenge: str) -> bool:
    try:
        return passkey_entry.is_taken(site(), challenge)
    except SignInRefused:  # too old: the page says so
        return False


def _ended_elsewhere() -> str:
    """Where the person ends the provider's session too; a provider that is away keeps nobody signed in here."""
    try:
        return federation.logout_address(site(), visitor().session, request.host_url + "-/sign-in")
    except PlatformError:
        log.warning("the identity provider could not be asked for the address of its sign-out")
        return ""


def _signed_out(elsewhere: str) -> Response:
    """A link and no redirect: the policy of our pages lets no form lead elsewhere."""
    leave = Action(_("Sign out of the identity provider too"), elsewhere)
    login = LoginForm("", "/", [], providers=[leave])
    return render("login.html.jinja", Page(_("You are signed out")), login=login)


def _form(title: Text, login: LoginForm, error: PlatformError | None) -> Response:
    notes = [Note(str(error), tone="bad")] if error else []
    return render("login.html.jinja", Page(title, notes=notes), error.status if error else 200, login=login)


def entered(found: SignedIn, after: str) -> Response:
    where = after if not found.must_change_password else "/-/password"
    return with_session(go(where, full=True), found.token)


def with_session(response: Response, token: str) -> Response:
    """Have the browser keep the token of its session."""
    set_cookie(response, session_cookie(), token)
    return response


def _next() -> str:
    return local_url(request.values.get("next", "/"))


def address() -> str:
    return request.remote_addr or ""


def agent() -> str:
    return request.user_agent.string

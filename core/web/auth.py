"""Signing in and out, the second factor, and choosing the company to work in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from core.errors import PlatformError
from core.i18n import Text, _
from core.security import sign_in
from core.security.sign_in import CodeNeeded, SignedIn
from core.security.throttle import TooManyAttempts
from core.web.csrf import session_cookie, set_cookie
from core.web.parts import Action, Note, Page
from core.web.record_parts import FormField
from core.web.request import go, local_url, public, site, visitor
from core.web.templating import render

blueprint = Blueprint("auth", __name__)


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


@blueprint.get("/-/sign-in")
@public
def sign_in_page() -> Response:
    if visitor().is_signed_in:
        return go(_next())
    return _password_form()


@blueprint.post("/-/sign-in")
@public
def sign_in_try() -> Response:
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        found = sign_in.authenticate(
            site(), login, password, _address(), _agent(), replaces=request.cookies.get(session_cookie(), "")
        )
    except PlatformError as error:
        return _retry_after(_password_form(login, error), error)
    return _code_form(found.challenge) if isinstance(found, CodeNeeded) else _entered(found)


@blueprint.post("/-/sign-in/code")
@public
def sign_in_code() -> Response:
    challenge = request.form.get("challenge", "")
    try:
        found = sign_in.confirm_code(
            site(), challenge, request.form.get("code", ""), _address(), _agent(),
            replaces=request.cookies.get(session_cookie(), ""),
        )  # fmt: skip
    except PlatformError as error:
        return _retry_after(_code_form(challenge, error), error)
    return _entered(found)


@blueprint.post("/-/sign-out")
@public
def sign_out() -> Response:
    if visitor().is_signed_in:
        sign_in.sign_out(site(), visitor().session)
    response = go("/-/sign-in", full=True)
    set_cookie(response, session_cookie(), "")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/-/company/<int:company_id>")
def choose_company(company_id: int) -> Response:
    sign_in.choose_company(site(), visitor().session, company_id)
    return go("/", full=True)


def _password_form(login: str = "", error: PlatformError | None = None) -> Response:
    fields = [
        FormField("login", _("Login"), raw=login, required=True, autofocus=not login, autocomplete="username"),
        FormField("password", _("Password"), widget="password", required=True, autofocus=bool(login),
                  autocomplete="current-password"),
    ]  # fmt: skip
    return _form(_("Sign in"), "/-/sign-in", fields, "", error)


def _code_form(challenge: str, error: PlatformError | None = None) -> Response:
    code = FormField(
        "code", _("Code"), required=True, autofocus=True, autocomplete="one-time-code",
        help=_("The six digits that your authenticator app shows, or a recovery code."),
    )  # fmt: skip
    return _form(_("Second factor"), "/-/sign-in/code", [code], challenge, error)


def _form(
    title: Text, url: str, fields: list[FormField], challenge: str, error: PlatformError | None
) -> Response:
    notes = [Note(str(error), tone="bad")] if error else []
    login = LoginForm(url, _next(), fields, challenge)
    return render("login.html.jinja", Page(title, notes=notes), error.status if error else 200, login=login)


def _entered(found: SignedIn) -> Response:
    response = go(_next() if not found.must_change_password else "/-/password", full=True)
    set_cookie(response, session_cookie(), found.token)
    return response


def _retry_after(response: Response, error: PlatformError) -> Response:
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _next() -> str:
    return local_url(request.values.get("next", "/"))


def _address() -> str:
    return request.remote_addr or ""


def _agent() -> str:
    return request.user_agent.string

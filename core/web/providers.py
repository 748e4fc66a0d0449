"""Signing in by an identity provider, linking an account with one, and proving oneself there again."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from core.errors import Forbidden, PlatformError
from core.i18n import _
from core.security import federation, sign_in
from core.security.federation import Aim, Origin
from core.security.sign_in import CodeNeeded
from core.web.auth import address, agent, code_form, entered, password_form, with_session
from core.web.calls import take_of_stranger
from core.web.cells import Column, Value
from core.web.csrf import session_cookie, set_cookie
from core.web.errors import problem
from core.web.parts import Action
from core.web.request import Unguarded, env, go, local_url, principal, public, reader, site, visitor
from core.web.settings import SIGN_IN, Table, TableRow
from core.web.urls import with_query

blueprint = Blueprint("providers", __name__)
#: What providers call by themselves: no cookie and no token of a form comes with it, but a signature.
calls = Unguarded("provider_calls", __name__)
calls.before_request(take_of_stranger)

#: Seconds that the ticket of somebody who left for a provider is kept by the browser.
_AWAY_SECONDS = 600


@blueprint.get("/-/sign-in/with/<code>")
@public
def leave(code: str) -> Response:
    return _leave(code, Aim.ENTER, local_url(request.args.get("next", "/")))


@blueprint.get("/-/settings/sign-in/link/<code>")
def link(code: str) -> Response:
    """From our own page alone: a link that others placed would have the account of a stranger linked."""
    _require_own_page()
    sign_in.require_proof(site(), visitor().session)
    return _leave(code, Aim.LINK, SIGN_IN)


@blueprint.get("/-/prove/with/<code>")
def prove(code: str) -> Response:
    _require_own_page()
    return _leave(code, Aim.PROVE, local_url(request.args.get("next", "/")))


@blueprint.get("/-/sign-in/with/<code>/back")
@public
def come_back(code: str) -> Response:
    """Where the provider sends the browser; the ticket is spent whatever comes of it."""
    ticket = request.cookies.get(_away_cookie(), "")
    try:
        arrived = federation.arrive(site(), code, _back(code), ticket, request.args, _origin())
    except PlatformError as error:
        response = _refused(error)
    else:
        response = _arrived(arrived)
    set_cookie(response, _away_cookie(), "")
    return response


@blueprint.post("/-/settings/identities/<int:identity_id>/remove")
def unlink(identity_id: int) -> Response:
    sign_in.require_proof(site(), visitor().session)
    with env().as_system() as system:
        federation.unlink(system, principal().user_id or 0, identity_id)
    return go(SIGN_IN, full=True)


@calls.post("/-/sign-in/with/<code>/ended")
def ended(code: str) -> Response:
    """The provider's word that a person signed out there (OpenID Connect Back-Channel Logout 1.0, 2.5)."""
    try:
        federation.end_from_provider(site(), code, request.form.get("logout_token", ""))
    except PlatformError as error:
        return Response(str(error), HTTPStatus.BAD_REQUEST, content_type="text/plain; charset=utf-8")
    return Response(status=HTTPStatus.OK)


def identities_table() -> Table:
    """The accounts of providers that the person signs in by, and those that could be linked."""
    with env().as_system() as system:
        known = federation.linked(system, principal().user_id or 0)
    rows = [
        TableRow(
            [Value("text", each.issuer, sub=each.subject),
             Value("date", reader().moment(each.used_at) if each.used_at else "")],
            [Action(_("Remove"), f"/-/settings/identities/{each.id}/remove", method="post")],
        )
        for each in known
    ]  # fmt: skip
    links = [
        Action(_("Link {provider}", provider=way.name), f"{SIGN_IN}/link/{way.code}")
        for way in federation.offered(site())
    ]
    columns = [Column("account", _("Account")), Column("used", _("Last used"))]
    note, none = _("where you can sign in instead of here"), _("None is linked with you yet.")
    return Table(_("Identity providers"), columns, rows, note, links, none)


def ways_to_prove(after: str) -> list[Action]:
    """The providers that the person can prove themselves at instead of by a password."""
    with env().as_system() as system:
        issuers = {each.issuer for each in federation.linked(system, principal().user_id or 0)}
    return [
        Action(
            _("Go on by {provider}", provider=way.name),
            with_query(f"/-/prove/with/{way.code}", [("next", after)]),
        )
        for way in federation.offered(site())
        if way.issuer in issuers
    ]


def _leave(code: str, aim: Aim, after: str) -> Response:
    try:
        departure = federation.depart(site(), code, _back(code), aim, _origin(), after)
    except PlatformError as error:
        return _refused(error)
    response = go(departure.url, full=True)
    set_cookie(response, _away_cookie(), departure.ticket, _AWAY_SECONDS)
    return response


def _arrived(arrived: federation.Arrival) -> Response:
    found = arrived.entered
    if isinstance(found, CodeNeeded):
        return code_form(found.challenge, after=arrived.after)
    if found is not None:
        return entered(found, arrived.after)
    response = go(arrived.after, full=True)
    return with_session(response, arrived.token) if arrived.token else response


def _refused(error: PlatformError) -> Response:
    """On the page for signing in, or as any error for somebody who is in."""
    if visitor().is_signed_in:
        return problem(error.code, str(error), error.status)
    return password_form(error=error)


def _require_own_page() -> None:
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        raise Forbidden(_("This link has to be followed on the page of your settings. Nothing has changed."))


def _back(code: str) -> str:
    """An address for each provider, so that none can answer for another (RFC 9700, 4.4.2)."""
    return f"{request.host_url}-/sign-in/with/{code}/back"


def _away_cookie() -> str:
    return session_cookie() + "-away"


def _origin() -> Origin:
    return Origin(address(), agent(), request.cookies.get(session_cookie(), ""))

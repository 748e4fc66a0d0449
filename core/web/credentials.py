"""How a person signs in: password, second factor, sessions and API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import segno
from flask import Blueprint, Response, request
from markupsafe import Markup

from core import clock
from core.errors import PlatformError, ValidationError
from core.i18n import Text, _
from core.security import sign_in, token, totp
from core.security.account import User
from core.web.auth import with_session
from core.web.cells import Column, Value
from core.web.errors import retry_after
from core.web.parts import Action, Note, Words
from core.web.passkeys import form_to_prove, passkeys_table
from core.web.providers import identities_table, ways_to_prove
from core.web.record_parts import FormField
from core.web.request import UNPROCESSABLE, env, go, lacks_factor, local_url, principal, reader, site, visitor
from core.web.settings import SIGN_IN, Group, SettingsPage, Table, TableRow, fix_of, sections, show

blueprint = Blueprint("credentials", __name__)

#: Days that a token lasts unless somebody says otherwise.
TOKEN_DAYS = 90


@blueprint.get(SIGN_IN)
def sign_in_settings() -> Response:
    return _sign_in_settings()


@blueprint.get("/-/password")
def password_page() -> Response:
    return _password({})


@blueprint.post("/-/password")
def change_password() -> Response:
    old, new, again = (request.form.get(name, "") for name in ("old", "password", "again"))
    if new != again:
        return _password({"again": _("This is not the same as the new password.")}, UNPROCESSABLE)
    try:
        renewed = sign_in.change_password(site(), visitor().session, old, new, request.remote_addr or "")
    except ValidationError as error:
        return _password(error.fields, UNPROCESSABLE)
    except PlatformError as error:
        return retry_after(_password({"old": error.message}, error.status), error)
    return with_session(go(SIGN_IN, full=True), renewed)


@blueprint.get("/-/prove")
def prove_page() -> Response:
    return _prove({})


@blueprint.post("/-/prove")
def prove() -> Response:
    try:
        renewed = sign_in.prove_again(
            site(), visitor().session, request.form.get("password", ""), request.remote_addr or ""
        )
    except PlatformError as error:
        return retry_after(_prove({"password": error.message}, error.status), error)
    return with_session(go(local_url(request.form.get("next", "/")), full=True), renewed)


@blueprint.post("/-/settings/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    sign_in.require_proof(site(), visitor().session)
    sign_in.end_session(site(), visitor().session, session_id)
    return go(SIGN_IN, full=True)


@blueprint.post("/-/settings/sessions/end-others")
def end_other_sessions() -> Response:
    sign_in.require_proof(site(), visitor().session)
    sign_in.end_other_sessions(site(), visitor().session)
    return go(SIGN_IN, full=True)


@blueprint.post("/-/settings/second-factor")
def begin_second_factor() -> Response:
    sign_in.require_proof(site(), visitor().session)
    with env().as_system() as system:
        secret, address = totp.enrol(system, principal().user_id or 0)
    return _second_factor(secret, address, {})


@blueprint.post("/-/settings/second-factor/confirm")
def confirm_second_factor() -> Response:
    sign_in.require_proof(site(), visitor().session)
    try:
        with env().as_system() as system:
            codes = totp.confirm(system, principal().user_id or 0, request.form.get("code", ""))
    except totp.WrongCode as error:
        secret, address = request.form.get("secret", ""), request.form.get("address", "")
        return _second_factor(secret, address, {"code": error.message}, UNPROCESSABLE)
    shown = Note(
        _(
            "Keep these codes where you find them without the phone. Each works once: {codes}",
            codes=", ".join(codes),
        )
    )
    return _sign_in_settings([shown])


@blueprint.post("/-/settings/second-factor/remove")
def remove_second_factor() -> Response:
    sign_in.require_proof(site(), visitor().session)
    with env().as_system() as system:
        totp.remove(system, principal().user_id or 0)
    return go(SIGN_IN, full=True)


@blueprint.post("/-/settings/tokens")
def create_token() -> Response:
    """A key for another system; its text is shown once."""
    sign_in.require_proof(site(), visitor().session)
    if "name" not in request.form:
        return _token_form({})
    scopes = request.form.get("scopes", "").split()
    try:
        with env().as_system() as system:
            made = token.create(system, principal().user_id or 0, _token_name(), scopes, _token_end())
    except ValidationError as error:
        return _token_form(
            {("days" if n == "expires_at" else n): m for n, m in error.fields.items()}, UNPROCESSABLE
        )
    except ValueError:
        return _token_form({"days": _("Give the number of days.")}, UNPROCESSABLE)
    return _sign_in_settings([Note(_("The token, shown this once: {text}", text=made))])


@blueprint.post("/-/settings/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    with env().as_system() as system:
        token.revoke(system, principal().user_id or 0, token_id)
    return go(SIGN_IN, full=True)


def _sign_in_settings(notes: Sequence[Note] = ()) -> Response:
    identities = identities_table()
    elsewhere = [identities] if identities.rows or identities.actions else []
    tables = [_password_table(), passkeys_table(), *elsewhere, _sessions_table(), _tokens_table()]
    page = SettingsPage(sections(SIGN_IN), "", [], tables)
    wanted = (
        [Note(_("Set up a second factor before you go on."), tone="warn")]
        if lacks_factor() and not notes
        else []
    )
    return show(_("Password and sessions"), page, notes=[*notes, *wanted])


def _password_table() -> Table:
    with env().as_system() as system:
        user = system.get(User, principal().user_id or 0)
        changed, has_factor = user.password_changed_at, user.second_factor
    since = reader().moment(changed) if changed else ""
    change = Action(_("Change password"), "/-/password")
    factor = (
        Action(_("Turn off"), "/-/settings/second-factor/remove", method="post")
        if has_factor
        else Action(_("Set up"), "/-/settings/second-factor", method="post")
    )
    columns = [Column("what", _("Proof")), Column("state", _("State"))]
    rows = [
        TableRow(
            [
                Value("text", str(_("Password"))),
                Value("text", str(_("changed {when}", when=since)) if since else ""),
            ],
            [change],
        ),
        TableRow(
            [Value("text", str(_("Second factor"))), Value("text", str(_("On") if has_factor else _("Off")))],
            [factor],
        ),
    ]
    return Table(_("How you sign in"), columns, rows)


def _sessions_table() -> Table:
    who = reader()
    columns = [Column("agent", _("Browser")), Column("address", _("Address")), Column("seen", _("Last used"))]
    rows = []
    for shown in sign_in.sessions(site(), visitor().session):
        name = _browser(shown.agent)
        end = (
            [] if shown.is_this else [Action(_("End"), f"/-/settings/sessions/{shown.id}/end", method="post")]
        )
        cells = [
            Value("text", name, sub=str(_("this one")) if shown.is_this else ""), Value("text", shown.address),
            Value("date", who.moment(shown.seen_at), iso=shown.seen_at.isoformat()),
        ]  # fmt: skip
        rows.append(TableRow(cells, end))
    others = (
        [Action(_("End all others"), "/-/settings/sessions/end-others", method="post")]
        if len(rows) > 1
        else []
    )
    return Table(_("Sessions"), columns, rows, _("where you are signed in"), others)


def _tokens_table() -> Table:
    who = reader()
    with env().as_system() as system:
        tokens = list(token.of_user(system, principal().user_id or 0))
        rows = [
            TableRow(
                [Value("text", t.name, sub=f"{t.shown}…"), Value("text", " ".join(t.scopes)),
                 Value("date", who.day(t.expires_at.date()), iso=t.expires_at.isoformat())],
                [Action(_("Revoke"), f"/-/settings/tokens/{t.id}/revoke", method="post")],
            )
            for t in tokens
            if t.is_valid(clock.now())
        ]  # fmt: skip
    columns = [Column("name", _("Name")), Column("scopes", _("May")), Column("expires", _("Until"))]
    new = Action(_("New token"), "/-/settings/tokens", method="post")
    none = _("None is valid. A token lets another system do what you may, or less.")
    return Table(_("API tokens"), columns, rows, _("for other systems that act as you"), [new], none)


def _password(errors: Mapping[str, object], status: int = 200) -> Response:
    fields = [
        _secret("old", _("Present password"), "current-password", errors, autofocus=True),
        _secret("password", _("New password"), "new-password", errors,
                help=_("Several words that do not belong together are best.")),
        _secret("again", _("New password again"), "new-password", errors),
    ]  # fmt: skip
    title = _("Change password")
    notes = (
        [Note(_("Choose a password of your own before you go on."))] if visitor().must_change_password else []
    )
    page = SettingsPage(sections(SIGN_IN), "/-/password", [Group(title, fields)])
    return show(title, page, status, notes)


def _prove(errors: Mapping[str, object], status: int = 200) -> Response:
    after = local_url(request.values.get("next", "/"))
    fields = [
        FormField("next", "", raw=after, hidden=True),
        _secret("password", _("Password"), "current-password", errors, autofocus=True),
    ]
    title = _("Enter your password again")
    page = SettingsPage([], "/-/prove", [Group(title, fields)], save=_("Go on"), ways=ways_to_prove(after),
                        passkey=form_to_prove(after))  # fmt: skip
    return show(title, page, status)


def _second_factor(secret: str, address: str, errors: Mapping[str, object], status: int = 200) -> Response:
    """The key as a picture and as text; a first code proves that the app has it."""
    drawn = segno.make(address).svg_inline(scale=5, border=2, dark="#000", light="#fff")
    picture = Markup(drawn)  # noqa: S704 -- it holds shapes alone
    fields = [
        FormField("secret", _("Key"), raw=secret, readonly=True, help=_("For an app that cannot read the picture.")),
        FormField("address", "", raw=address, hidden=True),
        FormField("code", _("Code"), required=True, autofocus=True, inputmode="numeric", autocomplete="one-time-code",
                  error=fix_of(errors, "code"), help=_("The six digits that the app shows now.")),
    ]  # fmt: skip
    title = _("Set up a second factor")
    page = SettingsPage(
        sections(SIGN_IN), "/-/settings/second-factor/confirm", [Group(title, fields, picture=picture)],
        save=_("Turn on"),
    )  # fmt: skip
    return show(title, page, status)


def _token_form(errors: Mapping[str, object], status: int = 200) -> Response:
    fields = [
        FormField("name", _("Name"), raw=request.form.get("name", ""), required=True, autofocus=True,
                  help=_("The system that will use it.")),
        FormField("scopes", _("May"), raw=request.form.get("scopes", "*:read"), required=True,
                  error=fix_of(errors, "scopes"),
                  help=_("Scopes with spaces between: base.item:read, erp_supply.*:read, *:*.")),
        FormField("days", _("Days"), raw=request.form.get("days", "90"), required=True, inputmode="numeric",
                  error=fix_of(errors, "days")),
    ]  # fmt: skip
    title = _("New token")
    page = SettingsPage(sections(SIGN_IN), "/-/settings/tokens", [Group(title, fields)], save=title)
    return show(title, page, status)


def _secret(
    name: str,
    label: Text,
    autocomplete: str,
    errors: Mapping[str, object],
    *,
    autofocus: bool = False,
    help: Words = "",
) -> FormField:
    return FormField(
        name, label, widget="password", required=True, autocomplete=autocomplete, autofocus=autofocus, help=help,
        error=fix_of(errors, name),
    )  # fmt: skip


def _token_name() -> str:
    return request.form["name"].strip() or "API"


def _token_end() -> datetime:
    """At the start of the day that many days from now; raises ValueError."""
    days = int(request.form.get("days") or TOKEN_DAYS)
    return datetime.combine(clock.today() + timedelta(days=days), time(), clock.now().tzinfo)


def _browser(agent: str) -> str:
    """The browser and system that a session was begun with, as far as its name tells."""
    names = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in names.items() if mark in agent), agent[:40] or str(_("unknown")))
    system = next((name for name in systems if name in agent), "")
    return f"{browser}, {system}" if system else browser

"""The web application of a site: its pages, what guards them, and the env of each request."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module

import flask
from flask import Blueprint, Flask, Response, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

import core.web
from core.config import Settings, read
from core.i18n import _
from core.orm.env import Site
from core.security.calls import Calls
from core.security.sign_in import SignInNeeded
from core.views.resolve import Views
from core.web import calls, csrf, errors, identity, metrics, templating, tracing
from core.web.headers import secure
from core.web.request import Web, answer, is_guarded, is_public, lacks_factor, visitor
from core.web.routing import LateRule

MEGABYTE = 1_000_000
#: Pages that a person sees who must first choose a new password or set up a second factor; they are led to the first.
BEFORE_PASSWORD = ("/-/password", "/-/sign-out")
BEFORE_FACTOR = (
    "/-/settings/sign-in", "/-/settings/passkeys", "/-/settings/passkeys/new", "/-/settings/passkeys/question",
    "/-/settings/second-factor", "/-/settings/second-factor/confirm", "/-/prove",
    *BEFORE_PASSWORD,
)  # fmt: skip


class Application(Flask):
    """A Flask application whose views run in one env, kept when they answer without an error."""

    url_rule_class = LateRule

    def dispatch_request(self) -> Response:
        def dispatch() -> Response:
            made: Response = self.make_response(Flask.dispatch_request(self))
            return made

        return answer(dispatch) if is_guarded() else dispatch()


def create_app(site: Site, settings: Settings | None = None, extra: Sequence[Blueprint] = ()) -> Flask:
    """The application of `site`; `extra` are blueprints from above the pages (the API)."""
    chosen = settings or read(site.folder)
    app = Application("core.web", static_folder=None, template_folder=None)
    app.extensions["dovetail"] = Web(site, chosen, Views.declared_by(site.packages), Calls(chosen))
    app.config.update(
        MAX_CONTENT_LENGTH=chosen.max_upload_mb * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=chosen.max_upload_mb * MEGABYTE,
        COMPRESS_MIMETYPES=["text/html", "application/json", "text/css", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
    )
    templating.install(app, list(site.packages), site.folder)
    errors.install(app)
    metrics.install(app, site)
    tracing.install(app)
    _guard(app)
    for blueprint in (*_pages(), *_addon_pages(site), *extra):
        app.register_blueprint(blueprint)
    Compress(app)
    if chosen.trusted_proxies:
        n = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # Flask's way
    return app


def _guard(app: Flask) -> None:
    """In this order: who it is, how often they call, that they have signed in, and that a change is our own page's.

    The last one comes last, so that a form of a session that has ended leads to the sign-in.
    """
    app.before_request(identity.identify)
    app.before_request(calls.take)
    app.before_request(_require_sign_in)
    app.before_request(csrf.require)
    app.after_request(csrf.remember)
    app.after_request(_finish)


def _require_sign_in() -> Response | None:
    if not is_guarded() or is_public():
        return None
    if not visitor().is_signed_in:
        raise SignInNeeded(_("Sign in to see this page."))
    open_ = BEFORE_PASSWORD if visitor().must_change_password else BEFORE_FACTOR if lacks_factor() else ()
    if not open_ or request.path in open_ or request.path.startswith("/-/prove/"):
        return None
    return flask.redirect(open_[0], 303)  # type: ignore[return-value]  # werkzeug's Response is Flask's here


def _finish(response: Response) -> Response:
    return secure(response, over_tls=request.is_secure)


def _pages() -> Iterator[Blueprint]:
    """The blueprints of every module beside this one: of its pages, and of what others call; in order of name."""
    for found in sorted(pkgutil.iter_modules(core.web.__path__), key=lambda module: module.name):
        module = import_module(f"core.web.{found.name}")
        for name in ("blueprint", "calls"):
            blueprint = getattr(module, name, None)
            if isinstance(blueprint, Blueprint):
                yield blueprint


def _addon_pages(site: Site) -> Iterator[Blueprint]:
    """Those of the addons' own `web` modules."""
    for package in site.packages:
        module = package.word("web") if package.name != "base" else None
        blueprint = getattr(module, "blueprint", None)
        if isinstance(blueprint, Blueprint):
            yield blueprint

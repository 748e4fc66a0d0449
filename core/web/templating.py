"""The templates' environment, and answering with a page or with what htmx and dialogs take of it."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask, Response, current_app
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from core.addon import Package
from core.i18n import _, plural
from core.web.assets import asset
from core.web.csrf import csrf_token
from core.web.parts import Page
from core.web.request import is_htmx, visitor
from core.web.shell import shell_for

FOLDER = Path(__file__).parent / "templates"
#: What a page extends: everything round it, little before sign-in, or only what dialogs and htmx take.
WHOLE, PLAIN, INSIDE = "base.html.jinja", "plain.html.jinja", "fragment.html.jinja"
log = logging.getLogger("dovetail.web")


class Compiled(FileSystemBytecodeCache):
    """Compiled templates in a folder of the site: a second start need not compile them again.

    Each is known by its source, so that a new version makes its own.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; a full disk must not cost the page."""
        try:
            super().dump_bytecode(bucket)
        except OSError as error:
            log.warning("A compiled template is not kept: %s", error)


def environment(packages: list[Package]) -> Environment:
    """Templates of the core and, below `<addon>/`, those of each installed addon."""
    addons = {p.name: FileSystemLoader(p.folder / "templates") for p in packages}
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(FOLDER), PrefixLoader(addons)]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(_=_, plural=plural, asset=asset, csrf_token=csrf_token)
    return made


def template(name: str) -> Template:
    found: Environment = current_app.extensions["dovetail.jinja"]
    return found.get_template(name)


def render(name: str, page: Page, status: int = 200, **context: object) -> Response:
    """Answer with the page `name`: whole for a browser; its inside for scripts, if it extends `layout`."""
    whole = WHOLE if visitor().is_signed_in else PLAIN
    layout = INSIDE if is_htmx() else whole
    return html(template(name).render(page=page, shell=shell_for(page), layout=layout, **context), status)


def render_bare(name: str, status: int = 200, **context: object) -> Response:
    """Answer with a template that stands for itself: a list of hits, a printed document."""
    return html(template(name).render(context), status)


def markup(name: str, macro: str, *args: object) -> Markup:
    """What `macro` of the template `name` makes of `args`."""
    made = getattr(template(name).module, macro)(*args)
    return Markup(made)  # noqa: S704 -- rendered by an autoescaping template


def html(body: str, status: int = 200) -> Response:
    return Response(body, status, content_type="text/html; charset=utf-8")


def install(app: Flask, packages: list[Package], folder: Path) -> None:
    """The templates of the application of a site in `folder`."""
    made = environment(packages)
    made.bytecode_cache = _compiled_in(folder / "cache" / "templates")
    app.extensions["dovetail.jinja"] = made


def _compiled_in(folder: Path) -> Compiled | None:
    """None where the site's folder is not to be written to."""
    try:
        return Compiled(folder)
    except OSError as error:
        log.info("Compiled templates are not kept: %s", error)
        return None

"""The person's bell and the inbox in the navigation, asked for when the event stream says that there is news."""

from __future__ import annotations

from flask import Blueprint, Response

from core.web.parts import Page
from core.web.shell import shell_for
from core.web.templating import html, markup

blueprint = Blueprint("bell", __name__)


@blueprint.get("/-/bell")
def bell() -> Response:
    """Both of them; each takes what has its id."""
    shell = shell_for(Page(""))
    found = [markup("macros/parts.html.jinja", "bell", shell.inbox)]
    found += [
        markup("macros/parts.html.jinja", "inbox_entry", entry)
        for entry in shell.top
        if shell.inbox is not None and entry.url == shell.inbox.url
    ]
    return html("".join(found))

"""A page of a record says that it is open, and hears who else has it open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request

from core.base import presence
from core.web.format import initials
from core.web.lists import readable_model
from core.web.request import env, principal, unattended
from core.web.templating import html, markup

blueprint = Blueprint("presence", __name__)


@dataclass(frozen=True)
class Person:
    """Somebody in the head of the form."""

    id: int
    name: str
    initials: str
    editing: bool


@blueprint.post("/m/<name>/<int:record_id>/-/presence")
@unattended
def announce(name: str, record_id: int) -> Response:
    """Note that the person is there, or has left, and answer with those who are there as well."""
    model = readable_model(name)
    record = env().get(model, record_id)
    if request.form.get("leave") == "1":
        presence.leave(env(), record)
        return Response(status=204)
    editing = request.form.get("editing") == "1" and env().site.access.may(principal(), "write", model)
    others = presence.announce(env(), record, editing=editing)
    people = [Person(each.user_id, each.name, initials(each.name), each.editing) for each in others]
    return html(str(markup("macros/record.html.jinja", "present", people)))

"""Lists: every model at `/m/<model>`, its state in the address."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from core.errors import Forbidden
from core.i18n import _
from core.orm.model import Model
from core.views.resolve import list_view
from core.views.resolved import ListView
from core.web.crumbs import section_crumbs
from core.web.listing import Listing
from core.web.parts import Crumb, Page
from core.web.request import env, principal, reader, views
from core.web.saved_views import opening_url
from core.web.state import read_state
from core.web.templating import render
from core.web.urls import list_url, model_at

blueprint = Blueprint("lists", __name__)


@blueprint.get("/m/<name>")
def show(name: str) -> Response:
    model = readable_model(name)
    view = list_view(env(), views(), model)
    elsewhere = opening_url(env(), view, request.args)
    if elsewhere and elsewhere != list_url(model):
        return redirect(elsewhere, 302)  # type: ignore[return-value]  # werkzeug's Response is Flask's here
    page = listing(view).page(request.args.get("more", ""))
    title = str(model.plural)
    shown = Page(title, crumbs=[*section_crumbs(model), Crumb(title)], about=name)
    return render("list.html.jinja", shown, view=page)


def listing(view: ListView) -> Listing:
    """The list of the request's state."""
    state = read_state(env(), view.model, request.args, view.group)
    return Listing(env(), views().of(view.model), view, state, reader())


def readable_model(name: str) -> type[Model]:
    """The model of an address, if the person may read it."""
    model = model_at(name)
    if not env().site.access.may(principal(), "read", model):
        raise Forbidden(
            _(
                "Your roles do not let you see {noun}. An administrator can give you one that does.",
                noun=model.plural,
            )
        )
    return model

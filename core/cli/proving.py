"""Whether a site works: what a server does first, done once before anybody is served."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import select

from core.app import web
from core.errors import AddonError
from core.i18n import _
from core.orm.env import Env, Site, open_env
from core.orm.model import Model, models

#: The newest so many records of each kind are read.
RECORDS = 20


def prove(site: Site) -> None:
    """Read records of every kind, and answer the first page; raises AddonError where that fails."""
    with open_env(site) as env:
        for model in models():
            _read(env, model)
    answer = web(site).test_client().get("/-/sign-in", base_url="https://localhost")
    if answer.status_code != HTTPStatus.OK:
        raise AddonError(_("The first page answers {status}.", status=answer.status))


def _read(env: Env, model: type[Model]) -> None:
    newest = select(model).order_by(model.id.desc()).limit(RECORDS)
    try:
        env.session.scalars(newest).all()
    except Exception as error:  # whatever a row of before does to the code of today
        raise AddonError(
            _("{models} cannot be read: {error}", models=model.plural, error=repr(error))
        ) from error

"""The quiet link from a page to the documentation that explains it."""

from __future__ import annotations

from collections.abc import Iterator

from core.base.actions.documenting import docs_page
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model
from core.web.parts import Action, Words
from core.web.request import views


def learn_more(at: Env, model: type[Model], label: Words = "") -> Iterator[Action]:
    """Where the pages of `model` are explained; nothing where no addon says so, or the site has no documentation."""
    url = docs_page(at, model, views().of(model).docs)
    if url:
        yield Action(label or _("Learn more"), url, "book-2", outside=True)

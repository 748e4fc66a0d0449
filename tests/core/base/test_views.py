"""Every noun of base has a list and a form that can be shown."""

from __future__ import annotations

import pytest

from core.addon import manifest
from core.base import models as nouns
from core.orm import query
from core.orm.catalog import is_part, title_fields
from core.orm.model import Model, model_name
from core.views.resolve import Views, form_view, list_view
from tests.core.base.conftest import Plant

MODELS = sorted(
    (each for each in vars(nouns).values() if isinstance(each, type) and issubclass(each, Model)),
    key=model_name,
)


@pytest.fixture(scope="module")
def views() -> Views:
    found = Views()
    for module in manifest("core.base").modules("views"):
        found.declare(list(vars(module).values()))
    return found


@pytest.mark.parametrize("login", ["jonas", "tove"])
def test_every_list_and_form_is_shown(plant: Plant, views: Views, login: str) -> None:
    with plant.env(login) as env:
        for model in MODELS:
            shown = list_view(env, views, model)
            assert shown.columns, model
            query.page(env, model, [cell.name for cell in shown.columns], sort=shown.sort)
            assert form_view(env, views, model).head, model


def test_every_noun_has_a_view(views: Views) -> None:
    assert [model for model in MODELS if not is_part(model) and model not in views.by_model] == []


@pytest.mark.parametrize("model", MODELS, ids=model_name)
def test_a_noun_is_defined_named_and_called(model: type[Model]) -> None:
    assert model.__doc__
    assert str(model.singular) != str(model.plural)
    assert title_fields(model) or is_part(model)


def test_every_entry_of_the_menu_stands_in_a_section_that_is_named(views: Views) -> None:
    assert [section.name for section, _entries in views.menu()] == ["master", "people", "settings"]
    assert len(views.sections) == 3

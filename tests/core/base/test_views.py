"""Every noun of base has a list and a form that can be shown."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from core.addon import manifest
from core.base import BomLine, Item, Party, PersonQualification, Qualification
from core.base import models as nouns
from core.orm import query
from core.orm.catalog import is_part, title_fields
from core.orm.model import Model, model_name
from core.views.live import run_fills
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


def test_a_vat_number_proposes_its_country(plant: Plant) -> None:
    with plant.env("maren") as env:
        draft = Party(vat_id="EL 094259216")
        run_fills(env, draft, ["vat_id"])
        kept = Party(vat_id="EL 094259216", country="CY")
        run_fills(env, kept, ["vat_id"])

    assert (draft.country, kept.country) == ("GR", "CY")


def test_a_line_of_a_bill_of_materials_proposes_the_items_unit(plant: Plant) -> None:
    with plant.env("maren") as env:
        item = env.session.scalars(select(Item)).one()
        draft = BomLine(item_id=item.id)
        run_fills(env, draft, ["item_id"])

        assert draft.unit_id == item.unit_id


def test_a_qualification_proposes_when_it_ends(plant: Plant) -> None:
    with plant.env("tove", write=True) as env:
        licence = Qualification(code="FORKLIFT", name="Forklift licence", valid_months=12)
        env.add(licence)
        env.flush()
        draft = PersonQualification(qualification_id=licence.id, valid_from=date(2026, 3, 1))
        run_fills(env, draft, ["valid_from"])

        assert draft.valid_until == date(2027, 2, 28)

"""Templates of records: kept from one, offered by a new one, filled in as far as the person sees and may set it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from core.base import RecordTemplate
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Client, Repair

TEMPLATES = "/m/base.record_template"
NEW = f"{REPAIRS}/new"
OFFERED = '//p[@class="dt-pophead"]/following-sibling::a'


def kept(shop: Shop, record_id: int, by: str = "jonas", name: str = "Hone a cylinder", **given: str) -> int:
    """The template that `by` keeps of a repair."""
    answer = shop.browser(by).post(f"{REPAIRS}/{record_id}/-/template", {"name": name, **given})
    assert answer.status == 303, answer.text
    return int(answer.goes_to.removeprefix(TEMPLATES + "/"))


def beginning(template_id: int) -> str:
    return f"{REPAIRS}/new?_template={template_id}"


def test_a_template_is_asked_for_on_the_record_and_offered_by_a_new_one(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")

    asked = jonas.get(f"{REPAIRS}/{record_id}/-/template")
    template_id = kept(shop, record_id)

    assert "Save as template" in jonas.get(f"{REPAIRS}/{record_id}").text
    assert asked.words("//h1") == ["Save as template"]
    page = jonas.get(NEW)
    assert page.words(OFFERED) == ["Hone a cylinder", "Manage templates"]
    assert page.tree.xpath(OFFERED + "/@href")[0] == beginning(template_id)
    assert page.tree.xpath(OFFERED + "/@href")[1].startswith(f"{TEMPLATES}?filter=")


def test_a_record_from_a_template_has_its_values_and_lines_and_none_of_its_numbers_and_states(
    shop: Shop,
) -> None:
    record_id = repair(shop, note="Careful", hours=3, urgent=True)
    template_id = kept(shop, record_id)
    jonas = shop.browser("jonas")

    form = jonas.get(beginning(template_id)).form()
    assert (form["code"], form["note"], form["hours"], form["currency_id.text"]) == (
        "",
        "Careful",
        "3",
        "EUR",
    )
    form["code"], form["reason"] = "R-2", "Stopped"
    made = int(jonas.post(beginning(template_id), form).goes_to.rpartition("/")[2])

    with shop.env() as env:
        found = env.get(Repair, made)
        assert [(line.position, line.text, line.quantity, line.price) for line in found.lines] == [
            (10, "Seal", Decimal(4), Decimal("2.5")), (20, "Hone", Decimal("1.25"), Decimal(80))
        ]  # fmt: skip
        assert (found.urgent, found.state.value, found.total) == (True, "draft", Decimal(110))


def test_the_preview_of_a_form_from_a_template_adds_no_lines_to_those_it_shows(shop: Shop) -> None:
    template_id = kept(shop, repair(shop))
    jonas = shop.browser("jonas")
    form = jonas.get(beginning(template_id)).form()

    answer = jonas.post(f"{REPAIRS}/new/-/preview?_template={template_id}", form, Accept="application/json")

    assert "110.00" in answer.json["fragments"]["totals-lines"]


def test_what_a_person_may_not_see_is_neither_kept_nor_filled_in(shop: Shop) -> None:
    record_id = repair(shop, by="tove", margin=Decimal(20))
    by_clerk = kept(shop, record_id, "jonas", "Clerk's")
    by_manager = kept(shop, record_id, "tove", "Manager's", shared="1")

    with shop.env() as env:
        assert "margin" not in env.get(RecordTemplate, by_clerk).content["values"]
        assert env.get(RecordTemplate, by_manager).content["values"]["margin"] == "20"
    jonas = shop.browser("jonas")
    assert "margin" not in jonas.get(beginning(by_manager)).form()
    assert shop.browser("tove").get(beginning(by_manager)).form()["margin"] == "20"
    for page in (f"{TEMPLATES}/{by_manager}", TEMPLATES, "/-/export/base.record_template"):
        assert "Careful" not in jonas.get(page).text
        assert "margin" not in jonas.get(page).text.casefold()


def test_what_is_gone_since_is_passed_over(shop: Shop) -> None:
    client = shop.make(Client(company_id=1, name="Norrgjut"))
    record_id = repair(shop, client_id=client, note="Careful")
    template_id = kept(shop, record_id)
    with shop.env(write=True) as env:
        env.get(Repair, record_id).client_id = None
        env.flush()
        env.delete(env.get(Client, client))
        template = env.get(RecordTemplate, template_id)
        values = {**template.content["values"], "hours": "a dozen", "gone": "1"}
        template.content = {**template.content, "values": values}

    form = shop.browser("jonas").get(beginning(template_id)).form()

    assert (form["client_id"], form["hours"], form["note"]) == ("", "", "Careful")


def test_a_template_is_its_owner_s_until_it_is_shared_and_never_another_company_s(shop: Shop) -> None:
    record_id = repair(shop)
    own = kept(shop, record_id, name="Mine")
    shared = kept(shop, record_id, name="Ours", shared="1")
    tove, ines = shop.browser("tove"), shop.browser("ines")

    assert tove.get(NEW).words(OFFERED) == ["Ours", "Manage templates"]
    assert ines.get(NEW).words(OFFERED) == []
    assert tove.get(beginning(own)).status == 404
    assert [ines.get(beginning(each)).status for each in (own, shared)] == [404, 404]
    assert tove.post(f"{TEMPLATES}/{shared}/-/delete").status == 403
    assert ines.get(f"{TEMPLATES}/{shared}").status == 404


def test_a_template_begins_no_record_of_another_kind_and_an_id_that_is_none_nothing(shop: Shop) -> None:
    template_id = kept(shop, repair(shop))
    jonas = shop.browser("jonas")

    assert jonas.get(f"/m/workshop.client/new?_template={template_id}").status == 404
    assert jonas.get(f"{REPAIRS}/new?_template=999999").status == 404
    for forged in ("-1", "x", "9" * 5000):
        assert jonas.get(f"{REPAIRS}/new?_template={forged}&copy={forged}").status == 200


def test_who_may_make_no_records_keeps_no_templates_of_them(shop: Shop) -> None:
    record_id = repair(shop)

    for login, status in (("vera", 403), ("norbert", 403), ("ines", 404)):
        browser = shop.browser(login)
        assert browser.get(f"{REPAIRS}/{record_id}/-/template").status == status
        assert browser.post(f"{REPAIRS}/{record_id}/-/template", {"name": "Taken"}).status == status
    with shop.env() as env:
        assert env.session.scalars(select(RecordTemplate)).all() == []


def test_a_template_needs_a_name_of_its_own(shop: Shop) -> None:
    record_id = repair(shop)
    kept(shop, record_id, name="Hone")
    jonas = shop.browser("jonas")

    nameless = jonas.post(f"{REPAIRS}/{record_id}/-/template", {"name": " "})
    again = jonas.post(f"{REPAIRS}/{record_id}/-/template", {"name": "Hone"})

    assert (nameless.status, nameless.error_at("name")) == (422, "Give the template a name.")
    assert again.status == 422
    assert again.error_at("name").startswith("You have a template of this name.")
    assert kept(shop, record_id, "tove", "Hone")

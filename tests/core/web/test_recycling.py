"""The recycle bin and Undo: what is deleted or changed comes back as it was, unless it was worked on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from core import clock
from core.base import Attachment, Comment, Company, Currency, ExternalId, external, recycling
from core.base.actions import commenting
from core.base.actions.tidying import _deleted
from core.base.models.deleted import DeletedRecord
from core.base.models.role import administrator
from core.errors import Forbidden, NotFound, UserError
from core.orm import bulk
from core.orm.env import Env, Principal, Site
from core.orm.model import Base
from core.orm.tracking import Change
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Client, RatedRepair, Repair, RepairLine, RepairState

BIN = "/m/base.deleted_record"
TABLES = (
    "workshop_repair",
    "workshop_repair_line",
    "workshop_rated_repair",
    "base_comment",
    "base_external_id",
)


def rows(site: Site) -> dict[str, list[Any]]:  # Any: rows of any table
    tables = [Base.metadata.tables[name] for name in TABLES]
    with site.engine.connect() as connection:
        return {t.name: list(connection.execute(select(t).order_by(t.c.id)).all()) for t in tables}


def delete(shop: Shop, *ids: int, by: str = "jonas", model: type[Any] = Repair) -> str:
    with shop.env(by, write=True) as env:
        return recycling.delete(env, model, list(ids))


def binned(env: Env) -> list[DeletedRecord]:
    return list(env.session.scalars(select(DeletedRecord).order_by(DeletedRecord.id)))


def restore(shop: Shop, by: str = "jonas") -> None:
    with shop.env(by, write=True) as env:
        recycling.restore(env, binned(env))


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
VALUES = st.fixed_dictionaries(
    {
        "begins_on": st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        "checked_at": st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 -- the zone is set next
            lambda at: at.replace(tzinfo=UTC)
        ),
        "urgent": st.booleans(),
        "margin": st.none() | st.decimals(-100, 100, places=4),
        "hours": st.none() | st.integers(-1000, 1000),
        "note": st.none() | TEXT,
        "state": st.sampled_from(RepairState),
    }
)  # fmt: skip
QUANTITIES = st.lists(st.decimals(Decimal("0.000001"), 99, places=6), max_size=3)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES, quantities=QUANTITIES, rating=st.none() | st.integers(0, 9))
def test_delete_and_restore_is_the_identity_on_rows(
    shop: Shop, values: dict[str, Any], quantities: list[Decimal], rating: int | None
) -> None:
    with shop.env(write=True) as env:
        company, euro = env.session.query(Client).count() or 1, env.session.query(Currency.id).scalar()
        lines = [RepairLine(position=10 * i, text="Seal", quantity=q) for i, q in enumerate(quantities, 1)]
        made = Repair(
            code=f"P-{clock.now().timestamp()}", currency_id=euro, company_id=1, lines=lines, **values
        )
        RatedRepair.of(made).rating = rating
        env.add(made)
        env.flush()
        external.remember(env, made, "legacy", f"{company}/{made.id}")
        commenting.comment(env, made, "said")
        record_id = made.id
    before = rows(shop.site)

    delete(shop, record_id)
    gone = rows(shop.site)
    restore(shop)

    assert rows(shop.site) == before
    assert all(row.id != record_id for row in gone["workshop_repair"])


def test_what_hung_on_it_is_out_of_reach_meanwhile_and_tidied_with_it(shop: Shop) -> None:
    record_id = repair(shop)
    with shop.env("jonas", write=True) as env:
        commenting.comment(env, env.get(Repair, record_id), "They pay late")
    with shop.env(write=True) as system:
        external.remember(system, system.get(Repair, record_id), "legacy", "7")

    delete(shop, record_id)
    again = repair(shop, "R-2")  # SQLite gives it the same id

    with shop.env("jonas") as env:
        assert commenting.comments(env, env.get(Repair, again)) == []
        assert external.known(env, Repair, "legacy", ["7"]) == {}
    with shop.env(write=True) as system:
        assert _deleted(system, clock.now() - timedelta(days=1)) == 0
        assert _deleted(system, clock.now() + timedelta(days=1)) == 1
        assert not [*system.session.scalars(select(Comment)), *system.session.scalars(select(ExternalId))]


def test_an_id_that_was_given_away_is_replaced_wherever_it_stands(shop: Shop) -> None:
    record_id = repair(shop)
    with shop.env("jonas", write=True) as env:
        commenting.comment(env, env.get(Repair, record_id), "They pay late")
    delete(shop, record_id)
    repair(shop, "R-2")

    restore(shop)

    with shop.env("jonas") as env:
        back = env.session.scalars(select(Repair).where(Repair.code == "R-1")).one()
        assert [line.text for line in back.lines] == ["Seal", "Hone"]
        assert [said.body for said in commenting.comments(env, back)] == ["They pay late"]


def test_a_restore_tells_why_it_is_refused(shop: Shop) -> None:
    with shop.env("jonas", write=True) as env:
        client = Client(name="Fjord")
        env.add(client)
        env.flush()
        client_id = client.id
    delete(shop, repair(shop, client_id=client_id))
    delete(shop, client_id, by="tove", model=Client)
    with (
        shop.env("jonas", write=True) as env,
        pytest.raises(UserError, match="Client Fjord, which is in the rec"),
    ):
        recycling.restore(env, binned(env))
    restore(shop, by="tove")
    repair(shop)

    page = shop.browser("jonas").post(f"{BIN}/-/action/restore", {"ids": str(bin_id(shop))})

    assert page.status == 422
    assert "Code is already taken by another record" in page.text


def administrator_of(system: Env) -> Principal:
    """Somebody of Kestrel's who administers the site and has no other role."""
    company = system.session.scalars(select(Company.id).where(Company.code == "KH")).one()
    return Principal(9_999, company, frozenset({company}), administrator.closure())


def bin_id(shop: Shop) -> int:
    with shop.env() as env:
        return binned(env)[-1].id


def test_the_bin_is_one_s_own_an_administrator_s_whole_and_no_other_company_s(shop: Shop) -> None:
    delete(shop, repair(shop))

    seen = {}
    for login in ("jonas", "tove", "ines", "norbert"):
        with shop.env(login) as env:
            seen[login] = len(binned(env))
    kept = bin_id(shop)
    with shop.env() as system, system.on_behalf_of(administrator_of(system)) as env:
        assert len(binned(env)) == 1

    assert seen == {"jonas": 1, "tove": 0, "ines": 0, "norbert": 0}
    for login in ("tove", "ines"):
        assert shop.browser(login).get(f"{BIN}/{kept}").status == 404
        assert shop.browser(login).post(f"{BIN}/-/action/restore", {"ids": str(kept)}).status == 404
        with shop.env() as env:
            step = binned(env)[0].deletion
        assert shop.browser(login).post("/-/undo", {"step": step}).status == 404


def test_nobody_restores_what_they_may_not_delete(shop: Shop) -> None:
    delete(shop, repair(shop))
    with shop.env(write=True) as system:
        kept = binned(system)[0]
        kept.user_id = system.session.scalar(
            select(Base.metadata.tables["base_user"].c.id).filter_by(login="norbert")
        )

    with shop.env("norbert", write=True) as env, pytest.raises(Forbidden):
        recycling.restore(env, binned(env))


def test_the_bin_is_a_list_with_search_and_what_leaves_it_is_gone_for_good(shop: Shop) -> None:
    delete(shop, repair(shop), repair(shop, "Q-2"))
    browser = shop.browser("jonas")

    assert browser.get("/-/bin").goes_to == BIN
    listed = browser.get(f"{BIN}?q=Q-2")
    browser.post(f"{BIN}/-/delete", {"ids": str(bin_id(shop)), "_asked": "1"})

    assert "Q-2" in listed.text
    assert "Repair" in listed.text
    assert "R-1" not in " ".join(listed.words("//tbody"))
    with shop.env() as env:
        assert [kept.name for kept in binned(env)] == ["R-1"]


def test_a_deletion_is_offered_back_once_on_the_next_page(shop: Shop) -> None:
    ids = [repair(shop, f"R-{i}") for i in range(2)]
    browser = shop.browser("jonas")

    browser.post(f"{REPAIRS}/-/delete", {"ids": [str(i) for i in ids], "_asked": "1"})
    page = browser.get(REPAIRS)
    offered = page.form_of("//form[@data-toast]")
    undone = browser.post("/-/undo", dict(offered))

    assert "2 records deleted" in page.text
    assert not browser.get(REPAIRS).tree.xpath("//form[@data-toast]")
    assert undone.goes_to == REPAIRS
    with shop.env("jonas") as env:
        assert {r.id for r in env.session.scalars(select(Repair))} == set(ids)
    with shop.env() as env:
        events = env.session.scalars(
            select(Change.event)
            .where(Change.model == "workshop.repair", Change.record_id == ids[0])
            .order_by(Change.id)
        )
        assert [str(e) for e in events][-2:] == ["deleted", "restored"]


def test_a_bulk_deletion_costs_one_statement_more_than_none_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    event.listen(shop.site.engine, "before_cursor_execute", lambda *given: sent.append(str(given[2])))
    counts = []
    for kept in (False, True):
        ids = [repair(shop, f"{kept}-{i}") for i in range(3)]
        with shop.env("jonas", write=True) as env:
            sent.clear()
            recycling.delete(env, Repair, ids) if kept else bulk.delete(env, Repair, ids)
            counts.append(len(sent))

    # On SQLite the next free id is asked for.
    assert counts[1] - counts[0] == (2 if shop.site.engine.dialect.name == "sqlite" else 1)


def test_a_save_is_undone_with_its_lines_unless_somebody_saved_since(shop: Shop) -> None:
    url = f"{REPAIRS}/{repair(shop)}"
    browser = shop.browser("jonas")
    form = browser.get(url + "?edit=1").form()
    first = next(name.split(".")[1] for name in form if name.startswith("lines.") and name.endswith(".text"))
    form["note"], form[f"lines.{first}.quantity"] = "Changed", "9"
    form["lines.n1.text"], form["lines.n1.quantity"] = "New", "1"
    second = next(
        n.split(".")[1] for n in form if n.startswith("lines.") and n.endswith(".text") and first not in n
    )
    form[f"lines.{second}._delete"] = "1"

    browser.post(url, form)
    page = browser.get(url)
    browser.post("/-/undo", dict(page.form_of("//form[@data-toast]")))

    assert "R-1 saved" in page.text
    with shop.env("jonas") as env:
        back = env.session.scalars(select(Repair)).one()
        assert back.note is None
        assert [(line.text, line.quantity) for line in back.lines] == [("Seal", 4), ("Hone", Decimal("1.25"))]
        assert back.total == 110

    browser.post(url, browser.get(url + "?edit=1").form() | {"note": "Mine"})
    shop.browser("tove").post(url, shop.browser("tove").get(url + "?edit=1").form() | {"hours": "3"})
    refused = browser.post("/-/undo", {"step": "last"})

    assert refused.status == 409
    assert "Somebody else changed R-1 since" in refused.text
    with shop.env("jonas") as env:
        assert env.session.scalars(select(Repair)).one().note == "Mine"


def test_a_field_set_on_many_is_put_back(shop: Shop) -> None:
    ids = [repair(shop, f"R-{i}", hours=i) for i in range(2)]
    browser = shop.browser("jonas")
    sent = {"ids": [str(i) for i in ids], "field": "hours", "value": "7", "_sure": "1"}

    browser.post(f"{REPAIRS}/-/set", sent)
    page = browser.get(REPAIRS)
    browser.post("/-/undo", {"step": "last"})

    assert "2 records changed" in page.text
    assert [shop.value(Repair, i, "hours") for i in ids] == [0, 1]
    assert browser.post("/-/undo", {"step": "last"}).status == 404


def test_a_purge_of_the_addon_takes_what_it_has_in_the_bin_with_it(shop: Shop) -> None:
    from core.migrate.purge import _naming  # noqa: PLC0415 -- this test alone

    record_id = repair(shop)
    with shop.env("jonas", write=True) as env:
        commenting.comment(env, env.get(Repair, record_id), "They pay late")
    delete(shop, record_id)

    with shop.env(write=True) as system:
        found = {}
        for name in ("base_deleted_record", "base_comment"):
            table = Base.metadata.tables[name]
            conditions = list(_naming(table, ["workshop"]))
            found[name] = len(system._connection.execute(select(table.c.id).where(*conditions)).all())
    assert found == {"base_deleted_record": 1, "base_comment": 1}


def test_files_are_kept_while_their_record_may_come_back(shop: Shop) -> None:
    record_id = repair(shop)
    with shop.env(write=True) as system:
        system.add(
            Attachment(model="workshop.repair", record_id=record_id, name="a.pdf", media_type="application/pdf",
                       size_bytes=1, digest="d" * 64)
        )  # fmt: skip

    delete(shop, record_id)
    restore(shop)

    with shop.env() as env:
        (kept,) = env.session.scalars(select(Attachment))
        assert (kept.model, kept.record_id) == ("workshop.repair", record_id)
    with shop.env("jonas") as env, pytest.raises(NotFound):
        env.get(DeletedRecord, 1)

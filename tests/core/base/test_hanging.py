"""What hangs on a record is read by whoever sees the record, and by nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, func, select

from core.actions import run
from core.base import (
    Activity,
    Address,
    Attachment,
    Comment,
    ExternalId,
    Item,
    Mention,
    Party,
    external,
    hanging,
)
from core.base.actions import attaching, commenting, planning
from core.errors import Forbidden, FormatError, NotFound, ValidationError
from core.orm import bulk
from core.orm.env import Env, open_env
from core.testing.making import make
from tests.core.base.conftest import Plant

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def counted(plant: Plant) -> list[str]:
    """Every statement that is sent to the database."""
    sent: list[str] = []

    @event.listens_for(plant.site.engine, "before_cursor_execute")
    def note(*given: object) -> None:
        sent.append(str(given[2]))

    return sent


def item(env: Env) -> Item:
    return env.session.scalars(select(Item)).one()


def party(env: Env) -> Party:
    return env.session.scalars(select(Party)).one()


def test_a_colleague_reads_what_was_said(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        commenting.comment(env, party(env), "  They answer by phone only. ")

    with plant.env("maren") as env:
        (said,) = commenting.comments(env, party(env))
    assert (said.body, said.author, said.is_mine) == ("They answer by phone only.", "Jonas", False)


def test_many_authors_cost_no_more_statements_than_one(plant: Plant, counted: list[str]) -> None:
    counts = []
    for login in ("jonas", "maren", "tove"):
        with plant.env(login, write=True) as env:
            commenting.comment(env, party(env), "Seen.")
            planning.plan(env, party(env), "Look again")
        with plant.env("jonas") as env:
            record, before = party(env), len(counted)
            commenting.comments(env, record)
            planning.to_dos(env, record)
            counts.append(len(counted) - before)

    assert counts == [2, 2, 2]


def test_on_an_item_that_companies_share_each_reads_its_own_comments(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        commenting.comment(env, item(env), "Ours costs 40 euro.")
    with plant.env("ines", write=True) as env:
        commenting.comment(env, item(env), "Ours costs 50 euro.")

    with plant.env("ines") as env:
        assert [said.body for said in commenting.comments(env, item(env))] == ["Ours costs 50 euro."]


def test_selecting_comments_gives_ones_own_alone(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        commenting.comment(env, party(env), "@maren call them")
    for login, wanted in (("jonas", 1), ("maren", 0), ("tove", 0), ("ines", 0)):
        with plant.env(login) as env:
            assert env.session.scalar(select(func.count()).select_from(Comment)) == wanted, login
            assert env.session.scalar(select(func.count()).select_from(Mention)) == wanted, login


def test_nobody_writes_a_comment_past_the_record(plant: Plant) -> None:
    with pytest.raises(Forbidden, match="create"), plant.env("tove", write=True) as env:
        env.add(Comment(model="base.party", record_id=1, body="as if", author_id=env.user_id))


def test_a_record_of_another_company_takes_no_comment(plant: Plant) -> None:
    with open_env(plant.site) as system:
        theirs = system.session.scalars(select(Party.id).where(Party.code == "OL")).one()

    with plant.env("jonas") as env, pytest.raises(NotFound):
        hanging.host(env, "base.party", theirs)


def test_there_is_no_record_of_an_unknown_kind(plant: Plant) -> None:
    with plant.env("jonas") as env, pytest.raises(NotFound, match=r"base\.secret"):
        hanging.host(env, "base.secret", 1)


def test_a_mention_waits_until_it_is_seen(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        commenting.comment(env, party(env), "@Maren, @nobody and x@maren.example: start now")

    with plant.env("maren", write=True) as env:
        assert [called.said.author for called in commenting.mentions(env)] == ["Jonas"]
        commenting.mark_seen(env, party(env))
        assert commenting.mentions(env) == []


def test_somebody_of_another_company_cannot_be_called(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        assert commenting.mentioned(env, "@ines @maren") == [plant.id_of("maren")]


def test_an_edited_comment_says_so_and_calls_others(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        said = commenting.comment(env, party(env), "@maren @tove look")
        commenting.edit(env, said.id, "@tove look")

    with plant.env("maren") as env:
        assert commenting.mentions(env) == []
        assert commenting.comments(env, party(env))[0].edited


def test_nobody_changes_what_another_said(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        said = commenting.comment(env, party(env), "as I said").id

    with pytest.raises(NotFound), plant.env("tove", write=True) as env:
        commenting.edit(env, said, "as he did not say")
    with pytest.raises(NotFound), plant.env("tove", write=True) as env:
        commenting.withdraw(env, said)


def test_a_comment_of_ones_own_can_be_withdrawn(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        commenting.withdraw(env, commenting.comment(env, party(env), "@maren oops").id)

    with plant.env("maren") as env:
        assert commenting.comments(env, party(env)) == []
        assert commenting.mentions(env) == []


def test_a_comment_as_long_as_a_book_is_refused(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env, pytest.raises(ValidationError, match="10000 characters"):
        commenting.comment(env, party(env), "a" * 10_001)


def test_an_empty_comment_is_refused(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env, pytest.raises(ValidationError, match="empty"):
        commenting.comment(env, party(env), " \n")


def test_a_file_is_found_again_with_its_content(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        kept = attaching.attach(env, party(env), "C:\\scans\\offer.pdf", PDF).id

    with plant.env("jonas") as env:
        found = attaching.opened(env, kept)
        assert (found.name, found.media_type, found.size_bytes) == ("offer.pdf", "application/pdf", len(PDF))
        assert found.path.read_bytes() == PDF
        assert [file.id for file in attaching.files(env, party(env))] == [kept]


def test_a_file_of_another_company_is_not_found(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        own, shared = (
            attaching.attach(env, record, "offer.pdf", PDF).id for record in (party(env), item(env))
        )

    with plant.env("ines") as env:
        for kept in (own, shared):
            with pytest.raises(NotFound):
                attaching.opened(env, kept)


def test_whoever_added_a_file_takes_it_away_again(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        kept = attaching.attach(env, party(env), "offer.pdf", PDF).id
    with pytest.raises(NotFound), plant.env("tove", write=True) as env:
        attaching.detach(env, kept)
    with plant.env("maren", write=True) as env:
        attaching.detach(env, kept)

    with plant.env("maren") as env:
        assert attaching.files(env, party(env)) == []


def test_a_content_stays_while_one_attachment_has_it(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        first, second = (
            attaching.attach(env, record, "offer.pdf", PDF).id for record in (party(env), item(env))
        )
        path = attaching.opened(env, first).path

    with plant.env("maren", write=True) as env:
        attaching.detach(env, first)
    kept = path.exists()
    with plant.env("maren", write=True) as env:
        attaching.detach(env, second)
        waiting = path.exists()

    assert (kept, waiting, path.exists()) == (True, True, False)


@pytest.mark.parametrize("in_bulk", [False, True])
def test_the_content_goes_with_the_record_that_it_hung_on(plant: Plant, in_bulk: bool) -> None:
    with open_env(plant.site, write=True) as env:
        record = make(env, Party, code="SCAN")
        path = attaching.opened(env, attaching.attach(env, record, "offer.pdf", PDF).id).path

    with open_env(plant.site, write=True) as env:
        found = env.get(Party, record.id)
        if in_bulk:
            bulk.delete(env, Party, [found.id])
        else:
            env.delete(found)

    assert not path.exists()


def test_a_deletion_that_is_undone_leaves_the_content(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        kept = attaching.attach(env, party(env), "offer.pdf", PDF).id

    with plant.env("maren", write=True) as env:
        attaching.detach(env, kept)
        env.flush()
        env.close()

    with plant.env("maren") as env:
        assert attaching.opened(env, kept).path.read_bytes() == PDF


def test_what_hangs_on_a_part_has_the_company_of_its_document(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        street = Address(party_id=party(env).id, street="Gjutarevägen 3")
        env.add(street)
        env.flush()

        assert commenting.comment(env, street, "Ring twice.").company_id == env.company_id


def test_the_system_reads_every_companys_comments(plant: Plant) -> None:
    for login in ("jonas", "ines"):
        with plant.env(login, write=True) as env:
            commenting.comment(env, item(env), "Ours.")

    with open_env(plant.site) as env:
        assert [said.is_mine for said in commenting.comments(env, item(env))] == [False, False]


def test_who_may_only_read_a_record_adds_no_files(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env, pytest.raises(Forbidden, match="Norrgjut"):
        attaching.attach(env, party(env), "offer.pdf", PDF)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>", "not accepted"),
        ("offer.pdf", b"<html><body>hello</body></html>", "not what its name says"),
        ("empty.pdf", b"", "is empty"),
        ("large.txt", b"a" * 25_000_001, "larger than 25 MB"),
    ],
)
def test_a_dangerous_or_senseless_file_is_refused_and_nothing_kept(
    plant: Plant, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(FormatError, match=reason), plant.env("maren", write=True) as env:
        attaching.attach(env, party(env), name, content)

    with plant.env("maren") as env:
        assert attaching.files(env, party(env)) == []
    assert not (plant.site.folder / "attachments").exists()


def test_a_thing_to_do_reaches_its_assignee_and_leaves_when_done(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        planning.plan(
            env, party(env), "Ask for a new price", assignee_id=plant.id_of("maren"), due_on=date(2026, 3, 12)
        )

    with plant.env("maren", write=True) as env:
        assert [to_do.subject for to_do in planning.inbox(env)] == ["Ask for a new price"]
        run(env, planning.mark_done, list(env.session.scalars(select(Activity))))
        assert planning.inbox(env) == []
        assert [to_do.done for to_do in planning.to_dos(env, party(env), done=True)] == [True]

        run(env, planning.reopen, list(env.session.scalars(select(Activity))))
        assert len(planning.inbox(env)) == 1


def test_a_to_do_is_for_somebody_of_the_company(plant: Plant) -> None:
    with pytest.raises((Forbidden, NotFound)), plant.env("jonas", write=True) as env:
        planning.plan(env, party(env), "Look at our prices", assignee_id=plant.id_of("ines"))


def test_nobody_ticks_off_what_does_not_concern_them(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        planned = planning.plan(env, party(env), "Ask").id

    with plant.env("tove", write=True) as env, pytest.raises(NotFound):
        env.get(Activity, planned)


def test_nothing_hangs_on_a_record_that_is_gone(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        record = party(env)
        commenting.comment(env, record, "@jonas bye")
        attaching.attach(env, record, "offer.pdf", PDF)
        planning.plan(env, record, "Delete it")
        external.remember(env, record, "ubl", "SE556")
        env.delete(record)

    with open_env(plant.site) as system:
        for model in (Comment, Mention, Attachment, Activity, ExternalId):
            assert system.session.scalar(select(func.count()).select_from(model)) == 0, model


def test_another_systems_key_leads_to_the_record_of_ones_own_company(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        external.remember(env, party(env), "ubl", "SE556")
        found = external.find(env, Party, "ubl", "SE556")
        assert found is not None
        assert found.code == "NG"
        assert external.known(env, Party, "ubl", ["SE556", "SE557"]) == {"SE556": found.id}

    with plant.env("ines", write=True) as env:
        assert external.find(env, Party, "ubl", "SE556") is None
        external.remember(env, party(env), "ubl", "SE556")


def test_one_key_names_one_record(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        external.remember(env, party(env), "ubl", "SE556")

        with pytest.raises(ValidationError, match="unique"):
            external.remember(env, party(env), "ubl", "SE556")

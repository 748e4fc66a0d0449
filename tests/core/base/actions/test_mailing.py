"""E-mail about records: who may send it, to how many, and what becomes of it on its way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.actions import run
from core.base import Party, User
from core.base.actions import attaching, handing_over, mailing, messaging
from core.base.actions.mailing import Draft
from core.base.models.mail import Mail, MailState
from core.base.models.mechanism import OutgoingMessage, OutgoingState
from core.base.models.user import UserRole
from core.errors import Forbidden, NotFound, UserError, ValidationError
from core.events.courier import Courier
from core.orm.env import Env, open_env
from core.testing.mail import MailServer, receiving_mail
from tests.core.base.conftest import Plant
from tests.core.events.test_outbox import let_time_pass

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
DRAFT = Draft("Anna <anna@norrgjut.example>", "Your order", "Please confirm.")


@pytest.fixture
def server(plant: Plant) -> Iterator[MailServer]:
    """The plant's mail server; Maren and Ines may send e-mail."""
    with open_env(plant.site, write=True) as env:
        for login in ("maren", "ines"):
            env.add(UserRole(user_id=plant_user(env, login).id, role="base.correspondent"))
        plant_user(env, "maren").email = "maren@kestrel.example"
    with receiving_mail() as running:
        running.serve(plant.site.folder)
        yield running
    handing_over._resting.pop(plant.site, None)


def plant_user(env: Env, login: str) -> User:
    return env.session.scalars(select(User).where(User.login == login)).one()


def party(env: Env) -> Party:
    return env.session.scalars(select(Party).order_by(Party.id)).first() or pytest.fail("no partner")


def sent(plant: Plant, draft: Draft = DRAFT, login: str = "maren") -> int:
    with plant.env(login, write=True) as env:
        return mailing.send_mail(env, party(env), draft).id


def carried(plant: Plant) -> None:
    handing_over._resting.pop(plant.site, None)
    let_time_pass(plant.site)
    Courier(plant.site).run_waiting()


def states(plant: Plant) -> list[tuple[MailState, OutgoingState]]:
    with open_env(plant.site) as env:
        asked = select(Mail.state, OutgoingMessage.state).join(
            OutgoingMessage, OutgoingMessage.message_id == Mail.outgoing_id
        )
        return [(row[0], row[1]) for row in env.session.execute(asked.order_by(Mail.id))]


def test_it_leaves_with_what_goes_along_and_answers_go_to_who_wrote_it(
    plant: Plant, server: MailServer
) -> None:
    with plant.env("maren", write=True) as env:
        file = attaching.attach(env, party(env), "drawing.pdf", PDF)
    sent(
        plant, Draft("anna@norrgjut.example", "Your order", "Hi\r\nthere", "tove@kestrel.example", [file.id])
    )
    carried(plant)

    (came,) = server.received
    assert came.recipients == ["anna@norrgjut.example", "tove@kestrel.example"]
    assert (came.message["Reply-To"], came.message["Cc"]) == (
        "Maren <maren@kestrel.example>",
        "tove@kestrel.example",
    )
    assert came.message["Auto-Submitted"] is None
    assert came.text == "Hi\nthere\n"
    (along,) = came.message.iter_attachments()
    assert (along.get_filename(), along.get_content()) == ("drawing.pdf", PDF)
    assert states(plant) == [(MailState.SENT, OutgoingState.SENT)]
    with plant.env("jonas") as env:
        (posted,) = mailing.mails(env, party(env))
        assert [filed.name for filed in attaching.sent_along(env, party(env))[posted.id]] == ["drawing.pdf"]
        assert [filed.name for filed in attaching.files(env, party(env))] == ["drawing.pdf"]
        assert (posted.author, posted.may_send_again) == ("Maren", False)


def test_what_is_told_to_the_outbox_names_the_e_mail_and_says_nothing_of_it(
    plant: Plant, server: MailServer
) -> None:
    mail_id = sent(plant)

    with open_env(plant.site) as env:
        (payload,) = env.session.scalars(select(OutgoingMessage.payload))
    assert payload == {"mail": mail_id}


def test_who_has_no_such_role_sends_nothing_and_who_has_it_nothing_of_another_company(
    plant: Plant, server: MailServer
) -> None:
    with plant.env("jonas", write=True) as env, pytest.raises(Forbidden, match="do not let you send"):
        mailing.send_mail(env, party(env), DRAFT)
    with plant.env("maren") as env:
        kestrels, mail_id = party(env).id, None
    with plant.env("ines", write=True) as env, pytest.raises(NotFound):
        env.get(Party, kestrels)
    mail_id = sent(plant)
    with plant.env("ines", write=True) as env, pytest.raises(NotFound):
        env.get(Mail, mail_id)
    with plant.env("jonas") as env:
        assert env.session.scalars(select(Mail)).all() == []


def test_a_file_of_another_record_does_not_go_along(plant: Plant, server: MailServer) -> None:
    with plant.env("ines", write=True) as env:
        theirs = attaching.attach(env, party(env), "secret.pdf", PDF).id

    with plant.env("maren", write=True) as env, pytest.raises(ValidationError, match="not there any more"):
        mailing.send_mail(env, party(env), Draft("a@example.com", "Hello", "Text", file_ids=[theirs]))


def test_what_went_along_is_taken_away_by_nobody(plant: Plant, server: MailServer) -> None:
    sent(plant, Draft("a@example.com", "Hello", "Text", made=[("order.pdf", PDF)]))

    with plant.env("maren", write=True) as env:
        (filed,) = next(iter(attaching.sent_along(env, party(env)).values()))
        assert attaching.opened(env, filed.id).name == "order.pdf"
        with pytest.raises(NotFound):
            attaching.detach(env, filed.id)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("", "Hello", "Text"), "recipients"),
        (Draft("anna", "Hello", "Text"), "recipients"),
        (Draft("a@example.com\r\nBcc: b", "Hello", "Text"), "recipients"),
        (Draft(", ".join(f"a{n}@example.com" for n in range(51)), "Hello", "Text"), "recipients"),
        (Draft("a@example.com", "Hello", "Text", "b@"), "copies"),
        (Draft("a@example.com", "Hello\r\nBcc: b@example.com", "Text"), "subject"),
        (Draft("a@example.com", " ", "Text"), "subject"),
        (Draft("a@example.com", "Hello", " "), "body"),
        (Draft("a@example.com", "Hello", "Text", made=[("a.pdf", b"x" * 10_000_001)]), "files"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    plant: Plant, server: MailServer, draft: Draft, field: str
) -> None:
    with plant.env("maren", write=True) as env, pytest.raises(ValidationError) as refused:
        mailing.send_mail(env, party(env), draft)

    assert list(refused.value.fields) == [field]


def test_nobody_writes_to_more_people_in_an_hour_than_the_site_lets_them(
    plant: Plant, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = Draft(", ".join(f"a{n}@example.com" for n in range(50)), "Hello", "Text")
    sent(plant, many)
    sent(plant, many)

    with (
        plant.env("maren", write=True) as env,
        pytest.raises(ValidationError, match="to 100 people within the last hour"),
    ):
        mailing.send_mail(env, party(env), DRAFT)
    sent(plant, DRAFT, "ines")


def test_a_site_without_a_mail_server_says_so_before_anything_is_written(plant: Plant) -> None:
    with plant.env("tove", write=True) as env, pytest.raises(UserError, match="No mail server is set"):
        mailing.send_mail(env, party(env), DRAFT)


def test_what_is_refused_for_good_waits_for_its_writer_and_what_passes_is_tried_again(
    plant: Plant, server: MailServer
) -> None:
    server.refusals = {"anna@norrgjut.example": ["450 4.2.0 later", "550 5.1.1 no such user"]}
    mail_id = sent(plant)
    carried(plant)
    assert states(plant) == [(MailState.QUEUED, OutgoingState.WAITING)]
    carried(plant)
    assert states(plant) == [(MailState.FAILED, OutgoingState.DEAD)]

    with plant.env("maren", write=True) as env:
        (posted,) = mailing.mails(env, party(env))
        assert ("550 5.1.1 no such user" in posted.reason, posted.may_send_again) == (True, True)
        run(env, mailing.send_mail_again, [env.get(Mail, mail_id)])
    carried(plant)

    assert states(plant) == [(MailState.SENT, OutgoingState.SENT)]
    assert len(server.received) == 1


def test_who_had_it_does_not_get_it_again_when_others_did_not(plant: Plant, server: MailServer) -> None:
    server.refusals = {"gone@example.com": ["550 5.1.1 no such user"]}
    mail_id = sent(plant, Draft("anna@norrgjut.example, gone@example.com", "Hello", "Text"))
    carried(plant)
    assert states(plant) == [(MailState.FAILED, OutgoingState.DEAD)]

    with plant.env("maren", write=True) as env:
        run(env, mailing.send_mail_again, [env.get(Mail, mail_id)])
    carried(plant)

    assert [came.recipients for came in server.received] == [["anna@norrgjut.example"], ["gone@example.com"]]
    assert server.received[0].message["Message-ID"] == server.received[1].message["Message-ID"]


def test_one_that_an_operator_discards_in_the_outbox_is_not_waited_for(
    plant: Plant, server: MailServer
) -> None:
    sent(plant)
    with plant.env("tove", write=True) as env:
        run(
            env,
            messaging.discard_outgoing,
            env.session.scalars(select(OutgoingMessage)).all(),
            {"reason": "Sent by post"},
        )

    with plant.env("maren") as env:
        (posted,) = mailing.mails(env, party(env))
    assert (posted.state, posted.reason) == (MailState.FAILED, "Discarded: Sent by post")


def test_an_administrator_sees_by_a_test_whether_e_mail_leaves(plant: Plant, server: MailServer) -> None:
    with plant.env("tove", write=True) as env:
        maren = plant_user(env, "maren")
        done = run(env, mailing.send_test_mail, [maren])
        assert isinstance(done.opened[0], Mail)
        with pytest.raises(UserError, match="has no address"):
            run(env, mailing.send_test_mail, [plant_user(env, "jonas")])
    with plant.env("maren", write=True) as env, pytest.raises(Forbidden):
        run(env, mailing.send_test_mail, [plant_user(env, "maren")])
    carried(plant)

    (came,) = server.received
    assert came.recipients == ["maren@kestrel.example"]
    assert came.message["Auto-Submitted"] == "auto-generated"


def test_e_mails_go_with_the_record_that_they_are_about(plant: Plant, server: MailServer) -> None:
    sent(plant, Draft("a@example.com", "Hello", "Text", made=[("order.pdf", PDF)]))
    with plant.env("maren", write=True) as env:
        env.delete(party(env))

    with open_env(plant.site) as env:
        assert env.session.scalars(select(Mail)).all() == []
    carried(plant)
    assert server.received == []

"""Followers: each hears what they may know, as they wish, and nobody of what they did themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from core.base import Company, Item, Party, User, UserCompany, following
from core.base.actions import commenting, handing_over, notifying, planning
from core.base.models.following import Follower, MailWish, NewsKind, Notification
from core.base.models.mechanism import OutgoingMessage
from core.base.settings import Level, choose
from core.events.courier import Courier
from core.jobs.job import enqueue
from core.jobs.worker import Worker
from core.orm.env import SYSTEM, Env, open_env
from core.testing.mail import MailServer, receiving_mail
from tests.core.base.conftest import Plant
from tests.core.events.test_outbox import let_time_pass


def party(env: Env) -> Party:
    return env.session.scalars(select(Party).order_by(Party.id)).first() or pytest.fail("no partner")


def item(env: Env) -> Item:
    return env.session.scalars(select(Item)).one()


def follow(plant: Plant, *logins: str) -> None:
    for login in logins:
        with plant.env(login, write=True) as env:
            following.follow(env, party(env))


def say(plant: Plant, login: str, text: str) -> None:
    with plant.env(login, write=True) as env:
        commenting.comment(env, party(env), text)
    work(plant)


def work(plant: Plant) -> None:
    Worker(plant.site, lambda _site, _user, _company: SYSTEM).run_waiting()


def heard(plant: Plant, login: str) -> list[str]:
    with plant.env(login) as env:
        return [news.text for news in notifying.news(env)]


@pytest.fixture
def server(plant: Plant) -> Iterator[MailServer]:
    with open_env(plant.site, write=True) as env:
        for user in env.session.scalars(select(User)):
            user.email = f"{user.login}@kestrel.example"
    with receiving_mail() as running:
        running.serve(plant.site.folder)
        yield running
    handing_over._resting.pop(plant.site, None)


def wish(plant: Plant, login: str, when: MailWish) -> None:
    with plant.env(login, write=True) as env:
        choose(env, notifying.mail_wish, when, Level.USER)


def carried(plant: Plant) -> None:
    let_time_pass(plant.site)
    Courier(plant.site).run_waiting()


def test_followers_hear_of_comments_and_nobody_of_their_own(plant: Plant) -> None:
    follow(plant, "jonas", "maren")
    say(plant, "maren", "They moved.")

    assert heard(plant, "jonas") == ["They moved."]
    assert heard(plant, "maren") == []
    assert heard(plant, "tove") == []


def test_who_comments_is_named_or_is_given_work_follows(plant: Plant) -> None:
    say(plant, "jonas", "@maren do you know them?")
    with plant.env("jonas", write=True) as env:
        tove = plant.id_of("tove")
        planning.plan(env, party(env), "Call them", assignee_id=tove)

    with open_env(plant.site) as env:
        found = env.session.scalars(select(User.login).join(Follower, Follower.user_id == User.id)).all()
    assert sorted(found) == ["jonas", "maren", "tove"]


def test_a_follower_who_may_see_the_record_no_more_hears_nothing(plant: Plant, server: MailServer) -> None:
    wish(plant, "jonas", MailWish.NOW)
    follow(plant, "jonas")
    with open_env(plant.site, write=True) as env:
        orrin = env.session.scalars(select(Company.id).where(Company.code == "OM")).one()
        env.session.execute(
            update(UserCompany)
            .where(UserCompany.user_id == plant.id_of("jonas"))
            .values(seen_company_id=orrin)
        )
    say(plant, "maren", "Secret of Kestrel")
    carried(plant)

    with open_env(plant.site) as env:
        assert env.session.scalars(select(Notification)).all() == []
    assert server.received == []


def test_what_is_said_in_another_company_about_what_both_share_is_not_heard(plant: Plant) -> None:
    for login in ("jonas", "ines"):
        with plant.env(login, write=True) as env:
            following.follow(env, item(env))
    with plant.env("maren", write=True) as env:
        commenting.comment(env, item(env), "Kestrel's own")
    work(plant)

    assert heard(plant, "jonas") == ["Kestrel's own"]
    assert heard(plant, "ines") == []


def test_news_of_what_is_hidden_meanwhile_is_told_neither_here_nor_by_e_mail(
    plant: Plant, server: MailServer
) -> None:
    wish(plant, "jonas", MailWish.NOW)
    follow(plant, "jonas")
    say(plant, "maren", "For now")
    with open_env(plant.site, write=True) as env:
        env.session.execute(delete(UserCompany).where(UserCompany.user_id == plant.id_of("jonas")))
    carried(plant)

    assert heard(plant, "jonas") == []
    assert server.received == []


def test_at_once_once_a_day_or_never_and_it_says_why_and_where_to_stop_it(
    plant: Plant, server: MailServer
) -> None:
    wish(plant, "jonas", MailWish.NOW)
    wish(plant, "tove", MailWish.NEVER)
    follow(plant, "jonas", "tove", "maren")
    with plant.env("tove", write=True) as env:
        commenting.comment(env, party(env), "First")
    work(plant)
    say(plant, "tove", "Second")
    carried(plant)

    assert [(came.recipients, came.text.partition("\n")[0]) for came in server.received] == [
        (["jonas@kestrel.example"], "Tove commented on Partner Norrgjut AB"),
        (["jonas@kestrel.example"], "Tove commented on Partner Norrgjut AB"),
    ]
    came = server.received[0]
    assert came.message["Auto-Submitted"] == "auto-generated"
    assert "https://erp.kestrel.example/m/base.party/" in came.text
    assert "because you follow" in came.text
    assert "https://erp.kestrel.example/-/settings" in came.text

    assert digest(plant) == 1  # Maren's wish is the site's, once a day; Tove is told nothing by e-mail
    carried(plant)
    (came,) = server.received[2:]
    assert came.recipients == ["maren@kestrel.example"]
    assert came.message["Subject"] == "2 news of what you follow"
    assert came.text.index("First") < came.text.index("Second")
    assert digest(plant) == 0


def digest(plant: Plant) -> int:
    """Do the daily work, if there is any; gives how many e-mails were written."""
    with open_env(plant.site) as env:
        if not notifying._has_digest(env):
            return 0
    before = written(plant)
    with open_env(plant.site, write=True) as env:
        enqueue(env, "base.notify_daily", "Digest", {})
    work(plant)
    return written(plant) - before


def written(plant: Plant) -> int:
    with open_env(plant.site) as env:
        return len(env.session.scalars(select(OutgoingMessage.id)).all())


def test_who_stops_following_hears_no_more_and_a_withdrawn_comment_is_not_news(plant: Plant) -> None:
    follow(plant, "jonas")
    say(plant, "maren", "One")
    with plant.env("maren", write=True) as env:
        (said,) = commenting.comments(env, party(env))
        commenting.withdraw(env, said.id)
    assert heard(plant, "jonas") == []
    with plant.env("jonas", write=True) as env:
        following.unfollow(env, party(env))
        assert not following.is_following(env, party(env))
    say(plant, "maren", "Two")

    assert heard(plant, "jonas") == []


def test_following_goes_with_the_record(plant: Plant) -> None:
    follow(plant, "jonas")
    say(plant, "maren", "One")
    with plant.env("maren", write=True) as env:
        env.delete(party(env))

    with open_env(plant.site) as env:
        assert env.session.scalars(select(Follower.id)).all() == []
        assert env.session.scalars(select(Notification.id)).all() == []


def test_a_mention_is_in_the_bell_once_and_by_e_mail_as_wished(plant: Plant, server: MailServer) -> None:
    wish(plant, "jonas", MailWish.NOW)
    say(plant, "maren", "@jonas what now?")
    carried(plant)

    assert heard(plant, "jonas") == []  # the mention itself is there
    with open_env(plant.site) as env:
        assert env.session.scalars(select(Notification.kind)).all() == [NewsKind.MENTION]
    (came,) = server.received
    assert came.message["Subject"] == "Maren asks you about Partner Norrgjut AB"

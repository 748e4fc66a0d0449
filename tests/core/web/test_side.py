"""Beside a record: comments that call people, files that are what they say, things to do, and the trail."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from core.base import Attachment, Comment, Mention, User
from core.base.models.following import Follower
from core.jobs.worker import Worker
from core.orm.env import SYSTEM
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)

EYE = 'aria-label="%s"'


def attach(browser: Browser, record_id: int, name: str, content: bytes) -> Browsed:
    sent: MultiDict[str, object] = MultiDict({"files": FileStorage(io.BytesIO(content), filename=name)})
    return browser.post(f"{REPAIRS}/{record_id}/-/files", sent)


def count(shop: Shop, model: type) -> int:
    with shop.env() as env:
        return int(env.session.query(model).count())


def test_a_comment_stands_in_the_stream_and_calls_whom_it_names(shop: Shop) -> None:
    record_id = repair(shop)
    shop.browser("jonas").post(f"{REPAIRS}/{record_id}/-/comments", {"text": "@tove <b>look</b>\nhere"})

    tove = shop.browser("tove")
    assert "<b>look</b>" in tove.get("/-/inbox").text
    page = tove.get(f"{REPAIRS}/{record_id}")
    assert page.words('//*[@class="dt-mention"]') == ["@tove"]
    assert "&lt;b&gt;look&lt;/b&gt;<br>here" in page.html
    assert "look" not in tove.get("/-/inbox").text
    with shop.env() as env:
        assert env.session.query(Mention).one().seen_at is not None


def test_an_empty_comment_is_refused(shop: Shop) -> None:
    answer = shop.browser("jonas").post(f"{REPAIRS}/{repair(shop)}/-/comments", {"text": "  "})

    assert answer.status == 422
    assert "The comment is empty." in answer.text
    assert count(shop, Comment) == 0


def test_somebody_who_may_only_read_may_comment_but_not_attach(shop: Shop) -> None:
    record_id = repair(shop)
    vera = shop.browser("vera")

    assert vera.post(f"{REPAIRS}/{record_id}/-/comments", {"text": "Seen"}).status == 303
    assert attach(vera, record_id, "a.png", PNG).status == 403
    assert not vera.get(f"{REPAIRS}/{record_id}?side=files").tree.xpath("//form[@data-drop]")
    assert count(shop, Attachment) == 0


def test_a_picture_is_kept_shown_small_and_downloaded_under_its_name(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    assert attach(browser, record_id, "photos/gear.png", PNG).status == 303
    page = browser.get(f"{REPAIRS}/{record_id}?side=files")
    url = page.tree.xpath('//*[contains(@class, "dt-filelist")]//a/@href')[0]
    download = browser.get(url).response

    assert page.words('//*[contains(@class, "dt-filelist")]//a') == ["gear.png"]
    assert page.tree.xpath('//img[@class="dt-thumb"]/@src') == [f"{url}?inline=1"]
    assert download.data == PNG
    assert download.headers["Content-Disposition"] == "attachment; filename=gear.png"
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"{url}?inline=1").response.headers["Content-Disposition"].startswith("inline")


def test_a_file_of_a_known_name_is_its_next_version_and_the_earlier_ones_stay(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    for name, content in [
        ("Plan.txt", b"first"),
        ("gear.png", PNG),
        ("plan.txt", b"second"),
        ("plan.txt", b"third"),
    ]:
        assert attach(browser, record_id, name, content).status == 303

    page = browser.get(f"{REPAIRS}/{record_id}?side=files")
    newest, *earlier = page.tree.xpath('//ul[@class="dt-filelist"]/li[1]//a/@href')

    assert page.words('//ul[@class="dt-filelist"]/li/span/a') == ["plan.txt", "gear.png"]
    assert page.words("//summary")[-1] == "Version 3"
    assert page.words('//ul[@class="dt-filelist"]//details//a') == ["Version 2", "Version 1"]
    assert [browser.get(url).response.data for url in (newest, *earlier)] == [b"third", b"second", b"first"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("holiday.png", b"<!doctype html><script>alert(1)</script>"),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("run.exe", b"MZ\x90\x00" + b"\x00" * 80),
        ("nothing.txt", b""),
    ],
)
def test_what_a_browser_would_run_is_refused_with_the_reason(shop: Shop, name: str, content: bytes) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")

    answer = attach(browser, record_id, name, content)

    assert answer.status == 422
    assert name in answer.text
    assert "not stored" in answer.text or "Nothing has changed" in answer.text
    assert count(shop, Attachment) == 0


def test_a_file_above_the_limit_is_refused(shop: Shop) -> None:
    record_id = repair(shop)
    Path(shop.site.folder, "dovetail.toml").write_text("max_upload_mb = 1\n")

    answer = attach(shop.browser("jonas"), record_id, "big.txt", b"a" * 1_000_001)

    assert answer.status in (413, 422)
    assert "larger than 1 MB" in answer.text
    assert count(shop, Attachment) == 0


def test_one_bad_file_leaves_out_the_good_ones_that_came_with_it(shop: Shop) -> None:
    record_id = repair(shop)
    sent: MultiDict[str, object] = MultiDict(
        [
            ("files", FileStorage(io.BytesIO(PNG), filename="good.png")),
            ("files", FileStorage(io.BytesIO(b"<html>"), filename="bad.html")),
        ]
    )

    assert shop.browser("jonas").post(f"{REPAIRS}/{record_id}/-/files", sent).status == 422
    assert count(shop, Attachment) == 0


def test_a_file_is_as_visible_as_its_record_and_removed_by_who_added_it(shop: Shop) -> None:
    record_id = repair(shop)
    jonas = shop.browser("jonas")
    attach(jonas, record_id, "gear.png", PNG)
    with shop.env() as env:
        file_id = env.session.query(Attachment).one().id

    for login in ("ines", "norbert"):
        assert shop.browser(login).get(f"/-/files/{file_id}").status in (403, 404)
    removal = f"{REPAIRS}/{record_id}/-/files/{file_id}/remove"
    assert shop.browser("tove").post(removal).status in (403, 404)
    assert count(shop, Attachment) == 1
    assert jonas.post(removal).status == 303
    assert count(shop, Attachment) == 0


def test_one_save_is_one_entry_with_what_changed_in_the_record_and_its_lines(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    first = min({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)

    form["due_on"], form[f"lines.{first}.quantity"] = "2026-03-19", "6"
    browser.post(f"{REPAIRS}/{record_id}", form)

    entries = browser.get(f"{REPAIRS}/{record_id}").words('//*[@id="dt-timeline"]/li[not(@class)]')
    assert len(entries) == 2
    assert "Due 19 Mar" in entries[0]
    assert "Line 10, Quantity 4 to 6" in entries[0]
    assert "created this" in entries[1]


def test_a_reference_in_the_trail_is_called_by_name_in_few_statements(shop: Shop) -> None:
    from tests.core.web.workshop.models import Client  # noqa: PLC0415 -- beside its only use

    record_id = repair(shop)
    with shop.env("jonas", write=True) as env:
        clients = [Client(name=f"Dock {number}") for number in range(6)]
        env.add(*clients)
        env.flush()
        ids = [client.id for client in clients]
    for client_id in ids:
        with shop.env("jonas", write=True) as env:
            env.get(Repair, record_id).client_id = client_id

    page = shop.browser("jonas").get(f"{REPAIRS}/{record_id}")

    assert "Client Dock 4 to Dock 5" in page.text


def test_people_to_mention_are_found_by_login_and_by_name(shop: Shop) -> None:
    found = shop.browser("jonas").get("/-/people?q=to").json["items"]

    assert [item["text"] for item in found] == ["tove"]


def test_who_makes_a_record_in_a_form_follows_it(shop: Shop) -> None:
    made = shop.browser("jonas").post("/m/workshop.client/new", {"_version": "0", "name": "Orrin"})

    assert made.status == 303
    assert EYE % "Do not follow any more" in shop.browser("jonas").get(made.goes_to).html


def test_by_the_eye_one_begins_to_hear_of_a_record_and_ends_it(shop: Shop) -> None:
    url = f"{REPAIRS}/{repair(shop)}"
    vera, follow = shop.browser("vera"), f"{url}/-/follow"

    assert EYE % "Follow" in vera.get(url).html
    assert vera.post(follow).goes_to == url
    assert EYE % "Do not follow any more" in vera.get(url).html
    assert shop.browser("ines").post(follow).status == 404
    shop.browser("jonas").post(f"{url}/-/comments", {"text": "<b>New</b> seals"})
    Worker(shop.site, lambda _site, _user, _company: SYSTEM).run_waiting()

    inbox = vera.get("/-/inbox")
    assert "R-1: <b>New</b> seals" in inbox.text
    vera.get(url)
    assert "New seals" not in vera.get("/-/inbox").text
    assert vera.post(follow).goes_to == url
    with shop.env() as env:
        followers = env.session.scalars(select(User.login).join(Follower, Follower.user_id == User.id)).all()
    assert followers == ["jonas"]

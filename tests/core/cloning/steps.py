"""Steps of a site that is copied, each for a process of its own: its addons and custom fields are mapped there."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from sqlalchemy import String, select

from core import config
from core.addon import discover
from core.app import open_site, web
from core.audit import heads
from core.audit.check import check
from core.backup.dump import closing_engine
from core.base import Activity, Attachment, Comment, Person, SavedView, User, content
from core.cloning.making import clone
from core.config import Settings
from core.custom.field import CustomField
from core.custom.kind import CustomType
from core.doctor import examine
from core.migrate.upgrade import upgrade
from core.orm.env import Env, Site, open_env
from core.orm.model import Base
from core.security import session
from core.security.sign_in import SignedIn, authenticate, visit
from core.testing import life
from core.testing.browsing import signed_in
from tests.landed import sites

#: What nobody may find again, beside what the demonstration has.
SECRET = "Isolde Quandt-Ferrari"
FORMER = "Isolde Formerly-Known"
CHOSEN = "isolde.private@quandt.example"
CALLED = "+49 171 5550 117"
REASON = "asked for by Isolde herself"


def demonstrate(url: str) -> None:
    """The demonstration of all addons, as it was kept last, and a field that an administrator added."""
    sites.load(sites.LANDED[-1], url)
    settings = life.settings(url)
    with closing_engine(url) as engine:
        upgrade(engine, discover())
    site = open_site(settings)
    with open_env(site, write=True) as env:
        env.add(CustomField(label_text="At home", model="base.person", key="private", type=CustomType.EMAIL))
    site.engine.dispose()


def furnish(folder: Path) -> list[str]:
    """Put a person into everything that may hold what is personal; every personal value that there is then."""
    site = open_site(config.read(folder))
    with open_env(site, write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "maren")).one()
        person = env.session.scalars(select(Person).where(Person.id == user.person_id)).one()
        person.name, person.phone = FORMER, CALLED
        env.why = REASON
        env.flush()
        person.name = user.name = SECRET
        env.flush()
        _hang(env, user, person)
        session.start(env, user.id, "203.0.113.99", "a browser of hers")
    with site.engine.connect().execution_options(dovetail_write=True) as connection, connection.begin():
        columns = f"SELECT id, '{CHOSEN}' FROM base_person WHERE name = '{SECRET}'"  # noqa: S608 -- our own words
        connection.exec_driver_sql(f"INSERT INTO custom_base_person (id, private) {columns}")
    found = sorted({SECRET, FORMER, CHOSEN, CALLED, REASON, *_declared(site)})
    site.engine.dispose()
    return found


def _hang(env: Env, user: User, person: Person) -> None:
    """A comment, a to-do, a file, a filter and a message about her."""
    about = {"model": "base.person", "record_id": person.id, "company_id": person.company_id}
    body = f"A letter to {SECRET}".encode()
    env.add(
        Comment(**about, body=f"{SECRET} is ill until Monday.", author_id=user.id),
        Activity(**about, subject=f"Call {SECRET}", assignee_id=user.id),
        Attachment(**about, name=f"{SECRET}.txt", media_type="text/plain", size_bytes=len(body),
                   digest=content.keep(env, BytesIO(body))),
        SavedView(model="base.person", name=f"Team of {SECRET}", owner_id=user.id,
                  state={"filter": [{"field": "name", "op": "eq", "value": SECRET}]}),
    )  # fmt: skip
    env.flush()


def _declared(site: Site) -> Iterator[str]:
    """What stands in the fields that are declared to be personal, and the digests of what is attached."""
    with site.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                info = column.info.get("field")
                if info is not None and info.personal and isinstance(column.type, String):
                    yield from connection.execute(
                        select(column).where(column.is_not(None)).distinct()
                    ).scalars()
        yield from connection.exec_driver_sql("SELECT DISTINCT digest FROM base_attachment").scalars()


def copy(source: Settings, target: Settings, file: Path | None = None, identity: str = "") -> tuple[str, int]:
    """The password of the copy's administrator, and how many files it has."""
    made = clone(source, target, file, identity)
    return made.password, made.files


def wrong(folder: Path) -> list[str]:
    """What the doctor and the check of the audit trail say of a site."""
    settings = config.read(folder)
    said = [str(each.text) for each in examine(settings) if each.is_wrong]
    site = open_site(settings)
    report = check(site, heads.file_of(site.folder))
    site.engine.dispose()
    sealed = [] if report.sealed and not report.unsealed else ["not sealed"]
    return said + [str(problem.what) for problem in report.problems] + sealed


def state(folder: Path) -> dict[str, object]:
    """What is there of accounts, of what was on its way, and of what speaks to others."""
    site = open_site(config.read(folder))
    with site.engine.connect() as connection:

        def count(asked: str) -> object:
            return connection.exec_driver_sql(f"SELECT count(*) FROM {asked}").scalar_one()  # noqa: S608 -- our own words

        found = {
            "credentials": count("base_credential"),
            "sessions": count("base_login_session"),
            "tokens": count("base_api_token"),
            "messages": count("base_outgoing_message"),
            "jobs": count("base_job"),
            "schedules": count("base_schedule WHERE active"),
            "partners": count("bridge_partner WHERE active OR url NOT LIKE 'https://partner.invalid/'"),
            "reasons": count("(SELECT DISTINCT why FROM base_change) w"),
            "joined": count("base_user u JOIN base_person p ON p.id = u.person_id WHERE p.name = u.name"),
            "apart": count("base_user u JOIN base_person p ON p.id = u.person_id WHERE p.name <> u.name"),
            "named": count("base_change c WHERE model = 'base.person' AND new LIKE '%%\"name\"%%'"),
        }
    site.engine.dispose()
    return found


def serves(folder: Path, password: str) -> list[int]:
    """The status of the page to sign in, and of two pages as the administrator."""
    site = open_site(config.read(folder))
    app = web(site)
    before = app.test_client().get("/-/sign-in")
    done = authenticate(site, "admin", password, "127.0.0.1")
    assert isinstance(done, SignedIn)
    found = visit(site, done.token)
    assert found is not None
    client = signed_in(site, found.principal, app)
    pages = [
        before,
        *(client.get(address, base_url="https://localhost") for address in ("/", "/m/base.user")),
    ]
    site.engine.dispose()
    return [page.status_code for page in pages]

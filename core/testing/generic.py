"""What every addon is tested for by one line of its own: `class TestMine(GenericChecks, addon="mine"): ...`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import Engine, NullPool, func, inspect, select

from core import actions, i18n
from core.actions import Action
from core.addon import BASE, discover
from core.errors import Forbidden, NotFound, PlatformError, UserError
from core.events.stream import Event
from core.migrate.loading import Loaded
from core.migrate.purge import KEPT
from core.orm import bulk, query
from core.orm.catalog import is_part, key_fields
from core.orm.engine import engine_for
from core.orm.env import Env
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, models
from core.orm.trigram import is_accelerator
from core.testing import exchange, life, population, snapshot
from core.testing.databases import Databases
from core.testing.observing import statements
from core.testing.population import Population
from core.testing.process import apart

#: Statements that a page may send.
LIST_BUDGET = 14
FORM_BUDGET = 30
#: How many times the statements for n records 4n may send.
SLOPE = 5
#: What a list is shown as beside a list, as far as its fields allow.
MODES = ("board", "calendar", "chart")
#: Slashes of a list's address, /m/<model>; a record's has one more.
_LIST_DEPTH = 2

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class GenericChecks:
    """The generic checks of one addon."""

    addon: ClassVar[str]

    def __init_subclass__(cls, *, addon: str) -> None:
        cls.addon = addon

    @pytest.fixture
    def populated(
        self,
        database_kind: str,
        fresh_databases: Databases,
        addon_names: tuple[str, ...],
        loaded: Loaded,
        tmp_path: Path,
    ) -> Iterator[Population]:
        """A site with records of every model that can be made, in two companies."""
        with population.cloned(fresh_databases, database_kind, addon_names, tmp_path) as found:
            yield found

    def models(self) -> list[type[Model]]:
        """The addon's own models."""
        return [model for model in models() if model_name(model).rpartition(".")[0] == self.addon]

    def test_it_keeps_the_rules_of_the_house(self) -> None:
        assert apart(life.rules_broken, self.addon) == []

    def test_it_installs_alone_and_a_purge_leaves_no_trace(
        self, database_kind: str, fresh_databases: Databases
    ) -> None:
        if self.addon == BASE or discover()[self.addon].addon.is_join:
            return  # base stays, and a join comes and goes with its partners
        url = fresh_databases.fresh(database_kind)
        apart(life.create_without, url, self.addon)
        schema, contents = _schema(url), _contents(url)

        apart(life.add, url, self.addon)
        between = _schema(url)
        apart(life.remove, url, self.addon)

        assert snapshot.difference(schema, between) != []
        assert snapshot.difference(schema, _schema(url)) == []
        assert snapshot.difference(contents, _contents(url)) == []

    def test_what_is_installed_is_what_the_models_say(self, database_url: str) -> None:
        apart(life.create_with, database_url, self.addon)

        assert apart(life.drifts, database_url, self.addon) == []

    def test_its_history_gives_the_schema_of_its_models_and_goes_down_and_up(
        self, database_kind: str, fresh_databases: Databases
    ) -> None:
        assert life.has_history(self.addon), f"dovetail revision {self.addon} initial"
        if self.addon == BASE:
            return  # base's tables hold the record of its own installation: dovetail check walks its history
        by_models, by_history = (fresh_databases.fresh(database_kind) for _ in range(2))
        apart(life.create_with, by_models, self.addon)
        apart(life.create_by_history, by_history, self.addon)
        made = _schema(by_history)

        apart(life.down_and_up, by_history, self.addon)

        assert snapshot.difference(_schema(by_models), made) == []
        assert snapshot.difference(made, _schema(by_history)) == []

    @only_sqlite
    def test_every_list_and_form_renders_for_every_role_and_language(self, populated: Population) -> None:
        seen = 0
        everything = populated.role_sets()[-1]
        visits = [*zip(populated.role_sets(), cycle(i18n.languages()), strict=False),
                  *((everything, language) for language in i18n.languages())]  # fmt: skip
        for roles, language in visits:
            browser = populated.browser(roles, language)
            for page in self._pages(populated):
                answer = browser.get(page)
                assert answer.status_code in (200, 403, 404), f"{page} for {roles}: {answer.status}"
                seen += answer.status_code == 200  # noqa: PLR2004 -- OK
        assert seen or not self.models()

    @only_sqlite
    def test_every_list_renders_as_whatever_it_can_be(self, populated: Population) -> None:
        browser = populated.browser(tuple(populated.role_names()))
        for page in self._pages(populated):
            if page.count("/") == _LIST_DEPTH:
                for mode in MODES:
                    with statements(populated.site.engine) as sent:
                        answer = browser.get(f"{page}?mode={mode}")
                    assert answer.status_code in (200, 403), f"{page} as {mode}: {answer.status}"
                    assert len(sent) <= LIST_BUDGET, f"{page} as {mode}: {len(sent)}"

    def test_every_action_refuses_who_may_not(self, populated: Population) -> None:
        people = [populated.person(roles) for roles in populated.role_sets()]
        for action in _actions(self.addon):
            for person in people:
                if not populated.granting(action) & person.roles:
                    with populated.env(person) as env, pytest.raises(Forbidden):
                        actions.run(env, action, [])

    def test_no_record_of_another_company_is_reachable(self, populated: Population) -> None:
        everything = tuple(populated.role_names())
        stranger = populated.person(everything, company=1)
        token, browser = populated.token(stranger), populated.browser_of(stranger)
        for model, hidden in self._hidden(populated):
            name = model_name(model)
            with populated.env(stranger) as env:
                with pytest.raises(NotFound):
                    env.get(model, hidden)
                assert env.session.scalar(select(func.count()).where(model.id == hidden)) == 0, name
                assert query.titles(env, model, [hidden]) == {}, name
                for attempt in (
                    partial(bulk.delete, env, model, [hidden]),
                    partial(_touch, env, model, hidden),
                ):
                    with pytest.raises(UserError):
                        attempt()
            assert browser.get(f"/m/{name}/{hidden}").status_code in (403, 404), name
            addon, _dot, kind = name.rpartition(".")
            answer = browser.get(
                f"/api/{addon}/{kind}/{hidden}", headers={"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code in (403, 404), name

    def test_what_is_exported_can_be_imported_and_changes_nothing(self, populated: Population) -> None:
        for model in self._exchanged():
            with populated.env(populated.person(tuple(populated.role_names())), write=True) as env:
                if env.site.access.may(env.principal, "write", model):
                    report = exchange.imported(env, model, exchange.exported(env, model), keep=False)
                    assert report.problems == [], model_name(model)
                    assert (report.created, report.changed) == (0, 0), model_name(model)

    def test_what_is_exported_and_deleted_comes_back_by_its_key(self, populated: Population) -> None:
        for model in self._exchanged():
            with populated.env(populated.person(tuple(populated.role_names())), write=True) as env:
                may = env.site.access.may
                if not all(
                    may(env.principal, v, model) for v in ("create", "delete")
                ) or not exchange.can_come_back(env, model):
                    continue
                before = exchange.exported(env, model)
                gone = exchange.deleted(env, model, before)
                report = exchange.imported(env, model, gone, keep=True, by_key=True)
                differing = before.without_ids() ^ exchange.exported(env, model).without_ids()
                assert report.problems == [], f"{model_name(model)}: {report.problems[:5]}"
                assert differing == set(), f"{model_name(model)}: {sorted(map(str, differing))[:4]}"

    def test_writing_four_times_as_much_costs_at_most_five_times_the_statements(
        self, populated: Population
    ) -> None:
        for model in self.models():
            with populated.env(write=True) as env:
                ids = list(env.session.scalars(select(model.id).limit(80)))
            few = _cost_of_touching(populated, model, ids[: len(ids) // 4])
            many = _cost_of_touching(populated, model, ids[: len(ids) // 4 * 4])
            assert many <= max(few, 1) * SLOPE, f"{model_name(model)}: {few} statements became {many}"

    @only_sqlite
    def test_each_page_keeps_its_budget_of_statements(self, populated: Population) -> None:
        browser = populated.browser(tuple(populated.role_names()))
        for page in self._pages(populated):
            browser.get(page)  # what is compiled and cached once is no page's cost
            with statements(populated.site.engine) as sent:
                answer = browser.get(page)
            most = FORM_BUDGET if page.count("/") > _LIST_DEPTH else LIST_BUDGET
            assert len(sent) <= most, f"{page} ({answer.status}): {len(sent)}\n" + "\n".join(sent.sent)

    def _pages(self, populated: Population) -> list[str]:
        pages = []
        for model in self.models():
            if not is_part(model):
                address = f"/m/{model_name(model)}"
                pages += [address, f"{address}/new"]
                pages += [f"{address}/{record}" for record in populated.ids(model)[:1]]
        return pages

    def _hidden(self, populated: Population) -> Iterator[tuple[type[Model], int]]:
        """A record of the first company for each model that companies own."""
        for model in self.models():
            if issubclass(model, OfCompany | SharedByCompanies):
                for record in populated.ids(model, company=0)[:1]:
                    yield model, record

    def _exchanged(self) -> list[type[Model]]:
        """Models with a natural key: what has none cannot be found again."""
        return [model for model in self.models() if not is_part(model) and key_fields(model)]


def _actions(addon: str) -> Sequence[Action]:
    return [action for action in actions.all_actions() if action.addon == addon]


def _touch(env: Env, model: type[Model], record: int) -> None:
    bulk.update(env, model, [{"id": record}])


def _cost_of_touching(populated: Population, model: type[Model], ids: Sequence[int]) -> int:
    """Statements of loading records and writing them again in one flush."""
    with populated.env(write=True) as env, statements(populated.site.engine) as sent:
        for record in env.session.scalars(select(model).where(model.id.in_(ids))):
            record.changed_by_id = None
        try:
            env.flush()
        except PlatformError:
            return 1  # a ledger, or a document that is fixed
        finally:
            env.session.rollback()
    return len(sent)


def _schema(url: str) -> snapshot.Schema:
    return snapshot.schema(_plain(url))


def _contents(url: str) -> snapshot.Contents:
    """All but what was told of changes, which stays, and the inside of search indexes, which tells no row.

    The audit's record stays for good, the news for open pages for a day.
    """
    engine = _plain(url)
    names = inspect(engine).get_table_names()
    told = {*KEPT, Event.__tablename__}
    return snapshot.contents(engine, but={*told, *filter(is_accelerator, names)})


def _plain(url: str) -> Engine:
    """An engine that keeps no connection: the next process alters the tables that are looked at."""
    return engine_for(url, poolclass=NullPool)

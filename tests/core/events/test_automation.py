"""Automation rules: when they run, by whose rights, what they leave as it was, and what holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.actions import run
from core.base import Activity, Comment, Party, User, UserCompany, UserRole
from core.base.actions.automating import activate_rule, delete_rule, look_at_clock, try_rule
from core.base.models.automation import (
    AutomationResult,
    AutomationRule,
    AutomationRun,
    AutomationStep,
    RunState,
    StepKind,
    Trigger,
)
from core.base.models.mechanism import Change, Job, OutgoingMessage
from core.clock import now
from core.errors import Forbidden, NotFound, ValidationError
from core.jobs.job import enqueue
from core.jobs.worker import Worker
from core.orm.env import Principal, open_env
from core.security.principal import principal_of
from core.testing.given import HeldClock, QueryBudget
from core.testing.making import make
from tests.core.events.listeners import Plant, plant, receiver
from tests.core.events.receiver import Receiver

__all__ = ["plant", "receiver"]  # fixtures


def step(kind: StepKind, **values: Any) -> AutomationStep:
    return AutomationStep(kind=kind, **values)


def naming(value: object = "{name} AB") -> AutomationStep:
    return step(StepKind.SET, values={"legal_name": value})


def rule(plant: Plant, *steps: AutomationStep, who: Principal | None = None, **values: Any) -> int:
    """An active rule about partners, made by an administrator and running as them."""
    me = who or plant.tove
    with open_env(plant.site, me, write=True) as env:
        given = {"name": "Rule", "model": "base.party", "runs_as_id": me.user_id, "company_id": me.company_id}
        made = make(env, AutomationRule, steps=list(steps), **(given | values))
        run(env, activate_rule, [made])
        return made.id


def work(plant: Plant) -> None:
    """Carry out what waits, as `dovetail work` does."""

    def who_is(site: Any, user_id: int, company_id: int | None) -> Principal:
        with open_env(site) as env:
            return principal_of(env, user_id, company_id)

    Worker(plant.site, who_is).run_waiting()


def legal_name(plant: Plant, party: int) -> str | None:
    with open_env(plant.site) as env:
        return env.get(Party, party).legal_name


def runs(plant: Plant) -> Sequence[AutomationRun]:
    with open_env(plant.site) as env:
        found = env.session.scalars(select(AutomationRun).order_by(AutomationRun.id)).all()
        for each in found:
            assert each.results is not None
        return found


def test_what_is_created_gets_its_fields_and_the_log_says_so(plant: Plant) -> None:
    rule(plant, naming())

    party = plant.party("NG")
    before = legal_name(plant, party)
    work(plant)

    assert (before, legal_name(plant, party)) == (None, "NG AB")
    (kept,) = runs(plant)
    assert (kept.state, kept.title, kept.error) == (RunState.DONE, "NG", None)
    assert [(each.step, each.failed) for each in kept.results] == [("Set fields", False)]


def test_it_acts_as_its_person_and_the_trail_says_which_rule(plant: Plant) -> None:
    rule(plant, naming(), name="Legal names")
    party = plant.party("NG")
    work(plant)

    with open_env(plant.site) as env:
        assert env.get(Party, party).changed_by_id == plant.tove.user_id
        why = env.session.scalars(select(Change.why).where(Change.record_id == party)).all()
        assert "Rule Legal names" in why


@pytest.mark.parametrize(("field", "runs_then"), [("name", 1), ("code", 0), ("", 1)])
def test_a_change_of_the_field_that_is_named_sets_it_off_and_no_other(
    plant: Plant, field: str, runs_then: int
) -> None:
    party = plant.party("NG")
    text = step(StepKind.NOTIFY, text="Look at {name}", user_id=plant.tove.user_id)
    rule(plant, text, trigger=Trigger.CHANGED, field_name=field or None)
    with open_env(plant.site, write=True) as env:
        env.get(Party, party).name = "Norrgjut"
    work(plant)

    assert len(runs(plant)) == runs_then


def test_the_condition_is_asked_of_the_record_as_it_is_committed(plant: Plant) -> None:
    rule(plant, naming(), condition={"path": "name", "op": "starts", "value": "N"})
    with open_env(plant.site, write=True) as env:
        late = make(env, Party, code="X", name="Xaver", company_id=plant.company)
        late.name = "Norrgjut"
        env.flush()
        late_id = late.id
    other = plant.party("OL")
    work(plant)

    assert (legal_name(plant, late_id), legal_name(plant, other)) == ("Norrgjut AB", None)


def test_another_company_s_records_set_off_nothing_and_its_people_see_neither_rule_nor_log(
    plant: Plant,
) -> None:
    made = rule(plant, naming())
    theirs, ours = plant.party("OL", plant.other), plant.party("NG")
    work(plant)

    assert (legal_name(plant, theirs), legal_name(plant, ours)) == (None, "NG AB")
    (kept,) = runs(plant)
    with open_env(plant.site, plant.ines) as env:
        for model, record_id in ((AutomationRule, made), (AutomationRun, kept.id)):
            with pytest.raises(NotFound):
                env.get(model, record_id)
        assert env.session.scalars(select(AutomationResult)).all() == []


def test_a_person_of_two_companies_acts_in_that_of_the_rule_alone(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        env.add(UserCompany(user_id=plant.tove.user_id or 0, seen_company_id=plant.other))
    rule(plant, naming())
    theirs = plant.party("OL", plant.other)
    work(plant)

    assert legal_name(plant, theirs) is None


def test_a_rule_may_do_what_its_person_may_and_no_more(plant: Plant) -> None:
    clerk = plant.person("base.employee")
    rule(plant, naming(), runs_as_id=clerk.user_id)
    party = plant.party("NG")
    work(plant)

    assert legal_name(plant, party) is None
    (kept,) = runs(plant)
    assert kept.state is RunState.FAILED
    assert kept.results[0].failed


def test_nobody_makes_or_changes_a_rule_that_may_do_more_than_they(plant: Plant) -> None:
    limited = replace(plant.tove, roles=plant.tove.roles - {"base.auditor"})
    made = rule(plant, naming())

    with pytest.raises(ValidationError, match="more than you"):
        rule(plant, naming(), who=limited, name="Mine")
    with (
        pytest.raises(ValidationError, match="more than you"),
        open_env(plant.site, limited, write=True) as env,
    ):
        env.get(AutomationRule, made).steps[0].values = {"legal_name": "mine"}
    with pytest.raises(Forbidden):
        rule(plant, naming(), who=plant.person("base.auditor"))
    with pytest.raises(ValidationError):
        rule(plant, naming(), runs_as_id=plant.ines.user_id, name="Other")


@pytest.mark.parametrize(
    "values",
    [
        {"step": {"kind": StepKind.SET, "values": {"nothing": 1}}},
        {"step": {"kind": StepKind.SET, "values": {"id": 1}}},
        {"step": {"kind": StepKind.SET, "values": {"name": "{nothing}"}}}, {"step": {"kind": StepKind.WEBHOOK}},
        {"step": {"kind": StepKind.ACTION, "action": "nothing"}}, {"step": {"kind": StepKind.NOTIFY, "text": "Hello"}},
        {"condition": {"path": "nothing", "op": "eq", "value": 1}}, {"trigger": Trigger.STATE, "state": "x"},
        {"trigger": Trigger.DATE, "field_name": "name"}, {"trigger": Trigger.SCHEDULE, "cron": "never"},
        {"model": "base.job"},
    ],
)  # fmt: skip
def test_what_could_never_be_done_is_not_kept(plant: Plant, values: dict[str, Any]) -> None:
    made = AutomationStep(**values.get("step", {"kind": StepKind.SET, "values": {"name": "x"}}))
    others = {name: value for name, value in values.items() if name != "step"}

    with pytest.raises(ValidationError):
        rule(plant, made, **others)


def test_templates_insert_and_compute_nothing(plant: Plant) -> None:
    rule(plant, naming("{code}: {name} {0} {name.__class__} {name!r} %s"))
    with open_env(plant.site, write=True) as env:
        party = make(env, Party, code="NG", name="{code}", company_id=plant.company).id
    work(plant)

    assert legal_name(plant, party) == "NG: {code} {0} {name.__class__} {name!r} %s"


def test_to_dos_and_messages_reach_the_people_of_a_role(plant: Plant) -> None:
    auditor = plant.person("base.auditor")
    rule(
        plant, step(StepKind.TODO, text="Check {name}", role="base.auditor", due_days=2),
        step(StepKind.NOTIFY, text="{name} is new", user_id=auditor.user_id),
    )  # fmt: skip
    party = plant.party("NG")
    work(plant)

    with open_env(plant.site) as env:
        to_do = env.session.scalars(select(Activity)).one()
        assert (to_do.record_id, to_do.assignee_id, to_do.subject) == (party, auditor.user_id, "Check NG")
        assert env.session.scalars(select(Comment)).one().mentions[0].user_id == auditor.user_id


def test_a_step_that_is_refused_leaves_the_record_as_it_was(plant: Plant) -> None:
    nobody = step(StepKind.TODO, text="Check", role="base.integration_operator")
    rule(plant, naming(), nobody)
    party = plant.party("NG")
    work(plant)

    assert legal_name(plant, party) is None
    (kept,) = runs(plant)
    assert [(each.step, each.failed) for each in kept.results] == [
        ("Set fields", False),
        ("Give a to-do", True),
    ]
    assert kept.error == "There is nobody to tell."


def test_a_rule_that_fails_too_often_in_a_row_pauses_and_its_owner_has_a_to_do(plant: Plant) -> None:
    nobody = step(StepKind.TODO, text="Check", role="base.integration_operator")
    made = rule(plant, nobody, failure_limit=2)
    for code in "ABC":
        plant.party(code)
        work(plant)

    with open_env(plant.site) as env:
        kept = env.get(AutomationRule, made)
        assert (kept.active, kept.failures) == (False, 2)
        assert "nobody to tell" in (kept.reason or "")
        to_do = env.session.scalars(select(Activity)).one()
        assert (to_do.model, to_do.record_id, to_do.assignee_id) == (
            "base.automation_rule", made, plant.tove.user_id
        )  # fmt: skip
    assert len(runs(plant)) == 2


def test_rules_that_set_each_other_off_are_held_and_the_log_says_why(plant: Plant) -> None:
    there, back = {"name": "{legal_name}x"}, {"legal_name": "{name}y"}
    rule(plant, step(StepKind.SET, values=there), trigger=Trigger.CHANGED, field_name="legal_name", name="A")
    rule(plant, step(StepKind.SET, values=back), trigger=Trigger.CHANGED, field_name="name", name="B")
    party = plant.party("NG")
    with open_env(plant.site, write=True) as env:
        env.get(Party, party).name = "N"
    work(plant)

    kept = runs(plant)
    assert [each.state for each in kept] == [*[RunState.DONE] * 5, RunState.FAILED]
    assert "set each other off 5 times" in (kept[-1].error or "")


def test_a_dry_run_shows_each_record_and_changes_nothing(plant: Plant) -> None:
    first, second = plant.party("NG"), plant.party("OL")
    with open_env(plant.site, plant.tove, write=True) as env:
        made = make(
            env, AutomationRule, model="base.party", runs_as_id=plant.tove.user_id, steps=[
                naming(), step(StepKind.TODO, text="Check", user_id=plant.tove.user_id),
            ],
        )  # fmt: skip
        (shown,) = run(env, try_rule, [made]).opened
        assert isinstance(shown, AutomationRun)
        said = [(each.record, each.step, each.failed) for each in shown.results]
        assert shown.state is RunState.TRIED
    work(plant)

    assert said == [
        ("NG", "Set fields", False), ("NG", "Give a to-do", False), ("OL", "Set fields", False),
        ("OL", "Give a to-do", False),
    ]  # fmt: skip
    assert [legal_name(plant, each) for each in (first, second)] == [None, None]
    with open_env(plant.site) as env:
        assert not env.session.scalars(select(Activity)).all()
        assert not env.session.scalars(select(OutgoingMessage)).all()


def test_a_dry_run_shows_a_refusal(plant: Plant) -> None:
    plant.party("NG")
    clerk = plant.person("base.employee")
    with open_env(plant.site, plant.tove, write=True) as env:
        made = make(env, AutomationRule, model="base.party", runs_as_id=clerk.user_id, steps=[naming()])
        (shown,) = run(env, try_rule, [made]).opened
        assert isinstance(shown, AutomationRun)
        assert [each.failed for each in shown.results] == [True]


def test_an_action_is_done_through_its_own_gate(plant: Plant) -> None:
    give = step(StepKind.TODO, text="Close me", user_id=plant.tove.user_id)
    rule(plant, give)
    rule(plant, step(StepKind.ACTION, action="mark_done"), model="base.activity", name="Done at once")
    plant.party("NG")
    work(plant)

    with open_env(plant.site) as env:
        assert env.session.scalars(select(Activity.state)).one().value == "done"


def test_a_step_sends_a_webhook_of_the_company(plant: Plant, receiver: Receiver) -> None:
    hook = plant.webhook(receiver.url, on_created=False, on_changed=False, on_deleted=True)
    rule(plant, step(StepKind.WEBHOOK, webhook_id=hook), name="Tell them")
    plant.party("NG")
    work(plant)

    (told,) = plant.told()
    assert (told["type"], told["rule"], told["record"]["code"]) == ("base.party.sent", "Tell them", "NG")


def test_a_date_is_reached_once(plant: Plant, clock: HeldClock) -> None:
    clock.set(datetime(2026, 11, 30, 10, tzinfo=UTC))
    give = step(StepKind.NOTIFY, text="Late", user_id=plant.tove.user_id)
    rule(plant, give, model="base.activity", trigger=Trigger.DATE, field_name="due_on", days=1)
    with open_env(plant.site, write=True) as env:
        party = plant_party(env, plant)
        for day in (30, 29):
            due = datetime(2026, 11, day, tzinfo=UTC).date()
            make(
                env, Activity, model="base.party", record_id=party, subject=f"{day}", due_on=due,
                assignee_id=plant.tove.user_id, company_id=plant.company,
            )  # fmt: skip

    def look() -> int:
        with open_env(plant.site, write=True) as env:
            enqueue(env, look_at_clock.name, "Clock", {})
        work(plant)
        return len(runs(plant))

    counts = [look()]
    for hours in (10, 15, 1):
        clock.set(clock.now() + timedelta(hours=hours))
        counts.append(look())

    assert counts == [0, 0, 1, 1]
    assert runs(plant)[0].title == "30"


def plant_party(env: Any, plant: Plant) -> int:
    return make(env, Party, code="NG", company_id=plant.company).id


def test_by_the_clock_it_is_done_with_all_that_fulfil_the_condition(plant: Plant, clock: HeldClock) -> None:
    clock.set(datetime(2026, 11, 30, 10, tzinfo=UTC))
    party = plant.party("NG")
    other = plant.party("OL")
    wanted = {"path": "code", "op": "eq", "value": "NG"}
    rule(plant, naming(), trigger=Trigger.SCHEDULE, cron="0 12 * * *", condition=wanted)
    for hours in (1, 2):
        clock.set(clock.now() + timedelta(hours=hours))
        with open_env(plant.site, write=True) as env:
            enqueue(env, look_at_clock.name, "Clock", {})
        work(plant)

    assert (legal_name(plant, party), legal_name(plant, other)) == ("NG AB", None)
    assert len(runs(plant)) == 1


def test_a_field_that_an_upgrade_took_away_pauses_the_rule_and_the_change_goes_on(plant: Plant) -> None:
    made = rule(plant, naming())
    with open_env(plant.site, write=True) as env:
        gone = {"path": "custom.gone", "op": "eq", "value": 1}
        env.session.execute(update(AutomationRule).values(condition=gone, changed_at=now()))

    party = plant.party("NG")

    with open_env(plant.site) as env:
        kept = env.get(AutomationRule, made)
        assert (kept.active, env.get(Party, party).code) == (False, "NG")
        assert "custom.gone" in (kept.reason or "")


def test_a_person_who_left_pauses_the_rule(plant: Plant) -> None:
    clerk = plant.person("base.employee")
    made = rule(plant, naming(), runs_as_id=clerk.user_id)
    plant.party("A")
    with open_env(plant.site, write=True) as env:
        env.get(User, clerk.user_id or 0).active = False
    work(plant)
    plant.party("B")

    with open_env(plant.site) as env:
        assert "cannot sign in" in (env.get(AutomationRule, made).reason or "")


def test_a_change_of_a_model_without_rules_costs_no_statement_more(
    plant: Plant, query_budget: QueryBudget
) -> None:
    def saved(code: str) -> int:
        with query_budget(50) as sent, open_env(plant.site, plant.tove, write=True) as env:
            env.add(UserRole(user_id=plant.tove.user_id or 0, role=code))
        return len(sent)

    before = saved("base.personnel_officer")
    rule(plant, naming())
    plant.party("NG")
    assert saved("base.master_data_editor") == before


def test_a_rule_is_deleted_with_its_log(plant: Plant) -> None:
    made = rule(plant, naming())
    plant.party("NG")
    work(plant)
    with open_env(plant.site, write=True) as env:
        env.get(AutomationRule, made).active = False
    with open_env(plant.site, plant.tove, write=True) as env:
        run(env, delete_rule, [env.get(AutomationRule, made)])

    assert not runs(plant)
    with open_env(plant.site) as env:
        assert {job.state.value for job in env.session.scalars(select(Job))} == {"done"}

"""What differs between a site and its profile, and that bringing it about leaves no difference."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.addon import discover
from core.base import Company, Currency, Level
from core.base.models import Change as AuditChange
from core.base.models.record import ExternalId
from core.base.seed import language
from core.base.settings import choose, chosen_at
from core.orm import bulk
from core.orm.env import Site, open_env
from core.profile.applying import bring_about
from core.profile.comparing import compare
from core.profile.document import BadProfile, Profile
from core.profile.writing import written
from tests.core.profile.conftest import Reader

WHOLE = """
[addons]
base = "*"
[settings.base]
language = "de"
[companies.ACME]
name = "ACME GmbH"
currency = "EUR"
country = "DE"
zone = "Europe/Berlin"
[seeds."base.currency".TRY]
active = true
name = "Lira"
"""


def _differences(site: Site, profile: Profile) -> list[str]:
    return [
        str(change.line()) for change in compare(site.engine, {"base": discover()["base"]}, profile).changes
    ]


def _bring_about(site: Site, profile: Profile) -> None:
    bring_about(site, profile, compare(site.engine, {"base": discover()["base"]}, profile).course)


def _lira(site: Site, **values: object) -> Currency:
    with open_env(site, write=True) as env:
        lira = env.session.scalars(select(Currency).where(Currency.code == "TRY")).one()
        if values:
            bulk.update(env, Currency, [{"id": lira.id, **values}])
        env.session.refresh(lira)
        env.session.expunge(lira)
        return lira


def test_what_a_profile_says_comes_about_once(site: Site, profile: Reader) -> None:
    wanted = profile(WHOLE)

    before = _differences(site, wanted)
    _bring_about(site, wanted)

    *others, lira = before
    assert others == [
        'Create: companies.ACME = { name = "ACME GmbH", currency = "EUR", country = "DE", zone = "Europe/Berlin" }',
        'Set: settings.base.language = "de"',
    ]
    assert lira.startswith(
        'Set: seeds.base.currency.TRY = { active = true, name = "Lira" } (now { active = false'
    )
    assert _differences(site, wanted) == []
    with open_env(site) as env:
        assert chosen_at(env, language, Level.SITE) == "de"
        assert env.session.scalars(select(Company.zone)).all() == ["Europe/Berlin"]
        assert set(env.session.scalars(select(AuditChange.why).order_by(AuditChange.id.desc()).limit(1))) == {
            "Profile profile.toml"
        }


def test_what_was_changed_by_hand_is_told_and_brought_back(site: Site, profile: Reader) -> None:
    wanted = profile(WHOLE)
    _bring_about(site, wanted)
    with open_env(site, write=True) as env:
        choose(env, language, "en", Level.SITE)
        env.session.scalars(select(Company)).one().zone = "UTC"
    _lira(site, active=False)

    told = _differences(site, wanted)
    _bring_about(site, wanted)

    assert told == [
        'Set: companies.ACME.zone = "Europe/Berlin" (now "UTC")',
        'Set: settings.base.language = "de" (now "en")',
        "Set: seeds.base.currency.TRY = { active = true } (now { active = false })",
    ]
    assert _differences(site, wanted) == []


def test_what_a_profile_does_not_name_stays_as_it_is(site: Site, profile: Reader) -> None:
    _lira(site, name="Lira")

    _bring_about(site, profile('[seeds."base.currency".TRY]\nactive = true\n'))

    assert (_lira(site).active, _lira(site).name) == (True, "Lira")


def test_an_edited_row_is_as_shipped_again_where_the_profile_says_so(site: Site, profile: Reader) -> None:
    _lira(site, name="Lira", symbol="L")
    wanted = profile('[seeds."base.currency"]\nTRY = "shipped"\n')

    told = _differences(site, wanted)
    _bring_about(site, wanted)

    (line,) = told
    assert line.startswith('As shipped: seeds.base.currency.TRY = { name = "Turkish Lira", symbol = ')
    assert line.endswith('(now { name = "Lira", symbol = "L" })')
    assert (_lira(site).name, _differences(site, wanted)) == ("Turkish Lira", [])


@pytest.mark.parametrize(("decision", "name"), [("kept", "Lira"), ("shipped", "New Lira")])
def test_what_waits_for_an_edited_row_is_decided_by_the_profile(
    site: Site, profile: Reader, decision: str, name: str
) -> None:
    lira = _lira(site, name="Lira")
    with open_env(site, write=True) as env:
        kept = env.session.scalars(
            select(ExternalId).where(ExternalId.model == "base.currency", ExternalId.key == "TRY")
        ).one()
        kept.offered = {**(kept.shipped or {}), "name": "New Lira"}
    wanted = profile(f'[seeds."base.currency"]\nTRY = "{decision}"\n')

    before = _differences(site, wanted)
    _bring_about(site, wanted)

    assert (len(before), _differences(site, wanted)) == (1, [])
    assert (lira.name, _lira(site).name) == ("Lira", name)
    with open_env(site) as env:
        assert env.session.scalars(select(ExternalId.id).where(ExternalId.offered.is_not(None))).all() == []


def test_a_site_has_no_difference_from_the_profile_that_is_written_of_it(site: Site, profile: Reader) -> None:
    _bring_about(site, profile(WHOLE))
    with open_env(site, write=True) as env:
        env.session.scalars(select(Company)).one().name = 'ACME "North"\n\\ Ltd'

    with site.engine.connect() as connection:
        text = written(connection)

    assert _differences(site, profile(text)) == []
    assert '[seeds."base.currency".TRY]\nname = "Lira"\nactive = true\n' in text.replace(
        'active = true\nname = "Lira"\n', 'name = "Lira"\nactive = true\n'
    )
    assert "[settings]\nbase.language = " in text


def test_what_looks_like_a_secret_never_comes_out(site: Site) -> None:
    with open_env(site, write=True) as env:
        choose(env, language, "https://me:hush@example.com", Level.SITE)

    with site.engine.connect() as connection:
        assert "hush" not in written(connection)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[addons]\nno_such = "*"\n', "line 2: addons.no_such: There is no addon no_such."),
        ('[addons]\nbase = ">=99"\n', "line 2: addons.base: Version"),
        ("[addons]\nbase = false\n", "line 2: addons.base: Base carries everything"),
        ("[settings]\nbase.no_such = 1\n", "line 2: settings.base.no_such: There is no setting"),
        ('[settings]\nbase.job_days = "3"\n', "line 2: settings.base.job_days: 3 is no value"),
        ("[settings]\nbase.job_days = true\n", "line 2: settings.base.job_days: True is no value"),
        ("[settings]\nbase.job_days = 0\n", "line 2: settings.base.job_days: Days that jobs"),
        ("[companies.ACME]\nsettings.base.job_days = 3\n", "It cannot be chosen for a company"),
        ('[companies.ACME]\nname = "A"\n', "line 1: companies.ACME: The company is not there yet"),
        ('[companies.A]\nname = "A"\ncurrency = "XXY"\ncountry = "DE"\n', "line 3: companies.A.currency: "),
        ('[companies.A]\nname = "A"\ncurrency = "EUR"\ncountry = "ZZ"\n', "line 4: companies.A.country: "),
        (
            '[companies.A]\nname = 1\ncurrency = "EUR"\ncountry = "DE"\n',
            "line 2: companies.A.name: 1 is of the",
        ),
        ("[companies.A]\ncolour = 1\n", "line 2: companies.A.colour: There is no such key"),
        ('[seeds."base.colour"]\nX = "kept"\n', "line 2: seeds.base.colour.X: There is no model"),
        ('[seeds."base.currency"]\nQQQ = "kept"\n', "line 2: seeds.base.currency.QQQ: No addon of this site"),
        (
            '[seeds."base.currency".EUR]\nhue = 1\n',
            "line 2: seeds.base.currency.EUR.hue: There is no such field",
        ),
        (
            '[seeds."base.currency".EUR]\nactive = "no"\n',
            "line 2: seeds.base.currency.EUR.active: no is of the",
        ),
        (
            '[seeds."base.currency".EUR]\nexponent = "two"\n',
            "line 2: seeds.base.currency.EUR.exponent: two is no",
        ),
    ],
)
def test_what_the_site_cannot_be_is_refused_with_its_key_and_line(
    site: Site, profile: Reader, text: str, said: str
) -> None:
    with pytest.raises(BadProfile) as refused:
        _differences(site, profile(text))

    assert said in str(refused.value)

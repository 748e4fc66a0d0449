"""What tests of custom fields do in processes of their own: a process that mapped fields keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import inspect, select

from core.app import create_site, open_site, web
from core.base import Company, Currency, Item, Lot, Party, Unit, User, UserCompany, UserRole
from core.config import Settings
from core.custom import schema
from core.custom.definition import definitions
from core.custom.field import CustomChoice, CustomField
from core.custom.kind import CustomType
from core.errors import PlatformError, ValidationError
from core.orm import query
from core.orm.catalog import field_of
from core.orm.condition import Test
from core.orm.engine import engine_for
from core.orm.env import Env, Principal, Site, open_env
from core.orm.model import model_named
from core.security.principal import principal_of
from core.testing.browsing import compiled, signed_in
from core.testing.databases import current_run
from core.testing.process import apart
from core.testing.rest import rest_of
from tests.core.migrate.steps import available
from tests.core.web.browsing import Browser

#: A field of each type: model, key, and what it takes besides.
FIELDS: list[tuple[str, CustomType, dict[str, Any]]] = [  # Any: as a field is typed
    ("base.item", CustomType.TEXT, {}),
    ("base.item", CustomType.LONG_TEXT, {}),
    ("base.item", CustomType.INTEGER, {}),
    ("base.item", CustomType.NUMBER, {}),
    ("base.item", CustomType.PERCENT, {}),
    ("base.item", CustomType.QUANTITY, {}),
    ("base.company", CustomType.MONEY, {}),
    ("base.item", CustomType.DAY, {}),
    ("base.item", CustomType.INSTANT, {}),
    ("base.item", CustomType.BOOLEAN, {}),
    ("base.item", CustomType.CHOICE, {"choices": [("red", "Signal red"), ("blue", "Sea blue")]}),
    ("base.item", CustomType.REFERENCE, {"target": "base.party"}),
    ("base.item", CustomType.EMAIL, {}),
    ("base.item", CustomType.PHONE, {}),
    ("base.item", CustomType.URL, {}),
]


def settings(url: str) -> Settings:
    return Settings(current_run() / "site", database=url, secure_cookies=False)


def opened(url: str) -> Site:
    """The site, with the sample addons at hand."""
    available()
    return open_site(settings(url))


def key_of(kind: CustomType) -> str:
    return f"my_{kind.value}"


def create(url: str) -> None:
    """A site with two companies, an item of each, a partner of each, and an administrator and an employee in one."""
    site = create_site(settings(url))
    with open_env(site, write=True) as env:
        euro = env.session.scalars(select(Currency.id).where(Currency.code == "EUR")).one()
        unit = env.session.scalars(select(Unit.id).where(Unit.code == "C62")).one()
        for name in ("Kestrel", "Osprey"):
            company = Company(code=name.upper(), name=name, currency_id=euro, country="DE")
            env.add(company)
            env.flush()
            env.add(Item(code=f"{name}-1", name=f"Bolt of {name}", unit_id=unit, company_id=company.id))
            env.add(Party(code=f"{name}-P", name=f"Partner of {name}", company_id=company.id))
            for role in ("administrator", "employee", "master_data_editor"):
                login = f"{name}-{role}".lower()
                user = User(login=login, name=login, home_company_id=company.id)
                user.roles = [UserRole(role=f"base.{role}")]
                user.companies = [UserCompany(seen_company_id=company.id)]
                env.add(user)
    site.engine.dispose()


def define(url: str, model: str, key: str, kind: str, **more: Any) -> None:  # Any: a field's values
    """Add a custom field, as the system."""
    with open_env(opened(url), write=True) as env:
        env.add(made(model, key, CustomType(kind), **more))


def made(
    model: str, key: str, kind: CustomType, *, choices: Sequence[tuple[str, str]] = (), **more: Any
) -> CustomField:  # Any: as above
    listed = [
        CustomChoice(value=v, label_text=label, position=10 * n) for n, (v, label) in enumerate(choices, 1)
    ]
    label = str(more.pop("label_text", f"Our {kind.value}"))
    return CustomField(model=model, key=key, type=kind, label_text=label, choices=listed, **more)


def define_all(url: str) -> None:
    with open_env(opened(url), write=True) as env:
        env.add(*(made(model, key_of(kind), kind, listed=True, **more) for model, kind, more in FIELDS))


def principal(env: Env, login: str) -> Principal:
    user = env.session.scalars(select(User).where(User.login == login)).one()
    return principal_of(env, user.id, user.home_company_id)


def browser(site: Site, login: str) -> Browser:
    with open_env(site) as env:
        who = principal(env, login)
    return Browser(signed_in(site, who, compiled(web(site))))


def refusals(url: str, cases: Sequence[Mapping[str, Any]]) -> list[str]:  # Any: a field's values
    """What is said of each definition, none of which leaves anything behind."""
    site = opened(url)
    before = _state(site)
    said = []
    for case in cases:
        with suppress(PlatformError), open_env(site, write=True) as env:
            said.append("accepted")
            try:
                env.add(made(**case))
                env.flush()
            except PlatformError as error:
                said[-1] = _message(error)
                raise
        if _state(site) != before:
            said[-1] += " (and something has changed)"
    return said


def change(url: str, called: str, **values: Any) -> str:  # Any: a field's values
    """What is said of a change of the field that is `called` so; "" where it is made."""
    site = opened(url)
    before = _state(site)
    try:
        with open_env(site, write=True) as env:
            found = env.session.scalars(select(CustomField).where(CustomField.key == called)).one()
            for name, value in values.items():
                setattr(found, name, value)
    except PlatformError as error:
        assert _state(site) == before
        return _message(error)
    return ""


def take_choice(url: str, key: str, value: str) -> str:
    """What is said of taking the choice `value` from the field called `key`; "" where it is done."""
    site = opened(url)
    before = _state(site)
    try:
        with open_env(site, write=True) as env:
            found = env.session.scalars(select(CustomField).where(CustomField.key == key)).one()
            found.choices = [choice for choice in found.choices if choice.value != value]
    except PlatformError as error:
        assert _state(site) == before
        return _message(error)
    return ""


def put(url: str, model: str, key: str, value: object, *, every: bool = False) -> None:
    """Set the custom field on the first record of the model, or on every one."""
    with open_env(opened(url), write=True) as env:
        mapped = model_named(model)
        assert mapped is not None
        records = env.session.scalars(select(mapped).order_by(mapped.id)).all()
        for record in records if every else records[:1]:
            field_of(mapped, f"custom.{key}").set(record, value)


def values(url: str, model: str, key: str) -> list[object]:
    """What each record of the model says in the custom field."""
    with open_env(opened(url)) as env:
        mapped = model_named(model)
        assert mapped is not None
        field = field_of(mapped, f"custom.{key}")
        return [plain_of(field.get(r)) for r in env.session.scalars(select(mapped).order_by(mapped.id))]


def plain_of(value: object) -> object:
    return str(value) if value is not None else None


def do(url: str, key: str, action: str) -> None:
    """What an administrator does with the field called `key` by a button of its page."""
    site = opened(url)
    client = browser(site, "kestrel-administrator")
    with open_env(site) as env:
        record = env.session.scalars(select(CustomField.id).where(CustomField.key == key)).one()
    answer = client.post(f"/m/base.custom_field/-/action/{action}", {"ids": str(record), "_asked": "1"})
    assert answer.status < 400, answer.text


def _state(site: Site) -> object:
    """All that a definition may change: the definitions and the tables with their columns."""
    with site.engine.connect() as connection:
        looked = inspect(connection)
        tables = [name for name in looked.get_table_names() if name.startswith("custom_")]
        columns = {name: sorted(c["name"] for c in looked.get_columns(name)) for name in tables}
        return columns, definitions(connection)


def _message(error: PlatformError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{name}: {message}" for name, message in error.fields.items())
    return str(error)


def columns(url: str, table: str) -> list[str]:
    with engine_for(url).connect() as connection:
        return schema.columns_of(connection, table)


def drifts(url: str) -> list[str]:
    """How the tables of custom fields differ from what is defined."""
    with opened(url).engine.connect() as connection:
        return [str(each) for each in schema.drift(connection)]


def defined(url: str) -> list[str]:
    """The custom fields of the site, as its rows say."""
    with engine_for(url).connect() as connection:
        return [f"{each.model}.{each.key}" for each in definitions(connection)]


#: The ways that would leave something behind which others of them would meet.
_CHANGING = ("save", "hide", "delete", "api change")


def reached(url: str, login: str, key: str, *, changing: bool = True) -> list[str]:
    """The ways on which the person `login` comes to the definition called `key`, or to what is entered there."""
    site = opened(url)
    with open_env(site) as env:
        who = principal(env, login)
        found = env.session.scalars(select(CustomField).where(CustomField.key == key)).one()
        item = env.session.scalars(select(Item.id).where(Item.company_id == who.company_id)).one()
    client, rest, name = browser(site, login), rest_of(site, who.user_id or 0), f"custom.{key}"
    page, version = f"/m/base.custom_field/{found.id}", rest.get(f"base/item/{item}").json["version"]
    test = json.dumps({"path": name, "op": "not_empty"})
    ways: dict[str, Callable[[], bool]] = {
        "page": lambda: client.get(page).status == 200,
        "list": lambda: found.label_text in client.get("/m/base.custom_field").text,
        "new": lambda: client.get("/m/base.custom_field/new").status == 200,
        "save": lambda: bool(client.post(page, {"label_text": "Mine", "_version": str(found.version)}).goes_to),
        "hide": lambda: bool(client.post("/m/base.custom_field/-/action/hide", {"ids": str(found.id)}).goes_to),
        "delete": lambda: bool(client.post(f"{page}/-/delete", {}).goes_to),
        "api": lambda: rest.get(f"base/custom_field/{found.id}").status == 200,
        "api change": lambda: rest.patch(f"base/custom_field/{found.id}", {"active": True}, version=1).status == 200,
        "form": lambda: found.label_text in client.get(f"/m/base.item/{item}?edit=1").text,
        "value": lambda: key in rest.get(f"base/item/{item}").json.get("custom", {}),
        "value change": lambda: rest.patch(f"base/item/{item}", {"custom": {key: "x"}}, version=version).status == 200,
        "filter": lambda: rest.get("base/item", filter=test).status == 200,
        "sort": lambda: rest.get("base/item", sort=name).status == 200,
        "group": lambda: client.get(f"/m/base.item?group={name}").status == 200,
        "export": lambda: found.label_text in client.get(f"/-/export/base.item?format=csv&columns=code,{name}").text,
    }  # fmt: skip
    return [way for way, is_open in ways.items() if (changing or way not in _CHANGING) and is_open()]


def refused_reference(url: str, login: str, key: str) -> int:
    """What the API answers to a reference to a partner of another company."""
    site = opened(url)
    with open_env(site) as env:
        who = principal(env, login)
        item = env.session.scalars(select(Item).where(Item.company_id == who.company_id)).one()
        other = env.session.scalars(select(Party.id).where(Party.company_id != who.company_id)).first()
        asked = {"custom": {key: other}}
        path, version = f"base/item/{item.id}", item.version
    return rest_of(site, who.user_id or 0).patch(path, asked, version=version).status


def company(url: str, name: str) -> int:
    with open_env(opened(url)) as env:
        return env.session.scalars(select(Company.id).where(Company.name == name)).one()


def write_after_others_defined(url: str) -> None:
    """Write with a site that was opened before somebody else added a field."""
    site = opened(url)
    apart(define, url, "base.item", "colour", "text")
    with open_env(site, write=True) as env:
        env.session.scalars(select(Item)).first()


def define_by_form(url: str) -> str:
    """What an administrator does on the page: a choice with two values; gives what the record's page says then."""
    client = browser(opened(url), "kestrel-administrator")
    form = client.get("/m/base.custom_field/new").form()
    said = {
        "label_text": "Farbe", "model": "base.item", "key": "farbe", "type": "choice", "default_text": "red",
        "choices.n1.value": "red", "choices.n1.label_text": "Rot", "choices.n1.position": "10",
        "choices.n2.value": "blue", "choices.n2.label_text": "Blau", "choices.n2.position": "20",
    }  # fmt: skip
    answer = client.post("/m/base.custom_field/new", {**form.to_dict(), **said})
    return client.get(answer.goes_to).text if answer.goes_to else answer.text


def found_by(url: str, key: str, value: str) -> tuple[list[str], list[str]]:
    """The items that a person finds by the custom field, and the lots that they find by it of their items."""
    site = opened(url)
    with open_env(site, write=True) as env:
        who = principal(env, "kestrel-administrator")
        item = env.session.scalars(select(Item).where(Item.company_id == who.company_id)).one()
        env.add(Lot(number="L-1", item_id=item.id, company_id=who.company_id))
    with open_env(site, who) as env:
        items = query.ids(env, Item, Test(f"custom.{key}", "eq", value), limit=9)
        lots = query.ids(env, Lot, Test(f"item_id>custom.{key}", "eq", value), limit=9)
        return [env.get(Item, i).code for i in items], [env.get(Lot, i).number for i in lots]


def create_item(url: str, **custom: object) -> list[object]:
    """What a form and the API answer to a new item with these custom fields: whether it was made, and the status."""
    site = opened(url)
    with open_env(site) as env:
        who, unit = principal(env, "kestrel-administrator"), env.session.scalars(select(Unit.id)).first()
    client, rest = browser(site, "kestrel-administrator"), rest_of(site, who.user_id or 0)
    sent_back = client.get("/m/base.item/new").form().to_dict()
    form = {name: text for name, text in sent_back.items() if not name.endswith(".text")}
    said = {f"custom.{key}": str(value) for key, value in custom.items()}
    sent = client.post("/m/base.item/new", {**form, "code": "F", "name": "F", "unit_id": str(unit), **said})
    body = {"code": "A", "name": "A", "unit_id": unit, "company_id": who.company_id, "custom": custom}
    return [bool(sent.goes_to), rest.post("base/item", body).status]

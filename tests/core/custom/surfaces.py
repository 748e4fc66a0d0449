"""Every place where a field is met, each asked for one custom field; what is not as expected is told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from core.app import open_site
from core.base import Company, Item, Party
from core.custom.kind import CustomType
from core.orm.catalog import field_of
from core.orm.env import Site, open_env
from core.orm.model import Model
from core.testing.exchange import File, imported
from core.testing.rest import Rest, rest_of
from tests.core.custom.steps import FIELDS, browser, key_of, principal, settings
from tests.core.web.browsing import Browser

ADMINISTRATOR = "kestrel-administrator"
MODELS: dict[str, type[Model]] = {"base.item": Item, "base.company": Company}


#: Numbers that the API writes as text, with all their places.
EXACT = (CustomType.NUMBER, CustomType.PERCENT, CustomType.QUANTITY, CustomType.MONEY)


@dataclass(frozen=True)
class Sample:
    """A value of a type: as the API has it, as a page shows it, and another one as a form and an import write it."""

    given: object
    shown: str
    typed: str
    #: What the API says after `typed` was saved.
    kept: object


SAMPLES = {
    CustomType.TEXT: Sample("Alpha", "Alpha", "Beta", "Beta"),
    CustomType.LONG_TEXT: Sample("Many words", "Many words", "Few words", "Few words"),
    CustomType.INTEGER: Sample(42, "42", "43", 43),
    CustomType.NUMBER: Sample("12.5", "12.5", "13.25", "13.25"),
    CustomType.PERCENT: Sample("19", "19", "7", "7"),
    CustomType.QUANTITY: Sample("7.25", "7.25", "8", "8"),
    CustomType.MONEY: Sample("99.5", "99.50", "100.25", "100.25"),
    CustomType.DAY: Sample("2025-03-19", "19 Mar 2025", "2025-03-20", "2025-03-20"),
    CustomType.INSTANT: Sample(
        "2025-03-19T08:30:00+00:00", "08:30", "2025-03-20T09:45", "2025-03-20T09:45:00+00:00"
    ),
    CustomType.BOOLEAN: Sample(True, "Yes", "0", False),
    CustomType.CHOICE: Sample("red", "Signal red", "blue", "blue"),
    CustomType.REFERENCE: Sample(1, "Partner of Kestrel", "2", 2),
    CustomType.EMAIL: Sample("a@example.com", "a@example.com", "b@example.com", "b@example.com"),
    CustomType.PHONE: Sample("+49 30 1", "+49 30 1", "+49 30 2", "+49 30 2"),
    CustomType.URL: Sample(
        "https://example.com/a", "https://example.com/a", "https://example.com/b", "https://example.com/b"
    ),
}


def failures(url: str) -> list[str]:
    """Each surface and type where a custom field is not met as it should be."""
    site = open_site(settings(url))
    with open_env(site, write=True) as env:
        who = principal(env, ADMINISTRATOR)
        company = env.get(Company, who.company_id or 0)
        env.add(Party(code="SECOND", name="Second partner", company_id=company.id))
    rest = rest_of(site, who.user_id or 0)
    asked = Asked(site, rest, browser(site, ADMINISTRATOR))
    return [
        f"{surface}: {kind.value}" for model, kind, _more in FIELDS for surface in asked.failing(model, kind)
    ]


@dataclass
class Asked:
    """One administrator with a browser and a token."""

    site: Site
    rest: Rest
    browser: Browser

    def failing(self, model: str, kind: CustomType) -> Iterator[str]:
        """The surfaces on which the field of this type is not met, in the order in which they are tried."""
        sample, name = SAMPLES[kind], f"custom.{key_of(kind)}"
        if kind is CustomType.REFERENCE:
            sample = self._partners()
        record_id = self._record(model)
        path = model.replace(".", "/")
        version = self.rest.get(f"{path}/{record_id}").json["version"]
        set_ = self.rest.patch(
            f"{path}/{record_id}", {"custom": {key_of(kind): sample.given}}, version=version
        )
        found = {
            "api": set_.status == 200 and self._said(path, record_id, kind) == sample.given,
            "list": sample.shown in self.browser.get(f"/m/{model}?columns=id,{name}").text,
            "chooser": name in self.browser.get(f"/m/{model}/-/columns").html or kind is CustomType.LONG_TEXT,
            "form": sample.shown in self.browser.get(f"/m/{model}/{record_id}").text,
            "filter": self._found(path, model, name, kind, sample) == [record_id],
            "group": self._is_grouped(model, name, sample),
            "export": self._exported(model, name, sample),
            "print": sample.shown in self.browser.get(f"/m/{model}/{record_id}/-/print").text,
            "sort": self.rest.get(path, sort=name).status == 200,
            "save": self._saved(path, model, record_id, name, kind, sample),
            "import": self._imported(path, model, record_id, name, kind, sample),
        }
        yield from (surface for surface, is_met in found.items() if not is_met)

    def _partners(self) -> Sample:
        with open_env(self.site) as env:
            ids = {p.name: p.id for p in env.session.scalars(select(Party))}
        second = ids["Second partner"]
        return Sample(ids["Partner of Kestrel"], "Partner of Kestrel", str(second), second)

    def _record(self, model: str) -> int:
        with open_env(self.site) as env:
            own = principal(env, ADMINISTRATOR).company_id
            owner = Company.id if model == "base.company" else Item.company_id
            return env.session.scalars(select(MODELS[model].id).where(owner == own)).one()

    def _said(self, path: str, record_id: int, kind: CustomType) -> object:
        said = self.rest.get(f"{path}/{record_id}").json["custom"][key_of(kind)]
        return format(Decimal(said).normalize(), "f") if kind in EXACT else said

    def _found(self, path: str, model: str, name: str, kind: CustomType, sample: Sample) -> list[int]:
        """The records that a filter by the field finds, in the API and in the list."""
        op = "contains" if kind is CustomType.LONG_TEXT else "eq"
        value = "2025-03-19" if kind is CustomType.INSTANT else sample.given
        condition = json.dumps({"path": name, "op": op, "value": value})
        other = json.dumps(
            {"path": name, "op": "empty" if kind is not CustomType.BOOLEAN else "eq", "value": False}
        )
        shown = self.browser.get(f"/m/{model}?filter={condition}").status
        ids = [item["id"] for item in self.rest.get(path, filter=condition).json["items"]]
        without = [item["id"] for item in self.rest.get(path, filter=other).json["items"]]
        return ids if shown == 200 and not set(ids) & set(without) else []

    def _is_grouped(self, model: str, name: str, sample: Sample) -> bool:
        if name == f"custom.{key_of(CustomType.INSTANT)}":
            return "March 2025" in self.browser.get(f"/m/{model}?group={name}:month").text
        return sample.shown in self.browser.get(f"/m/{model}?group={name}").text

    def _exported(self, model: str, name: str, sample: Sample) -> bool:
        answer = self.browser.get(f"/-/export/{model}?format=csv&columns={name}")
        table = list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))
        return len(table[0]) == 2 and any(row[1] for row in table[1:])

    def _saved(
        self, path: str, model: str, record_id: int, name: str, kind: CustomType, sample: Sample
    ) -> bool:
        """A form that is opened, changed in this field and sent."""
        form = self.browser.get(f"/m/{model}/{record_id}?edit=1").form()
        if name not in form:
            return False
        form[name] = sample.typed
        if kind is CustomType.REFERENCE:
            form[f"{name}.text"] = "Second partner"
        answer = self.browser.post(f"/m/{model}/{record_id}", form.to_dict())
        return bool(answer.goes_to) and self._said(path, record_id, kind) == sample.kept

    def _imported(
        self, path: str, model: str, record_id: int, name: str, kind: CustomType, sample: Sample
    ) -> bool:
        """A file as an export writes it, which brings the first value back."""
        words = {CustomType.REFERENCE: "Partner of Kestrel", CustomType.BOOLEAN: "true"}
        label = str(field_of(MODELS[model], name).label)
        with open_env(self.site) as env:
            who = principal(env, ADMINISTRATOR)
        with open_env(self.site, who, write=True) as env:
            row = (str(record_id), words.get(kind, str(sample.given)))
            report = imported(env, MODELS[model], File(["id", label], [row]), keep=True)
        return not report.problems and self._said(path, record_id, kind) == sample.given

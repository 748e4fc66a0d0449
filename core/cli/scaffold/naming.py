"""The names of a new addon: what was asked for, held against what there is, and what follows from it."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec

from core.addon import BASE, Package, discover, in_order
from core.errors import AddonError
from core.i18n import _, speaking
from core.migrate.loading import load
from core.orm.catalog import is_part
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, models

#: Of the name of a table, which names of indexes hold with more: PostgreSQL keeps 63 characters of them.
MOST = 36
#: Leaves the noun a word.
_MOST_OF_NAME = 24
#: Modules that the skeleton has beside that of the noun.
_TAKEN = ("need", "role")
#: What stands in a line between quotes, in Python, TOML and gettext alike.
_SHOWN = re.compile(r'[^\x00-\x1f\x7f"\\]{1,40}')


@dataclass(frozen=True)
class Extended:
    """The model that the new addon adds to, and where addons import it from."""

    addon: str
    module: str
    model: type[Model]

    @property
    def class_name(self) -> str:
        return self.model.__name__

    @property
    def noun(self) -> str:
        return model_name(self.model).rpartition(".")[2]

    @property
    def label(self) -> str:
        return str(self.model.singular)

    @property
    def german(self) -> str:
        with speaking("de"):
            return str(self.model.singular)

    @property
    def company(self) -> str:
        """Whose a record is that comes with one of the model: `always` its own, `maybe`, or empty."""
        if issubclass(self.model, OfCompany):
            return "always"
        return "maybe" if issubclass(self.model, SharedByCompanies) else ""


@dataclass(frozen=True)
class Plan:
    """A new addon in names."""

    name: str
    title: str
    #: What people call one and several of its records.
    label: str
    plural: str
    author: str
    extends: Extended

    @cached_property
    def noun(self) -> str:
        return noun_of(self.label)

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.noun.split("_"))

    @property
    def depends(self) -> str:
        return "" if self.extends.addon == BASE else self.extends.addon


def check_name(name: str) -> None:
    """Raise AddonError for what cannot be the name of a new addon."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise AddonError(
            _(
                "{name} is no name for an addon. It is called like a Python package: small letters, digits and _, "
                "such as acme_traceability.",
                name=name,
            )
        )
    if len(name) > _MOST_OF_NAME:
        raise AddonError(
            _("The name {name} is too long: {most} characters at most.", name=name, most=_MOST_OF_NAME)
        )
    if name in discover({}) or find_spec(name) is not None:
        raise AddonError(
            _("There is a package {name} already. Choose another name, such as {other}.",
              name=name, other=f"acme_{name}")
        )  # fmt: skip


def check_shown(text: str) -> str:
    """`text` without space around it; raises AddonError where it cannot stand on a page in one line."""
    if not _SHOWN.fullmatch(text.strip()):
        raise AddonError(
            _(
                "{text} must be one line of 1 to 40 characters, without quotation marks or backslashes.",
                text=text,
            )
        )
    return text.strip()


def noun_of(label: str) -> str:
    """The name of the module and table of what people call `label`; raises AddonError where it gives none."""
    noun = re.sub(r"\W+", "_", check_shown(label).lower()).strip("_")
    if not re.fullmatch(r"[a-z][a-z0-9_]+", noun) or keyword.iskeyword(noun) or noun in _TAKEN:
        raise AddonError(
            _(
                "The model cannot be called {label}. Name it by a noun in English letters, such as Gauge check.",
                label=label,
            )
        )
    return noun


def extended(asked: str) -> Extended:
    """The model called `asked`, such as base.item; raises AddonError, naming those there are."""
    available = {name: package for name, package in discover({}).items() if not package.addon.is_join}
    addon = asked.partition(".")[0]
    if addon not in available:
        raise AddonError(
            _("There is no addon {name} to extend. There are {known}.", name=addon, known=_listed(available))
        )
    load([package for package in in_order([addon], available) if not package.addon.is_join])
    found = {name: model for model in models() if (name := model_name(model)).startswith(f"{addon}.")}
    open_to = {
        name: model
        for name, model in found.items()
        if not is_part(model) and _module(available[addon], model)
    }
    if asked not in open_to:
        raise AddonError(
            _(
                "{name} cannot be extended. {addon} has {known}.",
                name=asked,
                addon=addon,
                known=_listed(open_to),
            )
        )
    return Extended(addon, _module(available[addon], open_to[asked]), open_to[asked])


def check_plan(plan: Plan) -> None:
    """Raise AddonError where names that are well by themselves do not go together."""
    public = import_module("core").__all__  # what the modules of the skeleton import from
    if plan.class_name in {*public, plan.extends.class_name}:
        raise AddonError(
            _("{label} is a word of the platform's own. Call the model otherwise.", label=plan.label)
        )
    table = f"{plan.name}_{plan.noun}"
    if len(table) > MOST:
        raise AddonError(
            _("{table} is too long for a table: {most} characters at most. Take a shorter name, or model.",
              table=table, most=MOST)
        )  # fmt: skip


def _module(package: Package, model: type[Model]) -> str:
    """The module that addons import `model` from, empty for machinery that is nobody's to extend."""
    if package.name == BASE:
        return "core.base" if model.__name__ in import_module("core.base").__all__ else ""
    exported = getattr(import_module(f"{package.module}.models"), model.__name__, None)
    return f"{package.module}.models" if exported is model else model.__module__


def _listed(names: object) -> str:
    return ", ".join(sorted(names)) if isinstance(names, dict) else ""

"""`dovetail check`: the rules that every addon keeps, ours or a stranger's; one function a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.addon import Package, discover, in_order
from core.checks import declared, hooks, imports, migrations, sources, translations, views
from core.checks.problem import Problem
from core.checks.subject import Loaded, Subject
from core.errors import AddonError, NotFound
from core.i18n import _
from core.migrate.loading import load

#: Rules that read the sources alone, so that an addon that cannot be loaded is judged as well.
STATIC = (
    sources.lengths,
    sources.banned_names,
    imports.undeclared_imports,
    imports.faces,
    imports.one_table_name,
    translations.german,
    migrations.own_tables,
)
#: Rules that ask what an addon declared.
LOADED = (
    declared.docstrings,
    declared.table_prefixes,
    declared.name_lengths,
    declared.grants,
    declared.labels,
    declared.facet_defaults,
    hooks.documented,
    hooks.called,
    hooks.calls,
    views.anchors,
    views.inline,
    migrations.history,
)


def problems(
    names: Sequence[str] | None = None, available: Mapping[str, Package] | None = None
) -> Iterator[Problem]:
    """What the addons `names`, or all of them, do against the rules."""
    unreadable: dict[str, AddonError] = {}
    found = dict(available) if available is not None else discover(unreadable)
    unknown = [name for name in names or () if name not in found and name not in unreadable]
    if unknown:
        raise NotFound(_("There is no addon {name}. dovetail addons lists those there are.", name=unknown[0]))
    for name, error in unreadable.items():
        if not names or name in names:
            yield Problem(name, "__init__.py", str(error))
    wanted = [found[name] for name in (names or found) if name in found]
    for package in wanted:
        for rule in STATIC:
            yield from rule(Subject(package, found))
    yield from _of_loaded(wanted, found)


def _of_loaded(wanted: Sequence[Package], available: Mapping[str, Package]) -> Iterator[Problem]:
    """What only loading shows. One that breaks ends it: what was half loaded cannot be taken out of a process."""
    try:
        loaded = load(in_order([package.name for package in wanted], available))
    except AddonError as error:
        yield Problem(
            error.addon, "__init__.py", f"{error} {_('The rules that need it loaded were left out.')}"
        )
        return
    for package in wanted:
        for rule in LOADED:
            yield from rule(Loaded(package, available, loaded))

"""What becomes of a site's addons by a profile: which are disabled, upgraded, enabled and installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from core.addon import BASE, Package, in_order
from core.i18n import _
from core.migrate import install, switch, upgrade
from core.migrate.loading import load
from core.orm import installed
from core.orm.installed import AddonState, Record
from core.profile.change import Change, Verb
from core.profile.document import Profile

Known = Mapping[str, Record]


@dataclass(frozen=True)
class Course:
    """In this order: what is taken out of use first leaves the others alone, and what is new comes to what is whole."""

    disabled: tuple[str, ...]
    #: Revisions with their messages, and addons whose guards are made again.
    upgraded: tuple[str, ...]
    enabled: tuple[str, ...]
    #: With what they need and the joins that they complete.
    installed: tuple[str, ...]
    #: What is in use and neither named nor needed: it is left alone.
    unnamed: tuple[str, ...]
    #: All that will be in use, whose code is loaded.
    addons: tuple[str, ...]

    def changes(self) -> Iterator[Change]:
        for verb, names in (
            (Verb.DISABLE, self.disabled), (Verb.UPGRADE, self.upgraded), (Verb.ENABLE, self.enabled),
            (Verb.INSTALL, self.installed),
        ):  # fmt: skip
            for name in names:
                yield Change(verb, ("addons", name))


def plot(engine: Engine, available: Mapping[str, Package], profile: Profile) -> Course:
    """Find it out and load what will be in use; raises BadProfile for what cannot be, and nothing has changed."""
    with engine.connect() as connection:
        known = install.known_addons(connection)
    asked = [name for name in profile.addons if _is_asked(profile, available, known, name)]
    going = _going(profile, known)
    gone = {*going, *(each for name in going for each in installed.dependants(name, known))}
    staying = [name for name in install.active(known) if name not in gone]
    packages = in_order([*(name for name in staying if "." not in name), *asked], available)
    needed = {package.name for package in in_order(asked, available)}
    _require_free(profile, going, packages)
    load(packages)
    plan = upgrade.plan_upgrade(engine, available, staying)
    return Course(
        tuple(going), (*plan.revisions, *plan.guards),
        tuple(p.name for p in packages if p.name in known and known[p.name].state is AddonState.DISABLED),
        tuple(p.name for p in packages if p.name not in known),
        tuple(name for name in staying if "." not in name and name not in needed),
        tuple(p.name for p in packages),
    )  # fmt: skip


def follow(engine: Engine, available: Mapping[str, Package], course: Course) -> list[Package]:
    """Disable, enable and install, after the upgrade; returns the packages whose seeds are to be filled in."""
    back: list[str] = []
    for name in course.enabled:
        if name not in back and "." not in name:
            back += switch.enable(engine, available, name)
    new = (
        install.install(engine, available, [n for n in course.installed if "." not in n])
        if course.installed
        else []
    )
    return [*(available[name] for name in back), *new]


def disable(engine: Engine, course: Course) -> None:
    """Take out of use what is to be so; its data stays."""
    for name in course.disabled:
        switch.disable(engine, name)


def _is_asked(profile: Profile, available: Mapping[str, Package], known: Known, name: str) -> bool:
    """Whether it is to be in use; raises BadProfile where it cannot be."""
    path, package, versions = ("addons", name), available.get(name), profile.addons[name]
    if package is None and (versions is not None or name not in known):
        raise profile.refused(path, _("There is no addon {name}. There are: {known}.", name=name,
                                      known=", ".join(n for n in sorted(available) if "." not in n)))  # fmt: skip
    if package is not None and package.addon.is_join:
        raise profile.refused(path, _("It is a join: it comes and goes with those that it joins."))
    if versions is None or package is None:
        return False
    if not versions.contains(package.version, prereleases=True):
        raise profile.refused(path, _("Version {version} is installed as a package, which is not {versions}. Nothing "
                                      "has changed.", version=package.version, versions=versions))  # fmt: skip
    record = known.get(name)
    if record is not None and record.state is AddonState.QUARANTINED:
        raise profile.refused(path, _("It is in quarantine: {why}", why=record.reason))
    return True


def _going(profile: Profile, known: Known) -> list[str]:
    """What is in use and is not to be, the furthest dependant first."""
    wanted = {name for name, versions in profile.addons.items() if versions is None}
    if BASE in wanted:
        raise profile.refused(
            ("addons", BASE), _("Base carries everything else and stays. Nothing has changed.")
        )
    going = [name for name in install.active(known) if name in wanted]
    for name in going:
        others = [n for n in installed.dependants(name, known) if _stays(known, wanted, n)]
        if others:
            raise profile.refused(("addons", name), _("{others} needs it. Have that out of use as well.",
                                                      others=", ".join(others)))  # fmt: skip
    return sorted(going, key=lambda name: len(installed.dependants(name, known)))


def _stays(known: Known, wanted: set[str], name: str) -> bool:
    return "." not in name and name not in wanted and known[name].state is AddonState.INSTALLED


def _require_free(profile: Profile, going: Sequence[str], packages: Sequence[Package]) -> None:
    for package in packages:
        for name in {*package.needs} & {*going, *(n for n, v in profile.addons.items() if v is None)}:
            if not package.addon.is_join:
                raise profile.refused(("addons", name), _("{others} needs it. Have that out of use as well.",
                                                          others=package.name))  # fmt: skip

"""What a change of the addons would do, for a process that must not load other addons than it serves.

As a program, in a process of its own: the folder of the site, the language, the change and the addon are its
arguments; it prints the plan's lines, or what stands in the way, as JSON.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from core.addon import Package, discover
from core.config import Settings, read
from core.errors import PlatformError
from core.i18n import _, language, speaking
from core.migrate.archive import default_file, plan_archive, with_archive
from core.migrate.install import active_packages, known_addons, plan_install
from core.migrate.loading import load
from core.migrate.plan import Plan
from core.migrate.purge import plan_purge
from core.migrate.switch import plan_disable, plan_enable
from core.orm.engine import engine_for

_SECONDS = 60
log = logging.getLogger("dovetail.addons")


@dataclass(frozen=True)
class Foreseen:
    """A plan as lines for a person, or the reason why there is none."""

    lines: Sequence[str] = ()
    refusal: str = ""


def foreseen(folder: Path, verb: str, name: str) -> Foreseen:
    """What `dovetail addons VERB NAME --plan` says of the site in `folder`; VERB is one of PLANS."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own module; the arguments are no command
            [sys.executable, "-m", "core.migrate.planning", str(folder), language(), verb, name],
            capture_output=True, text=True, timeout=_SECONDS, check=True,
        )  # fmt: skip
    except subprocess.SubprocessError:
        log.exception("the plan of %s %s could not be made", verb, name)
        return Foreseen(refusal=str(_("The plan could not be made. dovetail doctor says more.")))
    return Foreseen(**json.loads(done.stdout))


def _install(engine: Engine, available: Mapping[str, Package], name: str, _settings: Settings) -> Plan:
    return plan_install(engine, available, [name])


def _enable(engine: Engine, available: Mapping[str, Package], name: str, _settings: Settings) -> Plan:
    return plan_enable(engine, available, name)


def _disable(engine: Engine, _available: Mapping[str, Package], name: str, _settings: Settings) -> Plan:
    return plan_disable(engine, name)


def _archive(engine: Engine, available: Mapping[str, Package], name: str, settings: Settings) -> Plan:
    _load_active(engine, available)
    return plan_archive(engine, name, default_file(settings, name, settings.backup_recipients))


def _purge(engine: Engine, available: Mapping[str, Package], name: str, settings: Settings) -> Plan:
    _load_active(engine, available)
    return with_archive(plan_purge(engine, name), settings, name)


def _load_active(engine: Engine, available: Mapping[str, Package]) -> None:
    with engine.connect() as connection:
        known = known_addons(connection)
    load(active_packages(known, available))


PLANS: Mapping[str, Callable[[Engine, Mapping[str, Package], str, Settings], Plan]] = {
    "install": _install,
    "enable": _enable,
    "disable": _disable,
    "archive": _archive,
    "purge": _purge,
}


def _main(folder: str, spoken: str, verb: str, name: str) -> None:
    settings = read(Path(folder))
    with speaking(spoken):
        try:
            plan = PLANS[verb](engine_for(settings.url), discover({}), name, settings)
            told = {"lines": [str(line) for line in plan.lines()]}
        except PlatformError as error:
            told = {"refusal": str(error)}  # type: ignore[dict-item]  # JSON of either shape
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main(*sys.argv[1:])

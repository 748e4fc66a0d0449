"""A profile of what a site is: from it one can begin, and against its own the site has no difference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from core.base import settings as declarations
from core.base.models.record import ExternalId
from core.base.settings import Level
from core.migrate.install import known_addons
from core.orm.installed import AddonState
from core.orm.model import model_named
from core.orm.plan import table_of
from core.profile import choosing, founding, shipping
from core.profile.change import quoted, shown
from core.profile.document import SETTINGS
from core.profile.secrecy import looks_secret

_BARE = re.compile(r"[A-Za-z0-9_-]+")
#: What people switch, though it is not shipped: a new row has it on.
_SWITCH = "active"


def written(connection: Connection) -> str:
    """The profile as text; the addons that are in use are loaded. What looks like a secret is left out."""
    tables = [_addons(connection), *_settings(connection), *_companies(connection), *_seeds(connection)]
    return "\n".join(tables)


def _addons(connection: Connection) -> str:
    known = known_addons(connection).values()
    named = [record for record in known if "." not in record.name]
    return _table(("addons",), {
        record.name: False if record.state is AddonState.DISABLED else f">={record.version}" if record.version else "*"
        for record in named
    })  # fmt: skip


def _settings(connection: Connection) -> Iterator[str]:
    chosen = _chosen(connection)
    if chosen.get(""):
        yield _table(("settings",), chosen[""])


def _companies(connection: Connection) -> Iterator[str]:
    chosen = _chosen(connection)
    for code, basics in sorted(founding.basics(connection).items()):
        yield _table(
            ("companies", code), {name: value for name, value in basics.items() if value is not None}
        )
        if chosen.get(code):
            yield _table(("companies", code, SETTINGS), chosen[code])


def _chosen(connection: Connection) -> Mapping[str, Mapping[str, object]]:
    """What was chosen of the declared settings, by the company's code."""
    known = {each.name: each for each in declarations.declared()}
    found: dict[str, dict[str, object]] = {}
    for (name, code), raw in sorted(choosing.chosen_values(connection).items()):
        level = Level.COMPANY if code else Level.SITE
        if name in known and level in known[name].levels:
            found.setdefault(code, {})[name] = known[name].typed(raw)
    return found


def _seeds(connection: Connection) -> Iterator[str]:
    """Rows that somebody edited, with the fields in which they are not as shipped."""
    of = table_of(ExternalId).c
    named = select(of.model).where(of.shipped.is_not(None)).distinct().order_by(of.model)
    for name in connection.execute(named).scalars():
        model = model_named(name)
        for row in shipping.rows(connection, model) if model is not None else ():
            shipped = {_SWITCH: True, **(row.shipped or {})} if _SWITCH in row.held else row.shipped or {}
            edited = {key: row.held[key] for key in row.differing(shipped) if row.held[key] is not None}
            if edited and row.shipped is not None:
                yield _table(("seeds", name, row.key), edited)


def _table(path: Sequence[str], values: Mapping[str, object]) -> str:
    lines = [f"[{'.'.join(_key(each) for each in path)}]"]
    for name, value in values.items():
        if not looks_secret(name, value):
            lines.append(f"{'.'.join(_key(each) for each in _keys(path, name))} = {shown(value)}")
    return "\n".join(lines) + "\n"


def _keys(path: Sequence[str], name: str) -> Sequence[str]:
    """The name of a setting is a way through tables; any other is one key."""
    return name.split(".") if SETTINGS in (path[0], path[-1]) else [name]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name)

"""The numbers on the tabs of a list: counted apart from it in one statement, and kept for two minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from time import monotonic

from core.orm import query
from core.orm.condition import Condition
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.web.format import Reader

SECONDS = 120
#: So many numbers are kept in one process.
MOST = 20_000

_Key = tuple[int | None, frozenset[int], frozenset[str], str, str]
_kept: OrderedDict[_Key, tuple[float, str]] = OrderedDict()
_lock = Lock()


def known(env: Env, model: type[Model], name: str) -> str:
    """The number of the tab `name` for this person, if it was counted lately; "" otherwise."""
    with _lock:
        until, text = _kept.get(_key(env, model, name), (0.0, ""))
    return text if until > monotonic() else ""


def note(env: Env, model: type[Model], name: str, text: str) -> None:
    """Keep a number that was just counted."""
    with _lock:
        key = _key(env, model, name)
        _kept[key] = (monotonic() + SECONDS, text)
        _kept.move_to_end(key)
        if len(_kept) > MOST:
            _kept.popitem(last=False)


def count(
    env: Env, model: type[Model], wanted: Sequence[tuple[str, Condition | None]], reader: Reader
) -> None:
    """Count the tabs by name and condition, and keep their numbers."""
    found = query.counts(env, model, [condition for _name, condition in wanted])
    for (name, _condition), number in zip(wanted, found, strict=True):
        note(env, model, name, count_text(reader, number))


def count_text(reader: Reader, number: query.Count) -> str:
    return reader.number(number.value) + ("+" if number.capped else "")


def _key(env: Env, model: type[Model], name: str) -> _Key:
    """By site too, as far as its users differ: numbers depend on the person, their companies and roles."""
    who = env.principal
    return who.user_id, who.companies, who.roles, f"{id(env.site)} {model_name(model)}", name

"""Rules on hooks: documented by their owner, called by it, and called with exactly what they specify."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from core.addon import owner_of
from core.checks.problem import Problem
from core.checks.subject import Loaded, Source
from core.i18n import _


def documented(subject: Loaded) -> Iterator[Problem]:
    """A hook says when it is called, in which transaction, and what an answer or an error means."""
    for name, function in _own_specs(subject).items():
        if not (function.__doc__ or "").strip():
            yield subject.problem(
                f"hookspecs: {name}", _("has no docstring; say when it is called and what it means.")
            )


def called(subject: Loaded) -> Iterator[Problem]:
    """A hook that nobody calls is a promise that nobody keeps."""
    calls = {name for source in subject.sources for _line, name, _given in _calls(source)}
    for name in _own_specs(subject):
        if name not in calls:
            yield subject.problem(f"hookspecs: {name}", _("is never called by its owner."))


def calls(subject: Loaded) -> Iterator[Problem]:
    """Every `hook.x(...)` names a hook that there is, with exactly its arguments."""
    relay = subject.loaded.plugins.hook
    for source in subject.sources:
        for line, name, given in _calls(source):
            caller = getattr(relay, name, None)
            spec = getattr(caller, "spec", None)
            where = f"{source.place}:{line}"
            if spec is None:
                yield subject.problem(where, _("there is no hook {name}.", name=name))
            elif given is not None and given != set(spec.argnames):
                yield subject.problem(
                    where, _("{name} takes {names}.", name=name, names=", ".join(spec.argnames))
                )


def _own_specs(subject: Loaded) -> dict[str, object]:
    specs = {
        name: caller.spec.function
        for name, caller in vars(subject.loaded.plugins.hook).items()
        if getattr(caller, "spec", None)
    }
    return {name: f for name, f in specs.items() if owner_of(f.__module__) == subject.name}


def _calls(source: Source) -> Iterator[tuple[int, str, set[str] | None]]:
    """Each call on a hook relay: line, hook, and the names it gives (None where `**` hides them).

    `hook` may be a local name for the relay, as in `hook = env.hook`; asking a hook for its listeners is no call.
    """
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        # pytest's own relay has the same name.
        if _is_relay(node.func.value) and not node.func.attr.startswith("pytest_"):
            names = {keyword.arg for keyword in node.keywords if keyword.arg}
            yield node.lineno, node.func.attr, None if any(k.arg is None for k in node.keywords) else names


def _is_relay(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "hook"

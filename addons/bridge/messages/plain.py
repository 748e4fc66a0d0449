"""Nouns as plain JSON values and back. What is not known is ignored, so that a newer sender is understood."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from addons.bridge.messages import text
from core import FormatError, _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a noun: its type without None, and whether there are many."""

    name: str
    kind: type[Any]  # Any: of each kind
    is_many: bool
    is_required: bool


def parts(noun: type[Any]) -> tuple[Part, ...]:  # Any: a dataclass
    """The fields of `noun` in their order."""
    if noun not in _parts:
        hints = get_type_hints(noun)
        _parts[noun] = tuple(
            Part(each.name, *_kind(hints[each.name]), each.default is MISSING) for each in fields(noun)
        )
    return _parts[noun]


_parts: dict[type[Any], tuple[Part, ...]] = {}  # Any: as in parts


def to_plain(value: Any) -> Any:  # Any: a noun or a value of one; JSON
    """`value` in JSON's types; what is absent is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: to_plain(part) for name, part in given.items() if part not in (None, ())}
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    return value if isinstance(value, bool | int) else text.written(value)


def from_plain(noun: type[T], values: object) -> T:
    """The noun that JSON values tell of; raises FormatError."""
    if not isinstance(values, Mapping):
        raise FormatError(_("{noun} must be an object. The message was not taken.", noun=noun.__name__))
    return noun(**dict(_given(noun, values)))


def canonical(values: Any) -> bytes:  # Any: JSON
    """The one way to write JSON values: keys in order, no spaces, UTF-8."""
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _given(noun: type[Any], values: Mapping[str, object]) -> Iterator[tuple[str, object]]:  # Any: a dataclass
    for part in parts(noun):
        raw = values.get(part.name)
        if raw is None:
            if part.is_required:
                raise FormatError(
                    _(
                        "{noun} has no {field}. The message was not taken.",
                        noun=noun.__name__,
                        field=part.name,
                    )
                )
        elif part.is_many:
            if not isinstance(raw, list):
                raise _wrong(part, raw)
            yield part.name, tuple(_value(part, each) for each in raw)
        else:
            yield part.name, _value(part, raw)


def _value(part: Part, raw: object) -> object:
    if is_dataclass(part.kind):
        return from_plain(part.kind, raw)
    if part.kind in (bool, int):
        if type(raw) is not part.kind:
            raise _wrong(part, raw)
        return raw
    if not isinstance(raw, str):
        raise _wrong(part, raw)
    return text.read(part.kind, raw, part.name)


def _wrong(part: Part, raw: object) -> FormatError:
    return FormatError(
        _(
            "“{value}” is no value of {field}. The message was not taken.",
            value=str(raw)[:60],
            field=part.name,
        )
    )


def _kind(hint: Any) -> tuple[type[Any], bool]:  # Any: an annotation
    """The type behind `X`, `X | None` or `tuple[X, ...]`, and whether there are many."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    if isinstance(hint, UnionType):
        return next(each for each in get_args(hint) if each is not type(None)), False
    return hint, False

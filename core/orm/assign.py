"""Setting a record's fields from what a person, an import or an API call says, with every check in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.errors import PlatformError, ValidationError
from core.i18n import _
from core.orm.catalog import Field, fields_of
from core.orm.model import Model
from core.orm.operand import parse
from core.orm.types import ExactNumber, is_web_address

if TYPE_CHECKING:
    from core.orm.env import Env


def visible_fields(env: Env, model: type[Model]) -> dict[str, Field]:
    """The fields of `model` that the person's roles let them see."""
    return {n: f for n, f in fields_of(model).items() if env.site.access.may_field(env.principal, f.info)}


def assign(env: Env, record: Model, values: Mapping[str, object]) -> None:
    """Set fields of `record` by name; values are typed, or text in the source form (ISO dates, `.` decimals).

    Raises ValidationError naming every field that is unknown, not visible, set by actions alone, or of a wrong kind;
    then nothing was set.
    """
    known = visible_fields(env, type(record))
    problems: dict[str, object] = {}
    typed: list[tuple[Field, object]] = []
    for name, value in values.items():
        field = known.get(name)
        if field is None:
            problems[name] = _("There is no such field.")
        elif not may_set(field, env):
            problems[name] = _("{field} is set by the system and cannot be given.", field=field.label)
        else:
            try:
                typed.append((field, typed_value(field, value)))
            except PlatformError as error:
                problems[name] = message_of(error)
    if problems:
        raise ValidationError(problems)
    for field, value in typed:
        field.set(record, value)


def may_set(field: Field, env: Env) -> bool:
    """Whether a form, an import or an API call of the person may give the field at all."""
    if field.column is None or field.info.readonly:
        return False
    return not field.info.setters or env.site.access.may_field(env.principal, field.info, setting=True)


def typed_value(field: Field, value: object) -> object:
    """`value` as the field's type; an empty text is no value. Raises UserError or ValidationError."""
    if value is None or value == "":
        if field.required:
            raise ValidationError({field.name: _("{field} is needed.", field=field.label)})
        return _nothing(field)
    typed = parse(field, value) if isinstance(value, str | int | bool | float) else value
    if isinstance(field.type, ExactNumber):
        return field.type.exact(typed)
    if isinstance(typed, str):
        _check_text(field, typed)
    return typed


def _check_text(field: Field, text: str) -> None:
    if "\0" in text:
        raise ValidationError(
            {field.name: _("{field} holds the character U+0000, which cannot be stored.", field=field.label)}
        )
    if field.widget == "url" and not is_web_address(text):
        raise ValidationError({field.name: _("{field} begins with https:// or http://.", field=field.label)})
    length = getattr(field.type, "length", None)
    if field.choices is None and length and len(text) > length:
        raise ValidationError(
            {field.name: _("{field} can have {length} characters at most.", field=field.label, length=length)}
        )


def check_required(env: Env, record: Model) -> None:
    """Raise ValidationError naming every field of `record` that needs a value and has none."""
    missing: dict[str, object] = {
        f.name: _("{field} is needed.", field=f.label)
        for f in fields_of(type(record)).values()
        if f.required and (f.facet is None or f.info.required) and not f.info.owner and f.key != "company_id"
        and f.get(record) is None and (f.link is None or getattr(record, f.link, None) is None)
    }  # fmt: skip
    if missing:
        raise ValidationError(missing)


def message_of(error: PlatformError) -> object:
    """The message of an error about one value, without the field it may name."""
    return next(iter(error.fields.values())) if isinstance(error, ValidationError) else error.message


def _nothing(field: Field) -> object:
    """No value: NULL where the column allows it, else an empty text or the default."""
    if field.column is None or field.column.nullable:
        return None
    if field.is_boolean:
        return False
    default = field.column.default
    return "" if field.is_text else getattr(default, "arg", None)

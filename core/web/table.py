"""The markup of table cells and rows, written in Python where a page has hundreds of them; alike macros/values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from core.i18n import _
from core.web.cells import Column, GroupRow, Row, Value
from core.web.templating import markup

#: Stands for the key of a row in words that are said of every row.
_KEY = "\0"
#: Deeper branches are indented no further.
DEEPEST = 8


def body(columns: Sequence[Column], rows: Iterable[Row | GroupRow], *, selectable: bool = True) -> Markup:
    """The `<tbody>` of a list."""
    opened = [_td(column) for column in columns]
    inline = [_words(column) if column.inline else "" for column in columns]
    select = str(escape(_("Select {key}", key=_KEY)))
    written = [
        _group(row, columns, selectable)
        if isinstance(row, GroupRow)
        else _record(row, opened, inline, select if selectable else "")
        for row in rows
    ]
    return Markup("<tbody>" + "".join(written) + "</tbody>")  # noqa: S704 -- every value in it was escaped


def cell(value: Value | None) -> str:
    """What a cell holds, escaped."""
    if value is None or value.kind == "empty":
        return ""
    made = _WRITERS.get(value.kind, _text)(value)
    if value.sub:
        made += f' <span class="dt-quiet dt-small">{escape(value.sub)}</span>'
    return made


def _td(column: Column) -> str:
    names = ["dt-num"] if column.align == "end" else []
    names += ["dt-cur"] if column.narrow else []
    names += ["dt-soft"] if column.soft else []
    names += ["dt-pinned"] if column.pinned else []
    names += ["dt-trailing"] if column.trailing else []
    names += [f"dt-slot-{column.slot}"] if column.slot else []
    return f'<td class="{" ".join(names)}">'


def _words(column: Column) -> str:
    """The name of an editable column, and what its link says to who does not see where it stands."""
    label = escape(_("Edit {field} of {key}", field=column.label, key=_KEY))
    return f"{column.name}\n{label}"


def _editable(words: str, value: Value | None, path: str, query: str, key: str) -> str:
    """A value as the link to where it is edited, which scripts open in its cell; address and key are escaped."""
    name, _line, label = words.partition("\n")
    shown = cell(replace(value, url="") if value is not None and value.url else value)
    return (
        f'<a class="dt-cell" data-cell="{name}" href="{path}/-/cell/{name}{query}">{shown}'
        f'<span class="dt-sr"> {label.replace(_KEY, key)}</span></a>'
    )


def _record(row: Row, opened: Sequence[str], inline: Sequence[str], select: str) -> str:
    key, url = str(escape(row.key)), str(escape(row.url))
    path, mark, query = url.partition("?")
    parts = [
        f'<tr data-id="{row.id}" data-href="{url}" aria-selected="{"true" if row.selected else "false"}"'
        + (f' class="dt-row-{row.tone}">' if row.tone else ">")
    ]
    if select:
        label = select.replace(_KEY, key)
        parts.append(
            f'<td class="dt-tick-cell"><input type="checkbox" form="dt-bulk" name="ids" value="{row.id}"'
            f' aria-label="{label}"{" checked" if row.selected else ""}></td>'
        )
    written = [
        _editable(words, value, path, mark + query, key) if words else cell(value)
        for words, value in zip(inline, row.cells, strict=True)
    ]
    if row.depth >= 0:
        _add_branch(row, written)
    parts += [f"{td}{text}</td>" for td, text in zip(opened, written, strict=True)]
    parts.append("</tr>")
    return "".join(parts)


def _add_branch(row: Row, written: list[str]) -> None:
    """Indent the key of a tree's record, with what folds its parts."""
    at = next((i for i, value in enumerate(row.cells) if value is not None and value.kind == "key"), 0)
    toggle = '<span class="dt-leaf"></span>'
    if row.toggle_url:
        label = _("Close {label}", label=row.key) if row.open else _("Open {label}", label=row.key)
        icon = "chevron-down" if row.open else "chevron-right"
        toggle = (
            f'<a class="dt-toggle" href="{escape(row.toggle_url)}" hx-get="{escape(row.toggle_url)}"'
            f' aria-expanded="{"true" if row.open else "false"}" aria-label="{escape(label)}">'
            f'<svg class="dt-icon" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-{icon}"/></svg></a>'
        )
    depth = min(row.depth, DEEPEST)
    written[at] = f'<span class="dt-branch dt-depth-{depth}">{toggle}{written[at]}</span>'


def _group(row: GroupRow, columns: Sequence[Column], selectable: bool) -> str:
    return str(markup("macros/table.html.jinja", "group", row, columns, selectable))


def _text(value: Value) -> str:
    text = escape(value.text)
    if value.url:
        return f'<a class="dt-plain" href="{escape(value.url)}">{text}</a>'
    if value.tone or value.title:
        tone = f' class="dt-{value.tone}"' if value.tone else ""
        return f'<span{tone} title="{escape(value.title)}">{text}</span>'
    return f"<span>{text}</span>"


def _key(value: Value) -> str:
    return f'<a class="dt-key dt-code" href="{escape(value.url)}">{escape(value.text)}</a>'


def _number(value: Value) -> str:
    tone = f" dt-{value.tone}" if value.tone else ""
    unit = f'<span class="dt-unit">{escape(value.unit)}</span>' if value.unit else ""
    return f'<span class="dt-num{tone}">{escape(value.text)}</span>{unit}'


def _money(value: Value) -> str:
    """The currency has its own narrow column."""
    tone = f" dt-{value.tone}" if value.tone else ""
    return f'<span class="dt-num{tone}">{escape(value.text)}</span>'


def _due(value: Value) -> str:
    names = f' class="dt-{value.tone}{" dt-strong" if value.late else ""}"' if value.tone else ""
    late = (
        f' <span class="dt-{value.tone or "bad"} dt-small">{escape(value.late)}</span>' if value.late else ""
    )
    return f'<time datetime="{value.iso}"{names}>{escape(value.text)}</time>{late}'


def _person(value: Value) -> str:
    avatar = f'<span class="dt-avatar" aria-hidden="true">{escape(value.initials)}</span>'
    title = f' title="{escape(value.title)}"' if value.title else ""
    tag = f'a class="dt-plain" href="{escape(value.url)}"' if value.url else "span"
    link = f"<{tag}{title}>{escape(value.text)}</{tag.partition(' ')[0]}>"
    return f'<span class="dt-row">{avatar}{link}</span>'


def _bool(value: Value) -> str:
    if not value.checked:
        return ""
    icon = '<svg class="dt-icon" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-check"/></svg>'
    return f'<span class="dt-yes">{icon}<span class="dt-sr">{escape(_("Yes"))}</span></span>'


def _by_macro(value: Value) -> str:
    """What is rare in a list is written by the macro itself."""
    return str(markup("macros/values.html.jinja", "value", value, True))


def _state(value: Value) -> str:
    """One of few: each state's glyph is made once."""
    key = (value.text, value.ordinal, value.last, value.cancelled, value.tone)
    if key not in _states:
        if len(_states) > _STATES_KEPT:
            _states.clear()
        _states[key] = str(markup("macros/values.html.jinja", "state", value))
    return _states[key]


_states: dict[tuple[str, int, int, bool, str], str] = {}
_STATES_KEPT = 1_000

_RARE = ("mark", "tags", "progress", "email", "phone", "url", "image", "file", "multiline", "html", "locked")
_WRITERS: dict[str, Callable[[Value], str]] = {
    "text": _text, "link": _text, "key": _key, "quantity": _number, "number": _number, "money": _money, "date": _due,
    "due": _due, "person": _person, "bool": _bool, "state": _state,
    **dict.fromkeys(_RARE, _by_macro),
}  # fmt: skip

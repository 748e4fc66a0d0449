"""What a site arranges otherwise than the shipped view: pure, and kept as a difference, so that upgrades keep it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from core.i18n import Text
from core.orm.condition import ALWAYS
from core.views.resolved import Cell, FormView, ListView, Section

V = TypeVar("V", FormView, ListView)
#: The group of what is not shown.
HIDDEN = "-"
#: The group of the columns of a list.
LIST = "list"

#: The names of fields in order, by group.
Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Move:
    """A field stands in a group after another field; first where `after` is empty."""

    field: str
    group: str
    after: str = ""


@dataclass(frozen=True)
class Said:
    """What the site says of a field otherwise than its addon."""

    label: str = ""
    required: bool = False
    default: str = ""


@dataclass(frozen=True)
class Layout:
    """The differences of one form or list."""

    moves: tuple[Move, ...] = ()
    said: Mapping[str, Said] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.moves or self.said)

    def arranged(self, shipped: Groups) -> dict[str, list[str]]:
        """The fields as the site has them; what speaks of fields or groups that are gone is passed over."""
        groups = {name: list(fields) for name, fields in shipped.items()}
        groups.setdefault(HIDDEN, [])
        for move in self.moves:
            at = next((fields for fields in groups.values() if move.field in fields), None)
            if at is None or move.group not in groups:
                continue
            at.remove(move.field)
            fields = groups[move.group]
            known = fields.index(move.after) + 1 if move.after in fields else len(fields)
            fields.insert(0 if not move.after else known, move.field)
        return groups

    def lost(self, shipped: Groups) -> Iterator[str]:
        """The fields and groups that it speaks of and that are no longer there."""
        fields = {name for names in shipped.values() for name in names}
        named = {*(move.field for move in self.moves), *self.said}
        yield from sorted(named - fields)
        yield from sorted({move.group for move in self.moves if move.field in fields} - {*shipped, HIDDEN})

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        said = {name: asdict(each) for name, each in self.said.items()}
        return {"moves": [asdict(move) for move in self.moves], "said": said}

    @classmethod
    def from_json(cls, data: Any) -> Layout:  # Any: JSON from anywhere
        """What `data` says; raises ValueError for anything that is no layout."""
        try:
            moves = tuple(Move(**each) for each in data.get("moves", ()))
            said = {name: Said(**each) for name, each in data.get("said", {}).items()}
        except (TypeError, AttributeError) as error:
            raise ValueError(data) from error
        texts = [text for move in moves for text in (move.field, move.group, move.after)]
        texts += [text for each in said.values() for text in (each.label, each.default)]
        if not all(isinstance(text, str) for text in texts) or set(data) - {"moves", "said"}:
            raise ValueError(data)
        if not all(isinstance(each.required, bool) for each in said.values()):
            raise ValueError(data)
        return cls(moves, said)


def differences(shipped: Groups, wanted: Groups) -> tuple[Move, ...]:
    """The fewest moves that make `wanted` of `shipped`; both hold the same fields."""
    moves: list[Move] = []
    for group, names in wanted.items():
        places = {name: at for at, name in enumerate(shipped.get(group, ()))}
        staying = _longest_rising([(places[name], name) for name in names if name in places])
        before = ""
        for name in names:
            if name not in staying and not (group == HIDDEN and name in places):
                moves.append(Move(name, group, "" if group == HIDDEN else before))
            before = name
    return tuple(moves)


def _longest_rising(pairs: Sequence[tuple[int, str]]) -> set[str]:
    """The names of the longest subsequence whose numbers rise: what stays where it is."""
    ends: list[int] = []
    chains: list[list[str]] = []
    for number, name in pairs:
        at = bisect_left(ends, number)
        chain = [*(chains[at - 1] if at else []), name]
        ends[at : at + 1], chains[at : at + 1] = [number], [chain]
    return set(chains[-1]) if chains else set()


def arranged(view: V, layouts: Iterable[Layout]) -> V:
    """The view with the site's differences, one layout after the other."""
    for layout in layouts:
        view = _arranged_form(view, layout) if isinstance(view, FormView) else _arranged_list(view, layout)
    return view


def groups_of(view: FormView | ListView) -> dict[str, list[str]]:
    """The names of the fields in each group of a form, or those that a list shows and does not show."""
    if isinstance(view, FormView):
        return {section.name: [cell.name for cell in section.cells] for section in view.sections()}
    shown = [cell.name for cell in view.columns]
    return {LIST: shown, HIDDEN: [cell.name for cell in view.available if cell.name not in shown]}


def _arranged_form(view: FormView, layout: Layout) -> FormView:
    cells = {cell.name: _told(cell, layout) for cell in view.cells()}
    names = layout.arranged(groups_of(view))

    def arranged(section: Section) -> Section:
        return replace(section, cells=tuple(cells[name] for name in names[section.name]))

    pages = [
        replace(tab, items=tuple(arranged(i) if isinstance(i, Section) else i for i in tab.items))
        for tab in view.tabs
    ]
    head = tuple(arranged(section) for section in view.head)
    return replace(view, head=head, tabs=tuple(tab for tab in pages if not tab.is_empty))


def _arranged_list(view: ListView, layout: Layout) -> ListView:
    cells = {cell.name: _told(cell, layout) for cell in (*view.available, *view.columns)}
    names = layout.arranged(groups_of(view))[LIST]
    available = tuple(cells[cell.name] for cell in view.available)
    return replace(view, columns=tuple(cells[name] for name in names), available=available)


def _told(cell: Cell, layout: Layout) -> Cell:
    """The cell with what the site says of its field."""
    said = layout.said.get(cell.name)
    if said is None:
        return cell
    return replace(
        cell,
        label=Text(said.label, {}) if said.label else cell.label,
        required=ALWAYS if said.required else cell.required,
        default=said.default or cell.default,
    )

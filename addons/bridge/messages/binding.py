"""How fields of a noun stand in XML: one description that both writes and reads, in the order of the schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from addons.bridge.messages import plain, text
from addons.bridge.messages.noun import Quantity
from core.formats.xml import Node

NAMESPACE = "http://www.mesa.org/xml/B2MML"
NAMESPACES = {"b": NAMESPACE}

Values = dict[str, Any]  # Any: of each field's type


class Place(ABC):
    """Where something stands below the element of a noun."""

    @abstractmethod
    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        """Add what `values` say below `parent`."""

    def read(self, node: Node, noun: type[Any], values: Values) -> None:  # noqa: B027 -- a fixed text says nothing
        """Note in `values` what stands there."""


@dataclass(frozen=True)
class Fixed(Place):
    """A text, or an empty element, that the schema asks for."""

    path: str
    content: str | None = None

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        reached(parent, self.path).text = self.content


@dataclass(frozen=True)
class Leaf(Place):
    """A value as the text of an element, with what the schema wants beside it."""

    name: str
    path: str
    beside: tuple[Fixed, ...] = ()

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        if values[self.name] is None:
            return
        reached(parent, self.path).text = text.written(values[self.name])
        for fixed in self.beside:
            fixed.write(parent, values)

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        found = node.find(steps(self.path))
        if found is not None and found.content:
            values[self.name] = text.read(_kind(noun, self.name), found.content, self.path)


@dataclass(frozen=True)
class Attribute(Place):
    """A value as an attribute of an element that has a fixed text."""

    name: str
    path: str
    attribute: str
    content: str

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        element = reached(parent, self.path)
        element.text = self.content
        element.set(self.attribute, text.written(values[self.name]))

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        found = node.required(steps(self.path)).attribute(self.attribute)
        values[self.name] = text.read(_kind(noun, self.name), found, self.attribute)


@dataclass(frozen=True)
class Property(Place):
    """A value as one of the noun's properties."""

    name: str
    element: str
    id: str

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        if values[self.name] is None:
            return
        made = added(parent, self.element)
        added(made, "ID").text = self.id
        added(added(made, "Value"), "ValueString").text = text.written(values[self.name])

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        for found in node.all(steps(self.element)):
            content = found.text(steps("Value/ValueString"))
            if found.text(steps("ID")) == self.id and content:
                values[self.name] = text.read(_kind(noun, self.name), content, self.id)


@dataclass(frozen=True)
class Measure(Place):
    """A Quantity."""

    name: str
    path: str = "Quantity"

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        made = reached(parent, self.path)
        added(made, "QuantityString").text = text.written(values[self.name].value)
        added(made, "UnitOfMeasure").text = values[self.name].unit

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        found = node.required(steps(self.path))
        value = found.required(steps("QuantityString")).as_decimal()
        values[self.name] = Quantity(value, found.required_text(steps("UnitOfMeasure")))


@dataclass(frozen=True)
class Scope(Place):
    """Where in the hierarchy of equipment the noun belongs."""

    name: str
    level: str

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        made = reached(parent, "HierarchyScope")
        added(made, "EquipmentID").text = values[self.name]
        added(made, "EquipmentLevel").text = self.level

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        values[self.name] = node.required_text(steps("HierarchyScope/EquipmentID"))


@dataclass(frozen=True)
class Nested(Place):
    """Other nouns inside this one: one or many, as the field is."""

    name: str
    path: str
    places: tuple[Place, ...]

    def write(self, parent: etree._Element, values: Mapping[str, Any]) -> None:
        value = values[self.name]
        for each in value if isinstance(value, tuple) else (value,):
            above, _slash, last = self.path.rpartition("/")
            write(added(reached(parent, above) if above else parent, last), self.places, each)

    def read(self, node: Node, noun: type[Any], values: Values) -> None:
        part = _part(noun, self.name)
        found = tuple(read(part.kind, each, self.places) for each in node.all(steps(self.path)))
        if part.is_many:
            values[self.name] = found
        elif found:
            values[self.name] = found[0]


def write(element: etree._Element, places: tuple[Place, ...], noun: object) -> None:
    """Add a noun below its element."""
    values = {part.name: getattr(noun, part.name) for part in plain.parts(type(noun))}
    for place in places:
        place.write(element, values)


def read(noun: type[Any], node: Node, places: tuple[Place, ...]) -> Any:  # Any: a noun
    """The noun that an element tells of; raises FormatError where it lacks something."""
    values: Values = {}
    for place in places:
        place.read(node, noun, values)
    for part in plain.parts(noun):
        if part.is_required and part.name not in values:
            node.required(steps(part.name))
    return noun(**values)


def added(parent: etree._Element, name: str) -> etree._Element:
    """A new element below `parent`."""
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def reached(parent: etree._Element, path: str) -> etree._Element:
    """The last element on `path`, made where it is not there."""
    for name in path.split("/"):
        last = parent[-1] if len(parent) else None
        parent = last if last is not None and etree.QName(last).localname == name else added(parent, name)
    return parent


def steps(path: str) -> str:
    """`A/B` with the prefix that Node knows."""
    return "/".join(f"b:{name}" for name in path.split("/"))


def _part(noun: type[Any], name: str) -> plain.Part:
    return next(part for part in plain.parts(noun) if part.name == name)


def _kind(noun: type[Any], name: str) -> type[Any]:
    return _part(noun, name).kind

"""Every message that the bridge writes is valid against MESA's schema of B2MML V0700.

The Business To Manufacturing Markup Language (B2MML) is used courtesy of MESA International. The files in `b2mml` are
as MESA published them. The extension file includes those of BatchML too, which nothing here needs: they are read as
schemas without content.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from addons.bridge.messages import b2mml
from addons.bridge.messages.binding import NAMESPACE
from addons.bridge.messages.envelope import Envelope
from addons.bridge.messages.message import MESSAGES
from tests.addons.bridge.messages.strategies import envelopes
from tests.addons.bridge.messages.test_envelope import confirmation

SCHEMAS = Path(__file__).parent / "b2mml"
_XSD = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
_NOTHING = f'<xsd:schema {_XSD} targetNamespace="http://www.mesa.org/xml/B2MML-AllExtensions"/>'
_ALL = f'<xsd:schema {_XSD} targetNamespace="{NAMESPACE}">{{}}</xsd:schema>'


class _WithoutBatches(etree.Resolver):
    def resolve(self, system_url: str, public_id: str, context: object) -> Any:  # type: ignore[override]  # Any: lxml's
        return (
            self.resolve_string(_NOTHING, context, base_url=system_url) if "BatchML" in system_url else None
        )


def _schema() -> etree.XMLSchema:
    parser = etree.XMLParser()
    parser.resolvers.add(_WithoutBatches())
    names = ("Material", "Equipment", "OperationsPerformance", "ConfirmBOD")
    included = "".join(f'<xsd:include schemaLocation="B2MML-{name}.xsd"/>' for name in names)
    root = etree.fromstring(_ALL.format(included), parser, base_url=str(SCHEMAS / "all.xsd"))
    return etree.XMLSchema(root)


SCHEMA = _schema()


@given(envelopes)
def test_every_message_is_valid(envelope: Envelope) -> None:
    SCHEMA.assertValid(etree.fromstring(b2mml.to_xml(envelope)))


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_is_one_of_b2mml(name: str) -> None:
    empty = etree.Element(f"{{{NAMESPACE}}}{name}")

    assert not SCHEMA.validate(empty)
    assert "No matching global declaration" not in str(SCHEMA.error_log)


def test_the_schema_refuses_what_is_out_of_order() -> None:
    root = etree.fromstring(b2mml.to_xml(confirmation()))
    root.append(root[0])

    assert not SCHEMA.validate(root)

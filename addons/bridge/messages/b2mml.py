"""Messages as B2MML V0700, written and read; every document is valid against MESA's schema."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from addons.bridge.messages import binding, text
from addons.bridge.messages.binding import (
    Attribute,
    Fixed,
    Leaf,
    Measure,
    Nested,
    Place,
    Property,
    Scope,
    steps,
)
from addons.bridge.messages.envelope import Envelope, Sender, require_known, sealed, unknown
from addons.bridge.messages.message import (
    MESSAGES,
    ConfirmBOD,
    ProcessOperationsPerformance,
    SyncEquipmentInformation,
    SyncMaterialInformation,
)
from core.formats import xml

RELEASE = "7.0.0"
#: Who gives out the ids of our messages.
SCHEME = "dovetail"

_DEFINITION = (
    Leaf("id", "ID"),
    Leaf("description", "Description"),
    Property("record", "MaterialDefinitionProperty", "Record"),
    Property("version", "MaterialDefinitionProperty", "Version"),
    Property("base_version", "MaterialDefinitionProperty", "BaseVersion"),
    Property("unit", "MaterialDefinitionProperty", "Unit"),
    Property("tracking", "MaterialDefinitionProperty", "Tracking"),
    Property("is_active", "MaterialDefinitionProperty", "Active"),
    Property("revision", "MaterialDefinitionProperty", "Revision"),
    Leaf("material_class", "MaterialClassID"),
)
_LOT = (
    Leaf("id", "ID"),
    Leaf("material", "MaterialDefinitionID"),
    Property("is_lot", "MaterialLotProperty", "IsLot"),
    Property("supplier_lot", "MaterialLotProperty", "SupplierLot"),
    Property("expires_on", "MaterialLotProperty", "ExpiresOn"),
    Leaf("location", "StorageLocation"),
    Measure("quantity"),
)
_MATERIAL = (
    Leaf("id", "ID"),
    Scope("company", "Enterprise"),
    Leaf("published_at", "PublishedDate"),
    Nested("definitions", "MaterialDefinition", _DEFINITION),
    Nested("lots", "MaterialLot", _LOT),
)
_EQUIPMENT = (
    Leaf("id", "ID"),
    Leaf("description", "Description"),
    Scope("site", "Site"),
    # The schema wants the equipment named here once more.
    Leaf("id", "EquipmentLevel/EquipmentID"),
    Leaf("level", "EquipmentLevel/EquipmentLevel"),
    Property("record", "EquipmentProperty", "Record"),
    Property("version", "EquipmentProperty", "Version"),
    Property("base_version", "EquipmentProperty", "BaseVersion"),
    Property("is_active", "EquipmentProperty", "Active"),
    Property("parent", "EquipmentProperty", "Parent"),
)
_EQUIPMENTS = (
    Scope("company", "Enterprise"),
    Leaf("published_at", "PublishedDate"),
    Nested("equipment", "Equipment", _EQUIPMENT),
)
_ACTUAL = (
    Leaf("material", "MaterialDefinitionID"),
    Leaf("lot", "MaterialLotID"),
    Leaf("use", "MaterialUse"),
    Leaf(
        "location",
        "StorageLocation/Location",
        (Fixed("StorageLocation/LocationType", "Operational Location"),),
    ),
    Measure("quantity"),
    Property("record", "MaterialActualProperty", "Record"),
)
_SEGMENT = "OperationsResponse/SegmentResponse"
_PERFORMANCE = (
    Leaf("id", "ID"),
    Leaf("description", "Description"),
    Scope("company", "Enterprise"),
    Leaf("operations_type", "OperationsType"),
    Leaf("published_at", "PublishedDate"),
    Leaf("ended_at", f"{_SEGMENT}/ActualEndTime"),
    Leaf("equipment", f"{_SEGMENT}/EquipmentActual/EquipmentID"),
    Leaf("asset", f"{_SEGMENT}/PhysicalAssetActual/PhysicalAssetID"),
    Nested("materials", f"{_SEGMENT}/MaterialActual", _ACTUAL),
)
_SYNC = Attribute("action", "Sync/ActionCriteria/ActionExpression", "actionCode", "/")

#: What stands in the DataArea of each message.
_PAYLOADS: dict[type, tuple[Place, ...]] = {
    SyncMaterialInformation: (_SYNC, Nested("information", "MaterialInformation", _MATERIAL)),
    SyncEquipmentInformation: (_SYNC, Nested("information", "EquipmentInformation", _EQUIPMENTS)),
    ProcessOperationsPerformance: (
        Fixed("Process"),
        Nested("performance", "OperationsPerformance", _PERFORMANCE),
    ),
    ConfirmBOD: (
        Leaf("sent_at", "Confirm/OriginalApplicationArea/CreationDateTime"),
        Leaf("message_id", "Confirm/OriginalApplicationArea/BODID"),
        Attribute("action", "Confirm/ResponseCriteria/ResponseExpression", "actionCode", "/"),
        Fixed("BOD"),
        Leaf("reason", "BOD/Description"),
    ),
}


def to_xml(envelope: Envelope) -> bytes:
    """The message as a B2MML document."""
    root = etree.Element(
        f"{{{binding.NAMESPACE}}}{envelope.name}",
        nsmap={None: binding.NAMESPACE},  # type: ignore[dict-item]  # the stubs ask for a prefix
    )
    if not isinstance(envelope.payload, ConfirmBOD):  # whose type has no such attributes
        root.set("releaseID", RELEASE)
        root.set("versionID", envelope.schema_version)
    _write_head(binding.added(root, "ApplicationArea"), envelope)
    binding.write(binding.added(root, "DataArea"), _PAYLOADS[type(envelope.payload)], envelope.payload)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def from_xml(content: bytes) -> Envelope:
    """The message that a B2MML document of ours is; raises FormatError or UnknownVersion."""
    root = xml.parse(content, binding.NAMESPACES)
    kind = MESSAGES.get(root.name)
    if kind is None or root.namespace != binding.NAMESPACE:
        raise unknown(root.name)
    head = root.required(steps("ApplicationArea"))
    message_id, order = head.required(steps("BODID")), head.required(steps("Sender/TaskID"))
    require_known(message_id.attribute("schemeVersionID"))
    payload = binding.read(kind, root.required(steps("DataArea")), _PAYLOADS[kind])
    sender = Sender(
        head.required_text(steps("Sender/LogicalID")), head.required_text(steps("Sender/ComponentID"))
    )
    return sealed(
        Envelope(
            message_id.content,
            sender,
            text.read(datetime, head.required_text(steps("CreationDateTime")), "CreationDateTime"),
            order.attribute("schemeID"),
            int(order.as_decimal()),
            payload,
            head.text(steps("Sender/ReferenceID")) or None,
            message_id.attribute("schemeVersionID"),
        )
    )


def _write_head(area: etree._Element, envelope: Envelope) -> None:
    """The order is told as the number of a task in the scheme of its key: B2MML has no other place for it."""
    sender = binding.added(area, "Sender")
    binding.added(sender, "LogicalID").text = envelope.sender.logical_id
    binding.added(sender, "ComponentID").text = envelope.sender.component_id
    task = binding.added(sender, "TaskID")
    task.text = str(envelope.sequence)
    task.set("schemeID", envelope.ordering_key)
    if envelope.correlation_id is not None:
        binding.added(sender, "ReferenceID").text = envelope.correlation_id
    binding.added(sender, "ConfirmationCode").text = envelope.confirmation_code
    binding.added(area, "CreationDateTime").text = text.written(envelope.created_at)
    message_id = binding.added(area, "BODID")
    message_id.text = envelope.message_id
    message_id.set("schemeID", SCHEME)
    message_id.set("schemeVersionID", envelope.schema_version)

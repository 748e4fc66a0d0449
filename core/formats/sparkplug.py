"""Sparkplug B 3.0: topics, and payloads to and from dataclasses.

The message is described here, at run time, as chapter 6 of the specification gives it; data sets and templates
are passed over, since no tag holds one.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, NamedTuple

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from core.errors import FormatError
from core.i18n import _

NAMESPACE = "spBv1.0"
STATE = "STATE"
NODE_KINDS = frozenset(("NBIRTH", "NDEATH", "NDATA", "NCMD"))
DEVICE_KINDS = frozenset(("DBIRTH", "DDEATH", "DDATA", "DCMD"))
#: The property by which an edge says how good a value is: 192 is good.
QUALITY = "Quality"
_FORBIDDEN = frozenset("+#")
_NODE_PARTS, _DEVICE_PARTS, _STATE_PARTS = 4, 5, 3
_WIDEST = 64


class DataType(IntEnum):
    """The data types of a metric."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19


Value = float | int | bool | str | bytes | None

#: The bits of the integers that carry a sign.
_SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
_FIELD = {
    **dict.fromkeys((1, 2, 3, 5, 6, 7), "int_value"),
    **dict.fromkeys((4, 8, 13), "long_value"),
    9: "float_value",
    10: "double_value",
    11: "boolean_value",
    **dict.fromkeys((12, 14, 15), "string_value"),
    **dict.fromkeys((17, 18, *range(22, 35)), "bytes_value"),
}


class Topic(NamedTuple):
    """Whom a message is about and what it says; a STATE has its host in `node`."""

    kind: str
    group: str
    node: str
    device: str = ""

    @property
    def path(self) -> str:
        parts = [NAMESPACE, self.kind, self.node] if self.kind == STATE else [
            NAMESPACE, self.group, self.kind, self.node, *([self.device] if self.device else [])
        ]  # fmt: skip
        return "/".join(parts)


class Metric(NamedTuple):
    """A value with its name (in a birth) or alias; `at` is its capture in milliseconds of Unix time."""

    name: str = ""
    alias: int | None = None
    at: int | None = None
    datatype: int = 0
    value: Value = None
    historical: bool = False
    transient: bool = False
    quality: int | None = None


class Payload(NamedTuple):
    """What a message carries; only a death has no `seq`."""

    at: int | None
    seq: int | None
    metrics: tuple[Metric, ...]


def topic(path: str) -> Topic:
    """The topic at `path`; raises FormatError for one that is not Sparkplug's."""
    parts = path.split("/")
    if parts[0] == NAMESPACE and _FORBIDDEN.isdisjoint(path) and all(parts):
        if len(parts) == _STATE_PARTS and parts[1] == STATE:
            return Topic(STATE, "", parts[2])
        if len(parts) == _NODE_PARTS and parts[2] in NODE_KINDS:
            return Topic(parts[2], parts[1], parts[3])
        if len(parts) == _DEVICE_PARTS and parts[2] in DEVICE_KINDS:
            return Topic(parts[2], parts[1], parts[3], parts[4])
    raise FormatError(_("“{topic}” is no topic of Sparkplug B.", topic=path[:200]))


def decode(data: bytes) -> Payload:
    """The payload in `data`; raises FormatError where it is none.

    A metric without a data type (as data with aliases may be) has its value as it travels: see `signed`.
    """
    try:
        message = _Payload.FromString(data)
    except DecodeError as error:
        raise FormatError(_("The message is no payload of Sparkplug B.")) from error
    return Payload(
        message.timestamp if message.HasField("timestamp") else None,
        message.seq if message.HasField("seq") else None,
        tuple([_metric(each) for each in message.metrics]),
    )


def encode(payload: Payload) -> bytes:
    """The bytes of `payload`."""
    message = _Payload()
    if payload.at is not None:
        message.timestamp = payload.at
    if payload.seq is not None:
        message.seq = payload.seq
    for metric in payload.metrics:
        _fill(message.metrics.add(), metric)
    data: bytes = message.SerializeToString()
    return data


def signed(value: Value, datatype: int) -> Value:
    """A number as its data type means it: negative ones travel as two's complement of 32 or 64 bits."""
    bits = _SIGNED.get(datatype)
    if bits is None or not isinstance(value, int):
        return value
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def _metric(message: Any) -> Metric:  # Any: a message that is described at run time
    which = message.WhichOneof("value")
    value = None if which is None or message.is_null else getattr(message, which)
    datatype = message.datatype
    if datatype in _SIGNED:
        value = signed(value, datatype)
    return Metric(
        message.name,
        message.alias if message.HasField("alias") else None,
        message.timestamp if message.HasField("timestamp") else None,
        datatype,
        value,
        message.is_historical,
        message.is_transient,
        _quality(message.properties) if message.HasField("properties") else None,
    )


def _quality(properties: Any) -> int | None:  # Any: as in _metric
    for key, value in zip(properties.keys, properties.values, strict=False):
        if key == QUALITY:
            return int(value.int_value)
    return None


def _fill(message: Any, metric: Metric) -> None:  # Any: as in _metric
    if metric.name:
        message.name = metric.name
    if metric.alias is not None:
        message.alias = metric.alias
    if metric.at is not None:
        message.timestamp = metric.at
    if metric.datatype:
        message.datatype = metric.datatype
    message.is_historical = metric.historical
    message.is_transient = metric.transient
    if metric.quality is not None:
        message.properties.keys.append(QUALITY)
        message.properties.values.add(type=DataType.INT32, int_value=metric.quality)
    if metric.value is None:
        message.is_null = True
    else:
        _set(message, metric.datatype, metric.value)


def _set(message: Any, datatype: int, value: Value) -> None:  # Any: as in _metric
    field = _FIELD.get(datatype)
    if field is None:
        raise FormatError(_("A metric of data type {type} cannot be written.", type=datatype))
    if datatype in _SIGNED and isinstance(value, int):
        value &= (1 << max(_SIGNED[datatype], 32)) - 1
    setattr(message, field, value)


_FIELDS = FieldDescriptorProto


def _described(name: str, fields: Iterable[tuple[str, int, int, bool, str]]) -> DescriptorProto:
    """A message of `fields`: name, number, type, whether repeated, and the message it holds."""
    described = DescriptorProto(name=name)
    for field, number, kind, repeated, of in fields:
        added = described.field.add(name=field, number=number, type=kind)
        added.label = _FIELDS.LABEL_REPEATED if repeated else _FIELDS.LABEL_OPTIONAL
        if of:
            added.type_name = f".dovetail.sparkplug.{of}"
    return described


def _payload_class() -> Any:  # Any: a class that protobuf makes
    u32, u64, text, flag = _FIELDS.TYPE_UINT32, _FIELDS.TYPE_UINT64, _FIELDS.TYPE_STRING, _FIELDS.TYPE_BOOL
    message, data = _FIELDS.TYPE_MESSAGE, _FIELDS.TYPE_BYTES
    values = [("int_value", u32), ("long_value", u64), ("float_value", _FIELDS.TYPE_FLOAT),
              ("double_value", _FIELDS.TYPE_DOUBLE), ("boolean_value", flag), ("string_value", text)]  # fmt: skip
    metric = _described("Metric", [
        ("name", 1, text, False, ""), ("alias", 2, u64, False, ""), ("timestamp", 3, u64, False, ""),
        ("datatype", 4, u32, False, ""), ("is_historical", 5, flag, False, ""),
        ("is_transient", 6, flag, False, ""), ("is_null", 7, flag, False, ""),
        ("properties", 9, message, False, "PropertySet"),
        *((name, 10 + i, kind, False, "") for i, (name, kind) in enumerate([*values, ("bytes_value", data)])),
    ])  # fmt: skip
    metric.oneof_decl.add(name="value")
    for field in metric.field:
        if field.name.endswith("_value"):
            field.oneof_index = 0
    file = FileDescriptorProto(name="dovetail/sparkplug.proto", package="dovetail.sparkplug", syntax="proto2")
    file.message_type.extend([
        metric,
        _described("PropertySet", [("keys", 1, text, True, ""), ("values", 2, message, True, "PropertyValue")]),
        _described("PropertyValue", [("type", 1, u32, False, ""), ("is_null", 2, flag, False, ""),
                                     *((name, 3 + i, kind, False, "") for i, (name, kind) in enumerate(values))]),
        _described("Payload", [("timestamp", 1, u64, False, ""), ("metrics", 2, message, True, "Metric"),
                               ("seq", 3, u64, False, ""), ("uuid", 4, text, False, ""), ("body", 5, data, False, "")]),
    ])  # fmt: skip
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("dovetail.sparkplug.Payload"))


_Payload = _payload_class()

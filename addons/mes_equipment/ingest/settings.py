"""What the ingest of a site is connected to: `ingest.toml` in the site's folder; secrets from elsewhere."""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from core import UserError, _, variable

FILE = "ingest.toml"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_TLS_PORT, _PORT = 8883, 1883

T = TypeVar("T")


@dataclass(frozen=True)
class JsonTopic:
    """Topics of plain MQTT whose messages are JSON."""

    topic: str
    #: The edge node that they count for.
    source: str = "mqtt"
    #: The member that holds the instant of capture.
    time: str = ""


@dataclass(frozen=True)
class Mqtt:
    """A broker and who we are to it. The password comes from DOVETAIL_MQTT_PASSWORD or `password_file`."""

    broker: str = "127.0.0.1"
    username: str = ""
    password_file: str = ""
    #: By default wherever the broker is on another machine.
    tls: bool | None = None
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    sparkplug: bool = True
    json: tuple[JsonTopic, ...] = ()

    @property
    def host(self) -> str:
        return self.broker.rpartition(":")[0].strip("[]") if self._has_port else self.broker.strip("[]")

    @property
    def port(self) -> int:
        return (
            int(self.broker.rpartition(":")[2]) if self._has_port else _TLS_PORT if self.is_secure else _PORT
        )

    @property
    def is_secure(self) -> bool:
        return self.tls if self.tls is not None else self.host not in _LOOPBACK

    @property
    def _has_port(self) -> bool:
        return self.broker.rpartition(":")[2].isdigit() and (
            self.broker.count(":") == 1 or "]:" in self.broker
        )

    def password(self) -> str | None:
        return secret("DOVETAIL_MQTT_PASSWORD", self.password_file)

    def context(self) -> ssl.SSLContext:
        """Checks the broker's certificate against the system's authorities or `ca_file`, and shows ours."""
        made = ssl.create_default_context(cafile=self.ca_file or None)
        if self.cert_file:
            made.load_cert_chain(self.cert_file, self.key_file or None)
        return made


@dataclass(frozen=True)
class OpcUa:
    """An OPC UA server and the nodes that are followed there; the password as DOVETAIL_OPCUA_PASSWORD or in a file."""

    url: str
    nodes: tuple[str, ...]
    source: str = "opcua"
    username: str = ""
    password_file: str = ""
    #: As "Basic256Sha256,SignAndEncrypt"; with it go certificate and key.
    security: str = ""
    cert_file: str = ""
    key_file: str = ""
    interval_ms: int = 500

    @property
    def is_encrypted(self) -> bool:
        """`Sign` alone keeps nothing secret (OPC UA part 4, 7.20)."""
        return "SignAndEncrypt" in self.security

    def password(self) -> str | None:
        return secret("DOVETAIL_OPCUA_PASSWORD", self.password_file)


@dataclass(frozen=True)
class Ingest:
    """All that the ingest of one company is connected to."""

    #: The code of the company whose machines these are; may be left out where there is one alone.
    company: str = ""
    #: Our name as Sparkplug's primary host.
    host_id: str = "dovetail"
    mqtt: tuple[Mqtt, ...] = ()
    opcua: tuple[OpcUa, ...] = ()
    #: What the spool may take of the disk, in megabytes; 0 leaves that to the disk.
    spool_mb: int = field(default=4096)


def read(folder: Path) -> Ingest:
    """The settings in `folder`; raises UserError where there are none or they are wrong."""
    file = folder / FILE
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            _(
                "There is no {file}. It says which brokers and servers are listened to; see Administration.",
                file=file,
            )
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(_("{file} is not valid TOML: {error}", file=file, error=error)) from error
    brokers = [_mqtt(each, file) for each in _listed(given.pop("mqtt", []))]
    servers = [_made(OpcUa, each, file) for each in _listed(given.pop("opcua", []))]
    return _made(Ingest, {**given, "mqtt": brokers, "opcua": servers}, file)


def secret(name: str, file: str) -> str | None:
    """A secret from the environment or from a file of its own, never from the settings."""
    given = variable(name)
    if given is None and file:
        return Path(file).read_text(encoding="utf-8").strip()
    return given


def _mqtt(given: Mapping[str, Any], file: Path) -> Mqtt:  # Any: what TOML holds
    topics = [_made(JsonTopic, each, file) for each in _listed(given.get("json", []))]
    return _made(Mqtt, {**given, "json": topics}, file)


def _listed(given: Any) -> list[Any]:  # Any: as above
    return given if isinstance(given, list) else [given]


def _made(kind: type[T], given: Mapping[str, Any], file: Path) -> T:  # Any: as above
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    for name in given:
        if name not in known:
            raise UserError(
                _("{file} sets {name}, which is no setting. There are: {known}.",
                  file=file, name=name, known=", ".join(sorted(known)))
            )  # fmt: skip
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise UserError(_("{file} is incomplete: {error}.", file=file, error=error)) from error

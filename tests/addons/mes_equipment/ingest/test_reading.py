"""What a broker hands over is spooled before it is acknowledged, whatever befalls broker, disk and reader."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from addons.mes_equipment.ingest.reading import Reader
from addons.mes_equipment.ingest.settings import Ingest, JsonTopic, Mqtt
from addons.mes_equipment.ingest.spool import Frame, Spool, frames_of
from core.formats import sparkplug
from core.testing.mosquitto import Broker, running_mosquitto
from tests.addons.mes_equipment.ingest.site import wait_until
from tests.addons.mes_equipment.rules.edge import DEVICE, GROUP, NODE, Edge

pytestmark = pytest.mark.fault
JSON = (JsonTopic("hall/#", time="ts"),)


@contextmanager
def reading(settings: Mqtt, folder: Path, *, most_bytes: int = 0) -> Iterator[None]:
    """A reader, as its process runs it."""
    ended = threading.Event()
    reader = Reader(Ingest(mqtt=(settings,)), Spool(folder, most_bytes=most_bytes))
    thread = threading.Thread(target=reader.run, args=(ended.is_set,))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def speaking(broker: Broker, **account: str) -> Iterator[Client]:
    client = Client(CallbackAPIVersion.VERSION2)
    if account:
        client.username_pw_set(account["username"], account["password"])
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def say(client: Client, *values: int) -> None:
    for value in values:
        said = json.dumps({"count": value, "ts": 1_700_000_000 + value}).encode()
        client.publish("hall/press", said, qos=1).wait_for_publish(30)


def after_saying(client: Client, value: int, folder: Path) -> list[int]:
    """What is spooled some time after `value` was said: a reader that has just begun may not have heard it."""
    say(client, value)
    return counts(folder)


def counts(folder: Path) -> list[int]:
    return [value[2] for frame in _readings(folder) for value in frame[5] if value[0].endswith("count")]


def _readings(folder: Path) -> list[Frame]:
    return [frame for frame in frames_of(folder) if frame[0] == "r"]


def test_messages_wait_at_the_broker_for_a_reader_that_is_away(broker: Broker, tmp_path: Path) -> None:
    settings = Mqtt(broker.address, sparkplug=False, json=JSON)
    with speaking(broker) as client:
        with reading(settings, tmp_path):
            wait_until(lambda: 0 in after_saying(client, 0, tmp_path))
        say(client, 1, 2, 3)

        with reading(settings, tmp_path):
            wait_until(lambda: counts(tmp_path)[-3:] == [1, 2, 3])

    assert counts(tmp_path)[-3:] == [1, 2, 3]


def test_a_spool_without_room_acknowledges_nothing_and_takes_all_once_there_is_room(
    broker: Broker, tmp_path: Path
) -> None:
    settings = Mqtt(broker.address, sparkplug=False, json=JSON)
    with speaking(broker) as client:
        with reading(settings, tmp_path):
            wait_until(lambda: 0 in after_saying(client, 0, tmp_path))
        with reading(settings, tmp_path, most_bytes=1):
            say(client, 1, 2)
        before = counts(tmp_path)

        with reading(settings, tmp_path):
            wait_until(lambda: counts(tmp_path)[-2:] == [1, 2])

    assert 1 not in before
    assert counts(tmp_path)[-2:] == [1, 2]


def test_a_broker_that_comes_back_is_listened_to_again(broker: Broker, tmp_path: Path) -> None:
    with reading(Mqtt(broker.address, sparkplug=False, json=JSON), tmp_path):
        with speaking(broker) as client:
            wait_until(lambda: 0 in after_saying(client, 0, tmp_path))
        broker.stop()
        broker.start()
        with speaking(broker) as client:
            wait_until(lambda: 7 in after_saying(client, 7, tmp_path))

    assert 7 in counts(tmp_path)


def test_the_host_is_there_for_edges_while_it_listens_and_asks_for_births(
    broker: Broker, tmp_path: Path
) -> None:
    heard: list[tuple[str, bytes]] = []
    edge = Edge()
    with speaking(broker) as client:
        client.on_message = lambda _client, _data, message: heard.append(
            (message.topic, bytes(message.payload))
        )
        client.subscribe([("spBv1.0/STATE/dovetail", 1), (f"spBv1.0/{GROUP}/NCMD/{NODE}", 1)])
        with reading(Mqtt(broker.address), tmp_path):
            wait_until(lambda: any(b'"online": true' in payload for _topic, payload in heard))
            client.publish(*edge.data({"count": 1}))
            wait_until(lambda: any("NCMD" in topic for topic, _payload in heard))
            for message in [*edge.birth(), edge.data({"count": 2})]:
                client.publish(*message)
            wait_until(lambda: 2 in counts(tmp_path))
        wait_until(lambda: b'"online": false' in heard[-1][1])

    commands = [payload for topic, payload in heard if "NCMD" in topic]
    assert [m.name for m in sparkplug.decode(commands[0]).metrics] == ["Node Control/Rebirth"]
    assert b'"online": false' in heard[-1][1]
    assert [value[0] for value in _readings(tmp_path)[-1][5]] == [f"{GROUP}/{NODE}/{DEVICE}/count"]


def test_an_account_and_tls_are_used_and_a_stranger_s_certificate_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl, passwords = shutil.which("openssl"), shutil.which("mosquitto_passwd")
    assert openssl is not None
    assert passwords is not None
    certificate, key, accounts = (tmp_path / name for name in ("cert.pem", "key.pem", "accounts"))
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key],
                   check=True, capture_output=True)  # fmt: skip
    subprocess.run([passwords, "-b", "-c", accounts, "dovetail", "s3cret"], check=True, capture_output=True)
    for path in (certificate, key, accounts, tmp_path):
        path.chmod(0o755)
    listener = (
        "allow_anonymous false",
        f"password_file {accounts}",
        f"certfile {certificate}",
        f"keyfile {key}",
    )
    monkeypatch.setenv("DOVETAIL_MQTT_PASSWORD", "s3cret")
    with running_mosquitto((*listener, "user root")) as broker:
        trusting = Mqtt(
            broker.address, "dovetail", tls=True, ca_file=str(certificate), sparkplug=False, json=JSON
        )
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("dovetail", "s3cret")
        client.tls_set_context(trusting.context())
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        with reading(trusting, tmp_path):
            wait_until(lambda: 5 in after_saying(client, 5, tmp_path))
        client.disconnect()
        client.loop_stop()

        with (
            socket.create_connection(("127.0.0.1", broker.port)) as bare,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            Mqtt(broker.address).context().wrap_socket(bare, server_hostname="127.0.0.1")

    assert 5 in counts(tmp_path)

"""The settings of the ingest are read strictly, keep no secret, and are safe where nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from addons.mes_equipment.ingest import settings
from addons.mes_equipment.ingest.settings import JsonTopic, Mqtt
from core import UserError

FULL = """
company = "KH"
host_id = "plant"

[[mqtt]]
broker = "broker.example:8883"
username = "dovetail"
[[mqtt.json]]
topic = "hall/#"
time = "ts"

[[opcua]]
url = "opc.tcp://127.0.0.1:4840"
nodes = ["ns=2;s=Speed"]
"""


def test_all_that_is_said_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ingest.toml").write_text(FULL)

    read = settings.read(tmp_path)

    assert (read.company, read.host_id) == ("KH", "plant")
    assert read.mqtt[0].json == (JsonTopic("hall/#", time="ts"),)
    assert read.opcua[0].nodes == ("ns=2;s=Speed",)


@pytest.mark.parametrize(
    "text", ["brokers = 1", "[[mqtt]]\nport = 1", "[[mqtt]]\npassword = 'x'", "[[opcua]]", "x ="]
)
def test_what_is_unknown_or_missing_is_refused_with_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "ingest.toml").write_text(text)

    with pytest.raises(UserError, match=r"ingest\.toml"):
        settings.read(tmp_path)


def test_without_settings_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"ingest\.toml"):
        settings.read(tmp_path)


@pytest.mark.parametrize(
    ("broker", "host", "port", "secure"),
    [
        ("127.0.0.1", "127.0.0.1", 1883, False),
        ("broker.example", "broker.example", 8883, True),
        ("broker.example:1884", "broker.example", 1884, True),
        ("[::1]:1884", "::1", 1884, False),
    ],
)
def test_another_machine_is_spoken_to_by_tls(broker: str, host: str, port: int, secure: bool) -> None:
    mqtt = Mqtt(broker)

    assert (mqtt.host, mqtt.port, mqtt.is_secure) == (host, port, secure)


def test_a_password_comes_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text("from the file\n")
    mqtt = Mqtt(password_file=str(file))
    monkeypatch.delenv("DOVETAIL_MQTT_PASSWORD", raising=False)
    assert (Mqtt().password(), mqtt.password()) == (None, "from the file")

    monkeypatch.setenv("DOVETAIL_MQTT_PASSWORD", "from outside")

    assert mqtt.password() == "from outside"

"""Delivering: over TLS with a certificate that is known, with a token, and tried again when it may pass."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from addons.bridge.actions import delivering
from core import Refused, Retry, calling, clock, is_confidential
from core.config import Settings, write


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://erp.example/api", True), ("http://127.0.0.1:8000/api", True), ("http://[::1]/api", True),
        ("http://localhost/api", True), ("http://erp.example/api", False), ("http://10.0.0.7/api", False),
        ("http://localhost.evil.example/", False), ("ftp://127.0.0.1/", False), ("https:///api", False), ("", False),
    ],
)  # fmt: skip
def test_messages_leave_over_tls_except_to_this_machine(url: str, safe: bool) -> None:
    assert is_confidential(url) is safe


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is what is tested
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def ours(tmp_path: Path) -> Any:  # Any: as much of a site as is asked for
    return SimpleNamespace(folder=tmp_path)


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_message(ours: Any, impostor: str) -> None:
    with pytest.raises(Retry, match="certificate verify failed"):
        delivering.call(ours, impostor, {"message": "{}"}, "dovetail_secret")


def test_who_is_vouched_for_in_the_environment_is_believed(
    ours: Any, impostor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    monkeypatch.setattr(calling, "trusted", cache(calling.trusted.__wrapped__))

    assert delivering.call(ours, impostor, {"message": "{}"}, "dovetail_secret").status_code == 501


def test_a_server_of_the_own_network_waits_until_it_is_named(ours: Any) -> None:
    write(Settings(ours.folder, only_inside_hosts=True))
    with pytest.raises(Retry, match="inside_hosts"):
        delivering.call(ours, "http://127.0.0.1:9/", {"message": "{}"}, "dovetail_secret")

    write(Settings(ours.folder, only_inside_hosts=True, inside_hosts=("127.0.0.1",)))
    with pytest.raises(Retry, match="is not reached"):
        delivering.call(ours, "http://127.0.0.1:9/", {"message": "{}"}, "dovetail_secret")


def test_a_server_that_is_away_is_tried_again(ours: Any) -> None:
    with pytest.raises(Retry, match="is not reached"):
        delivering.call(ours, "http://127.0.0.1:9/", {"message": "{}"}, "dovetail_secret")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (422, Refused),
        (400, Refused),
        (413, Refused),
        (401, Retry),
        (403, Retry),
        (409, Retry),
        (500, Retry),
        (302, Retry),
    ],
)
def test_what_is_refused_for_good_is_told_from_what_may_pass(status: int, expected: type[Exception]) -> None:
    with pytest.raises(expected, match="not now"):
        delivering._understand(httpx.Response(status, json={"detail": "not now"}))


def test_a_token_comes_from_the_environment_or_the_key_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site: Any = SimpleNamespace(folder=tmp_path)
    with pytest.raises(Retry, match="DOVETAIL_BRIDGE_TOKEN_ERP_2"):
        delivering.token_of(site, "erp-2")
    (tmp_path / "bridge").mkdir()
    (tmp_path / "bridge" / "erp-2.token").write_text("of the file\n")
    assert delivering.token_of(site, "erp-2") == "of the file"
    monkeypatch.setenv("DOVETAIL_BRIDGE_TOKEN_ERP_2", "of the environment")
    assert delivering.token_of(site, "erp-2") == "of the environment"

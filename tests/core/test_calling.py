"""Calls to other servers: what is inside our network is not reached, by whatever name, and nobody holds us up."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core import calling, clock
from core.calling import (
    NotAllowed,
    NotReached,
    is_public,
    peer_problem,
    post,
    require_peer,
    url_problem,
)
from core.config import Settings, write
from tests.core.events.receiver import receiving

HERE = ("127.0.0.1",)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data", "https://169.254.169.254/latest/meta-data", "http://[::1]/",
        "https://[::1]/", "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1:8443/x", "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[2002:7f00:1::]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://localhost/", "https://2130706433/", "https://0x7f000001/",
        "https://127.1/", "http://example.com/", "https://user:pw@example.com/", "ftp://example.com/", "https:///x",
        "https://example.com:0/", "https://example.com:port/", "https://exam ple.com/", "https://a\r\nb/",
    ],
)  # fmt: skip
def test_an_address_inside_our_network_or_without_tls_is_never_called(url: str) -> None:
    with pytest.raises(NotAllowed):
        post(url, b"{}", {}, seconds=2)


def test_a_name_that_leads_inside_is_refused_though_it_leads_outside_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers(host: str, port: int, **_more: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.215.14", "127.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answers)

    with pytest.raises(NotAllowed, match="inside our own network"):
        post("https://rebinding.example/", b"{}", {}, seconds=2)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["100.64.0.1", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255", "::"]
)
def test_addresses_of_carriers_groups_and_nobody_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


def test_what_is_saved_is_judged_without_asking_for_a_name() -> None:
    assert url_problem("https://example.com/hooks?a=1", ()) is None
    assert url_problem("http://plant.local/", ("plant.local",)) is None
    assert url_problem("http://plant.local/", ("other.local",)) is not None


def test_a_host_that_the_settings_allow_is_called_and_its_answer_kept_in_part() -> None:
    with receiving() as receiver:
        receiver.answer = b"\xff" + b"x" * 200_000
        answer = post(f"{receiver.url}?a=1", b'{"a":1}', {"X-Say": "hi"}, inside=HERE)

    (came,) = receiver.taken
    assert (came.path, came.body, came.headers["x-say"]) == ("/hooks?a=1", b'{"a":1}', "hi")
    assert (answer.status, len(answer.beginning)) == (200, calling.KEPT_BYTES)
    assert answer.milliseconds >= 0


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiving() as other, receiving() as receiver:
        receiver.statuses, receiver.headers = [307], {"Location": other.url}
        answer = post(receiver.url, b"{}", {}, inside=HERE)

    assert answer.status == 307
    assert other.taken == []


def test_a_server_that_answers_byte_by_byte_is_cut_off() -> None:
    ours = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        theirs, _address = ours.accept()
        with theirs:
            try:
                while True:
                    theirs.sendall(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(NotReached):
        post(f"http://127.0.0.1:{ours.getsockname()[1]}/", b"{}", {}, inside=HERE, seconds=0.4)
    took = time.monotonic() - begun
    thread.join()
    ours.close()

    assert took < 2


def test_a_refused_connection_may_be_tried_again() -> None:
    with receiving() as receiver:
        url = receiver.url

    with pytest.raises(NotReached, match="refused"):
        post(url, b"{}", {}, inside=HERE)


LISTED = ("erp.plant.local", "10.20.0.5", "127.0.0.1")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """The folder of a site that names the hosts of its own network."""
    write(Settings(tmp_path, inside_hosts=LISTED, only_inside_hosts=True))
    return tmp_path


def _lead_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)


@pytest.mark.parametrize("host", ["10.20.0.6", "127.0.0.2", "localhost", "[::1]", "169.254.169.254"])
def test_a_peer_in_the_own_network_is_refused_where_it_is_entered_unless_it_is_named(
    listed: Path, host: str
) -> None:
    assert "inside_hosts" in str(peer_problem(listed, f"https://{host}/"))
    with pytest.raises(NotAllowed, match="inside_hosts"):
        require_peer(listed, f"https://{host}/")


@pytest.mark.parametrize("host", LISTED)
def test_a_peer_that_is_named_is_called(listed: Path, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _lead_to(monkeypatch, "10.20.0.5")

    assert peer_problem(listed, f"https://{host}/") is None
    require_peer(listed, f"https://{host}/")


def test_a_peer_whose_name_leads_inside_is_not_called(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://login.example/"
    assert peer_problem(listed, url) is None

    _lead_to(monkeypatch, "93.184.215.14")
    require_peer(listed, url)
    _lead_to(monkeypatch, "10.1.2.3")
    with pytest.raises(NotAllowed, match=r"login\.example is inside our own network"):
        require_peer(listed, url)


def test_a_site_of_before_reaches_its_peers_as_it_did(tmp_path: Path) -> None:
    write(Settings(tmp_path, inside_hosts=("10.20.0.5",)))

    for url in ("https://10.1.2.3/", "http://127.0.0.1:8001/api", "https://localhost/"):
        assert peer_problem(tmp_path, url) is None
        require_peer(tmp_path, url)


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[Path]:
    """A certificate for localhost that signs itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    calling.trusted.cache_clear()
    yield file
    calling.trusted.cache_clear()


def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_for_another_name_as_well(
    certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified)
    inside = ("localhost", "127.0.0.1")
    with receiving(context=context) as receiver:
        by_name, by_number = (f"https://{host}:{receiver.port}/" for host in ("localhost", "127.0.0.1"))
        with pytest.raises(NotReached, match="CERTIFICATE_VERIFY_FAILED"):
            post(by_name, b"{}", {}, inside=inside)
        monkeypatch.setenv("SSL_CERT_FILE", str(certified))
        calling.trusted.cache_clear()
        trusted = post(by_name, b"{}", {}, inside=inside)
        with pytest.raises(NotReached, match="CERTIFICATE_VERIFY_FAILED"):
            post(by_number, b"{}", {}, inside=inside)

    assert trusted.status == 200
    assert len(receiver.taken) == 1

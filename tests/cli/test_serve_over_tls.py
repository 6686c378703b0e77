"""`huibao serve` with a certificate of its own: TLS 1.2 and 1.3 and nothing older, strict headers, secure cookies. ASVS 12.1.1."""

import contextlib
import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from huibao.cli.main import door
from huibao.store.vault import new_keys

SECONDS = 180


def made(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    found = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private_key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(found.public_bytes(serialization.Encoding.PEM))
    private_key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private_key


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[int, Path]]:
    """An installation on an empty database behind its own TLS; the port and the certificate."""
    certificate, private_key = made(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "HUIBAO_DB": str(folder / "book.sqlite3"),
        "HUIBAO_SECRET_KEY": "k" * 64,
        "HUIBAO_KEYS": new_keys(),
    }
    for name in ("HUIBAO_PLAIN_HTTP", "HUIBAO_DEMONSTRATION", "HUIBAO_BEHIND_PROXY"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "huibao.cli.main", "serve", "--port", str(port)]
    command += ["--certificate", str(certificate), "--private-key", str(private_key)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            yield port, certificate
        finally:
            server.terminate()
            server.wait(SECONDS)


def shaken(port: int, certificate: Path, version: ssl.TLSVersion) -> str | None:
    """The version agreed on with a client that speaks this one alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as wire,
    ):
        return wire.version()


def waited_for(port: int) -> None:
    """Until it listens."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    pytest.fail("the server did not start")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_versions_are_refused_and_pages_come_with_strict_headers(tmp_path: Path) -> None:
    with served(tmp_path) as (port, certificate):
        waited_for(port)
        assert shaken(port, certificate, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        assert shaken(port, certificate, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        for old in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                shaken(port, certificate, old)
        trusting = ssl.create_default_context(cafile=str(certificate))
        page = http.client.HTTPSConnection("localhost", port, timeout=SECONDS, context=trusting)
        with contextlib.closing(page):
            page.request("GET", "/enter")
            answer = page.getresponse()
            cookies = answer.headers.get_all("Set-Cookie") or []
            assert (answer.status, answer.headers["Strict-Transport-Security"].split(";")[0]) == (
                200,
                "max-age=31536000",
            )
            assert cookies
            assert [one for one in cookies if not ("Secure" in one and one.startswith("__Host-"))] == []
            answer.read()


def test_a_certificate_and_the_key_of_another_do_not_serve(tmp_path: Path) -> None:
    certificate, private_key = made(tmp_path)
    (tmp_path / "other").mkdir()
    _, other = made(tmp_path / "other")
    empty = tmp_path / "empty.pem"
    empty.touch()
    for options in (
        ["--certificate", certificate],
        ["--certificate", certificate, "--private-key", other],
        ["--certificate", empty, "--private-key", private_key],
        ["--certificate", tmp_path / "none.pem", "--private-key", private_key],
    ):
        done = CliRunner().invoke(door, ["serve", *map(str, options)])
        assert (done.exit_code, "WEB-004" in done.output) == (3, True), options

"""What is served: a message goes straight to the door, everything else through Django, and a client sees no difference."""

import io
import json
import sys
from typing import Any

import pytest
from django.db import connection

from huibao.config.wsgi import application
from huibao.hospital import gate as gates
from tests.hospital.test_settled_together import a_stay
from tests.hospital.world import PATH, Hospital, bill, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where a connection too old would be closed: noted, for a test's own stays open."""
    seen: list[str] = []
    monkeypatch.setattr(gates, "close_old_connections", lambda: seen.append(connection.vendor))
    return seen


def asked(path: str, method: str = "GET", body: bytes = b"", **more: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of an answer, as a WSGI server gets them."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "text/plain; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        **more,
    }
    told: list[Any] = []
    made = application(environ, lambda status, headers, *_: told.extend((status, headers)))
    return told[0], dict(told[1]), b"".join(made)


def signed(hospital: Hospital, infno: str, content: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    body = json.dumps(hospital.envelope(infno, content, hospital.msgid())).encode()
    headers = {f"HTTP_{name.upper()}": value for name, value in hospital.headers(infno).items()}
    return asked(f"{PATH}{infno}", "POST", body, **headers)


def test_a_message_is_settled_past_the_middleware_of_the_pages(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huibao.web.desk.seated", None)
    stay = a_stay(hospital, 1)
    status, headers, made = signed(hospital, "2304", bill(*stay))
    assert (status, read(made)["infcode"]) == ("200 OK", 0)
    assert headers["Content-Length"] == str(len(made))
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [f"{PATH}2304", "/hss-call-service-interface/2304"])
def test_both_addresses_of_vendors_clients_lead_to_the_door(path: str) -> None:
    status, headers, made = asked(path)
    assert (status, headers["Cache-Control"]) == ("200 OK", "no-store")
    assert "POST" in read(made)["err_msg"]


@pytest.mark.parametrize("path", ["/hss-call-service-interface", f"{PATH}23x4", f"{PATH}２３０４", f"{PATH}2304/x"])
def test_any_other_address_of_the_interface_is_answered_by_django_in_the_envelope(path: str) -> None:
    status, headers, made = asked(path.encode().decode("latin-1"))
    assert (status, read(made)["infcode"]) == ("200 OK", -1)
    assert "Cache-Control" not in headers


def test_a_page_is_left_to_django() -> None:
    status, headers, _ = asked("/enter", HTTP_HOST="localhost")
    assert (status[:3], headers["Location"]) == ("301", "https://localhost/enter"), "the middleware asks for TLS"


def test_a_connection_too_old_is_closed_before_and_after_a_message(closed: list[str]) -> None:
    asked(f"{PATH}2304")
    assert len(closed) == 2

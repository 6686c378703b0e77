"""A real HTTP server in this process, and a client on it: what a hospital's line to us looks like."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections

from huibao.config.wsgi import application as program
from tests.hospital.world import Wire

SECONDS = 30


class Threads(ThreadingMixIn, WSGIServer):
    """A thread for each connection."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing on standard error."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        del format, args


def _closing(application: Callable[..., Any]) -> Callable[..., Any]:
    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Any:  # noqa: ANN401 - what WSGI hands back
        try:
            return application(environ, start)
        finally:
            connections.close_all()

    return serve


@contextmanager
def served(application: Callable[..., Any] | None = None) -> Iterator[int]:
    """Serve an application (ours, when none is given) on a free port of this machine."""
    server = make_server("127.0.0.1", 0, _closing(application or program), Threads, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def over_http(port: int) -> Wire:
    """Send over a connection of its own each time, as hospital systems do."""

    def send(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            connection.request("POST", path, body, {**headers, "Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            assert answer.status == 200
            return answer.read()
        finally:
            connection.close()

    return send

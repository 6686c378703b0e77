"""The shortest way to the door: a signed message goes past what stands before the pages.

It carries no cookie, is no page, is framed by nobody and is read by a program; all that Django's middleware would do for it
is done here by a fixed set of headers. What Django does around a request for the database stays: a connection that broke or
is too old is closed before and after.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections

from huibao.hospital.door import door
from huibao.hospital.envelope import CODE

Environ = dict[str, Any]
Start = Callable[..., object]
Application = Callable[..., Any]
"""A WSGI program; Django's hands back its response, which a server reads as bytes and closes."""

ADDRESSES: Final = ("/fsi/api/rsfComIfsService/callService/", "/hss-call-service-interface/")
"""Both paths that vendors' clients use, with the transaction's number behind them."""
HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


class Gate:
    """The served program: a message to the door, everything else to Django as it is."""

    def __init__(self, application: Application) -> None:
        """Keep Django's own; it is set up by then."""
        self._application = application
        seconds = settings.SECURE_HSTS_SECONDS
        tls = (("Strict-Transport-Security", f"max-age={seconds}; includeSubDomains"),) if seconds else ()
        self._headers = (*HEADERS, *tls)

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer one request as WSGI asks."""
        infno = _transaction(environ.get("PATH_INFO", ""))
        if not infno:
            page: Iterable[bytes] = self._application(environ, start_response)
            return page
        close_old_connections()
        try:
            answer = door(WSGIRequest(environ), infno)
        finally:
            close_old_connections()
        start_response("200 OK", [*answer.items(), *self._headers])
        return [answer.content]


def _transaction(path: str) -> str:
    """The number of the transaction a plain address of the door names; empty for any other address."""
    for address in ADDRESSES:
        if path.startswith(address):
            number = path[len(address) :]
            return number if CODE.fullmatch(number) and number.isascii() else ""
    return ""

"""The door of the hospital interface: one address, one POST for each transaction, always answered in the envelope.

A message that changes something runs in one transaction of the database with its own record: answer and deed are there
together or not at all. Asked again with the same msgid and content it gives the same answer to the byte.
"""

import logging
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.payers import Line, give_back
from huibao.app.hospital.regions import regions
from huibao.app.hospital.settling import case_of
from huibao.hospital import together
from huibao.hospital.asking import Asking, serial_of
from huibao.hospital.envelope import CODE, Reply, answer_bytes, parse, read_envelope, refusal
from huibao.hospital.messages.reading import Request, read_request
from huibao.hospital.refusals import (
    BUSY,
    NOT_THE_SIGNER,
    NUMBERS_DIFFER,
    ONLY_POST,
    OUR_FAULT,
    REPLAY,
    TOO_LARGE,
)
from huibao.hospital.transactions.bill import discharge_of
from huibao.hospital.transactions.offered import offered
from huibao.hospital.trust import METHOD, NAMES, NONCE, WINDOW, Keys, Pace, Trusted, Untrusted, verify
from huibao.kernel.clock import Clock, wall_moment
from huibao.kernel.problem import Refused
from huibao.store import failing
from huibao.store import institution as institutions
from huibao.store import message as messages
from huibao.store.message import Met
from huibao.store.together import meet
from huibao.store.unit import unit_of_work

MAX_BODY_BYTES: Final = 2_000_000
"""A message is at most 40,000 characters by the interface; a file sent up is larger."""
SWEEP_EVERY: Final = 997
"""About one request in so many drops the signatures that have run out."""
NOWHERE: Final = "000000"

log = logging.getLogger("huibao.hospital")
"""Numbers, codes and durations only: never a message, a name or a number of a person."""

pace = Pace()
lines: dict[str, Line] = {}
keys = Keys(getattr(settings, "HUIBAO_CREDENTIAL_SECONDS", 5))


def clock() -> Clock:
    """The clock of the installation; tests set another."""
    found: object = settings.HUIBAO_CLOCK
    return cast("Clock", import_string(found)() if isinstance(found, str) else found)


def line() -> Line:
    """The line to remote payers, one for the process: it remembers which of them is down."""
    if "line" not in lines:
        lines["line"] = cast("Line", import_string(settings.HUIBAO_PAYER_LINE)(clock()))
    return lines["line"]


@csrf_exempt  # not a browser's door: each request is signed
def door(request: HttpRequest, infno: str = "") -> HttpResponse:
    """Answer one request. Whatever happens, the answer is the interface's envelope and HTTP status 200."""
    ticking = clock()
    came_at = ticking.now()
    area, status = NOWHERE, ""
    try:
        body, trusted = _trusted(request, ticking)
        area = trusted.credential.institution.areas[0]
        made = _answer(body, trusted, infno, ticking, came_at)
    except Untrusted as untrusted:
        made, status = refusal((untrusted.problem,), untrusted.gateway), untrusted.problem.code
    except Refused as refused:
        made, status = refusal(refused.problems), refused.problems[0].code
    except OperationalError as error:
        problem = failing.problem_of(error) or BUSY()
        made, status = refusal((problem,)), problem.code
    except Exception as error:  # noqa: BLE001 - the last door: the hospital is told that nothing was done, never a trace
        problem = failing.problem_of(error) or OUR_FAULT()
        made, status = refusal((problem,)), problem.code
        log.error("fault %s %s %s", type(error).__name__, getattr(error, "number", ""), _place(error))  # noqa: TRY400 - a trace may hold a person's data
    if isinstance(made, Reply):
        log.info("refused %s %s", infno if CODE.fullmatch(infno) else "-", status)
        made = answer_bytes(
            made, area=area, serial=serial_of(request.path.encode(), came_at), came_at=came_at, now=ticking.now()
        )
    return _response(made)


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Another address under the interface's: refused in the same envelope, so that a vendor's client can show why."""
    del rest
    now = clock().now()
    from huibao.hospital.refusals import UNKNOWN_NUMBER

    reply = refusal((UNKNOWN_NUMBER(infno=Path(request.path).name[:10]),))
    made = answer_bytes(reply, area=NOWHERE, serial=0, came_at=now, now=now)
    return _response(made)


def _response(made: bytes) -> HttpResponse:
    """With its length: some clients read no answer in chunks."""
    return HttpResponse(
        made, content_type="application/json; charset=utf-8", headers={"Content-Length": str(len(made))}
    )


def _trusted(request: HttpRequest, ticking: Clock) -> tuple[bytes, Trusted]:
    if request.method != "POST":
        raise Refused(ONLY_POST())
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_BYTES:
        raise Refused(TOO_LARGE(limit=MAX_BODY_BYTES))
    body = request.body
    if len(body) > MAX_BODY_BYTES:
        raise Refused(TOO_LARGE(limit=MAX_BODY_BYTES))
    trusted = verify(_headers(request), body, wall_moment(ticking), keys)
    institution = trusted.credential.institution
    pace.take(institution.code, institution.a_minute)
    return body, trusted


def _headers(request: HttpRequest) -> Mapping[str, str]:
    """The gateway's headers, whose names begin with an underscore; as WSGI hands them over, cut of blanks."""
    found = {name: request.META.get(f"HTTP_{name.upper()}", "") for name in (*NAMES, METHOD, NONCE)}
    return {name: value.strip() for name, value in found.items()}


def _answer(body: bytes, trusted: Trusted, path: str, ticking: Clock, came_at: datetime) -> bytes | Reply:
    head = parse(body)
    said = str(head.get("infno", "")).strip()
    numbers = [number for number in (path, trusted.infno, said) if number]
    if len(set(numbers)) != 1 or not said:
        raise Refused(NUMBERS_DIFFER(path=path[:10] or "—", header=trusted.infno[:10], body=said[:10] or "—"))
    transaction = offered(said)
    envelope = read_envelope(head, said)
    institution = trusted.credential.institution
    if envelope.fixmedins_code != institution.code:
        raise Refused(NOT_THE_SIGNER(field="fixmedins_code"))
    desk = Desk(institution, envelope.msgid, ticking, regions(settings.HUIBAO_HOSPITAL_REGIONS))
    asking = Asking(desk, transaction, envelope, came_at)
    try:
        return _done(asking, trusted.nonce)
    finally:
        if int(trusted.nonce[:8], 16) % SWEEP_EVERY == 0:
            institutions.forget_nonces(came_at - 2 * WINDOW)


def _done(asking: Asking, nonce: str) -> bytes | Reply:
    """The answer, with what it says done and durable; Refused when nothing was."""
    transaction, desk = asking.transaction, asking.desk
    asked = None
    if transaction.before is not None and desk.regions.asks_payers(desk.area):
        with unit_of_work():
            earlier = asking.earlier(_met(asking, nonce))
        if earlier is not None:
            return earlier
        nonce, asked = "", _read(asking)
        if asked.problems:
            raise Refused(asked.problems)
        transaction.before(desk, asked, line())
    if transaction.settles is None:
        return _acted(asking, nonce, asked)
    try:
        return together.settle(_ticket(asking, asked or _read(asking), nonce))
    except Refused:
        if asked is not None:
            with unit_of_work():
                give_back(desk, desk.msgid)
        raise


def _ticket(asking: Asking, asked: Request, nonce: str) -> together.Ticket:
    case = None if asked.problems else case_of(asking.desk, discharge_of(asked))
    return together.Ticket(asking, asked, case, nonce)


def _met(asking: Asking, nonce: str) -> Met:
    """Take the signature, once, and read what is known of the message. `Untrusted` when it was taken before."""
    envelope, desk = asking.envelope, asking.desk
    msgid = envelope.msgid if asking.transaction.writes else ""
    fresh, met = meet(desk.institution.id, msgid, envelope.sign_no, nonce, asking.came_at)
    if not fresh:
        raise Untrusted(REPLAY())
    return met


def _acted(asking: Asking, nonce: str, asked: Request | None) -> bytes | Reply:
    """The answer of a transaction that is done by itself."""
    try:
        with unit_of_work():
            return _once(asking, _met(asking, nonce), asked)
    except (Refused, IntegrityError) as error:
        # All of it was undone, the mark of its signature too, which is left again here.
        with unit_of_work():
            return _after_refusal(asking, nonce, error)


def _after_refusal(asking: Asking, nonce: str, error: Exception) -> bytes | Reply:
    """Why nothing was done; of two copies of one message at once the second finds here what the first one did."""
    met = _met(asking, nonce)
    try:
        earlier = asking.earlier(met)
    except Refused as refused:
        return refusal(refused.problems)
    if earlier is not None:
        return earlier
    if isinstance(error, Refused):
        return refusal(error.problems)
    raise error


def _read(asking: Asking) -> Request:
    """The input by its tables, with everything that is wrong with it."""
    return read_request(asking.transaction.infno, asking.envelope.input)


def _once(asking: Asking, met: Met, asked: Request | None) -> bytes:
    """Do what is asked, unless it was done before; then answer as before."""
    earlier = asking.earlier(met)
    if earlier is not None:
        return earlier
    asking.must_be_signed_in(met)
    asked = asked or _read(asking)
    if asked.problems:
        raise Refused(asked.problems)
    if asking.transaction.act is None:
        raise TypeError(asking.transaction.infno)
    message = asking.answered(asking.transaction.act(asking.desk, asked), asked.remarks)
    if asking.transaction.writes:
        messages.record(message)
    return message.answer.encode()


def _place(error: Exception) -> str:
    trace = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in trace if "huibao" in frame.filename and not frame.filename.endswith("invariant.py")]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"

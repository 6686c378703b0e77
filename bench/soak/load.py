"""The load itself: so many messages a second whatever the server does, each timed from the moment it was due.

An open loop: a slow server is not spared, and what waited in the client counts as waited (no coordinated omission). Each
patient's next message is sent when its turn comes after a made-up pause; where none is due, a new patient comes.
"""

import asyncio
import heapq
import json
import random
import signal
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Final

from bench.hospital_settings import CHINA, Then
from bench.soak.county import County
from bench.soak.patients import CHANGING, Ask, Known, Output, Way, beside, of, patient
from tests.app.insured_county import Calendar
from tests.hospital import world

LONGEST_PAUSE: Final = 12.0
"""Seconds between two messages of one patient; days in a real hospital."""
MOST_ON_THE_WAY: Final = 1_000
ANSWER_WITHIN: Final = 60.0
"""Seconds after which a hospital's software gives up and asks again."""
TRIES: Final = 4
KEPT_LINES: Final = 24
BESIDE: Final = 0.02
PAGES: Final = {"/": 30, "/account": 20, "/coverage": 1}
"""Pages of the console, with how often one is chosen."""
PAGE_SHARE: Final = 0.01


@dataclass(slots=True)
class Times:
    """What was measured."""

    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds from due to answered."""
    by_minute: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    unread: int = 0
    twice: int = 0
    asked_again: int = 0
    other_answers: int = 0
    """Asked again, and the answer was not the same to the byte."""
    patients: int = 0
    given_up: int = 0
    seconds: float = 0.0


class NoAnswerError(Exception):
    """Nothing came back that is an answer."""


@dataclass(order=True, slots=True)
class Turn:
    """When somebody's next message is due at the earliest."""

    at: float
    order: int
    ask: Ask = field(compare=False)
    way: Way | None = field(compare=False)
    hospital: world.Hospital = field(compare=False)
    person: tuple[str, str] = field(compare=False)


class Load:
    """Hospitals that send, and what came of it."""

    def __init__(self, port: int, county: County, seed: int) -> None:
        self.port, self.cookie = port, county.cookie
        self.dice = random.Random(seed)
        self.clock = Distinct()
        self.hospitals = [world.Hospital(key, secret, self.clock, code=code) for code, key, secret in county.hospitals]
        self.free = deque(county.people)
        self.known, self.times = Known(), Times()
        self.turns: list[Turn] = []
        self.order = count()
        self.pause = LONGEST_PAUSE
        self.lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.stopped = asyncio.Event()
        self.running: set[asyncio.Task[None]] = set()

    async def run(self, rate: int, seconds: float) -> None:
        """Send at the rate for so long; then what is uncertain is asked again, so that nothing stays so."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.stopped.set)
        begun = time.perf_counter()
        self.pause = min(LONGEST_PAUSE, seconds / 20)
        for at in count():
            due = begun + at / rate
            if due - begun > seconds or self.stopped.is_set():
                break
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            while len(self.running) >= MOST_ON_THE_WAY:
                await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
            self._start(due, begun)
        if self.running:
            await asyncio.wait(self.running, timeout=2 * ANSWER_WITHIN)
        self.times.seconds = time.perf_counter() - begun
        # An answer that was cut off is asked for again; a 2304 that nobody read is undone by its 2601.
        while left := [turn for turn in self.turns if turn.ask.tries or turn.ask.infno == "2601"]:
            self.turns = []
            for turn in left:
                await self._message(turn, time.perf_counter(), begun)
        for _, writer in self.lines:
            writer.close()

    def _start(self, due: float, begun: float) -> None:
        """Whatever is due now."""
        page = self.dice.random() < PAGE_SHARE
        task = asyncio.create_task(self._page(due, begun) if page else self._message(self._next(), due, begun))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def _next(self) -> Turn:
        if self.turns and self.turns[0].at <= time.perf_counter():
            return heapq.heappop(self.turns)
        hospital, person = self.dice.choice(self.hospitals), self.free.popleft()
        if len(self.free) < len(self.hospitals) or self.dice.random() < BESIDE:
            way = beside(self.dice, hospital.code, person)
        else:
            way = patient(self.dice, person, self.known)
            self.times.patients += 1
        return Turn(0.0, next(self.order), self._dressed(next(way), hospital), way, hospital, person)

    def _dressed(self, ask: Ask, hospital: world.Hospital) -> Ask:
        """Give a message its number and how it fares."""
        ask.msgid = hospital.msgid()
        if not ask.way:
            ask.way = "twice" if of(self.dice, "sent twice at once") else ""
        if not ask.way:
            ask.way = "lost" if of(self.dice, "answer lost, asked again") else ""
        return ask

    async def _message(self, turn: Turn, due: float, begun: float) -> None:
        """Send a message in its way, note what came, and set the next turn."""
        ask, times = turn.ask, self.times
        if ask.way in {"lost", "unread"} and not ask.tries:
            times.unread += 1
            await self._unread(turn)
            if ask.way == "lost":
                self._again(turn)
            else:
                self._onward(turn, {})
            return
        request = self._request(turn)
        other = None
        if ask.way == "twice" and not ask.tries:
            times.twice += 1
            other = asyncio.create_task(self._answer(self._request(turn)))
        try:
            content = await self._timed(request, ask.infno, due, begun)
            if other is not None and await other != content and ask.infno in CHANGING:
                times.other_answers += 1
            answer = json.loads(content)
        except (NoAnswerError, OSError, ValueError, TimeoutError) as fault:
            times.errors[f"{ask.infno} {type(fault).__name__} {fault}"[:160]] += 1
            if other is not None:
                with suppress(NoAnswerError, OSError, TimeoutError):
                    await other
            self._again(turn)
            return
        if answer["infcode"] != 0:
            times.errors[f"{ask.infno} {answer['err_msg']}"[:160]] += 1
            self._again(turn)
            return
        if ask.infno in CHANGING:
            self.known.messages.add((turn.hospital.code, ask.msgid))
        self._onward(turn, answer["output"])

    def _again(self, turn: Turn) -> None:
        """The same message once more, a little later; after some tries the patient is given up."""
        turn.ask.tries += 1
        self.times.asked_again += 1
        if turn.ask.tries >= TRIES:
            self.times.given_up += 1
            return
        turn.at = time.perf_counter() + self.dice.uniform(1.0, 3.0)
        heapq.heappush(self.turns, turn)

    def _onward(self, turn: Turn, output: Output) -> None:
        if turn.way is None:
            return
        try:
            ask = turn.way.send(output)
        except StopIteration:
            self.free.append(turn.person)
            return
        at = time.perf_counter() + self.dice.uniform(0.3, self.pause)
        heapq.heappush(
            self.turns,
            Turn(at, next(self.order), self._dressed(ask, turn.hospital), turn.way, turn.hospital, turn.person),
        )

    def _request(self, turn: Turn) -> bytes:
        ask, hospital = turn.ask, turn.hospital
        body = json.dumps(hospital.envelope(ask.infno, ask.given, ask.msgid)).encode()
        head = {**hospital.headers(ask.infno), "Content-Type": "text/plain", "Content-Length": len(body)}
        return posted(world.PATH + ask.infno, head) + body

    async def _page(self, due: float, begun: float) -> None:
        (path,) = self.dice.choices(list(PAGES), list(PAGES.values()))
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode()
        try:
            await self._timed(request, f"page {path}", due, begun)
        except (NoAnswerError, OSError, TimeoutError) as fault:
            self.times.errors[f"page {path} {fault}"[:160]] += 1

    async def _timed(self, request: bytes, kind: str, due: float, begun: float) -> bytes:
        content = await self._answer(request)
        now = time.perf_counter()
        self.times.by_kind[kind].append(now - due)
        self.times.by_minute[int((due - begun) // 60)].append(now - due)
        return content

    async def _answer(self, request: bytes) -> bytes:
        """The body of the answer; the line is kept for the next."""
        self.times.sent += 1
        async with asyncio.timeout(ANSWER_WITHIN):
            reader, writer = await self._line()
            try:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                body = await body_after(head, reader)
            except asyncio.IncompleteReadError as fault:
                writer.close()
                raise NoAnswerError("the line was cut") from fault
            except BaseException:
                writer.close()
                raise
        if len(self.lines) < KEPT_LINES and b"connection: close" not in head.lower():
            self.lines.append((reader, writer))
        else:
            writer.close()
        status = head.split(None, 2)[1]
        if status != b"200":
            raise NoAnswerError(f"HTTP {status.decode()}")
        return body

    async def _line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A line that is open still, or a new one."""
        while self.lines:
            reader, writer = self.lines.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def _unread(self, turn: Turn) -> None:
        """Send and cut the line before or after the answer left: the sender knows nothing."""
        self.times.sent += 1
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self._request(turn))
            await writer.drain()
            await asyncio.sleep(self.dice.uniform(0.0, 0.1))
            writer.transport.abort()
        except OSError as fault:
            self.times.errors[f"{turn.ask.infno} {fault}"[:160]] += 1


class Distinct(Calendar):
    """The hospitals' clock: the server's, never twice the same millisecond, for a signature counts once."""

    def __init__(self) -> None:
        super().__init__(Then().today())
        self.last_ms = 0

    def now(self) -> datetime:
        """A moment not given before."""
        self.last_ms = max(int(Then().now().timestamp() * 1000), self.last_ms + 1)
        seconds, ms = divmod(self.last_ms, 1000)
        return datetime.fromtimestamp(seconds, CHINA).replace(microsecond=ms * 1000 + 500)


def posted(path: str, head: Mapping[str, object]) -> bytes:
    """The head of a POST."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


async def body_after(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """The body that follows a head: of a length said before, or in chunks."""
    said = {
        name.strip().lower(): value.strip() for name, _, value in (row.partition(b":") for row in head.split(b"\r\n"))
    }
    if length := said.get(b"content-length"):
        return await reader.readexactly(int(length))
    if said.get(b"transfer-encoding") != b"chunked":
        raise NoAnswerError("an answer without length")
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)


def at_share(times: Sequence[float], share: float) -> float:
    """The time within which that share was answered, ms."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1_000

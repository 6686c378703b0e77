"""The line between a hospital and the door: it loses requests and answers, doubles, delays and reorders them.

A message is judged against the model at the very moment the door deals with it, however often it is sent.
"""

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from threading import Barrier, Thread
from typing import Any, Final

from django.db import OperationalError, connection, connections

from tests.hospital.world import PATH, Hospital, read
from tests.simulator.events import Timeline, agree, days, minutes

BREAKS: Final = 0.06
"""How often the database gives up in the middle of a message: everything of it is undone, and it is asked again."""
BUSY: Final = "HOSP-018"
WRITES: Final = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b", re.IGNORECASE)

Answer = dict[str, Any]
Act = Callable[[Answer], None]
Asking = Generator[timedelta, None, Answer]
READS: Final = frozenset({"1101", "2303", "3201", "5203", "5206"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was written, signed anew each time it is sent."""

    hospital: Hospital
    infno: str
    msgid: str
    body: bytes

    def send(self, headers: dict[str, str] | None = None) -> bytes:
        """Hand it to the door."""
        return self.hospital.wire(PATH + self.infno, headers or self.hospital.headers(self.infno), self.body)


def letter(hospital: Hospital, infno: str, given: Any, msgid: str | None = None) -> Letter:  # noqa: ANN401 - anything may be sent
    """Write a message."""
    msgid = msgid or hospital.msgid()
    return Letter(hospital, infno, msgid, json.dumps(hospital.envelope(infno, given, msgid)).encode())


class Network:
    """The bad line."""

    def __init__(self, time: Timeline) -> None:
        self.time, self.dice = time, time.dice("network")
        self.undone: set[str] = set()
        """Messages that 2601 took back."""
        self.broken_off: set[str] = set()
        """Messages that were not dealt with to the end and will be sent again; a payer may have heard of them."""
        self.anew: dict[str, str] = {}
        """Messages that were given up, and the number under which the same was begun anew."""

    def ask(self, one: Letter, act: Act) -> Asking:
        """Send until an answer has come back; `act` holds the door's first answer against the model."""
        dice = self.dice
        yield minutes(dice.randrange(3))
        fate = dice.random()
        if fate < 0.08:
            yield minutes(2)  # the request never came; the cashier waits, and asks again
        elif fate > 1 - BREAKS:
            with failing(dice.randrange(1, 9)):
                answer = read(one.send())
            if BUSY not in answer["err_msg"]:
                act(answer)
                return answer
            self.time.tell("line", f"{one.infno} broken off half-way")
            self.broken_off.add(one.msgid)
            yield minutes(dice.randrange(1, 90))
            self.broken_off.discard(one.msgid)
            if one.infno == "2304" and pick(dice, 0.4):
                one = self._anew(one)
        headers = one.hospital.headers(one.infno)
        first = one.send(headers)
        answer = read(first)
        act(answer)
        done = answer["infcode"] == 0 and one.infno not in READS
        if 0.08 <= fate < 0.20 and done:
            yield minutes(dice.randrange(1, 30))
            agree(f"{one.infno} asked again", one.send(), first)
        elif fate < 0.26:
            copy = read(one.send(headers))
            agree("a copy of the very request", "HOSP-024" in copy["err_msg"], True)
        elif fate < 0.34 and done:
            self.time.begin(
                "line", self._late_copy(one, first), self.time.clock.at + minutes(dice.randrange(5, 40_000))
            )
        return answer

    def _anew(self, one: Letter) -> Letter:
        """The cashier starts over: the same under another number. The first is never sent again, and may not stand anywhere."""
        said = json.loads(one.body)
        again = letter(one.hospital, one.infno, said["input"])
        self.anew[one.msgid] = again.msgid
        self.time.tell("line", f"{one.infno} begun anew")
        return again

    def _late_copy(self, one: Letter, first: bytes) -> Generator[timedelta, None, None]:
        """Some box on the way sends the message again, hours or weeks later: nothing more may come of it."""
        again = one.send()
        if one.msgid in self.undone:
            agree(f"a late copy of {one.infno} that was taken back", "HOSP-031" in read(again)["err_msg"], True)
        else:
            agree(f"a late copy of {one.infno}", again, first)
        self.time.tell("line", f"a late copy of {one.infno}")
        yield days(0)

    def at_once(self, letters: list[Letter]) -> list[Answer]:
        """Hand messages to the door in the same moment, each by a thread of its own."""
        found: dict[int, bytes | BaseException] = {}
        gate = Barrier(len(letters))

        def send(at: int) -> None:
            try:
                gate.wait(60)
                found[at] = letters[at].send()
            except BaseException as error:  # noqa: BLE001 - told to whoever waits for the threads
                found[at] = error
            finally:
                connections.close_all()

        threads = [Thread(target=send, args=(at,), daemon=True) for at in range(len(letters))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        answers = [read(one) for at in range(len(letters)) if isinstance(one := found.get(at), bytes)]
        agree(
            "answers to what was sent at once",
            (len(answers), found if len(answers) != len(letters) else {}),
            (len(letters), {}),
        )
        return answers


@contextmanager
def failing(nth: int) -> Iterator[None]:
    """Let the database give up at the nth statement that writes, and at each after it."""
    count = 0

    def statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's
        nonlocal count
        count += bool(WRITES.search(sql))
        if count >= nth and WRITES.search(sql):
            raise OperationalError("made up: the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(statement):
        yield


def pick(dice: Random, chance: float) -> bool:
    """True with that chance."""
    return dice.random() < chance

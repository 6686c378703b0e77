"""A contest: several writers settle bills of the same few people at once, a reader looks on, everybody tells what happened.

`contest.py SECONDS DEFECT` prints one JSON object: what the writers told, what the reader saw, what the rows say in the
end, and what `huibao check` finds. The database is HUIBAO_DB. The processes are forked from one, so that a short contest
is spent on settling and not on starting up.
"""

import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"

PEOPLE = 4
WRITERS = ("W1", "W2", "W3")
SLOT_NS = 25_000_000
"""Who fights over a number waits for the next such moment: all that do send the same number for different people then."""

ROWS = """
SELECT s.id, s.number, p.name, s.opening, s.closing,
(SELECT COALESCE(SUM(l.fen), 0) FROM settlement_layer l
 WHERE l.settlement_id = s.id AND l.payer = 'medical_supplementary'),
(SELECT MIN(e.number) FROM entry e WHERE e.key = CASE WHEN s.reverses_id IS NULL THEN s.key
 ELSE (SELECT 'reversal/' || o.number FROM settlement o WHERE o.id = s.reverses_id) END),
(SELECT COALESCE(SUM(t.fen), 0) FROM entry e JOIN transfer t ON t.entry_id = e.number
 WHERE e.key = CASE WHEN s.reverses_id IS NULL THEN s.key
 ELSE (SELECT 'reversal/' || o.number FROM settlement o WHERE o.id = s.reverses_id) END)
FROM settlement s JOIN person p ON p.id = s.person_id ORDER BY s.id
"""
KEPT = "SELECT p.name, a.value FROM accumulator a JOIN person p ON p.id = a.person_id"
PAID = "SELECT COALESCE(SUM(fen), 0) FROM settlement_layer WHERE payer = 'medical_supplementary'"
MOVED = """
SELECT COALESCE(SUM(CASE WHEN e.cause = 'settlement_paid' THEN t.fen ELSE -t.fen END), 0)
FROM entry e JOIN transfer t ON t.entry_id = e.number WHERE e.cause IN ('settlement_paid', 'reversed')
"""

Tell = Callable[[dict[str, Any]], None]


def write(name: str, seconds: float, tell: Tell) -> None:
    """Settle, send again, fight over numbers, reverse, until the time is over."""
    from django.db import DatabaseError

    from huibao.app.settlement import reverse_settlement, settle_bills
    from huibao.kernel.invariant import Broken
    from huibao.kernel.problem import Refused
    from tests.app import insured_county as county

    clock = county.Calendar(date(2020, 6, 30))
    dice = random.Random(name)
    sent: list[Any] = []
    until = time.monotonic() + seconds
    at = 0
    while time.monotonic() < until:
        at += 1
        who, throw = dice.randint(1, PEOPLE), dice.random()
        if throw < 0.1 and sent:
            who, bill = dice.choice(sent)
        elif throw < 0.5:
            who = 1 + WRITERS.index(name)
            slot = time.monotonic_ns() // SLOT_NS + 1
            # Every other one leaves nothing for us to pay: there the books' own keys cannot help.
            bill = a_bill(f"fought-{slot}", "H", who, dice, paid_by_others=slot % 2 == 0)
            time.sleep(max(slot * SLOT_NS - time.monotonic_ns(), 0) / 1e9)
        else:
            bill = a_bill(f"{name}-{at}", name, who, dice)
        began = time.monotonic_ns()
        done = {"writer": name, "person": who, "began": began}
        try:
            (result,) = settle_bills([bill], clock)
        except (DatabaseError, Broken) as error:
            done |= {"act": "settle", "number": f"{bill.hospital}/{bill.number}", "status": type(error).__name__}
            tell(done | {"closing": None, "ended": time.monotonic_ns()})
            continue
        closing = None if result.settlement is None else result.settlement.closing["supplementary_paid"]
        answer = {"act": "settle", "number": result.number, "status": result.status, "closing": closing}
        tell(done | answer | {"ended": time.monotonic_ns()})
        if result.status != "settled":
            continue
        sent.append((who, bill))
        if dice.random() < 0.08:
            done["began"] = time.monotonic_ns()
            try:
                undone = reverse_settlement(result.number, "竞争", f"undo-{result.number}", clock)
            except (Refused, DatabaseError, Broken):
                continue
            answer = {"act": "reverse", "number": undone.number, "status": "reversed", "closing": None}
            tell(done | answer | {"ended": time.monotonic_ns()})


def read(seconds: float, tell: Tell) -> None:
    """Look at everything in one snapshot, again and again."""
    from huibao.store.unit import snapshot

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic_ns()
        with snapshot():
            numbers = [row[0] for row in asked("SELECT number FROM settlement")]
            paid, moved = int(asked(PAID)[0][0]), int(asked(MOVED)[0][0])
        tell({"numbers": numbers, "paid": paid, "moved": moved, "began": began, "ended": time.monotonic_ns()})
        time.sleep(0.03)


def a_bill(number: str, hospital: str, who: int, dice: random.Random, *, paid_by_others: bool = False) -> Any:  # noqa: ANN401 - a Bill, imported late
    """A bill of a random amount for one of the people; where others pay it all, nothing is left for us."""
    from huibao.domain.settlement.bill import Bill
    from tests.app import insured_county as county

    total = 100 * dice.randint(2_000, 12_000)
    inputs = {
        "bill_total": total,
        "in_policy": total * 9 // 10,
        "reported_basic_medical": total * 9 // 10 if paid_by_others else total // 5,
    }
    return Bill(number, date(2020, 5, 1), date(2020, 5, 9), inputs, hospital, person=county.identity(who))


def asked(sql: str) -> list[Any]:
    """The rows a question has."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def forked(act: Callable[[Tell], None]) -> tuple[int, int]:
    """Let a process of its own act; its id, and the end of a pipe on which it tells, a line each."""
    told, tells = os.pipe()
    pid = os.fork()
    if pid:
        os.close(tells)
        return pid, told
    code = 1
    try:
        act(lambda what: (os.write(tells, json.dumps(what).encode() + b"\n"), None)[1])
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def main(seconds: str, defect: str = "") -> None:
    """Make a county, let everybody loose, and print what came of it."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from huibao.app.audit import check_all
    from tests.app import insured_county as county
    from tests.machine import defects

    call_command("migrate", verbosity=0, interactive=False)
    county.insure(people=PEOPLE, pool_fen=10**11)
    if defect == defects.NO_UNIQUE_KEY:
        defects.drop_unique_keys()
    connections.close_all()
    long = float(seconds)

    def writer(name: str) -> Callable[[Tell], None]:
        def act(tell: Tell) -> None:
            defects.plant(defect)
            write(name, long, tell)

        return act

    started = [forked(lambda tell: read(long, tell)), *(forked(writer(name)) for name in WRITERS)]
    lines = []
    for pid, told in started:
        with os.fdopen(told) as pipe:
            lines.append([json.loads(line) for line in pipe])
        if os.waitpid(pid, 0)[1]:
            raise SystemExit(1)
    people = {f"测试{who:03d}": who for who in range(1, PEOPLE + 1)}
    rows = [(pk, number, people[name], *more) for pk, number, name, *more in asked(ROWS)]
    kept = [(people[name], value) for name, value in asked(KEPT)]
    broken = [f"{one.number} {place.where} {place.says_en}" for one in check_all() for place in one.broken]
    seen, *by_writer = lines
    told_all = [one for some in by_writer for one in some]
    sys.stdout.write(
        json.dumps({"told": told_all, "seen": seen, "rows": rows, "kept": kept, "broken": broken}, default=str)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the database says when the load is over: was anything lost, was anything done twice, do the invariants hold."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bench.soak.patients import Known

STANDING: Final = """
SELECT s.setl_id, y.number FROM stay_settlement s JOIN stay y ON y.id = s.stay_id
WHERE s.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM stay_settlement r WHERE r.reverses_id = s.id)
"""
TWICE_SETTLED: Final = f"SELECT number FROM ({STANDING}) one GROUP BY number HAVING COUNT(*) > 1"  # noqa: S608 - made of constants
TWICE_CHARGED: Final = """
SELECT stay_id, sn FROM charge_line WHERE withdraws_id IS NULL
AND NOT EXISTS (SELECT 1 FROM charge_line w WHERE w.withdraws_id = charge_line.id) GROUP BY 1, 2 HAVING COUNT(*) > 1
"""
TWICE_IN_HOSPITAL: Final = """
SELECT person_id, institution_id, entered_at FROM stay GROUP BY 1, 2, 3 HAVING COUNT(*) > 1
"""
OURS: Final = "SELECT COALESCE(SUM(fen), 0) FROM settlement_layer WHERE payer = 'medical_supplementary'"


@dataclass(frozen=True, slots=True)
class After:
    """What was found."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    broken: tuple[str, ...]
    settlements: int
    check_seconds: float


def look(known: Known, pool_fen: int) -> After:
    """Hold the database against everything that was acknowledged; `pool_fen` was in the account before."""
    from django.db import connection

    from huibao.app.audit import check_all

    lost: list[str] = []
    with connection.cursor() as cursor:

        def rows(sql: str) -> set[tuple[object, ...]]:
            cursor.execute(sql)
            return {tuple(row) for row in cursor.fetchall()}

        messages = rows("SELECT i.code, m.msgid FROM message m JOIN institution i ON i.id = m.institution_id")
        lost += said("message", known.messages - messages)
        lost += said("stay", known.stays - {number for (number,) in rows("SELECT number FROM stay")})
        charged = rows("SELECT y.number, c.sn FROM charge_line c JOIN stay y ON y.id = c.stay_id")
        lost += said("fee line", known.lines - charged)
        there = {number for (number,) in rows("SELECT setl_id FROM stay_settlement")}
        lost += said("settlement", (known.settled.keys() | known.undone) - there)
        standing = rows(STANDING)
        numbers = {number for number, _ in standing}
        lost += said("standing settlement", known.settled.keys() - known.undone - numbers)
        doubled = said("undone but standing", known.undone & numbers)
        doubled += said("settled twice", rows(TWICE_SETTLED)) + said("charged twice", rows(TWICE_CHARGED))
        doubled += said("admitted twice", rows(TWICE_IN_HOSPITAL))
        doubled += said("settled, but nobody was told", standing - set(known.settled.items()))
        ((ours,),) = rows(OURS)
    paid = pool_fen - pool()
    if paid != ours:
        doubled.append(f"the account paid {paid}, settlements say {ours}")
    begun = time.perf_counter()
    broken = [f"{one.number}: {one.broken[0]}" for one in check_all() if one.broken]
    return After(tuple(lost), tuple(doubled), tuple(broken), len(standing), time.perf_counter() - begun)


def pool() -> int:
    """What the account holds that pays for everybody."""
    from huibao.domain.ledger import special
    from huibao.rules.vocabulary import Line
    from huibao.store import ledger
    from tests.app import insured_county as county

    return ledger.balance(special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY))


def said(what: str, found: Iterable[object]) -> list[str]:
    """One line for each."""
    return [f"{what} {each}" for each in found]

"""P1, P2, V1, V2 on live data: premiums add up and keep their floor; nobody is covered twice, nothing paid uncovered."""

from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from huibao.domain.plan import Contract, premium_floor
from huibao.domain.premium import floor_due
from huibao.kernel.fen import yuan_text
from huibao.kernel.period import Period
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import cover_guards
from huibao.store.audits.audit import Audit, Broken
from huibao.store.contract import contract
from huibao.store.models import coverage as table

MOST_NAMED: Final = 100
"""Places named for one invariant; where there are more, the first hundred tell what happened."""

OVERLAPS: Final = """
SELECT a.id, b.id, a.person_id, a.line, a.first_on FROM held a JOIN held b
ON a.person_id = b.person_id AND a.line = b.line AND a.id < b.id
AND a.first_on <= b.ends_on AND b.first_on <= a.ends_on ORDER BY a.person_id, a.id
"""
HELD: Final = """
WITH ends AS (SELECT coverage_id, MIN(last_on) AS last_on FROM coverage_end GROUP BY coverage_id),
held AS (SELECT c.id, c.person_id, c.contract_id, c.line, c.first_on, COALESCE(e.last_on, c.last_on) AS ends_on
FROM coverage c LEFT JOIN ends e ON e.coverage_id = c.id WHERE COALESCE(e.last_on, c.last_on) >= c.first_on)
"""


RELIED_ON: Final = """
, relied AS (SELECT s.number, s.settles_on AS day, s.person_id, s.contract_id, s.line FROM settlement s
WHERE s.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM settlement r WHERE r.reverses_id = s.id)
UNION ALL SELECT k.number, k.happened_on, k.person_id, k.contract_id, k.line FROM claim k
WHERE EXISTS (SELECT 1 FROM claim_event e WHERE e.claim_id = k.id AND e.fen IS NOT NULL))
SELECT r.number, r.day, r.line FROM relied r WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.person_id = r.person_id
AND h.contract_id = r.contract_id AND h.line = r.line AND h.first_on <= r.day AND h.ends_on >= r.day) ORDER BY r.number
"""


def payers_make_up_the_premium() -> Iterator[Broken]:
    """P1: the shares of each cover sum to its premium, and nobody got back more than was paid."""
    paid = _sum_of(table.PremiumShare.objects.filter(coverage=OuterRef("pk")), "coverage")
    back = _sum_of(table.PremiumRefund.objects.filter(end__coverage=OuterRef("pk")), "end__coverage")
    covers = table.Coverage.objects.annotate(paid=Coalesce(paid, 0), back=Coalesce(back, 0))
    wrong = covers.filter(~Q(paid=F("premium_fen")) | Q(back__gt=F("premium_fen"))).order_by("pk")
    for row in wrong[:MOST_NAMED]:
        sums = (yuan_text(row.premium_fen), yuan_text(row.paid), yuan_text(row.back))
        yield Broken(
            f"coverage {row.pk}",
            f"保费 {sums[0]} 元，各方合计 {sums[1]} 元，已退 {sums[2]} 元",
            f"premium {sums[0]}, payers together {sums[1]}, given back {sums[2]}",
        )


def no_premium_is_under_the_floor() -> Iterator[Broken]:
    """P2: each premium that was agreed, for each period that occurs, against the scheme's least."""
    grouped = table.Coverage.objects.values("contract__number", "line", "product", "first_on", "last_on", "premium_fen")
    known: dict[str, Contract] = {}
    named = 0
    for row in grouped.annotate(covers=Count("pk")).order_by("contract__number", "line", "first_on", "premium_fen"):
        terms = known.setdefault(row["contract__number"], contract(row["contract__number"]))
        scheme = open_scheme(terms.scheme_id)
        yearly = premium_floor(terms, scheme.products[row["product"]], scheme)
        least = floor_due(terms, yearly, Period(row["first_on"], row["last_on"]))
        if row["premium_fen"] < least and named < MOST_NAMED:
            named += 1
            sums = (yuan_text(row["premium_fen"]), yuan_text(least))
            yield Broken(
                f"coverage {row['contract__number']} {row['line']} {row['first_on']}",
                f"{row['covers']} 份{Line(row['line']).zh}保费 {sums[0]} 元，最低应为 {sums[1]} 元",
                f"{row['covers']} covers at {sums[0]}, the least is {sums[1]}",
            )


def nobody_is_covered_twice() -> Iterator[Broken]:
    """V1: no two covers of a person and line share a day, and the guards that keep it so stand."""
    for name in cover_guards.missing(connection):
        yield Broken(f"trigger {name}", "防重复投保触发器缺失", "the guard against double cover is missing")
    with connection.cursor() as cursor:
        cursor.execute(HELD + OVERLAPS)
        rows = cursor.fetchmany(MOST_NAMED)
    for one, other, person, line, first_on in rows:
        yield Broken(
            f"coverage {one} + {other}",
            f"person {person} 的{Line(line).zh}自 {first_on} 起重叠",
            f"person {person} has two covers of {line} from {first_on}",
        )


def what_was_paid_was_covered() -> Iterator[Broken]:
    """V2: every settlement that stands and every paid claim falls on a day that cover of its contract and line holds."""
    with connection.cursor() as cursor:
        cursor.execute(HELD + RELIED_ON)
        rows = cursor.fetchmany(MOST_NAMED)
    for number, day, line in rows:
        yield Broken(
            str(number),
            f"按{Line(line).zh}结算或赔付，{day} 却没有此险种的保障",
            f"was settled or paid under {line}, yet nothing of it is in force on {day}",
        )


def _sum_of(rows: QuerySet[table.PremiumShare] | QuerySet[table.PremiumRefund], by: str) -> Subquery:
    return Subquery(rows.order_by().values(by).annotate(total=Sum("fen")).values("total"))


AUDITS: Final = (
    Audit("P1", "各方出资合计等于保费", "The payers' shares sum to the premium", payers_make_up_the_premium),
    Audit("P2", "保费不低于方案最低标准", "No premium is under the scheme's floor", no_premium_is_under_the_floor),
    Audit("V1", "同一人同一险种不重叠投保", "Nobody has two covers of one line on one day", nobody_is_covered_twice),
    Audit("V2", "已结算、已赔付的当日均有保障", "What was paid was covered on its day", what_was_paid_was_covered),
)

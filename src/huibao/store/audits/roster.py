"""What must hold of rosters in live data."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Count, F, Q

from huibao.store.audits.audit import Audit, Broken
from huibao.store.models.roster import Roster

VERDICTS: Final = ("ready", "doubtful", "refused", "duplicate")


def rows_add_up() -> Iterator[Broken]:
    """R1: the counts of a roster sum to its rows in, and each count is what its recorded rows say."""
    counted = {f"{verdict}_rows": Count("rows", filter=Q(rows__verdict=verdict)) for verdict in VERDICTS}
    wrong = Q(~Q(rows_in=F("ready") + F("doubtful") + F("refused") + F("duplicate")))
    for verdict in VERDICTS:
        wrong |= ~Q(**{f"{verdict}_rows": F(verdict)})
    for roster in Roster.objects.annotate(**counted).filter(wrong).order_by("id"):
        said = {verdict: getattr(roster, verdict) for verdict in VERDICTS}
        held = {verdict: getattr(roster, f"{verdict}_rows") for verdict in VERDICTS}
        yield Broken(
            f"roster {roster.pk}",
            f"名册记 {roster.rows_in} 行，分项 {said}，实存 {held}",
            f"the roster says {roster.rows_in} rows, verdicts {said}, but holds {held}",
        )


AUDITS: Final = (
    Audit(
        "R1",
        "每份名册：读入行数 = 可用 + 待核 + 退回 + 重复，且与逐行记录一致",
        "each roster: rows in = ready + doubtful + refused + duplicate, as its rows say",
        rows_add_up,
    ),
)

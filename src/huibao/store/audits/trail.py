"""What must hold of the record of acts in live data."""

from collections.abc import Iterator
from typing import Final

from huibao.store import trail
from huibao.store.audits.audit import Audit, Broken


def record_is_whole() -> Iterator[Broken]:
    """T1: no act is missing, changed or out of order."""
    for number, zh, en in trail.breaks(trail.all_acts()):
        yield Broken(f"act {number}", zh, en)


AUDITS: Final = (
    Audit(
        "T1",
        "操作记录首尾相接：没有缺失、改动或插入",
        "the record of acts is one unbroken chain: nothing missing, changed or put in between",
        record_is_whole,
    ),
)

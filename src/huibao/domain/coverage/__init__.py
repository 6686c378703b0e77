"""Coverage: a person × line × contract with a period; who enters, who leaves, and that nobody is covered twice.

`cover.py` is what a cover and its end are, `entry.py` decides who enters, leaves or is refused, `bill.py` adds
up what the payers owe the insurer for a batch.
"""

from huibao.domain.coverage.cover import (
    Coverage,
    CoverageEnd,
    Share,
    in_force_on,
    overlapping,
)

__all__ = ["Coverage", "CoverageEnd", "Share", "in_force_on", "overlapping"]

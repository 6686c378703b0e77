"""Rosters of a province: columns prove most rows clean at once, every other row is read as a single one is.

`clean` says which rows the row path would pass without a finding; `pages` opens a file of any size; `chunk` judges one
stretch; `together` compares rows with one another; `check` runs over a file, can be killed and goes on; `findings` and
`reply` are what comes out.
"""

from huibao.bulk.roster.check import PASSES, BulkCheck, check_roster, summary
from huibao.bulk.roster.chunk import engine_line
from huibao.bulk.roster.findings import RowFindings, read_findings
from huibao.bulk.roster.pages import Opened, open_pages

__all__ = [
    "PASSES",
    "BulkCheck",
    "Opened",
    "RowFindings",
    "check_roster",
    "engine_line",
    "open_pages",
    "read_findings",
    "summary",
]

"""Every job of the console, told once: from sign-in to its result, whoever's hands do it."""

from collections.abc import Callable
from typing import Final

from tests.web.browser.hands import Crew
from tests.web.browser.jobs import cashier, county, finance, insurer, supervision

Job = Callable[[Crew], None]

# Desks take turns: a code of the second factor serves once in half a minute.
JOBS: Final[dict[str, Job]] = {
    "county: a roster from the file through doubtful rows to the second person's yes": county.roster_taken_in,
    "insurer: what is missing is asked for once, in ready words": insurer.papers_asked,
    "cashier: identity, layers, confirmation, sheet": cashier.settled,
    "auditor: balance, journal, voucher, paper in four steps": finance.balance_to_paper,
    "supervisor: the county behind is found and reminded, and answers": supervision.county_reminded,
    "finance: an allocation is asked for and approved": finance.allocation_approved,
    "insurer: assessed with a deviation, decided by a second person, paid, reconciled": insurer.claim_paid,
    "county: an enrolment previewed, approved, and its lists printed": county.enrolled,
    "auditor: a pack is made, taken along and checked without the server": finance.pack_checked,
    "cashier: the month's list, of which only what differs is shown": cashier.month_reconciled,
    "insurer: somebody who cannot come is visited": insurer.visited,
    "county: is this person covered": county.covered,
    "supervisor: months, funnel, days to pay, and one county on a sheet": supervision.figures_read,
    "finance: too much is said at its field, and a no comes with its reason": finance.declined,
    "county: the workbook with reasons is mended and dropped again": county.workbook_dropped_again,
    "insurer: an appeal is heard by somebody else": insurer.appeal_heard,
    "finance: money is moved between two lines of a contract, within its limit": finance.line_moved,
    "finance: the surplus of an ended contract is carried over to the next": finance.surplus_carried,
    "auditor: where the money flowed": finance.flow_followed,
    "county: work in the background is left and come back to": county.work_left_alone,
}
"""What the desks are for, by desk and job."""

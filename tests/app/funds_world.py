"""A made-up county of ten people with two contracts one after the other, for tests of funds. Nobody in it exists."""

from datetime import UTC, date, datetime
from typing import Final

from huibao.app import funds
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.domain.ledger import SourceKind
from huibao.kernel.fen import Fen
from huibao.rules.vocabulary import Line
from tests.app.county_on_record import CONTRACT_TEXT, on_record
from tests.domain.county import relieved

PEOPLE: Final = 10
MEDICAL, ACCIDENT = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
CONTRACT: Final = "371302-2020"
NEXT: Final = "371302-2020-2"
PROVINCE_FUND, LOCAL_FUND = "provincial_poverty_fund", "local_agricultural_fund"
COUNTY: Final = "371302"
START: Final = date(2020, 1, 2)

WITH_MOVES: Final = f"{CONTRACT_TEXT}\nline_move_limit: 10 %\n"
"""Operating cost up to 5 % of a line's premium, moves between lines up to 10 % of it."""

FIRST_HALF: Final = WITH_MOVES.replace("..2020-12-31", "..2020-06-30")
NEXT_TEXT: Final = WITH_MOVES.replace(CONTRACT, NEXT).replace("2020-01-01..", "2020-07-01..")
"""Two contracts, one after the other, within the one year whose scheme is at hand."""


class SetClock:
    """A clock the test sets."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        """The day it was set to."""
        return self.day

    def now(self) -> datetime:
        """Noon in China on that day."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)


CLOCK: Final = SetClock(date(2021, 3, 1))


def enrolled(text: str = WITH_MOVES) -> None:
    """Ten people insured for both lines: premium 1,200 yuan medical (each 10 self, 77 and 33 from funds), 100 accident."""
    on_record([relieved(number) for number in range(1, PEOPLE + 1)])
    add_contract(text, "contract.yaml", CLOCK)
    enrol(CONTRACT, START, "enrol-2020", CLOCK)


def funded() -> None:
    """Both funds hold 10,000 yuan in the county, the province's by way of province and city."""
    receive("p", "370000", PROVINCE_FUND, 5_000_000)
    funds.allocate_blocks(PROVINCE_FUND, "370000", [("371300", Fen(2_000_000))], START, "b1", CLOCK)
    funds.allocate_blocks(PROVINCE_FUND, "371300", [(COUNTY, Fen(1_000_000))], START, "b2", CLOCK)
    receive("l", COUNTY, LOCAL_FUND, 1_000_000)


def receive(key: str, area: str, fund_id: str, fen: int) -> funds.Booked:
    """Public money into an area's fund."""
    return funds.receive(area, fund_id, Fen(fen), SourceKind.FISCAL, START, key, CLOCK, giver="预算文件")


def set_aside(fund_id: str, line: Line, fen: int, key: str, area: str = COUNTY) -> funds.Booked:
    """Part of a fund for a line of the contract."""
    return funds.allocate_line(area, fund_id, CONTRACT, line, Fen(fen), START, key, CLOCK)


def insured(text: str = WITH_MOVES) -> None:
    """Everything up to the premium paid: medical 120,000 fen, accident 10,000 fen in the special accounts."""
    enrolled(text)
    funded()
    # Medical: 120 yuan less 10 self is 110; 70 % is 77, 30 % is 33; ten people each.
    set_aside(PROVINCE_FUND, MEDICAL, 77_000, "s1")
    set_aside(LOCAL_FUND, MEDICAL, 33_000, "s2")
    set_aside(PROVINCE_FUND, ACCIDENT, 10_000, "s3")
    for line in (MEDICAL, ACCIDENT):
        funds.pay_premium(CONTRACT, line, START, f"premium-{line.value}", CLOCK)

"""What hospitals send in the hour: a patient's way from the counter to the settled bill, and what happens beside it.

A way is a generator: it yields what is to be asked next and is sent the answer. Shares and amounts are made up for
measuring (demonstration data); no document gives them.
"""

import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.hospital import world

CHANGING: Final = frozenset({"9001", "2401", "2402", "2301", "2304", "2305", "2601"})
"""Transactions whose answer is kept: asked again, it is the same to the byte."""
LINES: Final = 5
"""Fee lines in a message."""
SHARES: Final = {
    "pre-settled first": 50,
    "settlement asked for afterwards": 40,
    "yearly sums asked for": 30,
    "undone and settled anew": 5,
    "undone by 2601 without an answer": 1,
    "sent twice at once": 2,
    "answer lost, asked again": 2,
}
"""In a hundred patients, and for the last two in a hundred messages."""

Output = dict[str, Any]


@dataclass(slots=True)
class Ask:
    """One message; `way`: plain, twice, or lost (nobody reads the answer)."""

    infno: str
    given: Any
    msgid: str = ""
    way: str = ""
    tries: int = 0


@dataclass(slots=True)
class Known:
    """What was acknowledged, to be looked for in the database afterwards."""

    messages: set[tuple[str, str]] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)
    lines: set[tuple[str, str]] = field(default_factory=set)
    settled: dict[str, str] = field(default_factory=dict)
    """National number of a settlement → the stay."""
    undone: set[str] = field(default_factory=set)


Way = Generator[Ask, Output, None]


def patient(dice: random.Random, person: tuple[str, str], known: Known) -> Way:
    """From the counter to the settled bill."""
    identity, _ = person
    psn_no = (yield Ask("1101", who(person)))["baseinfo"]["psn_no"]
    stay = (yield Ask("2401", admission(identity, psn_no)))["result"]["mdtrt_id"]
    known.stays.add(stay)
    fees = [dice.randrange(100_00, 8_000_00) for _ in range(2 * LINES)]
    for part in (0, LINES):
        rows = [fee(str(part + at), stay, psn_no, fees[part + at]) for at in range(LINES)]
        yield Ask("2301", {"feedetail": rows})
        known.lines |= {(stay, row["feedetl_sn"]) for row in rows}
    yield Ask("2402", world.leaving(stay, psn_no))
    said = bill(dice, stay, psn_no, sum(fees))
    if of(dice, "pre-settled first"):
        yield Ask("2303", said)
    if of(dice, "undone by 2601 without an answer"):
        first = Ask("2304", said, way="unread")
        yield first
        yield Ask("2601", {"data": {"psn_no": psn_no, "omsgid": first.msgid, "oinfno": "2304"}})
    here = yield from settle(said, stay, psn_no, known)
    if of(dice, "undone and settled anew"):
        undone = (yield Ask("2305", {"data": here}))["setlinfo"]
        known.undone |= {here["setl_id"], undone["setl_id"]}
        here = yield from settle(said, stay, psn_no, known)
    if of(dice, "settlement asked for afterwards"):
        yield Ask("5203", {"data": here})
    if of(dice, "yearly sums asked for"):
        yield Ask("5206", {"data": {"psn_no": psn_no, "cum_ym": "202006"}})


def settle(said: Output, stay: str, psn_no: str, known: Known) -> Generator[Ask, Output, dict[str, str]]:
    """Settle, and note by which number."""
    number = (yield Ask("2304", said))["setlinfo"]["setl_id"]
    known.settled[number] = stay
    return {"mdtrt_id": stay, "setl_id": number, "psn_no": psn_no}


def beside(dice: random.Random, hospital: str, person: tuple[str, str]) -> Way:
    """What comes now and then: signing in, a reconciliation of the month, and somebody who only asks for cover."""
    match dice.random():
        case chance if chance < 0.3:
            yield Ask("3201", totals(hospital))
        case chance if chance < 0.6:
            yield Ask("9001", {"signIn": {"opter_no": "001", "mac": "00-00", "ip": "10.0.0.1"}})
        case _:
            yield Ask("1101", who(person))


def of(dice: random.Random, what: str) -> bool:
    """Whether it falls to this one."""
    return dice.randrange(100) < SHARES[what]


def yuan(fen: int) -> str:
    """As hospital systems write it."""
    return f"{fen // 100}.{fen % 100:02d}"


def who(person: tuple[str, str]) -> Output:
    """1101 by identity number."""
    identity, name = person
    certificate = {"mdtrt_cert_type": "02", "mdtrt_cert_no": identity, "psn_cert_type": "01", "certno": identity}
    return {"data": {**certificate, "psn_name": name}}


def admission(identity: str, psn_no: str) -> Output:
    """2401."""
    made = world.admission(1, psn_no)
    made["mdtrtinfo"] |= {"mdtrt_cert_no": identity, "certno": identity}
    return made


def fee(sn: str, stay: str, psn_no: str, fen: int) -> dict[str, str]:
    """One line of 2301."""
    return {
        "feedetl_sn": sn,
        "mdtrt_id": stay,
        "psn_no": psn_no,
        "med_type": "2101",
        "fee_ocur_time": "2020-05-02 09:00:00",
        "med_list_codg": "XA01",
        "medins_list_codg": "H001",
        "det_item_fee_sumamt": yuan(fen),
        "cnt": "1.0",
        "pric": yuan(fen),
    }


def bill(dice: random.Random, stay: str, psn_no: str, total: int) -> Output:
    """2303 and 2304: four fifths in-policy or more, of which basic insurance paid about half."""
    in_policy = dice.randrange(total * 4 // 5, total + 1)
    return world.bill(
        stay,
        psn_no,
        medfee_sumamt=yuan(total),
        fulamt_ownpay_amt=yuan(total - in_policy),
        overlmt_selfpay="0",
        preselfpay_amt="",
        inscp_scp_amt=yuan(in_policy),
        hifp_pay=yuan(in_policy * dice.randrange(40, 70) // 100),
    )


def totals(hospital: str) -> Output:
    """3201 for the month; the sums do not agree while others settle, which is an answer too."""
    return {
        "data": {
            "insutype": "390",
            "clr_type": "390211",
            "setl_optins": "370323",
            "fixmedins_code": hospital,
            "stmt_begndate": "2020-06-01",
            "stmt_enddate": "2020-07-01",
            "medfee_sumamt": "0",
            "fund_pay_sumamt": "0",
            "acct_pay": "0",
            "fixmedins_setl_cnt": "0",
            "fixmedins_refd_setl_flag": "0",
        }
    }

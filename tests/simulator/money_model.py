"""The model of money: what every account holds, what bills and claims pay, what was paid when. Whole fen in plain dicts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tests.simulator.people_model import ACCIDENT, MEDICAL, Cover, Someone, Terms, half_up

INSURER: Final = "示范保险（虚构）"
CAP, FLOOR = 20_000_00, 100_00
"""Yearly cap of the medical line, least self-payment of a bill, fen."""
DEATH, DISABILITY, CARE = 50_000_00, 40_000_00, 3_000_00
DEDUCTIBLE: Final = 50_00


def ours(total: int, in_policy: int, others: int, paid_before: int) -> int:
    """Fill up to 90 % of in-policy cost, leave the floor, stay within the year's cap."""
    return max(min(half_up(in_policy * 9, 10) - others, total - others - FLOOR, CAP - paid_before), 0)


@dataclass(frozen=True, slots=True)
class Injured:
    """What a handler finds about an accident."""

    died_on: date | None = None
    grades: tuple[int, ...] = ()
    in_policy: int = 0
    basic: int = 0


@dataclass(slots=True)
class Totals:
    """A person's yearly sums, fen."""

    supplementary: int = 0
    disability: int = 0
    care: int = 0

    def accident(self, found: Injured, disaster: int) -> tuple[int, int, int]:
        """What an accident comes to on these sums: (care, disability, death)."""
        open_fen = max(found.in_policy - found.basic, 0)
        on_care = min(disaster, open_fen)
        care = max(min(half_up(max(open_fen - on_care - DEDUCTIBLE, 0) * 8, 10), CARE - self.care), 0)
        rest = disaster - on_care
        disability = death = 0
        if found.died_on is not None:
            death = max(DEATH - self.disability - rest, 0)
        elif found.grades:
            worst = min(found.grades)
            grade = max(worst - 1, 1) if found.grades.count(worst) > 1 else worst
            gross = half_up(DISABILITY * (11 - grade), 10)
            disability = max(min(gross - rest, DISABILITY - self.disability), 0)
        return care, disability, death


@dataclass(slots=True)
class Bill:
    """One settlement that a hospital was answered."""

    person: Someone
    cover: Cover
    day: date
    entered: date
    fen: int
    stands: bool = True


WAYS: Final[dict[tuple[str, str], str]] = {
    ("new", "report"): "reported",
    ("reported", "ask"): "papers_asked",
    ("papers_asked", "receive"): "papers_asked",
    ("papers_asked", "complete"): "papers_complete",
    ("reported", "complete"): "papers_complete",
    ("papers_complete", "suspend"): "waiting_first_payer",
    ("waiting_first_payer", "first_payer"): "papers_complete",
    ("papers_complete", "assess"): "assessed",
    ("assessed", "assess"): "assessed",
    ("assessed", "decide"): "decided",
    ("decided", "pay"): "paid",
    ("papers_complete", "refuse"): "refused",
    ("assessed", "refuse"): "refused",
    ("papers_asked", "refuse"): "refused",
    ("reported", "refuse"): "refused",
    ("reported", "withdraw"): "withdrawn",
    ("papers_asked", "withdraw"): "withdrawn",
    ("paid", "appeal"): "payment_appealed",
    ("refused", "appeal"): "refusal_appealed",
    ("payment_appealed", "uphold"): "paid",
    ("refusal_appealed", "uphold"): "refused",
    ("payment_appealed", "reopen"): "reported",
    ("refusal_appealed", "reopen"): "reported",
}
"""The ways a claim of the simulator can take, as its handlers learned them."""


@dataclass(slots=True)
class Case:
    """One claim."""

    number: str
    person: Someone
    cover: Cover
    happened: date
    reported: date
    state: str = "reported"
    paid: int = 0
    paid_on: date | None = None
    decided: int = 0
    counted: tuple[int, int] = (0, 0)
    heirs: bool = False
    """They are named."""

    def go(self, verb: str) -> None:
        """Move along the ways."""
        self.state = WAYS[self.state, verb]


@dataclass(slots=True)
class Money:
    """Every account, and the sums by which a supervisor asks."""

    balances: dict[str, int] = field(default_factory=dict)
    flows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(contract, line, cause) → fen into the special account."""
    sources: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(contract, line, source) → premium, fen."""
    totals: dict[tuple[str, str], Totals] = field(default_factory=dict)
    """(identity, contract) → the year's sums."""
    bills: list[Bill] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    """Subjects of premium and refunds that were paid."""

    def move(self, source: str, target: str, fen: int) -> None:
        """Fen from one account to another."""
        self.balances[source] = self.balances.get(source, 0) - fen
        self.balances[target] = self.balances.get(target, 0) + fen

    def at(self, account: str) -> int:
        """What an account holds."""
        return self.balances.get(account, 0)

    def flow(self, contract: str, line: str, cause: str, fen: int) -> None:
        """Into (+) or out of (−) a line's special account, by cause."""
        at = (contract, line, cause)
        self.flows[at] = self.flows.get(at, 0) + fen

    def year(self, person: Someone, contract: str) -> Totals:
        """A person's sums in a contract's year."""
        return self.totals.setdefault((person.identity, contract), Totals())

    # --- premium -------------------------------------------------------------------------------------------------------

    def premium(self, terms: Terms, line: str, key: str, bill: dict[str, int], sign: int = 1) -> None:
        """A batch's premium comes in (+1) or goes back (−1), each payer its part."""
        special = f"special:{terms.number}:{line}"
        for who, fen in bill.items():
            account = (
                f"surplus:{terms.number}:{line}" if who == "surplus" else f"allocation:{terms.number}/{who}:{line}"
            )
            self.move(account, special, sign * fen)
            at = (terms.number, line, who)
            self.sources[at] = self.sources.get(at, 0) + sign * fen
        self.flow(terms.number, line, "premium_paid" if sign > 0 else "premium_refunded", sign * sum(bill.values()))
        self.paid.add(f"{key}:{line}" if sign > 0 else f"{key}:{line}:refund")

    def premium_kept(self, contract: str, line: str) -> int:
        """Premium that came in and did not go back."""
        paid = self.flows.get((contract, line, "premium_paid"), 0)
        return paid + self.flows.get((contract, line, "premium_refunded"), 0)

    # --- bills ---------------------------------------------------------------------------------------------------------

    def settle(self, person: Someone, cover: Cover, day: date, entered: date, amounts: tuple[int, int, int]) -> Bill:
        """A bill (total, in-policy, others' part) is settled: what our line pays moves, and counts."""
        year = self.year(person, cover.contract)
        fen = ours(*amounts, year.supplementary)
        year.supplementary += fen
        self._paid(cover, "settlement_paid", fen)
        made = Bill(person, cover, day, entered, fen)
        self.bills.append(made)
        cover.relied = max(cover.relied, day)
        return made

    def undo(self, bill: Bill) -> None:
        """As if it had never been."""
        bill.stands = False
        self.year(bill.person, bill.cover.contract).supplementary -= bill.fen
        self._paid(bill.cover, "settlement_paid", -bill.fen)
        self.rest_on(bill.cover)

    def last_standing(self, bill: Bill) -> bool:
        """Whether no later bill of the person's year stands."""
        same = [
            one
            for one in self.bills
            if one.stands and one.person is bill.person and one.cover.contract == bill.cover.contract
        ]
        return same[-1] is bill

    def rest_on(self, cover: Cover) -> None:
        """The last day that something paid or agreed rests on."""
        days = [one.day for one in self.bills if one.stands and one.cover is cover]
        days += [
            one.happened for one in self.cases.values() if one.cover is cover and (one.paid or one.state == "decided")
        ]
        cover.relied = max(days, default=date.min)

    def _paid(self, cover: Cover, cause: str, fen: int) -> None:
        if fen:
            self.move(f"special:{cover.contract}:{cover.line}", f"claims:{cover.contract}:{cover.line}", fen)
            self.flow(cover.contract, cover.line, cause, -fen)

    # --- claims --------------------------------------------------------------------------------------------------------

    def worth(self, case: Case, found: Injured, disaster: int) -> tuple[int, int, int]:
        """What an accident comes to on the year's sums without what this claim added to them before."""
        year = self.year(case.person, case.cover.contract)
        disability, care = case.counted
        return Totals(0, year.disability - disability, year.care - care).accident(found, disaster)

    def decide(self, case: Case, parts: tuple[int, int, int]) -> None:
        """The sum is agreed, and counts in the year's sums in place of an earlier one."""
        care, disability, death = parts
        year = self.year(case.person, case.cover.contract)
        year.disability += disability - case.counted[0]
        year.care += care - case.counted[1]
        case.counted = (disability, care)
        case.decided = care + disability + death
        case.go("decide")
        self.rest_on(case.cover)

    def pay(self, case: Case, on: date) -> int:
        """What is left of the agreed sum is handed out."""
        fen = case.decided - case.paid
        self._paid(case.cover, "claim_paid", fen)
        case.paid += fen
        case.paid_on = on
        case.go("pay")
        self.rest_on(case.cover)
        return fen


LINE_OF = {"bill": MEDICAL, "claim": ACCIDENT}

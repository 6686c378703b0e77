"""The insurer's payer: each afternoon what is decided goes to the bank by file, and what the bank says is taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app import claims, payout
from huibao.app.access import Actor as Account
from huibao.app.access import Reach
from huibao.app.access import Role as Office
from huibao.app.claims.acts import record_account
from huibao.app.claims.desk import Turn
from huibao.app.claims.order import existing
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Actor, Role
from huibao.kernel.problem import Refused
from huibao.store import contract as contracts
from huibao.store import staff
from huibao.store.unit import unit_of_work
from tests.app.insured_county import identity
from tests.simulator.agencies import name_of
from tests.simulator.bank import Bank, Said, read
from tests.simulator.county import FIRST, SECOND, World
from tests.simulator.events import Story, agree, days, minutes
from tests.simulator.money_model import Case
from tests.simulator.network import pick
from tests.simulator.people_model import AREA, by_largest_remainder

CLERK: Final = Actor(Role.HANDLER, "张经办")
PAYER: Final = Actor(Role.PAYER, "赵出纳")
HEIRS: Final = (901, 903, 905)
READY, AT_BANK, PAID, SENT_BACK = "ready", "with the bank", "paid", "sent back"


@dataclass(slots=True)
class Part:
    """One person's part of the next payment of a claim. Without an account it cannot go out."""

    payee: str
    fen: int
    account: bool = False
    state: str = READY
    number: str = ""
    """Under which the bank has it."""
    on: date = date.min
    """The bank's day."""


class Payments:
    """What is decided and not paid, and what the bank has of it."""

    def __init__(self, world: World, bank: Bank) -> None:
        self.world, self.bank, self.dice = world, bank, world.time.dice("payer")
        self.parts: dict[str, list[Part]] = {}
        self.sent: dict[str, tuple[Case, Part]] = {}
        self.known: set[tuple[str, str]] = set()
        """(claim, payee) whose account is on record."""
        self.accounts = 0
        self.handler, self.payer = self._account_of(Office.INSURER_HANDLER), self._account_of(Office.INSURER_PAYER)

    def _account_of(self, role: Office) -> Account:
        reaches = [(AREA, terms.number) for terms in (FIRST, SECOND)]
        name = role.value.replace("_", "-")
        its_id = staff.record_staff(
            name, f"示范{name}", role.value, reaches, self.world.clock.now(), None, made_up=True
        )
        return Account(its_id, name, f"示范{name}", role, tuple(Reach(area, number) for area, number in reaches))

    # --- what is owed -----------------------------------------------------------------------------------------------------

    def owe(self, case: Case) -> None:
        """A claim is decided: the money goes to the insured person, or in parts to the heirs; nothing left ends it."""
        fen = case.decided - case.paid
        if not fen:
            claims.close(case.number, PAYER, self.world.key(), self.world.clock)
            case.go("pay")
            return
        people = [f"亲属{one}" for one in HEIRS] if case.heirs else [name_of(case.person.number)]
        shares = by_largest_remainder(fen, [1] * len(people))
        self.parts[case.number] = [Part(*one) for one in zip(people, shares, strict=True) if one[1]]
        for part in self.parts[case.number]:
            part.account = (case.number, part.payee) in self.known
            if not part.account:
                self._account_comes(case, part)

    def _account_comes(self, case: Case, part: Part) -> None:
        """Most people have their account with them; some bring it days later."""
        wait = days(self.dice.choice((0, 0, 0, 1, 4, 15))) + minutes(self.dice.randrange(1, 300))
        self.world.time.begin("payee", self._brings_account(case, part), self.world.clock.at + wait)

    def _brings_account(self, case: Case, part: Part) -> Story:
        if not any(one is part for one in self.parts.get(case.number, [])):
            return
        self.accounts += 1
        claim = existing(case.number)
        contract = contracts.contract(claim.facts.contract)
        turn = Turn(self.handler, CLERK, claim, contract, self.world.key(), self.world.clock)
        with unit_of_work():
            record_account(turn, part.payee, "示范银行（虚构）", f"6222{self.accounts:015d}")
        part.account, part.state = True, READY
        self.known.add((case.number, part.payee))
        yield days(0)

    def name_heirs(self, case: Case) -> None:
        """The insured person is dead: three relatives are paid, alike."""
        heirs = [Beneficiary(f"亲属{one}", identity(one), "child") for one in HEIRS]
        claims.name_beneficiaries(case.number, heirs, CLERK, self.world.key(), self.world.clock)
        case.heirs = True

    # --- each afternoon ---------------------------------------------------------------------------------------------------

    def paying(self) -> Story:
        """What is ready goes out, what keeps it back is dealt with, and the bank's money is what was decided."""
        while True:
            self._heirs()
            for terms in (FIRST, SECOND):
                self._file(terms.number)
            made = sum(int(one.yuan.replace(".", "")) for one in self.bank.made.values())
            half = sum(part.fen for parts in self.parts.values() for part in parts if part.state == PAID)
            agree("what the bank has paid", made, half + sum(case.paid for case in self.world.money.cases.values()))
            yield days(1)

    def _heirs(self) -> None:
        """Nothing is paid to the dead: their heirs are named first, unless the bank is paying already."""
        for number, parts in list(self.parts.items()):
            case = self.world.money.cases[number]
            if (
                not case.person.dead(self.world.today)
                or case.heirs
                or any(one.state in {AT_BANK, PAID} for one in parts)
            ):
                continue
            self._not_by_hand(case, "paid to the dead")
            self.name_heirs(case)
            self.owe(case)

    def _not_by_hand(self, case: Case, what: str) -> None:
        try:
            claims.pay(case.number, PAYER, self.world.key(), self.world.clock)
        except Refused:
            return
        agree(what, "paid", "refused")

    def _file(self, contract: str) -> None:
        world = self.world
        now = payout.due(self.payer, contract, world.clock)
        found = {(one.claim.number, payee.name): int(payee.fen) for one, _, payee in now.ready}
        cases = {number: world.money.cases[number] for number in self.parts}
        ready = {
            (number, part.payee): part
            for number, parts in self.parts.items()
            for part in parts
            if cases[number].cover.contract == contract
            and part.account
            and part.state == READY
            and (cases[number].heirs or not cases[number].person.dead(world.today))
        }
        agree(f"{contract}: ready for the bank", found, {at: part.fen for at, part in ready.items()})
        if not ready:
            return
        key = world.key()
        number = payout.make_file(self.payer, contract, now.mark, now.words, key, world.clock)
        if pick(self.dice, 0.3):
            again = payout.make_file(self.payer, contract, now.mark, now.words, key, world.clock)
            agree("a payment file asked for twice", again, number)
        text = payout.text_of(self.payer, number, world.clock)
        file, payments = read(text)
        agree("the payment file's number", file, number)
        for one in payments:
            claim = one.purpose.split()[-1]
            part = ready.pop((claim, one.payee))
            part.state, part.number = AT_BANK, one.number
            self.sent[one.number] = cases[claim], part
            if pick(self.dice, 0.05):
                self._not_by_hand(cases[claim], "paid by hand beside the bank")
        agree("left out of the file", ready, {})
        for _ in range(1 + pick(self.dice, 0.1)):
            self.bank.told(text, self.heard)
        world.time.tell("payer", f"sends {len(payments)} payments to the bank")

    # --- the bank's answers -----------------------------------------------------------------------------------------------

    def heard(self, file: str, content: bytes, said: Sequence[Said]) -> None:
        """Paid once, however often it is said; a claim ends when every part was paid; sent back, it needs another account."""
        taken = payout.take_in(self.payer, file, content, self.world.clock)
        touched: dict[str, Case] = {}
        for one in said:
            case, part = self.sent[one.number]
            if (part.state, part.number) != (AT_BANK, one.number):
                continue
            touched[case.number] = case
            part.state, part.on = PAID if one.paid else SENT_BACK, one.on
            self.world.time.tell("bank", f"{one.number} {part.state}")
            if not one.paid:
                part.account = False
                self._account_comes(case, part)
        ended = [case for number, case in touched.items() if all(one.state == PAID for one in self.parts[number])]
        agree("ended by the bank's answer", sorted(taken.closed), sorted(case.number for case in ended))
        for case in ended:
            fen = self.world.money.pay(case, max(one.on for one in self.parts.pop(case.number)))
            self.world.time.tell("payer", f"{case.number} paid {fen}")

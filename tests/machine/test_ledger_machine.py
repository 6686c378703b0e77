"""One random programme, two ledgers: the real store on a database file, and a model of a few lines. They must agree.

Receiving, allocating, premium, settlements, claims, reversals, repeats, repeats with another amount, moves between
lines, surplus, closing: in any order, with amounts that are sometimes too much. After every step the balances are the
model's; at the end every invariant of `huibao check` holds.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from huibao.app.audit import run
from huibao.domain import ledger, postings
from huibao.domain.ledger import Cause, Entry, SourceKind, Transfer
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import ledger as real_books
from huibao.store.audits.ledger import AUDITS
from tests.machine import engines
from tests.machine.budget import OF_ROWS, ON_TWO_ENGINES, within
from tests.machine.engines import Everywhere, UndoneEverywhere, also_on, on_each

books = Everywhere(real_books)

FIRST_ON = date(2020, 1, 1)
TODAY = date(2021, 1, 1)
NOW = datetime(2021, 1, 1, tzinfo=UTC)
AMOUNTS = st.integers(1, 2_000).map(Fen)
LINES = st.sampled_from(["accident", "medical_supplementary"])
DAYS = st.integers(0, 11).map(lambda tens: FIRST_ON + timedelta(days=10 * tens))
"""Few enough that entries often fall on the very day a period is closed through."""
NUMBERS = st.integers(0, 6)
FUND = ledger.fund("370000", "f")
PROTECTED = ("fund:", "allocation:", "special:", "surplus:")


class LedgerMachine(RuleBasedStateMachine):
    """The model: balances by code, entries by key, what was undone, what was paid, how far it is closed."""

    keys: Bundle[str] = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.undone_everywhere = UndoneEverywhere()
        self.held: dict[str, int] = {}
        self.entries: dict[str, Entry] = {}
        self.undone: set[str] = set()
        self.paid: set[tuple[Cause, str]] = set()
        self.closed = date(1999, 1, 1)
        self.count = 0

    def teardown(self) -> None:
        try:
            findings = on_each(lambda: [run(audit) for audit in AUDITS])
            assert [(one.number, one.broken) for one in findings if not one.holds] == []
        finally:
            self.undone_everywhere.undo()

    def expected(self, entry: Entry) -> str:
        """What a ledger is, in a dozen lines."""
        if entry.key in self.entries:
            return "exists" if self.entries[entry.key] == entry else "refused"
        trial = dict(self.held)
        for move in entry.transfers:
            trial[move.source.code] = trial.get(move.source.code, 0) - move.fen
            trial[move.target.code] = trial.get(move.target.code, 0) + move.fen
        if any(fen < 0 and code.startswith(PROTECTED) for code, fen in trial.items()):
            return "refused"
        if entry.takes_effect_on <= self.closed or (entry.cause, entry.subject) in self.paid:
            return "refused"
        if entry.reverses in self.undone:
            return "refused"
        self.held, self.entries[entry.key] = trial, entry
        if entry.reverses is not None:
            self.undone.add(entry.reverses)
            original = self.entries[entry.reverses]
            self.paid.discard((original.cause, original.subject))
        elif entry.cause in ledger.ONE_ENTRY_A_SUBJECT:
            self.paid.add((entry.cause, entry.subject))
        return "created"

    def post(self, entry: Entry) -> str:
        want = self.expected(entry)
        try:
            got = books.post([entry], NOW)[0].status.value
        except Refused:
            got = "refused"
        assert got == want, f"{entry}: the store says {got}, the model {want}"
        return want

    def fresh(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def kept(self, entry: Entry) -> str:
        """Offer an entry's key to later rules when it was created."""
        return entry.key if self.post(entry) == "created" else multiple()  # type: ignore[return-value] # hypothesis's way to add none

    @rule(target=keys, fen=AMOUNTS, on=DAYS)
    def receive(self, fen: Fen, on: date) -> str:
        return self.kept(postings.fund_received(self.fresh(), "370000", "f", fen, on, "SD-5", SourceKind.FISCAL))

    @rule(target=keys, fen=AMOUNTS, line=LINES, on=DAYS)
    def allocate(self, fen: Fen, line: str, on: date) -> str:
        return self.kept(postings.line_allocated(self.fresh(), "370000", "f", "C1", line, fen, on, "SD-5"))

    @rule(target=keys, fen=AMOUNTS, more=AMOUNTS, on=DAYS)
    def pass_a_block_down(self, fen: Fen, more: Fen, on: date) -> str:
        blocks = (("370100", fen), ("370200", more))
        return self.kept(postings.fund_allocated(self.fresh(), "f", "370000", blocks, on, "SD-5"))

    @rule(target=keys, fen=AMOUNTS, line=LINES, batch=NUMBERS, on=DAYS, gift=st.booleans())
    def pay_premium(self, fen: Fen, line: str, batch: int, on: date, gift: bool) -> str:
        source = ledger.outside(SourceKind.DONOR, "d") if gift else ledger.allocation("C1", "f", line)
        move = Transfer(source, ledger.special("C1", line), fen)
        return self.kept(Entry(self.fresh(), Cause.PREMIUM_PAID, f"b{batch}", on, (move,), "SD-7.4"))

    @rule(target=keys, fen=AMOUNTS, line=LINES, number=NUMBERS, on=DAYS)
    def settle(self, fen: Fen, line: str, number: int, on: date) -> str:
        return self.kept(postings.settlement_paid(self.fresh(), "C1", line, f"S{number}", fen, "医院", on))

    @rule(target=keys, parts=st.lists(AMOUNTS, min_size=1, max_size=3), line=LINES, number=NUMBERS, on=DAYS)
    def pay_claim(self, parts: list[Fen], line: str, number: int, on: date) -> str:
        payments = [(f"受益人{at}", fen) for at, fen in enumerate(parts)]
        return self.kept(postings.claim_paid(self.fresh(), "C1", line, f"K{number}", payments, on))

    @rule(target=keys, fen=AMOUNTS, source=LINES, on=DAYS)
    def move_between_lines(self, fen: Fen, source: str, on: date) -> str:
        target = "accident" if source == "medical_supplementary" else "medical_supplementary"
        return self.kept(postings.line_moved(self.fresh(), "C1", source, target, fen, on, "批〔2020〕1号"))

    @rule(target=keys, fen=AMOUNTS, line=LINES, on=DAYS)
    def carry_surplus(self, fen: Fen, line: str, on: date) -> str:
        return self.kept(postings.surplus_carried(self.fresh(), "C1", "C2", line, fen, on, "批〔2020〕2号"))

    @rule(target=keys, key=keys, on=DAYS)
    def reverse(self, key: str, on: date) -> str:
        original = self.entries[key]
        if original.cause is Cause.REVERSED:
            with pytest.raises(Refused):
                books.reverse(key, self.fresh(), on, "误", NOW)
            return multiple()  # type: ignore[return-value] # hypothesis's way to add none
        return self.kept(ledger.reversal(original, self.fresh(), on, "误"))

    @rule(key=keys)
    def send_again(self, key: str) -> None:
        assert self.post(self.entries[key]) == "exists"

    @rule(key=keys, fen=AMOUNTS)
    def send_again_with_another_amount(self, key: str, fen: Fen) -> None:
        entry = self.entries[key]
        more = Fen(entry.transfers[0].fen + fen)
        assert self.post(replace(entry, transfers=(replace(entry.transfers[0], fen=more),))) == "refused"

    @rule(fen=AMOUNTS, line=LINES, on=DAYS)
    def divert(self, fen: Fen, line: str, on: date) -> None:
        """Straight from the fund to a claim: no row leads there, however much the fund holds."""
        move = Transfer(FUND, ledger.claims_paid("C1", line), fen)
        with pytest.raises(Refused, match="LEDGER-002"):
            books.post([Entry(self.fresh(), Cause.CLAIM_PAID, "K", on, (move,), "SD-6.4")], NOW)

    @rule(on=DAYS)
    def close(self, on: date) -> None:
        if on <= self.closed:
            with pytest.raises(Refused, match="LEDGER-021"):
                books.close_period(on, TODAY, NOW)
        elif self.overspent_by(on):
            with pytest.raises(Refused, match="LEDGER-026"):
                books.close_period(on, TODAY, NOW)
        elif on < FIRST_ON + timedelta(days=60):  # leave room for entries after it
            books.close_period(on, TODAY, NOW)
            self.closed = on

    def overspent_by(self, on: date) -> bool:
        """Whether, by date, a protected account stood below zero at the end of a day: paid before its money came."""
        held: dict[str, int] = {}
        for entry in self.entries.values():
            for move in entry.transfers if entry.takes_effect_on <= on else ():
                held[move.source.code] = held.get(move.source.code, 0) - move.fen
                held[move.target.code] = held.get(move.target.code, 0) + move.fen
        return any(fen < 0 and code.startswith(PROTECTED) for code, fen in held.items())

    @rule()
    def fail_in_the_middle(self) -> None:
        """A batch whose last entry is refused leaves nothing of its first."""
        good = postings.fund_received(self.fresh(), "370000", "f", Fen(1), TODAY, "SD-5", SourceKind.LEVY)
        bad = postings.settlement_paid(self.fresh(), "C9", "accident", "S", Fen(1), "医院", TODAY)
        with pytest.raises(Refused):
            books.post([good, bad], NOW)

    @invariant()
    def balances_are_the_models(self) -> None:
        assert {ref.code: fen for ref, fen in books.balances().items() if fen} == {
            code: fen for code, fen in self.held.items() if fen
        }


@pytest.mark.django_db
@pytest.mark.invariant("L2")
@pytest.mark.invariant("L4")
@pytest.mark.invariant("L5")
def test_the_store_and_a_small_model_agree_on_any_programme() -> None:
    chosen = settings(settings(), suppress_health_check=list(HealthCheck), print_blob=False)
    run_state_machine_as_test(LedgerMachine, settings=within(OF_ROWS, chosen))


@pytest.mark.own_engine
@pytest.mark.django_db
@pytest.mark.invariant("L4")
def test_sqlite_and_postgresql_answer_alike_whatever_the_programme(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    own = connection.vendor == "postgresql"
    other = str(tmp_path / "books.sqlite3") if own else request.getfixturevalue("cluster").new_database()
    fewer = max(settings().max_examples // 4, 1)
    chosen = settings(settings(), max_examples=fewer, suppress_health_check=list(HealthCheck), print_blob=False)
    with also_on(other):
        assert {engine.vendor for engine in (connection, *engines.others)} == {"sqlite", "postgresql"}
        run_state_machine_as_test(LedgerMachine, settings=within(ON_TWO_ENGINES, chosen))

"""What must hold of any books at all, tried on random ones: L1 to L7, without a database.

Random programmes propose entries of every kind, among them many that must be refused; `admit` decides, and the
properties are judged on what it admitted, each by its own arithmetic.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain import ledger
from huibao.domain.ledger import MAY_FLOW, PROTECTED, AccountKind, AccountRef, Cause, Entry, Recorded, Transfer
from huibao.domain.ledger.admission import Admission, Original, Standing, Status, admit
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import Broken

NOW = datetime(2020, 6, 1, 12, 0, 0, 7, tzinfo=UTC)

CONTRACTS = st.sampled_from(["C1", "C2"])
LINES = st.sampled_from(["accident", "medical_supplementary"])
SOURCES = st.sampled_from(["fiscal/a", "levy", "donor/d", "self", "insurer/i"])


@st.composite
def accounts(draw: st.DrawFn) -> AccountRef:
    """Any account of two contracts, two lines, two funds of three areas, and the outside."""
    kind = draw(st.sampled_from(AccountKind))
    if kind is AccountKind.SOURCE:
        return AccountRef(kind, draw(SOURCES))
    if kind is AccountKind.FUND:
        area = draw(st.sampled_from(["370000", "370100", "430000"]))
        return AccountRef(kind, f"{area}/{draw(st.sampled_from(['f', 'g']))}")
    if kind is AccountKind.ALLOCATION:
        return AccountRef(kind, f"{draw(CONTRACTS)}/{draw(st.sampled_from(['f', 'g']))}", draw(LINES))
    if kind in {AccountKind.CARE, AccountKind.REPAID, AccountKind.WRITTEN_OFF}:
        return AccountRef(kind, draw(st.sampled_from(["H1", "H2"])))
    if kind is AccountKind.DEBT:
        return AccountRef(kind, f"{draw(st.sampled_from(['H1', 'H2']))}/{draw(st.sampled_from(['s1', 's2']))}")
    return AccountRef(kind, draw(CONTRACTS), draw(LINES))


TRANSFERS = st.builds(Transfer, accounts(), accounts(), st.integers(-5, 1_000).map(Fen))
ENTRIES = st.builds(
    Entry,
    key=st.integers(0, 30).map("k{}".format),
    cause=st.sampled_from(Cause),
    subject=st.integers(0, 5).map("s{}".format),
    takes_effect_on=st.dates(date(2020, 1, 1), date(2020, 1, 9)),
    transfers=st.lists(TRANSFERS, min_size=0, max_size=3).map(tuple),
    clause=st.just("SD-5"),
    approval=st.sampled_from([None, "", "批〔2020〕1号"]),
    reverses=st.one_of(st.none(), st.integers(0, 30).map("k{}".format)),
)


@st.composite
def likely(draw: st.DrawFn) -> Entry:
    """An entry that follows a row of MAY_FLOW, so that books grow; its amounts may still be too much."""
    flow = draw(st.sampled_from(MAY_FLOW))
    contract, line, fund = draw(CONTRACTS), draw(LINES), draw(st.sampled_from(["f", "g"]))
    other = "medical_supplementary" if line == "accident" else "accident"

    def account(kind: AccountKind, *, target: bool) -> AccountRef:
        if kind is AccountKind.SOURCE:
            return AccountRef(kind, draw(st.sampled_from([one.value for one in flow.sources])))
        if kind is AccountKind.FUND:
            return AccountRef(kind, f"{'370100' if target and flow.downward else '370000'}/{fund}")
        owner = f"{contract}/{fund}" if kind is AccountKind.ALLOCATION else contract
        return AccountRef(kind, owner, other if target and flow.other_line else line)

    move = Transfer(
        account(flow.source, target=False), account(flow.target, target=True), Fen(draw(st.integers(1, 900)))
    )
    key, subject = f"k{draw(st.integers(0, 30))}", f"s{draw(st.integers(0, 50))}"
    return Entry(key, flow.cause, subject, date(2020, 1, draw(st.integers(1, 9))), (move,), flow.clause, "批")


def propose(proposed: Sequence[Entry], closed_through: date | None = None) -> tuple[list[Entry], list[Admission]]:
    """Hand in entries one by one, as a store would: each sees the books the earlier ones left."""
    books: list[Entry] = []
    answers: list[Admission] = []
    for entry in proposed:
        undone = {one.reverses for one in books}
        standing = Standing(
            closed_through=closed_through,
            known={one.key: (at, ledger.content_hash(one)) for at, one in enumerate(books, start=1)},
            originals={one.key: Original(one, one.key in undone) for one in books},
            paid=frozenset(
                (one.cause, one.subject)
                for one in books
                if one.cause in ledger.ONE_ENTRY_A_SUBJECT and one.key not in undone
            ),
            balances={ref: fen for ref, fen in ledger.balances(books).items() if ref.protected},
            last_number=len(books),
        )
        answer = admit([entry], standing)
        answers.append(answer)
        books += answer.new
    return books, answers


PROGRAMMES = st.lists(st.one_of(likely(), likely(), ENTRIES), max_size=25)


def with_reversals(proposed: list[Entry]) -> list[Entry]:
    """The same programme with the reversal of every third entry after it."""
    undone = [ledger.reversal(one, f"undo-{one.key}", date(2020, 1, 9), "误") for one in proposed[::3]]
    return proposed + undone


@pytest.mark.invariant("L1")
@given(PROGRAMMES)
def test_whatever_is_admitted_all_balances_sum_to_zero(proposed: list[Entry]) -> None:
    books, _ = propose(with_reversals(proposed))
    held: dict[str, int] = {}
    for entry in books:
        for move in entry.transfers:
            held[move.source.code] = held.get(move.source.code, 0) - move.fen
            held[move.target.code] = held.get(move.target.code, 0) + move.fen
    assert sum(held.values()) == 0
    assert {ref.code: fen for ref, fen in ledger.balances(books).items()} == held


@pytest.mark.invariant("L2")
@given(PROGRAMMES, st.dates(date(2020, 1, 1), date(2020, 1, 9)))
def test_a_balance_is_the_closed_one_and_what_came_after_wherever_the_books_are_closed(
    proposed: list[Entry], through: date
) -> None:
    books, _ = propose(proposed)
    closed = ledger.balances([entry for entry in books if entry.takes_effect_on <= through])
    after = [entry for entry in books if entry.takes_effect_on > through]
    assert ledger.balances(after, opening=closed) == ledger.balances(books)


@pytest.mark.invariant("L3")
@given(st.lists(likely(), min_size=1, max_size=8, unique_by=lambda one: one.key), st.data())
def test_any_change_to_any_past_entry_breaks_the_chain(proposed: list[Entry], data: st.DataObject) -> None:
    chain: list[Recorded] = []
    for entry in proposed:
        chain.append(ledger.append(chain[-1] if chain else None, entry, NOW))
    assert list(ledger.breaks(chain)) == []
    at = data.draw(st.integers(0, len(chain) - 1))
    kept = chain[at]
    entry, move = kept.entry, kept.entry.transfers[0]
    changed = data.draw(
        st.sampled_from(
            [
                replace(kept, entry=replace(entry, transfers=(replace(move, fen=Fen(move.fen + 1)),))),
                replace(kept, entry=replace(entry, transfers=(replace(move, target=move.source),))),
                replace(kept, entry=replace(entry, takes_effect_on=date(2021, 1, 1))),
                replace(kept, entry=replace(entry, approval=None)),
                replace(kept, entry=replace(entry, subject="other")),
                replace(kept, entered_at=datetime(2021, 1, 1, tzinfo=UTC)),
                replace(kept, number=kept.number + 1),
                replace(kept, prev_hash="f" * 64),
            ]
        )
    )
    assert [one.number for one in ledger.breaks([*chain[:at], changed, *chain[at + 1 :]])] != []
    if at < len(chain) - 1:
        assert list(ledger.breaks([*chain[:at], *chain[at + 1 :]])) != [], "left out"


@pytest.mark.invariant("L4")
@given(PROGRAMMES, st.data())
def test_a_repeat_moves_nothing_and_another_content_under_the_key_is_refused(
    proposed: list[Entry], data: st.DataObject
) -> None:
    books, _ = propose(proposed)
    if not books:
        return
    entry = data.draw(st.sampled_from(books))
    again, answers = propose([*books, entry])
    assert again == books
    assert answers[-1].answers[0].status is Status.EXISTS
    assert answers[-1].answers[0].number == books.index(entry) + 1
    other = replace(entry, reason=entry.reason + "!")
    after, answers = propose([*books, other])
    assert after == books
    assert [problem.code for problem in answers[-1].problems] == ["LEDGER-010"]


@pytest.mark.invariant("L5")
@given(PROGRAMMES)
def test_no_protected_account_is_ever_below_zero_on_the_way(proposed: list[Entry]) -> None:
    books, _ = propose(with_reversals(proposed))
    held: dict[AccountRef, int] = {}
    for entry in books:
        for move in entry.transfers:
            held[move.source] = held.get(move.source, 0) - move.fen
            held[move.target] = held.get(move.target, 0) + move.fen
        assert [ref for ref, fen in held.items() if ref.kind in PROTECTED and fen < 0] == []


@pytest.mark.invariant("L6")
@given(PROGRAMMES)
def test_nothing_is_paid_by_two_entries_that_stand(proposed: list[Entry]) -> None:
    books, _ = propose(with_reversals(proposed))
    undone = {entry.reverses for entry in books}
    paid = [
        (entry.cause, entry.subject)
        for entry in books
        if entry.cause in {Cause.CLAIM_PAID, Cause.SETTLEMENT_PAID, Cause.PREMIUM_PAID, Cause.PREMIUM_REFUNDED}
        and entry.key not in undone
    ]
    assert len(paid) == len(set(paid))
    assert all(entry.transfers for entry in books)


@pytest.mark.invariant("L7")
@given(PROGRAMMES)
def test_money_moves_along_the_table_or_back_along_the_way_it_came(proposed: list[Entry]) -> None:
    books, _ = propose(with_reversals(proposed))
    rows = {(flow.source, flow.target, flow.cause): flow for flow in MAY_FLOW}
    by_key = {entry.key: entry for entry in books}
    for entry in books:
        if entry.reverses is not None:
            original = by_key[entry.reverses]
            back = [(move.target, move.source, move.fen) for move in reversed(original.transfers)]
            assert [(move.source, move.target, move.fen) for move in entry.transfers] == back
            continue
        for move in entry.transfers:
            flow = rows[move.source.kind, move.target.kind, entry.cause]
            assert not flow.approval or (entry.approval or "").strip()
            assert not flow.same_line or move.source.line == move.target.line
            assert not flow.same_contract or move.source.contract == move.target.contract
            assert not flow.same_hospital or move.source.hospital == move.target.hospital


@given(st.lists(likely(), max_size=12))
def test_a_batch_is_admitted_as_if_posted_one_by_one_or_not_at_all(proposed: list[Entry]) -> None:
    one_by_one, answers = propose(proposed)
    batch = admit(proposed, Standing())
    if any(answer.problems for answer in answers):
        assert batch.new == ()
        assert batch.answers == ()
        assert batch.problems
    else:
        assert list(batch.new) == one_by_one


@given(accounts())
def test_an_account_s_code_reads_back_as_the_account(ref: AccountRef) -> None:
    assert ledger.parse_account(ref.code) == ref


def test_there_is_one_row_for_each_way_and_cause() -> None:
    ways = [(flow.source, flow.target, flow.cause) for flow in MAY_FLOW]
    assert len(ways) == len(set(ways))
    assert all(flow.clause for flow in MAY_FLOW)


@pytest.mark.clause("SD-7.4")
def test_nothing_but_benefits_cost_refunds_and_approved_moves_leaves_a_special_account() -> None:
    leaving = {flow.cause: flow.approval for flow in ledger.ways_from(AccountKind.SPECIAL)}
    assert leaving == {
        Cause.PREMIUM_REFUNDED: False,
        Cause.SETTLEMENT_PAID: False,
        Cause.CLAIM_PAID: False,
        Cause.OPERATING_COST: False,
        Cause.LINE_MOVED: True,
        Cause.SURPLUS_CARRIED: True,
        Cause.PROFIT_RETURNED: True,
    }


def test_a_transfer_from_an_account_to_itself_moves_nothing_and_has_no_row() -> None:
    special = ledger.special("C1", "accident")
    entry = Entry("k", Cause.LINE_MOVED, "C1", date(2020, 1, 1), (Transfer(special, special, Fen(1)),), "SD-5", "批")
    assert [problem.code for problem in ledger.check_entry(entry)] == ["LEDGER-006"]


def test_balances_that_do_not_keep_their_sum_are_our_own_fault_and_stop_the_program() -> None:
    class Crooked(int):
        """An amount that arrives smaller than it left."""

        def __radd__(self, other: int) -> int:
            return other + int(self) - 1

    move = Transfer(ledger.special("C1", "accident"), ledger.special("C2", "accident"), Fen(Crooked(5)))
    entry = Entry("k", Cause.LINE_MOVED, "C1", date(2020, 1, 1), (move,), "SD-5", "批")
    with pytest.raises(Broken, match="L1"):
        ledger.balances([entry])

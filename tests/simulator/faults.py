"""Faults to plant in the product: mistakes a neighbour of ours is known for, and others that people make. Each is one small change.

What each stands for, and which guard answers it, is told in docs/DECISIONS.md beside the simulator.
"""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from huibao.app import payout
from huibao.app.claims import order
from huibao.app.hospital import fees
from huibao.domain import postings
from huibao.domain.claims import moves
from huibao.domain.claims.claim import Claim, State, Verb
from huibao.domain.coverage.candidate import Candidate
from huibao.domain.payout.answers import Answer
from huibao.domain.roster.person import FactKind
from huibao.hospital import door as doors
from huibao.hospital import together
from huibao.hospital.asking import Asking
from huibao.hospital.envelope import refusal
from huibao.hospital.messages import values
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import claim as claim_rows
from huibao.store import claim_guards, ledger, settling
from huibao.store import payout as payout_rows
from huibao.store import together as together_rows
from huibao.store.models.settlement import Accumulator
from huibao.store.unit import unit_of_work

Plant = Callable[[pytest.MonkeyPatch], None]


def state_beside_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers handed in are taken as complete by whoever happens to take them: a state set outside the table of moves."""
    move = moves.move

    def moved(claim: Claim, what: Any, terms: Any, today: date) -> Any:  # noqa: ANN401 - stands in for the real one
        result = move(claim, what, terms, today)
        if isinstance(result, Claim) and what.verb is Verb.RECEIVE_PAPERS and result.state is State.PAPERS_ASKED:
            last = replace(result.events[-1], to=State.PAPERS_COMPLETE)
            return replace(result, events=(*result.events[:-1], last))
        return result

    monkeypatch.setattr(order, "move", moved)


def state_beside_the_table_and_no_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where somebody has taken the database's own guard away."""
    from django.db import connection

    claim_guards.take_down(connection)
    state_beside_the_table(monkeypatch)


def cap_read_before_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid so far is read before the person is held, and written back as if nobody had come in between."""
    world_in, done = settling.world_in, doors._done
    read: dict[int, Mapping[Any, Mapping[str, int]]] = {}
    gate = threading.Barrier(2)

    def sums() -> Mapping[Any, Mapping[str, int]]:
        found: dict[Any, dict[str, int]] = {}
        for row in Accumulator.objects.all():
            found.setdefault((row.person_id, row.scope, row.year_on), {})[row.name] = row.value
        return found

    def answered(*words: Any) -> Any:  # noqa: ANN401 - the same
        if threading.current_thread() is not threading.main_thread():
            read[threading.get_ident()] = sums()
            with suppress(threading.BrokenBarrierError):
                gate.wait(10)
        return done(*words)

    def world(*words: Any, **more: Any) -> Any:  # noqa: ANN401 - the same
        before = read.pop(threading.get_ident(), None)
        found = world_in(*words, **more)
        return found if before is None else replace(found, openings=before)

    monkeypatch.setattr(doors, "_done", answered)
    monkeypatch.setattr(together_rows, "world_in", world)


def amounts_through_float(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yuan become fen by way of a binary fraction, and lose one now and then."""
    monkeypatch.setattr(values, "_fen", lambda value: int(float(str(value).replace(",", "")) * 100))


def posted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settlement is written; its payment is posted afterwards, in a transaction of its own."""
    write, done = settling.write, doors._done
    kept: list[Any] = []

    def without_links(settled: Any, moved: Any, links: Any, books: Any, *, commits: bool = False) -> bool:  # noqa: ANN401 - the same
        kept.extend(link.entry for link in links)
        return write(settled, moved, (), books, commits=commits)

    def then_post(*words: Any) -> Any:  # noqa: ANN401 - the same
        try:
            return done(*words)
        finally:
            with unit_of_work():
                ledger.post(kept, doors.clock().now())
            kept.clear()

    monkeypatch.setattr(settling, "write", without_links)
    monkeypatch.setattr(doors, "_done", then_post)


def checked_while_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are checked and written one after the other; a faulty one leaves those before it behind."""
    add, once = fees.add_charges, doors._once

    def one_by_one(desk: Any, mdtrt_id: str, number: str, lines: Any) -> Any:  # noqa: ANN401 - the same
        stay = None
        for one in lines:
            stay = add(desk, mdtrt_id, number, [one])
        return stay

    def kept_however(*words: Any) -> Any:  # noqa: ANN401 - the same
        try:
            return once(*words)
        except Refused as refused:
            return refusal(refused.problems)

    from huibao.hospital.transactions import t2301

    monkeypatch.setattr(t2301, "add_charges", one_by_one)
    monkeypatch.setattr(doors, "_once", kept_however)


def paid_at_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time the bank says that it paid, it is booked."""
    take_in, again = payout.take_in, itertools.count(90)

    def booked(account: Any, number: str, content: bytes, clock: Any, source: str = "") -> payout.TakenIn:  # noqa: ANN401 - the same
        made = take_in(account, number, content, clock, source)
        claim_of = {line.reference: line.claim for line in payout_rows.lines(number)}
        for row in made.found.known:
            claim = claim_rows.claim(claim_of[row.reference])
            if row.answer is not Answer.PAID or claim is None or not claim.payments:
                continue
            facts, payment, at = claim.facts, claim.payments[-1], next(again)
            entry = postings.claim_paid(
                f"{payment.entry_key}/again/{at}", facts.contract, facts.line, f"{facts.number}/{at}",
                [(one.payee, Fen(one.fen)) for one in payment.payouts], clock.today(),
            )  # fmt: skip
            with unit_of_work():
                ledger.post([entry], clock.now())
        return made

    monkeypatch.setattr(payout, "take_in", booked)


def answered_before_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then the answer leaves and the database does not keep what it says."""
    count = 0

    @contextmanager
    def sometimes_undone() -> Iterator[None]:
        nonlocal count
        count += 1
        with transaction.atomic():
            yield
            if count % 20 == 0:
                transaction.set_rollback(True)

    monkeypatch.setattr(doors, "unit_of_work", sometimes_undone)
    monkeypatch.setattr(together, "unit_of_work", sometimes_undone)


def late_death_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A death that is learnt more than a week after it ends nobody's cover."""

    def died_on(self: Candidate) -> date | None:
        for fact in self.one.facts:
            if fact.kind is FactKind.DEATH and fact.holds_on(self.on) and (fact.entered_on - fact.from_on).days <= 7:
                return fact.from_on
        return None

    monkeypatch.setattr(Candidate, "died_on", property(died_on))


def settled_twice_under_two_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for once is not known again: the same message is done anew each time it comes."""
    monkeypatch.setattr(Asking, "earlier", lambda *_: None)

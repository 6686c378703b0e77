"""Carrying out one order about one claim: key, lock, moves, steps written; all or nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from huibao.app.claims.basis import Basis, basis_of
from huibao.domain.claims import problems
from huibao.domain.claims.claim import Claim
from huibao.domain.claims.guards import Order
from huibao.domain.claims.moves import move
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.store import claim as store
from huibao.store import standing
from huibao.store.locks import lock_accumulators
from huibao.store.unit import unit_of_work

MAX_KEY_CHARS: Final = 128
"""Characters of an order's key, as its column holds."""

Plan = Callable[[Claim, Basis], Sequence[Order]]
Effect = Callable[[Claim, Claim, Basis], None]


def content_hash(*said: Any) -> str:  # noqa: ANN401 - whatever the order says
    """sha256 of what an order says: the same order sent twice is the same, any other word is not."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()


def existing(number: str) -> Claim:
    """The claim of that number. Refused when there is none."""
    found = store.claim(number)
    if found is None:
        raise Refused(problems.UNKNOWN(number=number))
    return found


def earlier_answer(key: str, content: str, number: str | None = None) -> Claim | None:
    """The claim as the order of that key left it; None if it is new. Refused when the key was used for something else."""
    if not key or len(key) > MAX_KEY_CHARS:
        raise Refused(problems.TOO_MANY(what="流水号 key", limit=MAX_KEY_CHARS, found=len(key)))
    known = store.by_key(key)
    if known is None:
        return None
    if known.content_hash != content or (number is not None and known.number != number):
        raise Refused(problems.OTHER_CONTENT(key=key))
    claim = existing(known.number)
    return replace(claim, events=claim.events[: known.no])


def carry_out(number: str, key: str, content: str, clock: Clock, plan: Plan, effect: Effect | None = None) -> Claim:
    """Move a claim by the orders `plan` makes of it, then let `effect` do what goes with it, in one transaction."""
    with unit_of_work():
        lock_accumulators([existing(number).facts.person_id])
        answered = earlier_answer(key, content, number)
        if answered is not None:
            return answered
        before = existing(number)
        basis = basis_of(before, clock.today())
        after = before
        for order in plan(before, basis):
            result = move(after, order, basis.terms, clock.today())
            if not isinstance(result, Claim):
                raise Refused(tuple(replace(problem, where=problem.where or number) for problem in result))
            after = result
        if effect is not None:
            effect(before, after, basis)
        store.append(before, after, key, content, clock.now())
        standing.keep(after, basis.terms.clocks)
        return after

"""Looking at claims: one with its clocks, papers and cited amounts, the queue of what is to be done, what is overdue. C2."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from huibao.app.claims.order import existing
from huibao.domain.claims.assessment import BenefitRun
from huibao.domain.claims.claim import Claim, Verb
from huibao.domain.claims.clocks import ClockState, clocks, shortened, statute
from huibao.domain.claims.guards import Terms, late_report
from huibao.domain.claims.moves import possible
from huibao.domain.claims.papers import Paper, missing
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Problem
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import Line as CitedLine
from huibao.rules.explanation import explain
from huibao.rules.shelf import open_scheme
from huibao.store import claim as store
from huibao.store import contract as contracts


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as it stands today: every clock it ever started, what may be done next, what is missing, what is noted."""

    claim: Claim
    clocks: tuple[ClockState, ...]
    possible: tuple[Verb, ...]
    missing: tuple[Paper, ...]
    notes: tuple[Problem, ...]

    @property
    def next_due(self) -> ClockState | None:
        """The running clock that ends first, None when none runs."""
        running = [clock for clock in self.clocks if clock.running]
        return min(running, key=lambda clock: clock.due_on, default=None)

    @property
    def ran_out(self) -> tuple[ClockState, ...]:
        """The clocks that ran out, whatever was done later. C2."""
        return tuple(clock for clock in self.clocks if clock.ran_out)


@dataclass(frozen=True, slots=True)
class Explained:
    """One benefit of the last assessment, replayed: every line with formula, values, document and clause. S6."""

    run: BenefitRun
    lines: tuple[CitedLine, ...]


def show_claim(number: str, clock: Clock) -> ClaimView:
    """One claim as it stands today."""
    claim = existing(number)
    return view_of(claim, contracts.contract(claim.facts.contract), clock.today())


def explain_claim(number: str) -> tuple[Explained, ...]:
    """The last assessment's benefits, line by line; empty while nothing was assessed in this round."""
    return explained(existing(number))


def explained(claim: Claim) -> tuple[Explained, ...]:
    """The same of a claim at hand."""
    found = claim.assessment
    if found is None:
        return ()
    told = []
    for run in found.runs:
        program = compile_benefit(open_scheme(run.scheme_id), run.benefit, run.on, run.known_on, _settings(run))
        told.append(Explained(run, tuple(explain(program, dict(run.inputs), dict(run.opening)))))
    return tuple(told)


def queue(clock: Clock, contract: str | None = None) -> tuple[ClaimView, ...]:
    """Claims with something to be done under a running clock, the most urgent first."""
    views = [view for view in _views(clock, contract) if view.next_due is not None]
    return tuple(
        sorted(views, key=lambda view: (view.next_due.due_on if view.next_due else date.max, view.claim.number))
    )


def ran_out(clock: Clock, contract: str | None = None) -> tuple[ClaimView, ...]:
    """Every claim on which a clock ran out, ended ones included. C2."""
    return tuple(view for view in _views(clock, contract) if view.ran_out)


def _views(clock: Clock, contract: str | None) -> Iterator[ClaimView]:
    known: dict[str, Contract] = {}
    for claim in store.claims(contract=contract):
        number = claim.facts.contract
        if number not in known:
            known[number] = contracts.contract(number)
        yield view_of(claim, known[number], clock.today())


def view_of(claim: Claim, contract: Contract, today: date) -> ClaimView:
    """A claim at hand as it stands on a day."""
    rules = shortened(statute(), contract.claim_days)
    terms = Terms(clocks=rules, first_payer=False, report_within_days=contract.claim_days.get("report"))
    done = not any(verb in possible(claim) for verb in (Verb.COMPLETE_PAPERS, Verb.RECEIVE_PAPERS))
    return ClaimView(
        claim=claim,
        clocks=clocks(claim, today, rules),
        possible=possible(claim),
        missing=() if done else missing(claim.papers_asked, claim.papers),
        notes=tuple(late_report(claim, claim.reported_on, terms)),
    )


def _settings(run: BenefitRun) -> dict[str, str | int]:
    return dict(run.settings)

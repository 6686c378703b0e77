"""A made-up claim and the statutory terms, for the tests of this folder. Nobody in it exists."""

from datetime import date
from typing import Final

from huibao.domain.claims.assessment import Assessment, BenefitRun, Findings, Part
from huibao.domain.claims.claim import (
    Actor,
    Cause,
    Channel,
    Claim,
    Detail,
    Facts,
    Nothing,
    PapersReceived,
    Reporter,
    Role,
    Verb,
)
from huibao.domain.claims.clocks import ClockName, ClockRule
from huibao.domain.claims.guards import Order, Terms
from huibao.domain.claims.moves import move
from huibao.domain.claims.papers import ALWAYS
from huibao.kernel.period import Period
from huibao.kernel.problem import Problem
from huibao.rules.vocabulary import Line

# Insurance Law arts. 22 to 26, as the reference table of clocks has them.
CLOCKS: Final = (
    ClockRule(ClockName.DECIDE, 30, 0, "art. 23"),
    ClockRule(ClockName.PAY, 10, 0, "art. 23"),
    ClockRule(ClockName.SEND_REFUSAL, 3, 0, "art. 24"),
    ClockRule(ClockName.ADVANCE, 60, 0, "art. 25"),
    ClockRule(ClockName.LIMITATION, 0, 2, "art. 26", may_shorten=False),
)
TERMS: Final = Terms(clocks=CLOCKS, first_payer=True, report_within_days=2)
LONG_AFTER: Final = date(2030, 1, 1)
FELL_ON: Final = date(2020, 4, 14)
IDENTITY: Final = "11010119900307803X"
"""Made up; the check digit is right: 1·7+1·9+0·10+1·5+0·8+1·4+1·2+9·1+9·6+0·3+0·7+3·9+0·10+7·5+8·8+0·4+3·2 = 222,
222 mod 11 = 2, which stands for X."""

REPORTER: Final = Actor(Role.REPORTER, "李家人")
CLERK: Final = Actor(Role.HANDLER, "张经办")
APPROVER: Final = Actor(Role.APPROVER, "王审批")
OTHER_APPROVER: Final = Actor(Role.APPROVER, "周复核")
PAYER: Final = Actor(Role.PAYER, "赵出纳")


def a_claim(cause: Cause = Cause.FALL, happened_on: date = FELL_ON, known_on: date | None = None) -> Claim:
    """A claim not yet reported, under cover for the whole of 2020."""
    return Claim(
        Facts(
            number="C2020-370000-000001",
            person_id=1,
            insured="孙某",
            contract="K1",
            line=Line.ACCIDENT,
            product="accident",
            cover=Period.of_year(2020),
            happened_on=happened_on,
            known_on=known_on or happened_on,
            cause=cause,
            what="从窗口坠落",
            channel=Channel.HOTLINE,
            reporter=Reporter.RELATIVE,
            reporter_name="李家人",
        )
    )


def try_move(
    claim: Claim, verb: Verb, by: Actor, on: date, detail: Detail | None = None, terms: Terms = TERMS
) -> Claim | tuple[Problem, ...]:
    """One order, long before today."""
    return move(claim, Order(verb, by, on, detail or Nothing()), terms, LONG_AFTER)


def moved(claim: Claim, verb: Verb, by: Actor, on: date, detail: Detail | None = None, terms: Terms = TERMS) -> Claim:
    """The same, which must succeed."""
    result = try_move(claim, verb, by, on, detail, terms)
    assert isinstance(result, Claim), result
    return result


def codes(result: Claim | tuple[Problem, ...]) -> set[str]:
    """Codes of the problems; empty when the move was made."""
    return set() if isinstance(result, Claim) else {problem.code for problem in result}


def reported(claim: Claim, on: date | None = None) -> Claim:
    """The claim, reported by a relative."""
    return moved(claim, Verb.REPORT, REPORTER, on or claim.facts.happened_on)


def with_papers(claim: Claim, on: date) -> Claim:
    """The claim, reported, with the three papers every claim needs."""
    claim = moved(reported(claim), Verb.RECEIVE_PAPERS, CLERK, on, PapersReceived(ALWAYS))
    return moved(claim, Verb.COMPLETE_PAPERS, CLERK, on)


def worth(fen: int, findings: Findings | None = None, override_fen: int | None = None, why: str = "") -> Assessment:
    """An assessment at so many fen."""
    run = BenefitRun(
        benefit="accident",
        scheme_id="made-up",
        scheme_hash="0" * 64,
        on=FELL_ON,
        known_on=FELL_ON,
        settings=(),
        inputs=(),
        opening=(("medical_paid", 100),),
        closing=(("medical_paid", 100 + fen),),
        parts=(Part("medical", "accident", fen),) if fen else (),
    )
    return Assessment(findings or Findings(), (run,), override_fen, why)

"""The table of moves: what it holds, and that no road leads around it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from huibao.domain.claims.claim import (
    Actor,
    Advance,
    Cause,
    Claim,
    Decision,
    FirstPayer,
    PapersAsked,
    Payment,
    Reason,
    Role,
    State,
    Verb,
)
from huibao.domain.claims.diagram import page
from huibao.domain.claims.guards import Order, late_report
from huibao.domain.claims.moves import BY_STATE, MOVES, move, replay
from huibao.domain.claims.papers import ALWAYS
from tests.domain.claims.made_up import (
    APPROVER,
    CLERK,
    FELL_ON,
    OTHER_APPROVER,
    PAYER,
    REPORTER,
    TERMS,
    a_claim,
    codes,
    moved,
    reported,
    try_move,
    with_papers,
    worth,
)

NEXT = FELL_ON + timedelta(days=1)


def assessed(fen: int = 5000, override_fen: int | None = None, why: str = "") -> Claim:
    return moved(with_papers(a_claim(), NEXT), Verb.ASSESS, CLERK, NEXT, worth(fen, None, override_fen, why))


def decided(fen: int = 5000) -> Claim:
    return moved(assessed(fen), Verb.DECIDE, APPROVER, NEXT, Decision(fen))


def paid(fen: int = 5000) -> Claim:
    return moved(decided(fen), Verb.PAY, PAYER, NEXT, Payment(fen, (), "claim/1"))


def test_a_state_and_a_verb_lead_to_one_place() -> None:
    assert [at for at, count in Counter((row.frm, row.verb) for row in MOVES).items() if count > 1] == []


def test_every_state_is_reached_and_every_verb_used() -> None:
    reached = {State.NEW}
    while more := {row.to for row in MOVES if row.frm in reached} - reached:
        reached |= more
    assert reached == set(State)
    assert {row.verb for row in MOVES} == set(Verb)


def test_money_moves_only_by_a_payer() -> None:
    assert {row.verb for row in MOVES if row.posts} == {Verb.ADVANCE, Verb.PAY}
    assert {row.actor for row in MOVES if row.posts} == {(Role.PAYER,)}


def test_the_page_shows_every_row() -> None:
    text = page()
    assert all(f"| {row.frm.value} | `{row.verb.value}` |" in text for row in MOVES)


@pytest.mark.clause("SD-7.4")
def test_clerk_approver_and_payer_are_three_people() -> None:
    for name, claim, verb, detail in (
        (CLERK.name, assessed(), Verb.DECIDE, Decision(5000)),
        (CLERK.name, assessed(), Verb.REFUSE, Reason("不属于意外")),
        (CLERK.name, decided(), Verb.PAY, Payment(5000, (), "claim/1")),
        (APPROVER.name, decided(), Verb.PAY, Payment(5000, (), "claim/1")),
    ):
        role = BY_STATE[claim.state, verb].actor[0]
        assert codes(try_move(claim, verb, Actor(role, name), NEXT, detail)) == {"CLAIM-003"}


def test_nobody_acts_in_anothers_place() -> None:
    wrong = try_move(assessed(), Verb.DECIDE, Actor(Role.HANDLER, "别人"), NEXT, Decision(5000))
    assert codes(wrong) == {"CLAIM-002"}


def test_papers_are_asked_for_once_in_the_whole_life_of_a_claim() -> None:
    claim = moved(reported(a_claim()), Verb.ASK_PAPERS, CLERK, NEXT, PapersAsked(ALWAYS))
    assert codes(try_move(claim, Verb.ASK_PAPERS, CLERK, NEXT, PapersAsked(ALWAYS))) == {"CLAIM-013"}
    claim = moved(claim, Verb.REFUSE, APPROVER, NEXT, Reason("查无此次事故"))
    claim = moved(claim, Verb.REOPEN, OTHER_APPROVER, NEXT, Reason("补充了接警记录"))
    assert codes(try_move(claim, Verb.ASK_PAPERS, CLERK, NEXT, PapersAsked(ALWAYS))) == {"CLAIM-013"}


def test_without_papers_nothing_is_assessed() -> None:
    assert codes(try_move(reported(a_claim()), Verb.ASSESS, CLERK, NEXT, worth(1))) == {"CLAIM-010"}
    assert codes(try_move(reported(a_claim()), Verb.COMPLETE_PAPERS, CLERK, NEXT)) == {"CLAIM-014"}


@pytest.mark.clause("SD-4.2")
def test_a_drowning_waits_for_the_disaster_insurance_and_then_goes_on() -> None:
    claim = with_papers(a_claim(Cause.DROWNING), NEXT)
    assert codes(try_move(claim, Verb.ASSESS, CLERK, NEXT, worth(1))) == {"CLAIM-019"}
    claim = moved(claim, Verb.SUSPEND, CLERK, NEXT)
    assert codes(try_move(claim, Verb.ASSESS, CLERK, NEXT, worth(1))) == {"CLAIM-019"}
    claim = moved(claim, Verb.RECORD_FIRST_PAYER, CLERK, NEXT, FirstPayer(2_000_000, "滨民灾2020-7"))
    assert moved(claim, Verb.ASSESS, CLERK, NEXT, worth(1)).state is State.ASSESSED


def test_a_fall_is_not_suspended() -> None:
    assert codes(try_move(with_papers(a_claim(), NEXT), Verb.SUSPEND, CLERK, NEXT)) == {"CLAIM-001"}


def test_where_no_scheme_counts_a_first_payer_a_drowning_is_paid_at_once() -> None:
    terms = replace(TERMS, first_payer=False)
    claim = with_papers(a_claim(Cause.DROWNING), NEXT)
    assert moved(claim, Verb.ASSESS, CLERK, NEXT, worth(7_000_000), terms).state is State.ASSESSED


def test_another_sum_than_the_computed_one_has_a_reason() -> None:
    claim = with_papers(a_claim(), NEXT)
    assert codes(try_move(claim, Verb.ASSESS, CLERK, NEXT, worth(5000, None, 6000))) == {"CLAIM-021"}
    claim = assessed(5000, 6000, "发票补录一张")
    assert codes(try_move(claim, Verb.DECIDE, APPROVER, NEXT, Decision(5000))) == {"CLAIM-035"}
    assert moved(claim, Verb.DECIDE, APPROVER, NEXT, Decision(6000)).owed_fen == 6000


def test_a_claim_is_paid_once() -> None:
    assert paid().paid_fen == 5000
    again = try_move(paid(), Verb.PAY, PAYER, NEXT, Payment(5000, (), "claim/2"))
    assert codes(again) == {"CLAIM-011"}


def test_what_is_not_decided_is_not_paid() -> None:
    assert codes(try_move(assessed(), Verb.PAY, PAYER, NEXT, Payment(5000, (), "claim/1"))) == {"CLAIM-012"}


def test_an_advance_is_part_of_the_sum_and_the_rest_follows() -> None:
    claim = moved(assessed(5000), Verb.AGREE_ADVANCE, APPROVER, NEXT, Advance(3000, "门诊费用无争议"))
    assert codes(try_move(claim, Verb.ADVANCE, PAYER, NEXT, Payment(4000, (), "claim/1"))) == {"CLAIM-031"}
    claim = moved(claim, Verb.ADVANCE, PAYER, NEXT, Payment(3000, (), "claim/1"))
    assert codes(try_move(claim, Verb.ADVANCE, PAYER, NEXT, Payment(3000, (), "claim/2"))) == {"CLAIM-032"}
    claim = moved(claim, Verb.DECIDE, APPROVER, NEXT, Decision(5000))
    assert codes(try_move(claim, Verb.PAY, PAYER, NEXT, Payment(5000, (), "claim/2"))) == {"CLAIM-039"}
    claim = moved(claim, Verb.PAY, PAYER, NEXT, Payment(2000, (), "claim/2"))
    assert claim.paid_fen == 5000


def test_an_advance_stays_within_what_was_assessed() -> None:
    for fen in (0, -1, 5001):
        tried = try_move(assessed(5000), Verb.AGREE_ADVANCE, APPROVER, NEXT, Advance(fen, "无争议"))
        assert codes(tried) == {"CLAIM-031"}


def test_an_appeal_is_heard_by_somebody_new() -> None:
    claim = moved(paid(), Verb.APPEAL, REPORTER, NEXT, Reason("伤残等级评低了"))
    assert codes(try_move(claim, Verb.UPHOLD, APPROVER, NEXT, Reason("维持"))) == {"CLAIM-003"}
    assert moved(claim, Verb.UPHOLD, OTHER_APPROVER, NEXT, Reason("复核无误")).state is State.PAID
    reopened = moved(claim, Verb.REOPEN, OTHER_APPROVER, NEXT, Reason("应重新鉴定"))
    assert (reopened.state, reopened.rounds, reopened.assessment) == (State.REPORTED, 2, None)


def test_what_was_paid_on_cannot_be_refused_afterwards_nor_decided_lower() -> None:
    claim = moved(paid(), Verb.REOPEN, OTHER_APPROVER, NEXT, Reason("复核"))
    assert codes(try_move(claim, Verb.REFUSE, OTHER_APPROVER, NEXT, Reason("不赔"))) == {"CLAIM-040"}
    claim = moved(claim, Verb.COMPLETE_PAPERS, CLERK, NEXT)
    lower = moved(claim, Verb.ASSESS, CLERK, NEXT, worth(4000))
    assert codes(try_move(lower, Verb.DECIDE, OTHER_APPROVER, NEXT, Decision(4000))) == {"CLAIM-025"}
    same = moved(claim, Verb.ASSESS, CLERK, NEXT, worth(5000))
    same = moved(same, Verb.DECIDE, OTHER_APPROVER, NEXT, Decision(5000))
    assert moved(same, Verb.CLOSE, PAYER, NEXT).state is State.PAID


def test_a_refusal_has_reasons() -> None:
    assert codes(try_move(reported(a_claim()), Verb.REFUSE, APPROVER, NEXT, Reason("  "))) == {"CLAIM-020"}


def test_nothing_due_is_refused_with_reasons_not_decided() -> None:
    assert codes(try_move(assessed(0), Verb.DECIDE, APPROVER, NEXT, Decision(0))) == {"CLAIM-024"}


def test_days_do_not_run_back_nor_ahead() -> None:
    early = FELL_ON - timedelta(days=1)
    assert "CLAIM-004" in codes(try_move(reported(a_claim()), Verb.REFUSE, APPROVER, early, Reason("早")))
    order = try_move(reported(a_claim()), Verb.REFUSE, APPROVER, date(2031, 1, 1), Reason("晚"))
    assert codes(order) == {"CLAIM-005"}


@pytest.mark.parametrize(
    ("happened_on", "reported_on", "code"),
    [
        (date(2019, 12, 31), date(2020, 1, 5), "CLAIM-007"),  # the day before cover
        (date(2021, 1, 1), date(2021, 1, 5), "CLAIM-006"),  # the day after cover
        (date(2020, 5, 1), date(2020, 4, 30), "CLAIM-005"),  # not happened yet
        (date(2020, 5, 1), date(2022, 5, 2), "CLAIM-008"),  # a day over two years
    ],
)
def test_a_report_outside_cover_or_time_is_refused(happened_on: date, reported_on: date, code: str) -> None:
    assert codes(try_move(a_claim(happened_on=happened_on), Verb.REPORT, REPORTER, reported_on)) == {code}


@pytest.mark.parametrize("happened_on", [date(2020, 1, 1), date(2020, 12, 31)])
def test_the_first_and_the_last_day_of_cover_are_covered(happened_on: date) -> None:
    assert reported(a_claim(happened_on=happened_on)).state is State.REPORTED


def test_the_last_day_of_two_years_is_in_time() -> None:
    assert reported(a_claim(happened_on=date(2020, 2, 29)), date(2022, 2, 28)).state is State.REPORTED


def test_a_late_report_is_noted_and_voids_nothing() -> None:
    claim = reported(a_claim(), FELL_ON + timedelta(days=30))
    assert [problem.code for problem in late_report(claim, claim.reported_on, TERMS)] == ["CLAIM-029"]
    assert late_report(reported(a_claim()), FELL_ON, TERMS) == ()


@pytest.mark.invariant("C1")
def test_a_step_written_past_the_table_is_found_by_replay() -> None:
    good = paid()
    assert replay(good) == ()
    jump = replace(good, events=(good.events[0], replace(good.events[-1], no=2)))
    assert replay(jump) != ()
    stranger = replace(good, events=(*good.events[:-1], replace(good.events[-1], by=CLERK)))
    assert replay(stranger) != ()


def test_a_move_leaves_the_claim_it_was_given_as_it_was() -> None:
    claim = decided()
    before = len(claim.events)
    after = move(claim, Order(Verb.PAY, PAYER, NEXT, Payment(5000, (), "claim/1")), TERMS, date(2030, 1, 1))
    assert isinstance(after, Claim)
    assert (len(claim.events), len(after.events)) == (before, before + 1)

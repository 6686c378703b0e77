"""One example for each thing that may be wrong with a claim, with the code a person would quote. Nothing is half-done."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from huibao.app import claims
from huibao.app.claims import Report
from huibao.app.claims.findings import read_amounts, read_findings
from huibao.app.contract_text import check_text
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import (
    Actor,
    Advance,
    Cause,
    Channel,
    Claim,
    Decision,
    Detail,
    FirstPayer,
    PapersAsked,
    Payment,
    Reason,
    Reporter,
    Role,
    Verb,
)
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.papers import ALWAYS, Paper
from huibao.domain.roster.person import FactKind
from huibao.kernel.fen import MAX_FEN
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store.models.claim import ClaimEvent
from huibao.store.models.roster import Fact
from huibao.store.roster import sought_by
from tests.app import claims_world as world
from tests.app.claims_world import TestClock, identity
from tests.domain.claims import made_up as made
from tests.domain.claims.made_up import APPROVER, CLERK, FELL_ON, PAYER, a_claim, moved, reported, with_papers, worth

NEXT = FELL_ON + timedelta(days=1)


def assessed(fen: int = 5000) -> Claim:
    return moved(with_papers(a_claim(), NEXT), Verb.ASSESS, CLERK, NEXT, worth(fen))


def decided(fen: int = 5000) -> Claim:
    return moved(assessed(fen), Verb.DECIDE, APPROVER, NEXT, Decision(fen))


def paid() -> Claim:
    return moved(decided(), Verb.PAY, PAYER, NEXT, Payment(5000, (), "claim/1"))


def advanced(fen: int) -> Claim:
    claim = moved(assessed(), Verb.AGREE_ADVANCE, APPROVER, NEXT, Advance(fen, "无争议"))
    return moved(claim, Verb.ADVANCE, PAYER, NEXT, Payment(fen, (), "claim/1"))


def asked() -> Claim:
    return moved(reported(a_claim()), Verb.ASK_PAPERS, CLERK, NEXT, PapersAsked(ALWAYS))


def drowned() -> Claim:
    return with_papers(a_claim(Cause.DROWNING), NEXT)


def dead() -> Claim:
    claim = moved(with_papers(a_claim(), NEXT), Verb.ASSESS, CLERK, NEXT, worth(5000, Findings(died_on=FELL_ON)))
    return moved(claim, Verb.DECIDE, APPROVER, NEXT, Decision(5000))


def named(*people: Beneficiary) -> Claim:
    from huibao.domain.claims.claim import Beneficiaries

    return moved(dead(), Verb.NAME_BENEFICIARIES, CLERK, NEXT, Beneficiaries(people))


def lower() -> Claim:
    return moved(advanced(3000), Verb.ASSESS, CLERK, NEXT, worth(2000))


PAY = Payment(5000, (), "claim/1")

MOVES: list[tuple[str, Callable[[], Claim], Verb, Any, Any]] = [
    ("CLAIM-001", lambda: reported(a_claim()), Verb.SEND_REFUSAL, CLERK, None),
    ("CLAIM-002", assessed, Verb.DECIDE, PAYER, Decision(5000)),
    ("CLAIM-003", assessed, Verb.DECIDE, Actor(Role.APPROVER, CLERK.name), Decision(5000)),
    ("CLAIM-007", lambda: a_claim(happened_on=date(2019, 12, 31)), Verb.REPORT, made.REPORTER, None),
    ("CLAIM-008", lambda: a_claim(happened_on=date(2020, 1, 1)), Verb.REPORT, made.REPORTER, None),
    ("CLAIM-010", asked, Verb.ASSESS, CLERK, worth(1)),
    ("CLAIM-011", paid, Verb.PAY, PAYER, PAY),
    ("CLAIM-012", assessed, Verb.PAY, PAYER, PAY),
    ("CLAIM-013", asked, Verb.ASK_PAPERS, CLERK, PapersAsked(ALWAYS)),
    ("CLAIM-014", asked, Verb.COMPLETE_PAPERS, CLERK, None),
    ("CLAIM-015", drowned, Verb.RECORD_FIRST_PAYER, CLERK, FirstPayer(-1, "")),
    ("CLAIM-015", drowned, Verb.RECORD_FIRST_PAYER, CLERK, FirstPayer(MAX_FEN + 1, "")),
    ("CLAIM-019", drowned, Verb.ASSESS, CLERK, worth(1)),
    ("CLAIM-020", lambda: reported(a_claim()), Verb.REFUSE, APPROVER, Reason(" ")),
    ("CLAIM-021", lambda: with_papers(a_claim(), NEXT), Verb.ASSESS, CLERK, worth(5000, None, 6000)),
    ("CLAIM-022", lambda: named(Beneficiary("孙父")), Verb.PAY, PAYER, PAY),
    ("CLAIM-023", dead, Verb.PAY, PAYER, PAY),
    ("CLAIM-024", lambda: assessed(0), Verb.DECIDE, APPROVER, Decision(0)),
    ("CLAIM-025", lower, Verb.DECIDE, APPROVER, Decision(2000)),
    ("CLAIM-031", assessed, Verb.AGREE_ADVANCE, APPROVER, Advance(5001, "无争议")),
    ("CLAIM-032", lambda: advanced(3000), Verb.ADVANCE, PAYER, Payment(3000, (), "claim/2")),
    ("CLAIM-035", assessed, Verb.DECIDE, APPROVER, Decision(4999)),
    ("CLAIM-036", lambda: reported(a_claim()), Verb.REFUSE, APPROVER, Reason("长" * 2001)),
    ("CLAIM-039", lambda: decided(5000), Verb.PAY, PAYER, Payment(4999, (), "claim/1")),
    ("CLAIM-040", decided, Verb.CLOSE, PAYER, None),
]


@pytest.mark.parametrize(("code", "claim", "verb", "by", "detail"), MOVES)
def test_a_move_that_may_not_be_is_refused(
    code: str, claim: Callable[[], Claim], verb: Verb, by: Actor, detail: Detail | None
) -> None:
    on = date(2025, 1, 1) if code == "CLAIM-008" else NEXT
    found = made.try_move(claim(), verb, by, on, detail)
    assert code in made.codes(found), found
    assert not isinstance(found, Claim)
    for problem in found:
        assert "{" not in problem.text("zh") + problem.text("en")
        assert problem.do
        assert problem.do_en


def test_claim_004_a_day_before_the_last_step() -> None:
    assert made.codes(made.try_move(asked(), Verb.REFUSE, APPROVER, FELL_ON, Reason("早"))) == {"CLAIM-004"}


def a_report(**more: object) -> Report:
    said: dict[str, Any] = {
        "identity": identity(0),
        "happened_on": date(2020, 5, 1),
        "cause": Cause.FALL,
        "what": "跌倒",
        "channel": Channel.ONLINE,
        "reporter": Reporter.RELATIVE,
        "reporter_name": "李家人",
    }
    return Report(**{**said, **more})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("CLAIM-005", {"happened_on": date(2020, 6, 2)}),  # tomorrow
        ("CLAIM-006", {"happened_on": date(2020, 5, 1), "line": Line.ACCIDENT, "identity": identity(1)}),
        ("CLAIM-007", {"happened_on": date(2019, 12, 31)}),
        ("CLAIM-009", {"line": Line.HOUSEHOLD_PROPERTY}),
        ("CLAIM-036", {"place": "长" * 201}),
        ("CLAIM-037", {"identity": identity(1), "happened_on": date(2020, 5, 20)}),
        ("CLAIM-038", {"identity": identity(7)}),
        ("CLAIM-041", {"what": "  "}),
        ("CLAIM-004", {"happened_on": date(1979, 12, 31)}),  # before birth
    ],
)
def test_a_report_that_cannot_be_taken_in_leaves_nothing(code: str, more: dict[str, Any]) -> None:
    clock = world.shandong()
    clock.day = date(2020, 6, 1)
    if code in {"CLAIM-006", "CLAIM-037"}:
        _second_person_leaves(dead_on=date(2020, 5, 10) if code == "CLAIM-037" else None)
    with pytest.raises(Refused) as raised:
        claims.report_claim(a_report(**more), "k", clock)
    assert code in {problem.code for problem in raised.value.problems}
    assert ClaimEvent.objects.count() == 0


def _second_person_leaves(dead_on: date | None) -> None:
    from huibao.store.models.coverage import Coverage, CoverageEnd, Enrolment

    cover = Coverage.objects.get(person__identity_index__in=sought_by([identity(1)]))
    CoverageEnd.objects.create(
        coverage=cover, enrolment=Enrolment.objects.get(), last_on=date(2020, 4, 30), reason="moved"
    )
    if dead_on is not None:
        Fact.objects.create(
            person_id=cover.person_id, kind=FactKind.DEATH.value, value="yes", from_on=dead_on, source="t", agency="t",
            entered_on=dead_on,
        )  # fmt: skip


@pytest.mark.django_db
def test_claim_030_the_same_accident_again_and_029_a_late_report_that_is_only_noted() -> None:
    clock = world.shandong(claims="{report: 2 days}")
    clock.day = date(2020, 6, 1)
    first = claims.report_claim(a_report(), "k", clock)
    assert [note.code for note in first.notes] == ["CLAIM-029"]
    with pytest.raises(Refused) as again:
        claims.report_claim(a_report(), "k2", clock)
    assert [problem.code for problem in again.value.problems] == ["CLAIM-030"]


def ready(clock: TestClock) -> str:
    clock.day = date(2020, 6, 1)
    claim = claims.report_claim(a_report(), "report", clock).claim
    assert claim is not None
    claims.receive_papers(claim.number, ALWAYS, world.CLERK, "papers", clock, complete=True)
    return claim.number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "findings"),
    [
        ("CLAIM-015", Findings(amounts=(("accident_medical_cost", -1),))),
        ("CLAIM-016", Findings(injuries=(Injury("a", 1, "头", 5),))),
        (
            "CLAIM-017",
            Findings(injuries=(Injury("a", 1, "头", 5), Injury("a", 1, "脑", 6)), treatment_ended_on=date(2020, 5, 2)),
        ),
        ("CLAIM-018", Findings(injuries=(Injury("a", 9, "头", 5),), treatment_ended_on=date(2020, 5, 2))),
        ("CLAIM-018", Findings(pre_existing_grade=11)),
        ("CLAIM-033", Findings(amounts=(("worst_grade", 1),))),
        ("CLAIM-034", Findings(amounts=(("rabies_cost", 100),))),
        ("CLAIM-004", Findings(died_on=date(2020, 4, 30))),
        ("CLAIM-005", Findings(died_on=date(2020, 6, 2))),
        ("CLAIM-036", Findings(injuries=tuple(Injury(str(n), 1, str(n), 5) for n in range(51)))),
    ],
)
def test_findings_that_cannot_be_are_refused(code: str, findings: Findings) -> None:
    clock = world.shandong()
    number = ready(clock)
    before = ClaimEvent.objects.count()
    with pytest.raises(Refused) as raised:
        claims.assess(number, findings, world.CLERK, "a", clock)
    assert code in {problem.code for problem in raised.value.problems}
    assert ClaimEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        json.dumps({"nonsense": 1}),
        json.dumps({"died_on": "yesterday"}),
        json.dumps({"injuries": {}}),
        json.dumps({"injuries": [{"code": "a", "class": "1", "part": "头", "grade": 5}]}),
        json.dumps({"injuries": ["a"]}),
        json.dumps({"joined": "yes"}),
        json.dumps({"pre_existing_grade": True}),
        json.dumps({"amounts": []}),
        json.dumps({"amounts": {"accident_medical_cost": "1.234"}}),
        json.dumps({"amounts": {"accident_medical_cost": 1e300}}),
        "[" * 100_000,
    ],
)
def test_claim_042_a_findings_file_that_cannot_be_read(text: str) -> None:
    clock = world.shandong()
    number = ready(clock)
    with pytest.raises(Refused) as raised:
        read_findings(number, text, clock)
    assert {problem.code for problem in raised.value.problems} <= {"CLAIM-042"}


@pytest.mark.django_db
def test_claim_034_and_042_values_given_one_by_one() -> None:
    clock = world.shandong()
    number = ready(clock)
    with pytest.raises(Refused) as raised:
        read_amounts(number, {"nothing": "1", "accident_medical_cost": "abc"}, clock)
    assert [problem.code for problem in raised.value.problems] == ["CLAIM-034", "CLAIM-042"]


@pytest.mark.django_db
def test_claim_027_an_unknown_number_and_028_a_key_used_for_something_else() -> None:
    clock = world.shandong()
    number = ready(clock)
    with pytest.raises(Refused) as unknown:
        claims.show_claim("C2020-000000-000009", clock)
    assert [problem.code for problem in unknown.value.problems] == ["CLAIM-027"]
    with pytest.raises(Refused) as other:
        claims.ask_papers(number, [Paper.INVOICES], world.CLERK, "papers", clock)
    assert [problem.code for problem in other.value.problems] == ["CLAIM-028"]


def test_claim_026_a_contract_that_lengthens_a_term() -> None:
    text = world.contract_text(
        "programmes/lanzhou-2016", "2022-01-01..2022-12-31", "620102", "10 yuan",
        "{payer: donor, id: made-up, share: 100 %}", claims="{decide: 31 days}",
    )  # fmt: skip
    with pytest.raises(Refused) as raised:
        check_text(text, "test")
    assert [problem.code for problem in raised.value.problems] == ["CLAIM-026"]

"""The database keeps claims on their table of moves, and gives back what was written."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from huibao.app import claims
from huibao.domain.claims import claim as nouns
from huibao.domain.claims.assessment import Assessment, BenefitRun, Findings, Part
from huibao.domain.claims.beneficiaries import Beneficiary, Payout
from huibao.domain.claims.claim import Cause, Channel, Reporter, State
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.moves import MOVES
from huibao.domain.claims.papers import ALWAYS, Paper
from huibao.store import claim as store
from huibao.store import claim_guards, standing
from huibao.store.audits import claims as audits
from huibao.store.audits.claims import AUDITS
from huibao.store.claim_codec import READERS, from_json, to_json
from huibao.store.models.claim import Claim, ClaimEvent
from huibao.store.models.claim_desk import ClaimStanding
from tests.app import claims_world as world
from tests.app.claims_world import APPROVER, CLERK, PAYER, TestClock, identity

texts = st.text(max_size=20)
fens = st.integers(0, 10**12)
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
findings = st.builds(
    Findings,
    died_on=st.none() | days,
    treatment_ended_on=st.none() | days,
    injuries=st.lists(st.builds(Injury, texts, st.integers(1, 8), texts, st.integers(1, 10)), max_size=3).map(tuple),
    pre_existing_grade=st.integers(0, 10),
    joined=st.booleans(),
    amounts=st.lists(st.tuples(texts, fens | st.booleans() | texts), max_size=3).map(tuple),
)
pairs = st.lists(st.tuples(texts, fens), max_size=3).map(tuple)
runs = st.builds(
    BenefitRun, texts, texts, texts, days, days, pairs, pairs, pairs, pairs,
    st.lists(st.builds(Part, texts, texts, fens), max_size=2).map(tuple),
)  # fmt: skip
papers = st.lists(st.sampled_from(Paper), max_size=3).map(tuple)
details = st.one_of(
    st.just(nouns.Nothing()),
    st.builds(nouns.Assigned, texts),
    st.builds(nouns.PapersAsked, papers),
    st.builds(nouns.PapersReceived, papers),
    st.builds(nouns.FirstPayer, fens, texts),
    st.builds(
        nouns.Beneficiaries,
        st.lists(st.builds(Beneficiary, texts, texts, texts, st.integers(1, 9)), max_size=3).map(tuple),
    ),
    st.builds(Assessment, findings, st.lists(runs, max_size=2).map(tuple), st.none() | fens, texts),
    st.builds(nouns.Advance, fens, texts),
    st.builds(nouns.Decision, fens, pairs),
    st.builds(nouns.Payment, fens, st.lists(st.builds(Payout, texts, fens), max_size=2).map(tuple), texts, pairs),
    st.builds(nouns.Reason, texts),
)


@given(details)
def test_what_a_step_says_comes_back_as_it_was_written(detail: nouns.Detail) -> None:
    assert from_json(to_json(detail)) == detail


def test_every_kind_of_detail_has_a_reader() -> None:
    assert {kind.__name__ for kind in nouns.Detail.__args__} == READERS.keys()


def a_claim(clock: TestClock) -> str:
    clock.day = date(2020, 5, 1)
    report = claims.Report(
        identity(0), clock.day, Cause.FALL, "跌倒", Channel.COUNTER, Reporter.INSURED, "孙某", handler="张经办"
    )
    result = claims.report_claim(report, "report", clock)
    assert result.claim is not None
    return result.claim.number


def a_paid_claim(clock: TestClock) -> str:
    number = a_claim(clock)
    claims.receive_papers(number, ALWAYS, CLERK, "papers", clock, complete=True)
    cost = (("accident_medical_cost", 100_000), ("accident_medical_in_policy", 100_000))
    claims.assess(number, Findings(amounts=cost), CLERK, "assess", clock)
    claims.decide(number, APPROVER, "decide", clock)
    claims.pay(number, PAYER, "pay", clock)
    return number


def step(number: str, no: int, frm: str, verb: str, to: str) -> ClaimEvent:
    return ClaimEvent(
        claim=Claim.objects.get(number=number), no=no, verb=verb, frm=frm, to=to, on=date(2020, 5, 1),
        by_role="payer", by_name="x", detail={"is": "Nothing"}, entered_at="2020-05-01T00:00:00Z",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("no", "frm", "verb", "to"),
    [
        (3, "reported", "pay", "paid"),  # no such row
        (3, "decided", "pay", "paid"),  # the claim does not stand there
        (4, "reported", "ask_papers", "papers_asked"),  # a number left out
        (2, "reported", "ask_papers", "papers_asked"),  # a number taken
        (3, "reported", "ask_papers", "paid"),  # leads elsewhere
    ],
)
def test_the_database_refuses_a_step_past_the_table(no: int, frm: str, verb: str, to: str) -> None:
    number = a_claim(world.shandong())
    with pytest.raises(DatabaseError), transaction.atomic():
        step(number, no, frm, verb, to).save()
    assert store.claim(number) is not None
    step(number, 3, "reported", "ask_papers", "papers_asked").save()


@pytest.mark.django_db
def test_steps_and_claims_stay_as_they_were_written() -> None:
    number = a_claim(world.shandong())
    for change in (
        lambda: Claim.objects.filter(number=number).update(what="别的"),
        lambda: ClaimEvent.objects.filter(claim__number=number).update(to=State.PAID.value),
        lambda: ClaimEvent.objects.filter(claim__number=number).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_guard_is_made_of_the_table() -> None:
    assert all(f"|{row.frm.value}>{row.verb.value}>{row.to.value}|" in claim_guards.rows() for row in MOVES)


def broken(number: str) -> list[str]:
    return [found.where for audit in AUDITS if audit.number == number for found in audit.run()]


@pytest.mark.django_db
def test_the_audits_find_nothing_on_a_sound_claim() -> None:
    a_paid_claim(world.shandong())
    assert [broken(audit.number) for audit in AUDITS] == [[], [], [], []]


@pytest.mark.django_db
def test_c1_a_step_planted_past_the_guard_is_found() -> None:
    number = a_claim(world.shandong())
    claim_guards.take_down(connection)
    step(number, 3, "decided", "close", "paid").save()
    assert broken("C1") == ["claim_event", f"claim {number}"]


@pytest.mark.django_db
def test_l6_a_payment_without_its_entry_is_found() -> None:
    number = a_paid_claim(world.shandong())
    claim_guards.take_down(connection)
    stray = step(number, 9, "decided", "pay", "paid")
    stray.fen, stray.entry_key = 100, "claim/stray"
    stray.detail = {"is": "Payment", "fen": 100, "payouts": [], "entry_key": "claim/stray", "counted": []}
    stray.save()
    assert broken("L6") == [f"claim {number}"]


@pytest.mark.django_db
def test_c2_a_clock_that_the_lists_leave_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    number = a_claim(world.shandong())
    monkeypatch.setattr(audits, "clocks", lambda *_: ())  # a list that forgets its clocks
    assert broken("C2") == [f"claim {number}"]


@pytest.mark.django_db
def test_c2_a_queue_that_says_something_else_than_the_steps_is_found() -> None:
    number = a_claim(world.shandong())
    ClaimStanding.objects.filter(claim__number=number).update(due_on=date(2020, 12, 31))
    assert broken("C2") == [f"claim {number}"]


@pytest.mark.django_db
def test_what_was_recorded_before_there_were_queues_gets_its_place_after_the_migration() -> None:
    number = a_claim(world.shandong())
    before = standing.kept(number)
    ClaimStanding.objects.all().delete()
    assert (standing.fill("default"), standing.kept(number)) == (1, before)


@pytest.mark.django_db
def test_paying_takes_a_fixed_number_of_statements() -> None:
    clock = world.shandong()
    number = a_claim(clock)
    claims.receive_papers(number, ALWAYS, CLERK, "papers", clock, complete=True)
    cost = (("accident_medical_cost", 100_000), ("accident_medical_in_policy", 100_000))
    claims.assess(number, Findings(amounts=cost), CLERK, "assess", clock)
    claims.decide(number, APPROVER, "decide", clock)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        claims.pay(number, PAYER, "pay", clock)
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 32, "\n".join(statements)

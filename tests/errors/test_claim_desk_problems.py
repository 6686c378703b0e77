"""One example for each thing that may go wrong at a claims desk, with the code a person would quote."""

from dataclasses import replace

import pytest
from pytest_django import Settings

from huibao.app.access import Verb
from huibao.app.claims import acts, advancing, consent, letter
from huibao.app.claims.desk import turn
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.letters import Letter
from huibao.kernel.problem import Refused
from tests.web.desk_world import pages_at
from tests.web.insurer import insurer_world as world
from tests.web.insurer.insurer_world import Office

pytestmark = pytest.mark.django_db

FOUND = Findings(amounts=(("accident_medical_cost", 100_000), ("accident_medical_in_policy", 100_000)))


@pytest.fixture
def office(settings: Settings) -> Office:
    """The insurer's office on the day of the accident."""
    return world.opened(pages_at(settings))


def assess(office: Office, name: str, number: str, step: int, other: int | None = None, why: str = "") -> None:
    with turn(world.account(name), number, Verb.HANDLE, step, f"k{step}", office.clock, what="assess") as one:
        acts.assess(one, FOUND, other, why)


def decide(office: Office, number: str, opinion: str = "") -> None:
    step = world.now(number).events[-1].no
    with turn(world.account("lipei.fuhe"), number, Verb.DECIDE, step, "d", office.clock, what="decide") as one:
        consent.agree(one, opinion)


def test_claim_043_a_case_that_moved_on(office: Office) -> None:
    number = world.complete(office)
    office.seat("lipei")
    with pytest.raises(Refused, match="CLAIM-043"):
        assess(office, "lipei", number, 1)


def test_claim_044_what_was_not_put_up_is_not_decided_and_045_a_deviation_has_an_opinion(office: Office) -> None:
    number = world.complete(office)
    for name in ("lipei", "lipei.fuhe"):
        office.seat(name)
    with pytest.raises(Refused, match="CLAIM-044"):
        decide(office, number)
    assess(office, "lipei", number, world.now(number).events[-1].no, 90_000, "另有发票")
    with pytest.raises(Refused, match="CLAIM-045"):
        decide(office, number)
    decide(office, number, "发票属实")


def test_claim_046_what_somebody_put_up_is_taken_back_by_that_person(office: Office) -> None:
    number = world.complete(office)
    for name in ("lipei", "lipei.er"):
        office.seat(name)
    assess(office, "lipei", number, world.now(number).events[-1].no)
    with pytest.raises(Refused, match="CLAIM-046"):
        assess(office, "lipei.er", number, world.now(number).events[-1].no)


def test_claim_047_no_such_visit_and_048_no_letter_yet_and_049_no_payee(office: Office) -> None:
    number = world.complete(office)
    office.seat("lipei")
    step = world.now(number).events[-1].no
    lipei = world.account("lipei")
    with turn(lipei, number, Verb.HANDLE, step, "v", office.clock, what="end_visit") as one:
        with pytest.raises(Refused, match="CLAIM-047"):
            acts.end_visit(one, 99, "done", "去过")
        with pytest.raises(Refused, match="CLAIM-049"):
            acts.record_account(one, "别人", "示范银行", world.ACCOUNT)
    with pytest.raises(Refused, match="CLAIM-048"):
        letter.letter(lipei, number, letter.Which.DECISION, office.clock)


def test_a_letter_has_short_sentences_and_another_word_gives_another_code(office: Office) -> None:
    number = world.decided(office)
    claim = world.now(number)
    made = letter.words_of(claim, letter.Which.DECISION)
    assert made is not None
    # Sentences of 25 characters and fewer on average: read aloud they are understood at once.
    assert sum(map(len, made.sentences)) <= 25 * len(made.sentences)
    other = Letter(made.title, made.to, (*made.sentences[:-1], "另一句。"), made.rows, made.day)
    assert letter.check_code(claim, made) == letter.check_code(claim, made) != letter.check_code(claim, other)


def test_claim_050_an_advance_on_its_way_and_051_asked_already_and_052_none_that_waits(office: Office) -> None:
    number = world.complete(office)
    for name in ("lipei", "lipei.fuhe", "zhifu"):
        office.seat(name)
    assess(office, "lipei", number, world.now(number).events[-1].no)
    step = world.now(number).events[-1].no
    fuhe = world.account("lipei.fuhe")
    with (
        turn(fuhe, number, Verb.DECIDE, step, "none", office.clock, what="decide_advance") as one,
        pytest.raises(Refused, match="CLAIM-052"),
    ):
        advancing.agree(one, "")
    with turn(world.account("lipei"), number, Verb.HANDLE, step, "ask", office.clock, what="ask_advance") as one:
        advancing.ask_advance(one, 30_000, "费用已确定")
        with pytest.raises(Refused, match="CLAIM-051"):
            advancing.ask_advance(replace(one, key="again"), 10_000, "费用已确定")
    with turn(fuhe, number, Verb.DECIDE, step, "agree", office.clock, what="decide_advance") as one:
        advancing.agree(one, "")
    with pytest.raises(Refused, match="CLAIM-050"):
        decide(office, number)


def test_claim_053_a_visit_whose_outcome_a_colleague_recorded(office: Office) -> None:
    number = world.complete(office)
    for name in ("lipei", "lipei.er"):
        office.seat(name)

    def ended(name: str, said: str) -> None:
        step = world.now(number).events[-1].no
        with turn(world.account(name), number, Verb.HANDLE, step, name, office.clock, what="end_visit") as one:
            acts.end_visit(one, 1, acts.DONE, said)

    step = world.now(number).events[-1].no
    with turn(world.account("lipei"), number, Verb.HANDLE, step, "v", office.clock, what="plan_visit") as one:
        acts.plan_visit(one, "lipei", office.clock.today(), "papers", "")
    ended("lipei", "收了三份")
    ended("lipei", "收了三份")
    with pytest.raises(Refused, match="CLAIM-053"):
        ended("lipei.er", "没有见到人")

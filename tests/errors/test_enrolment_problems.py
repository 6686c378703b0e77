"""One example for each problem that needs people and contracts on record."""

from collections.abc import Callable
from datetime import date

import pytest

from huibao.app.contract import add_contract, show_contract
from huibao.app.contract_text import MAX_TEXT_CHARS
from huibao.app.enrolment import contract_in, enrol, join, leave
from huibao.domain.plan import EndReason
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import coverage as store
from tests.app.county_on_record import CLOCK, CONTRACT_TEXT, on_record, with_contract
from tests.domain.county import relieved, somebody

pytestmark = pytest.mark.django_db

ON = date(2020, 1, 10)
NUMBER = "371302-2020"
ENROLLED, STRANGER = relieved(1), somebody(2)
WHO = ENROLLED.person.identity


@pytest.fixture(autouse=True)
def _an_insured_county() -> None:
    with_contract()
    on_record([ENROLLED, STRANGER])
    enrol(NUMBER, ON, "batch-1", CLOCK)
    leave(NUMBER, WHO, date(2020, 6, 30), EndReason.WITHDREW, "leave-1", CLOCK, [Line.ACCIDENT])


def without_withdrawal() -> None:
    text = CONTRACT_TEXT.replace(", withdrew: unused", "").replace(NUMBER, "strict-2020")
    with_contract(text)
    leave("strict-2020", WHO, ON, EndReason.WITHDREW, "leave-9", CLOCK)


@pytest.mark.parametrize(
    "act, code",
    [
        (lambda: leave(NUMBER, STRANGER.person.identity, ON, EndReason.MOVED, "k", CLOCK), "COVERAGE-007"),
        (
            lambda: leave(NUMBER, WHO, date(2020, 7, 1), EndReason.WITHDREW, "k", CLOCK, [Line.ACCIDENT]),
            "COVERAGE-008",
        ),
        (without_withdrawal, "COVERAGE-009"),
        (lambda: enrol(NUMBER, date(2020, 2, 1), "batch-1", CLOCK), "COVERAGE-013"),
        (lambda: contract_in("shandong/2020", "371311", ON), "COVERAGE-014"),
        (lambda: join(NUMBER, ["371302197005170015"], ON, "k", CLOCK), "COVERAGE-017"),
        (lambda: add_contract(CONTRACT_TEXT.replace("120 yuan", "130 yuan"), "c.yaml", CLOCK), "PLAN-015"),
        (lambda: show_contract("none"), "PLAN-016"),
        (lambda: add_contract("#" * (MAX_TEXT_CHARS + 1), "c.yaml", CLOCK), "PLAN-017"),
    ],
)
def test_a_use_case_declines_as_a_whole_and_says_why_and_what_to_do(act: Callable[[], object], code: str) -> None:
    before = store.covers_of_contract(NUMBER)
    with pytest.raises(Refused) as refused:
        act()
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.do
    assert problem.text("en") != problem.text()
    assert store.covers_of_contract(NUMBER) == before

"""One example for each problem an entry by name, a leaving or a batch may have; the rest stand in the enrolment tests."""

from datetime import date

import pytest

from huibao.domain.coverage import Candidate, Consent, Coverage, Entering, RefusedEntry, Share, enrol_named
from huibao.domain.coverage import problems as kinds
from huibao.domain.coverage.batch import plan_enrolment
from huibao.domain.coverage.entry import Why
from huibao.domain.plan import PayerKind
from huibao.domain.roster.person import FactKind, PersonFacts
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Severity
from huibao.rules.vocabulary import Line
from tests.domain.county import END, SCHEME_TEXT, changed, fact, relieved, somebody, the_contract, the_scheme

ON = date(2020, 6, 10)
SELF_560 = (Share(PayerKind.SELF, "", Fen(560)),)
"""10 yuan a year from 10 June: 205 of 366 days, 5.6010 yuan, 5.60."""


def named(
    person: PersonFacts,
    paid: tuple[Share, ...] = SELF_560,
    relation: str = "",
    consent: Consent | None = None,
    held: tuple[Coverage, ...] = (),
    on: date = ON,
) -> Entering | RefusedEntry:
    contract = the_contract()
    line = contract.line_of(Line.ACCIDENT)
    assert line is not None
    return enrol_named(Candidate(person, contract, the_scheme(), held, on), line, paid, relation, consent)


def code_of(found: Entering | RefusedEntry) -> str:
    assert isinstance(found, RefusedEntry), found
    assert found.problem.do
    assert found.problem.text("en") != found.problem.text()
    return found.problem.code


def test_a_person_buys_cover_from_a_day_to_the_period_s_end() -> None:
    found = named(relieved())
    assert isinstance(found, Entering)
    assert (found.coverage.period.first_on, found.coverage.period.last_on) == (ON, END)
    assert found.coverage.premium_fen == 560


def test_nobody_buys_cover_for_the_dead() -> None:
    assert code_of(named(relieved(1, fact(FactKind.DEATH, from_on=date(2020, 2, 2))))) == "COVERAGE-001"


def test_nobody_is_covered_twice_by_name_either() -> None:
    first = named(relieved())
    assert isinstance(first, Entering)
    assert code_of(named(relieved(), held=(first.coverage,))) == "COVERAGE-002"


def test_the_day_lies_within_the_contract() -> None:
    assert code_of(named(relieved(), on=date(2021, 1, 1))) == "COVERAGE-005"


def test_who_is_in_no_target_group_is_told_for_whom_the_line_is() -> None:
    found = named(somebody())
    assert code_of(found) == "COVERAGE-006"
    assert isinstance(found, RefusedEntry)
    assert "脱贫享受政策人口" in found.problem.do


def test_a_payer_the_product_does_not_name_may_not_pay() -> None:
    paid = (Share(PayerKind.GOVERNMENT_FUND, "medical_fund", Fen(560)),)
    assert code_of(named(relieved(), paid)) == "COVERAGE-010"


@pytest.mark.parametrize("parts", [(559,), (561,), (0, 560), (600, -40), ()])
def test_parts_that_do_not_make_the_premium_are_refused(parts: tuple[int, ...]) -> None:
    paid = tuple(Share(PayerKind.DONOR, f"d{at}", Fen(part)) for at, part in enumerate(parts))
    assert code_of(named(relieved(), paid, consent=Consent("本人", "self", ON))) == "COVERAGE-011"


@pytest.mark.clause("HN-2.1")
@pytest.mark.parametrize("consent", [None, Consent("儿子", "child", ON), Consent("本人", "self", date(2020, 6, 11))])
def test_death_cover_a_donor_buys_for_an_adult_needs_that_adult_s_own_consent_by_the_day(
    consent: Consent | None,
) -> None:
    paid = (Share(PayerKind.DONOR, "d-17", Fen(560)),)
    assert code_of(named(relieved(), paid, consent=consent)) == "COVERAGE-012"


@pytest.mark.clause("HN-2.1")
def test_a_parent_insures_the_death_of_a_minor_child_and_a_donor_does_not() -> None:
    child = relieved(1, born=date(2010, 3, 1))
    by_parent = named(child, (Share(PayerKind.CLOSE_RELATIVE, "", Fen(560)),), "parent")
    by_donor = named(child, (Share(PayerKind.DONOR, "d-17", Fen(560)),))
    assert isinstance(by_parent, Entering)
    assert isinstance(by_donor, Entering)
    assert (by_parent.coverage.death_cover, by_donor.coverage.death_cover) == (True, False)
    assert by_donor.coverage.variant == "without_death"


def test_where_the_scheme_has_no_variant_without_death_a_doubt_is_told_and_the_person_is_insured() -> None:
    variants = SCHEME_TEXT[SCHEME_TEXT.index("    variants:") : SCHEME_TEXT.index("benefits:\n  one_stop")]
    scheme = the_scheme(SCHEME_TEXT.replace(variants, ""))
    plan = plan_enrolment([relieved(1, born=date(2010, 3, 1))], the_contract(), scheme, {}, ON)
    accident = next(one for one in plan.enter if one.coverage.line is Line.ACCIDENT)
    assert [doubt.code for doubt in accident.doubts] == ["COVERAGE-016"]
    assert accident.doubts[0].severity is Severity.DOUBTFUL
    assert not accident.coverage.death_cover


@pytest.mark.parametrize("born, code", [(date(2015, 6, 11), "COVERAGE-003"), (date(1940, 6, 9), "COVERAGE-004")])
def test_ages_are_counted_on_the_first_day_of_cover(born: date, code: str) -> None:
    text = changed(("    product: accident\n", "    product: accident\n    min_age: 5 years\n    max_age: 79 years\n"))
    contract = the_contract(text)
    line = contract.line_of(Line.ACCIDENT)
    assert line is not None
    candidate = Candidate(relieved(1, born=born), contract, the_scheme(), (), ON)
    assert code_of(enrol_named(candidate, line, SELF_560)) == code


def test_too_many_people_at_once_is_a_problem_of_its_own() -> None:
    problem = kinds.TOO_MANY(found=500_001, limit=500_000)
    assert problem.code == "COVERAGE-015"
    assert "500001" in problem.says


def test_who_has_died_and_is_in_no_group_is_simply_not_enrolled() -> None:
    dead = somebody(1, (fact(FactKind.DEATH, from_on=date(2020, 2, 2)),))
    plan = plan_enrolment([dead], the_contract(), the_scheme(), {}, ON)
    assert {one.why for one in plan.not_eligible} == {Why.DEAD}

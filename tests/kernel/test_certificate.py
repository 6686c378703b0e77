"""Disability certificate numbers are taken apart; their category is not the medical-insurance dictionary's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.kernel.certificate import (
    DisabilityCategory,
    DisabilityGrade,
    certificate_number,
    from_disa_info,
    read_certificate,
    to_disa_info,
)

IDENTITY = "11010519491231002X"


@given(st.sampled_from(DisabilityCategory), st.sampled_from(DisabilityGrade), st.integers(0, 9))
def test_a_number_is_taken_apart_as_it_was_put_together(
    category: DisabilityCategory, grade: DisabilityGrade, reissue: int
) -> None:
    number = certificate_number(IDENTITY, category, grade, reissue)
    reading = read_certificate(number)
    assert reading.problems == ()
    assert reading.value is not None
    assert (reading.value.number, reading.value.identity) == (number, IDENTITY)
    assert (reading.value.category, reading.value.grade, reading.value.reissue) == (category, grade, reissue)


def test_a_severe_physical_disability_reissued_once() -> None:
    certificate = read_certificate(IDENTITY + "42B1").value
    assert certificate is not None
    assert (certificate.category.zh, certificate.grade.zh) == ("肢体残疾", "二级")
    assert certificate.grade.severe
    assert not DisabilityGrade.THREE.severe
    assert certificate.reissue == 1


def test_small_letters_and_spaces_are_repaired_visibly() -> None:
    reading = read_certificate(f"{IDENTITY.lower()} 42b1")
    assert reading.value is not None
    assert reading.value.number == IDENTITY + "42B1"
    assert [problem.code for problem in reading.problems] == ["CERTIFICATE-010"]


def test_a_doubt_about_the_identity_number_comes_along() -> None:
    reading = read_certificate("11010519491231002142")
    assert reading.value is not None
    assert reading.doubtful
    assert [problem.code for problem in reading.problems] == ["IDENTITY-007"]


@pytest.mark.parametrize(
    "category, digit, info",
    [
        (DisabilityCategory.VISUAL, "1", "6"),
        (DisabilityCategory.HEARING, "2", "2"),
        (DisabilityCategory.SPEECH, "3", "3"),
        (DisabilityCategory.PHYSICAL, "4", "4"),
        (DisabilityCategory.INTELLECTUAL, "5", "5"),
        (DisabilityCategory.MENTAL, "6", "7"),
        (DisabilityCategory.MULTIPLE, "7", "8"),
        (None, None, "1"),
    ],
)
def test_certificate_and_medical_insurance_number_the_categories_differently(
    category: DisabilityCategory | None, digit: str | None, info: str
) -> None:
    assert to_disa_info(category) == info
    assert from_disa_info(info).value is category
    assert from_disa_info(info).problems == ()
    assert (category.digit if category else None) == digit


@pytest.mark.parametrize("identity, reissue", [("1" * 17, 0), (IDENTITY, 10), (IDENTITY, -1)])
def test_a_number_is_not_made_of_wrong_parts(identity: str, reissue: int) -> None:
    with pytest.raises(ValueError, match="re-issues"):
        certificate_number(identity, DisabilityCategory.VISUAL, DisabilityGrade.ONE, reissue)


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.none(), st.binary()))
def test_whatever_a_cell_holds_there_is_an_answer(raw: object) -> None:
    reading = read_certificate(raw)
    assert reading.value is not None or reading.problems

"""One example for every problem of the made-up data."""

from pathlib import Path

import pytest

from huibao.bulk.synthetic import Province, people_blocks, write_people
from huibao.bulk.synthetic.files import fresh_folder
from huibao.cli.synthetic import _program
from huibao.kernel.problem import Refused
from tests.bulk.shipped import shipped


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("people", [0, 70_000_001])
def test_synthetic_001_a_province_of_nobody_or_of_more_than_the_register_holds(people: int) -> None:
    with pytest.raises(Refused) as refused:
        Province(people)
    assert codes(refused) == ["SYNTHETIC-001"]


@pytest.mark.parametrize("area", ["999999", "37", "山东"])
def test_synthetic_002_an_area_that_is_none(area: str) -> None:
    with pytest.raises(Refused) as refused:
        Province(10, area=area)
    assert codes(refused) == ["SYNTHETIC-002"]


def test_synthetic_003_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        fresh_folder(tmp_path)
    assert codes(refused) == ["SYNTHETIC-003"]
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_synthetic_004_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused) as refused:
        fresh_folder(tmp_path / "file" / "year")
    assert codes(refused) == ["SYNTHETIC-004"]
    bulk = next(iter(shipped().values()))
    assert next(people_blocks(Province(10))).num_rows == 10
    with pytest.raises(Refused) as refused:
        write_people(tmp_path / "nowhere" / "people.parquet", bulk, Province(10))
    assert codes(refused) == ["SYNTHETIC-004"]


@pytest.mark.parametrize("benefit", [None, "no_such"])
def test_synthetic_005_a_benefit_the_scheme_does_not_have_or_one_of_several(benefit: str | None) -> None:
    with pytest.raises(Refused) as refused:
        _program("shandong/2020", benefit)
    assert codes(refused) == ["SYNTHETIC-005"]

"""One example for every reason why a roster as a whole is refused, with nothing done."""

import json
from datetime import date
from pathlib import Path

import pytest

from huibao.app.roster import check_file
from huibao.app.roster_import import difference_of_last, find_people
from huibao.domain.roster.source import SourceId
from huibao.kernel.problem import Problem, Refused
from huibao.store.models.roster import Roster
from tests.app.roster_world import holders, take_in, write
from tests.domain.roster.made_up import COUNTY, DAY, HOLDERS, holder, identity

DATABASE = pytest.mark.django_db


def only(caught: pytest.ExceptionInfo[Refused]) -> Problem:
    (problem,) = caught.value.problems
    assert problem.do
    assert problem.text("en") != problem.text()
    return problem


def test_columns_the_source_needs_are_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("姓名", "性别", "手机"), ["王明", "男", ""])
    with pytest.raises(Refused) as caught:
        check_file(path, SourceId.DISABILITY_CERTIFICATE, taken_on=DAY)
    problem = only(caught)
    assert problem.code == "ROSTER-001"
    assert "身份证号或残疾证号" in problem.says
    assert "姓名、性别、手机" in problem.says


@DATABASE
def test_a_new_header_that_nobody_has_confirmed(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        take_in(holders(tmp_path / "a.xlsx", 1), confirm=False)
    problem = only(caught)
    assert problem.code == "ROSTER-002"
    assert "残疾证号→残疾证号" in problem.says
    assert Roster.objects.count() == 0


@pytest.mark.parametrize("wish", [{"nickname": "姓名"}, {"name": "没有的列"}, {"name": 3}])
def test_a_mapping_that_names_no_such_meaning_or_column(tmp_path: Path, wish: dict[str, object]) -> None:
    path = holders(tmp_path / "a.xlsx", 1)
    with pytest.raises(Refused) as caught:
        check_file(path, None, taken_on=DAY, mapping=json.loads(json.dumps(wish)))
    assert only(caught).code == "ROSTER-003"


@DATABASE
def test_a_roster_older_than_the_last_one(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 1), "2025-06-30")
    with pytest.raises(Refused) as caught:
        take_in(holders(tmp_path / "b.xlsx", 2), "2025-06-29")
    problem = only(caught)
    assert problem.code == "ROSTER-004"
    assert "2025-06-30" in problem.says


@DATABASE
def test_a_roster_that_does_not_show_its_county(tmp_path: Path) -> None:
    row = holder()
    row[5] = ""
    path = write(tmp_path / "a.xlsx", HOLDERS, row)
    with pytest.raises(Refused) as caught:
        take_in(path)
    assert only(caught).code == "ROSTER-005"
    assert take_in(path, area=COUNTY).status == "created"


@pytest.mark.parametrize("area", ["430199", "4304", "长沙"])
def test_an_area_that_is_no_county(tmp_path: Path, area: str) -> None:
    with pytest.raises(Refused) as caught:
        check_file(holders(tmp_path / "a.xlsx", 1), None, taken_on=DAY, area=area)
    assert only(caught).code == "ROSTER-006"


@DATABASE
def test_nothing_to_compare() -> None:
    with pytest.raises(Refused) as caught:
        difference_of_last(SourceId.CARE, COUNTY)
    assert only(caught).code == "ROSTER-007"


@DATABASE
@pytest.mark.parametrize("who", ["99", identity(), "某人"])
def test_a_person_nobody_knows(who: str) -> None:
    with pytest.raises(Refused) as caught:
        find_people([who])
    assert only(caught).code == "ROSTER-008"


@DATABASE
def test_a_roster_of_tomorrow(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        take_in(holders(tmp_path / "a.xlsx", 1), "2025-07-02", today=date(2025, 7, 1))
    assert only(caught).code == "ROSTER-009"


@DATABASE
def test_a_roster_that_lacks_a_fifth_of_the_last_ones_people(tmp_path: Path) -> None:
    """Of 60 people 13 are missing: 21.7 %, more than 20 %."""
    take_in(holders(tmp_path / "a.xlsx", 60), "2025-01-01")
    part = holders(tmp_path / "b.xlsx", 47)
    with pytest.raises(Refused) as caught:
        take_in(part)
    problem = only(caught)
    assert problem.code == "ROSTER-067"
    assert "60" in problem.says
    assert "13" in problem.says
    assert take_in(part, accept=["ROSTER-067"]).summary["difference"]["left"] == 13
    assert take_in(holders(tmp_path / "c.xlsx", 40), "2025-07-01").status == "created"

"""A roster is taken in whole, once; people join over agencies; facts end but stay; nobody is lost by a bad row."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huibao.app.roster_import import Sending, difference_of_last, find_people, look
from huibao.domain.roster import FactKind, facts_on
from huibao.domain.roster.source import SourceId
from huibao.kernel.problem import Refused
from huibao.store import many as many_rows
from huibao.store import roster as store
from huibao.store.audits.roster import rows_add_up
from huibao.store.models.roster import Fact, Person, Roster, RosterRow
from huibao.store.unit import rehearsal
from tests.app.roster_world import holders, take_in, write
from tests.domain.roster.made_up import COUNTY, HOLDERS, certificate, holder, identity

pytestmark = pytest.mark.django_db

ME = identity()
OTHER = identity("19900101", 4)
LOW = ("姓名", "身份证号", "救助类别", "认定日期", "区划代码")


def kinds(number: str, on: str) -> set[str]:
    person = store.person_by_identity(number)
    assert person is not None
    found = store.people_by_ids([person.id], date.fromisoformat(on))[person.id]
    return {f"{fact.kind}={fact.value}" for fact in found.facts}


def test_people_facts_rows_and_counts_are_recorded_together(tmp_path: Path) -> None:
    result = take_in(
        write(
            tmp_path / "a.xlsx", HOLDERS, holder(), holder("李小红", ME), holder("赵敏", OTHER), holder("赵敏", OTHER)
        )
    )
    assert result.status == "created"
    assert {
        name: result.summary[name] for name in ("rows_in", "ready", "doubtful", "refused", "duplicate", "taken_in")
    } == {
        "rows_in": 4,
        "ready": 1,
        "doubtful": 2,
        "refused": 0,
        "duplicate": 1,
        "taken_in": 1,
    }
    assert list(Person.objects.values_list("name", "identity", "area")) == [("赵敏", OTHER, COUNTY)]
    assert RosterRow.objects.count() == 4
    assert list(rows_add_up()) == []


def test_each_fact_knows_its_roster_sheet_row_and_agency(tmp_path: Path) -> None:
    take_in(write(tmp_path / "a.xlsx", HOLDERS, holder()))
    (found,) = find_people([ME])
    disability = next(fact for fact in found.facts if fact.kind is FactKind.DISABILITY)
    assert (disability.source.sheet, disability.source.row_no, disability.source.agency) == ("名册", 3, "残联")
    assert disability.detail == certificate(ME)
    assert (disability.from_on, disability.entered_on) == (date(2025, 6, 30), date(2025, 7, 1))


def test_rosters_of_several_agencies_join_into_one_person(tmp_path: Path) -> None:
    take_in(write(tmp_path / "a.xlsx", HOLDERS, holder()))
    take_in(write(tmp_path / "b.xlsx", LOW, ["王明", ME, "低保", "2024-03-01", COUNTY]), source=SourceId.LOW_INCOME)
    relief = ("姓名", "身份证号", "脱贫属性", "区划代码")
    take_in(write(tmp_path / "c.xlsx", relief, ["王明", ME, "脱贫享受政策", COUNTY]), source=SourceId.POVERTY_RELIEF)
    assert Person.objects.count() == 1
    (found,) = find_people([ME])
    facts = facts_on(found.person, found.facts, date(2025, 6, 30))
    assert (facts.disability_grade, facts.subsistence_allowance, facts.poverty_relief.value) == (2, True, "enjoying")
    assert {fact.source.agency for fact in found.facts} == {"残联", "民政", "乡村振兴（扶贫）"}


def test_the_same_roster_again_gets_the_first_answer_and_changes_nothing(tmp_path: Path) -> None:
    path = holders(tmp_path / "a.xlsx", 3)
    first = take_in(path)
    again = take_in(path, today=date(2025, 7, 9))
    assert again.status == "exists"
    assert again.summary == first.summary
    assert (Roster.objects.count(), Person.objects.count()) == (1, 3)


def test_a_dry_run_answers_and_records_nothing(tmp_path: Path) -> None:
    result = take_in(holders(tmp_path / "a.xlsx", 3), dry_run=True)
    assert result.status == "dry_run"
    assert result.summary["difference"]["new"] == 3
    assert (Roster.objects.count(), Person.objects.count(), Fact.objects.count()) == (0, 0, 0)


def test_whoever_left_keeps_the_facts_that_held_until_the_eve(tmp_path: Path) -> None:
    take_in(
        write(
            tmp_path / "a.xlsx", LOW, ["王明", ME, "低保", "2024-03-01", COUNTY], ["赵敏", OTHER, "低保", "", COUNTY]
        ),
        "2025-01-01",
        SourceId.LOW_INCOME,
    )
    result = take_in(
        write(tmp_path / "b.xlsx", LOW, ["赵敏", OTHER, "低保", "", COUNTY]), "2025-06-30", SourceId.LOW_INCOME
    )
    assert result.summary["difference"]["left"] == 1
    assert "subsistence_allowance=yes" in kinds(ME, "2025-06-29")
    assert kinds(ME, "2025-06-30") == {f"domicile={COUNTY}"}
    assert "subsistence_allowance=yes" in kinds(OTHER, "2025-06-30")


def test_a_changed_grade_makes_a_dated_certificate_history(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 1, grade=3), "2025-01-01")
    result = take_in(holders(tmp_path / "b.xlsx", 1, grade=2), "2025-06-30")
    assert result.summary["difference"]["changed_grade"] == 1
    assert "disability=physical/3" in kinds(ME, "2025-06-29")
    assert "disability=physical/2" in kinds(ME, "2025-06-30")
    (found,) = find_people([ME])
    assert len([fact for fact in found.facts if fact.kind is FactKind.DISABILITY]) == 2


def test_a_death_on_the_roster_is_recorded_for_a_known_person_only(tmp_path: Path) -> None:
    header = (*HOLDERS, "人员状态", "死亡日期")
    take_in(write(tmp_path / "a.xlsx", header, [*holder(), "正常", ""]), "2025-01-01")
    rows = [[*holder(), "死亡", "2025-05-20"], [*holder("赵敏", OTHER), "死亡", "2025-05-21"]]
    result = take_in(write(tmp_path / "b.xlsx", header, *rows), "2025-06-30")
    assert (result.summary["refused"], result.summary["difference"]["died"]) == (2, 1)
    (found,) = find_people([ME])
    assert facts_on(found.person, found.facts, date(2025, 5, 19)).alive
    assert not facts_on(found.person, found.facts, date(2025, 5, 20)).alive
    assert store.person_by_identity(OTHER) is None


def test_a_row_that_cannot_be_read_never_ends_the_cover_of_its_person(tmp_path: Path) -> None:
    take_in(write(tmp_path / "a.xlsx", HOLDERS, holder(), holder("赵敏", OTHER)), "2025-01-01")
    damaged = ["王明", "4.30423E+17", "", "肢体", "二级", COUNTY]
    result = take_in(write(tmp_path / "b.xlsx", HOLDERS, damaged), "2025-06-30")
    assert result.summary["refused"] == 1
    assert "disability=physical/2" in kinds(ME, "2025-06-30")
    assert "disability=physical/2" not in kinds(OTHER, "2025-06-30")
    assert result.difference is not None
    assert [change.identity for change in result.difference.left] == [OTHER]


def test_a_doubtful_row_keeps_what_is_recorded_until_it_is_accepted(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 1, grade=3), "2025-01-01")
    row = holder("王丁", ME, grade=2)
    row[4] = "一级"
    path = write(tmp_path / "b.xlsx", HOLDERS, row)
    assert take_in(path).summary["taken_in"] == 0
    assert "disability=physical/3" in kinds(ME, "2025-06-30")
    accepted = take_in(path, accept=["3"])
    assert accepted.summary["taken_in"] == 1
    assert "disability=physical/2" in kinds(ME, "2025-06-30")


def test_doubts_are_accepted_by_code_only_when_all_of_a_rows_doubts_are(tmp_path: Path) -> None:
    row = holder()
    row[3], row[4] = "视力", "一级"
    path = write(tmp_path / "a.xlsx", HOLDERS, row)
    assert take_in(path, accept=["ROSTER-042"]).summary["taken_in"] == 0
    assert take_in(path, accept=["ROSTER-042", "ROSTER-043"]).summary["taken_in"] == 1


def test_two_counties_listing_one_person_is_doubted_with_the_other_named(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 1), "2025-01-01")
    row = holder(f"王{chr(0x4E01)}", ME, grade=3)
    row[5] = "430424"
    result = take_in(write(tmp_path / "b.xlsx", HOLDERS, row))
    (judged,) = result.check.rows
    assert [problem.code for problem in judged.problems] == ["ROSTER-063"]
    assert COUNTY in judged.problems[0].says


def test_the_mapping_is_confirmed_once_and_remembered_for_the_header(tmp_path: Path) -> None:
    first = holders(tmp_path / "a.xlsx", 1)
    with pytest.raises(Refused):
        take_in(first, "2025-01-01", confirm=False)
    take_in(first, "2025-01-01")
    later = take_in(holders(tmp_path / "b.xlsx", 2), "2025-06-30", confirm=False)
    assert later.status == "created"
    assert later.check.sheets[0].confirmed
    assert later.check.sheets[0].layout.guesses[0].reason == "上次已确认"


def test_a_mapping_given_by_a_person_needs_no_other_confirmation(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("称谓", *HOLDERS[1:]), holder())
    sending = Sending(path=path, source=SourceId.DISABILITY_CERTIFICATE, mapping={"name": "称谓"})
    assert look(sending, date(2025, 7, 1)).sheets[0].confirmed


def test_the_last_two_rosters_are_compared_person_by_person(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 3), "2025-01-01")
    take_in(holders(tmp_path / "b.xlsx", 3, first=2), "2025-06-30")
    last, before, found = difference_of_last(SourceId.DISABILITY_CERTIFICATE, COUNTY)
    assert before is not None
    assert (str(before.taken_on), str(last.taken_on)) == ("2025-01-01", "2025-06-30")
    assert [change.identity for change in found.new] == [identity(order=4)]
    assert [change.identity for change in found.left] == [ME]


def test_people_are_listed_by_area_at_every_level(tmp_path: Path) -> None:
    header = (*HOLDERS, "户籍乡镇")
    rows = [[*holder()[:5], "", "长江镇"], [*holder("赵敏", OTHER)[:5], "", "新桥镇"]]
    take_in(write(tmp_path / "a.xlsx", header, *rows), area=COUNTY)
    for area, number in ((None, 2), ("430000", 2), ("430400", 2), (COUNTY, 2), ("430423104", 1), ("370000", 0)):
        assert len(list(store.people(area))) == number, area
    (everybody, _) = store.people(COUNTY, date(2025, 6, 30))
    assert {fact.kind for fact in everybody.facts} == {FactKind.DISABILITY, FactKind.DOMICILE}


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    small, large = holders(tmp_path / "a.xlsx", 20), holders(tmp_path / "b.xlsx", 400)
    with CaptureQueriesContext(connection) as few:
        take_in(small, "2025-01-01")
    with CaptureQueriesContext(connection) as many:
        take_in(large, "2025-06-30")
    assert len(many) <= len(few) + 40
    assert len(few) <= 40


def test_a_large_roster_is_recorded_as_a_small_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = holders(tmp_path / "a.xlsx", 5)
    with rehearsal():
        by_statements = dict(take_in(sheet, "2025-01-01").summary) | {"roster": 0}, everything()
    monkeypatch.setattr(many_rows, "FEW", 0)  # as if five were many: PostgreSQL then copies
    with rehearsal():
        assert (dict(take_in(sheet, "2025-01-01").summary) | {"roster": 0}, everything()) == by_statements


def everything() -> list[list[tuple[object, ...]]]:
    """Every row of people, facts and roster rows, without the numbers of rows."""
    return [
        list(
            Person.objects.order_by("pk").values_list("name", "identity", "birth_on", "sex", "area", "town", "village")
        ),
        list(
            Fact.objects.order_by("person_id", "kind").values_list(
                "person__identity", "kind", "value", "from_on", "row_no"
            )
        ),
        list(RosterRow.objects.order_by("row_no").values_list("row_no", "verdict", "identity", "name", "codes")),
    ]


def test_when_recording_fails_nothing_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(store, "record_rows", fails)
    with pytest.raises(OSError):  # noqa: PT011 - any message: it stands for the power going
        take_in(holders(tmp_path / "a.xlsx", 2))
    assert (Roster.objects.count(), Person.objects.count(), Fact.objects.count()) == (0, 0, 0)


def test_the_audit_finds_a_row_that_went_missing(tmp_path: Path) -> None:
    take_in(holders(tmp_path / "a.xlsx", 2))
    RosterRow.objects.filter(row_no=3).delete()
    (broken,) = rows_add_up()
    assert "roster" in broken.where

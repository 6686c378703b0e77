"""A county enrolled at once, with everything a batch promises: one key, one answer, few questions to the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from huibao.app import enrolment
from huibao.app.contract import add_contract, show_contract
from huibao.app.enrolment import NamedCover, enrol, enrol_person, join, leave
from huibao.domain.coverage import Consent, Share
from huibao.domain.plan import EndReason, PayerKind
from huibao.domain.roster.person import FactKind, PersonFacts
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import coverage as store
from huibao.store.audits.coverage import AUDITS
from huibao.store.contract import contract_for
from huibao.store.models import coverage as table
from tests.app.county_on_record import CLOCK, CONTRACT_TEXT, NEXT_DOOR_TEXT, later, on_record, with_contract
from tests.domain.county import END, START, helped, relieved, somebody

pytestmark = pytest.mark.django_db

MEDICAL, ACCIDENT = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
ON = date(2020, 1, 10)


def nothing_is_broken() -> bool:
    return [broken for audit in AUDITS for broken in audit.run()] == []


def test_a_county_is_enrolled_at_once_and_the_answer_says_what_it_costs_whom() -> None:
    number = with_contract()
    on_record([relieved(1), relieved(2), helped(3, date(2020, 5, 10)), somebody(4)])
    result = enrol(number, date(2020, 6, 1), "batch-1", CLOCK)
    assert (result.people, result.entered, result.not_eligible) == (3, 6, {"no_group": 2})
    # Two whole premiums and 236 of 366 days of one, 120.00 and 10.00 yuan each: 240 + 77.38 and 20 + 6.45.
    assert {(one.line, one.name): (one.covers, one.premium_fen) for one in result.by_group} == {
        ("medical_supplementary", "poverty_relief"): (2, 24_000),
        ("medical_supplementary", "instant_help"): (1, 7_738),
        ("accident", "poverty_relief"): (2, 2_000),
        ("accident", "instant_help"): (1, 645),
    }
    assert {one.name for one in result.by_town} == {"371302101"}
    # The person 2 x 10.00 + 6.45, the province 2 x 77.00 + 49.65 and 26.45 for accident, the county 2 x 33 + 21.28.
    assert {(one.line, one.payer): one.fen for one in result.money} == {
        ("medical_supplementary", ""): 2_645,
        ("medical_supplementary", "provincial_poverty_fund"): 20_365,
        ("medical_supplementary", "local_agricultural_fund"): 8_728,
        ("accident", "provincial_poverty_fund"): 2_645,
    }
    assert result.premium_fen == 24_000 + 7_738 + 2_645
    assert nothing_is_broken()


def test_the_same_batch_sent_again_records_nothing_and_gives_the_first_answer() -> None:
    number = with_contract()
    on_record([relieved(1), somebody(2, (), lives="371302102")])
    first = enrol(number, ON, "batch-1", CLOCK)
    again = enrol(number, ON, "batch-1", CLOCK)
    assert again == first
    assert again.repeated
    assert not first.repeated
    assert table.Coverage.objects.count() == 2


def test_a_key_used_for_other_content_is_refused_and_nothing_is_done() -> None:
    number = with_contract()
    on_record([relieved(1)])
    enrol(number, ON, "batch-1", CLOCK)
    with pytest.raises(Refused, match="COVERAGE-013"):
        enrol(number, date(2020, 2, 1), "batch-1", CLOCK)
    assert table.Coverage.objects.count() == 2


def test_a_dry_run_answers_and_records_nothing() -> None:
    number = with_contract()
    on_record([relieved(1)])
    result = enrol(number, ON, "batch-1", CLOCK, dry_run=True)
    assert (result.entered, result.dry_run) == (2, True)
    assert table.Coverage.objects.count() == table.Enrolment.objects.count() == 0
    assert enrol(number, ON, "batch-1", CLOCK).list_hash == result.list_hash


def test_a_second_batch_finds_who_joined_and_leaves_the_others_alone() -> None:
    number = with_contract()
    rows = on_record([relieved(1), somebody(2)])
    enrol(number, ON, "batch-1", CLOCK)
    later(rows[2], (FactKind.INSTANT_HELP, "yes", date(2020, 5, 10)))
    result = enrol(number, date(2020, 6, 1), "batch-2", CLOCK)
    assert (result.people, result.already) == (1, 2)
    cover = store.covers_on([rows[2]], ACCIDENT, date(2020, 5, 10))[rows[2]]
    assert cover.period == Period(date(2020, 5, 10), END)
    assert store.covers_on([rows[2]], ACCIDENT, date(2020, 5, 9)) == {}


@pytest.mark.clause("SD-4")
def test_a_joiner_is_enrolled_by_name_by_the_same_rules() -> None:
    number = with_contract()
    one, other = helped(1, date(2020, 5, 10)), helped(2, date(2020, 5, 12))
    on_record([one, other])
    result = join(number, [one.person.identity], date(2020, 5, 20), "join-1", CLOCK)
    assert (result.people, result.entered) == (1, 2)
    with pytest.raises(Refused, match="COVERAGE-017"):
        join(number, ["371302197005170015"], date(2020, 5, 20), "join-2", CLOCK)


def test_who_moved_to_the_next_county_leaves_here_and_enters_there_without_a_day_twice() -> None:
    here, there = with_contract(), with_contract(NEXT_DOOR_TEXT)
    rows = on_record([relieved(1)])
    enrol(here, ON, "here-1", CLOCK)
    later(rows[1], (FactKind.DOMICILE, "371311001", date(2020, 7, 1)))
    from huibao.store.models.roster import Person

    Person.objects.filter(pk=rows[1]).update(area="371311", town="371311001")
    refused = enrol(there, date(2020, 7, 10), "there-1", CLOCK)
    assert {one.problem.code for one in refused.refused} == {"COVERAGE-002"}
    assert "371302-2020" in refused.refused[0].problem.says
    left = enrol(here, date(2020, 7, 10), "here-2", CLOCK)
    assert left.left == {"moved": 2}
    # 182 of 366 days stay paid: 60.33 of 120 yuan and 10 - 4.97 = 5.03 of 10 go back.
    assert left.refund_fen == 6_033 + 503
    entered = enrol(there, date(2020, 7, 10), "there-2", CLOCK)
    assert entered.people == 1
    covers = store.covers_of_person(rows[1])
    assert {(one.contract, one.in_force) for one in covers} == {
        (here, Period(START, date(2020, 6, 30))),
        (there, Period(date(2020, 7, 1), END)),
    }
    assert nothing_is_broken()


def test_a_withdrawal_ends_cover_on_its_day_and_an_earlier_day_corrects_it() -> None:
    number = with_contract()
    one = relieved(1)
    rows = on_record([one])
    enrol(number, ON, "batch-1", CLOCK)
    who = one.person.identity
    first = leave(number, who, date(2020, 6, 30), EndReason.WITHDREW, "leave-1", CLOCK, [MEDICAL])
    assert first.refund_fen == 6_033
    with pytest.raises(Refused, match="COVERAGE-008"):
        leave(number, who, date(2020, 7, 1), EndReason.WITHDREW, "leave-2", CLOCK, [MEDICAL])
    # 91 of 366 days cost 29.84 yuan: 90.16 goes back in all, 29.83 of it now.
    second = leave(number, who, date(2020, 3, 31), EndReason.WITHDREW, "leave-3", CLOCK, [MEDICAL])
    assert second.refund_fen == 9_016 - 6_033
    medical = next(one for one in store.covers_of_person(rows[1]) if one.line is MEDICAL)
    assert medical.last_on == date(2020, 3, 31)
    assert len(medical.ends) == 2
    assert nothing_is_broken()


def test_who_left_and_came_back_withdraws_from_each_line_once() -> None:
    """Found by a simulated year: the earlier cover of the line counted as a second one to end."""
    number = with_contract()
    one = relieved(1)
    rows = on_record([one])
    enrol(number, ON, "batch-1", CLOCK)
    later(rows[1], (FactKind.DOMICILE, "371311001", date(2020, 5, 1)))
    assert enrol(number, date(2020, 5, 10), "batch-2", CLOCK).left == {"moved": 2}
    later(rows[1], (FactKind.DOMICILE, "371302101", date(2020, 9, 1)), key="home again")
    assert enrol(number, date(2020, 9, 10), "batch-3", CLOCK).entered == 2
    result = leave(number, one.person.identity, date(2020, 10, 31), EndReason.WITHDREW, "leave-1", CLOCK)
    assert result.left == {"withdrew": 2}
    assert {cover.last_on for cover in store.covers_of_person(rows[1])} == {date(2020, 4, 30), date(2020, 10, 31)}
    assert nothing_is_broken()


def test_cover_given_by_mistake_never_began_and_its_whole_premium_goes_back() -> None:
    number = with_contract()
    one = relieved(1)
    rows = on_record([one])
    enrol(number, ON, "batch-1", CLOCK)
    result = leave(number, one.person.identity, ON, EndReason.MISTAKEN, "fix-1", CLOCK)
    assert result.refund_fen == 13_000
    assert store.covers_on([rows[1]], MEDICAL, START) == {}
    assert nothing_is_broken()


def test_who_has_no_cover_cannot_leave() -> None:
    number = with_contract()
    one = somebody(1)
    on_record([one])
    with pytest.raises(Refused, match="COVERAGE-007"):
        leave(number, one.person.identity, ON, EndReason.WITHDREW, "leave-1", CLOCK)


@pytest.mark.clause("HN-2.1")
def test_a_close_relative_and_a_donor_buy_cover_together_with_the_person_s_consent() -> None:
    number = with_contract()
    one = helped(1, date(2020, 2, 1))
    rows = on_record([one])
    # 10 yuan for 31 + 30 ... from 10 June: 205 of 366 days is 5.60 yuan.
    paid = (Share(PayerKind.CLOSE_RELATIVE, "", Fen(500)), Share(PayerKind.DONOR, "d-17", Fen(60)))
    wish = NamedCover(ACCIDENT, one.person.identity, paid, "child")
    with pytest.raises(Refused, match="COVERAGE-012"):
        enrol_person(number, wish, date(2020, 6, 10), "named-1", CLOCK)
    agreed = NamedCover(ACCIDENT, wish.identity, paid, "child", Consent("本人", "self", date(2020, 6, 9)))
    result = enrol_person(number, agreed, date(2020, 6, 10), "named-1", CLOCK)
    assert {(one.payer_kind, one.fen) for one in result.money} == {("close_relative", 500), ("donor", 60)}
    assert store.covers_on([rows[1]], ACCIDENT, date(2020, 6, 10))[rows[1]].death_cover
    assert table.Consent.objects.get().given_by == "本人"
    assert enrolment.bill(number, ACCIDENT, "named-1").total_fen == 560


@pytest.mark.invariant("V1")
def test_the_database_itself_refuses_an_overlapping_cover() -> None:
    number = with_contract()
    rows = on_record([relieved(1)])
    enrol(number, ON, "batch-1", CLOCK)
    cover = next(one for one in store.covers_of_person(rows[1]) if one.line is ACCIDENT)
    batch = table.Enrolment.objects.get().pk
    with pytest.raises(IntegrityError, match="V1"), transaction.atomic():
        store.record_coverages(batch, number, [cover])
    with pytest.raises(IntegrityError, match="V1"), transaction.atomic():
        table.CoverageEnd.objects.create(coverage_id=cover.id, enrolment_id=batch, last_on=END, reason="moved")
    with pytest.raises(IntegrityError, match="L3"), transaction.atomic():
        table.Coverage.objects.filter(pk=cover.id).update(first_on=date(2020, 2, 1))


def test_audits_name_what_is_broken() -> None:
    number = with_contract()
    on_record([relieved(1)])
    enrol(number, ON, "batch-1", CLOCK)
    from huibao.store import cover_guards, guards

    guards.take_down(connection)
    cover_guards.take_down(connection)
    medical = table.Coverage.objects.get(line=MEDICAL.value)
    medical.premium_fen = 5
    medical.save()
    twin = table.Coverage.objects.get(line=ACCIDENT.value)
    twin.pk = None
    twin.save()
    assert {audit.number for audit in AUDITS if list(audit.run())} == {"P1", "P2", "V1"}


def test_five_thousand_people_need_no_more_questions_each_than_five_hundred() -> None:
    number = with_contract()
    asked: dict[int, int] = {}
    first = 1
    for count in (100, 600):
        on_record([_one_of_many(at) for at in range(first, first + count)], f"roster-{count}")
        first += count
        with CaptureQueriesContext(connection) as queries:
            result = enrol(number, ON, f"batch-{count}", CLOCK)
        assert result.people == count
        asked[count] = len(queries)
    # Covers go in some seventy at a time and payers two hundred at a time: 500 people more are 1,000 covers and
    # 2,000 payers, some 25 inserts; nothing is asked person by person.
    assert asked[600] - asked[100] <= 40


def _one_of_many(number: int) -> PersonFacts:
    return relieved(number, born=date(1950 + number // 900, 1 + number % 12, 1 + number % 28))


def test_unpaid_premium_is_what_no_entry_of_the_books_has_paid() -> None:
    number = with_contract()
    on_record([relieved(1)])
    enrol(number, ON, "batch-1", CLOCK)
    (bill,) = enrolment.unpaid_premium(number, ACCIDENT)
    assert (bill.key, bill.people, bill.total_fen) == ("batch-1", 1, 1_000)
    assert enrolment.unpaid_premium(number, Line.CRITICAL_ILLNESS) == ()
    assert enrolment.unpaid_refunds(number, ACCIDENT) == ()


def test_a_contract_is_recorded_once_and_its_number_never_means_another() -> None:
    number = with_contract()
    assert not add_contract(CONTRACT_TEXT, "contract.yaml", CLOCK).created
    with pytest.raises(Refused, match="PLAN-015"):
        add_contract(CONTRACT_TEXT.replace("120 yuan", "130 yuan"), "contract.yaml", CLOCK)
    with pytest.raises(Refused, match="PLAN-016"):
        show_contract("none")
    with pytest.raises(Refused, match="PLAN-017"):
        add_contract("#" * 200_001, "contract.yaml", CLOCK)
    assert show_contract(number).scheme_hash
    found = contract_for("371302", ACCIDENT, ON)
    assert found is not None
    assert found.number == number
    assert contract_for("371311", ACCIDENT, ON) is None
    assert contract_for("371302", ACCIDENT, date(2021, 1, 1)) is None

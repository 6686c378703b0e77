"""One example for each thing a reminder to a county is refused for."""

from datetime import date

import pytest

from huibao.app import reminders
from huibao.app.access import Actor, Reach, Role
from huibao.kernel.problem import Refused
from huibao.store import reminder as store
from tests.app import staff_world as world
from tests.app.staff_world import Hands

pytestmark = pytest.mark.django_db
COUNTY, DUE = "430423", date(2026, 5, 20)


def told(act: object, *arguments: object) -> str:
    with pytest.raises(Refused) as raised:
        act(*arguments)  # type: ignore[operator] # a use case
    return raised.value.problems[0].code


def supervisor(clock: Hands) -> Actor:
    return world.worker("du.cha", Role.CITY_SUPERVISOR, clock, Reach("430400")).actor


def clerk(clock: Hands, name: str = "li.wen", role: Role = Role.COUNTY_CLERK) -> Actor:
    return world.worker(name, role, clock, Reach(COUNTY)).actor


def test_remind_001_a_city_is_no_county() -> None:
    clock = Hands()
    assert told(reminders.remind, supervisor(clock), "430400", "other", "x", DUE, "k", clock) == "REMIND-001"


def test_remind_002_an_answer_due_today() -> None:
    clock = Hands()
    assert told(reminders.remind, supervisor(clock), COUNTY, "other", "x", clock.today(), "k", clock) == "REMIND-002"


def test_remind_003_nothing_written() -> None:
    clock = Hands()
    assert told(reminders.remind, supervisor(clock), COUNTY, "other", " ", DUE, "k", clock) == "REMIND-003"


def test_remind_004_one_form_sent_with_another_text() -> None:
    clock = Hands()
    who = supervisor(clock)
    reminders.remind(who, COUNTY, "other", "请报送。", DUE, "k", clock)
    assert told(reminders.remind, who, COUNTY, "other", "请补报。", DUE, "k", clock) == "REMIND-004"


def test_remind_005_a_reminder_of_nobody() -> None:
    clock = Hands()
    assert told(reminders.opened, clerk(clock), 999, clock) == "REMIND-005"


def test_remind_006_a_colleague_answered_first() -> None:
    clock = Hands()
    made = reminders.remind(supervisor(clock), COUNTY, "other", "请报送。", DUE, "k", clock)
    reminders.answer(clerk(clock), made.id, "已报送。", clock)
    other = clerk(clock, "fu.he", Role.COUNTY_APPROVER)
    assert told(reminders.answer, other, made.id, "另报。", clock) == "REMIND-006"
    found = store.by_id(made.id)
    assert found is not None
    assert found.answer == "已报送。"

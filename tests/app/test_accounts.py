"""Signing in with two factors: what opens, what stays shut, and that nobody can lock somebody else out."""

from datetime import timedelta

import pytest

from huibao.app.access import Role
from huibao.app.accounts import invitation, sign_in
from huibao.app.accounts.passwords import password_problem
from huibao.kernel.problem import Refused
from huibao.store import staff as store
from huibao.store import trail
from huibao.store.models.staff import Sitting, Staff
from tests.app import staff_world as world
from tests.app.staff_world import ELSEWHERE, HERE, Hands

pytestmark = pytest.mark.django_db


def refused(act: object, *arguments: object) -> str:
    with pytest.raises(Refused) as raised:
        act(*arguments)  # type: ignore[operator] # a use case
    return raised.value.problems[0].code


def test_password_and_code_open_a_sitting_and_both_are_on_record() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    first = world.sign_in("Li.Wen ", clock)
    assert first.stage == "code"
    half = world.opened(first.token, clock)
    full = sign_in.second_factor(half, li.code(clock), HERE, clock)
    assert sign_in.sitting_of(first.token, clock) is None
    assert world.opened(full.token, clock).stage == "full"
    assert [act.deed.verb for act in trail.all_acts()] == ["invite", "join", "set_second", "sign_in", "sign_in"]


def test_a_code_serves_once_and_so_does_a_recovery_code() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    code = li.code(clock)
    sign_in.second_factor(world.opened(world.sign_in("li.wen", clock).token, clock), code, HERE, clock)
    again = world.opened(world.sign_in("li.wen", clock).token, clock)
    assert refused(sign_in.second_factor, again, code, HERE, clock) == "ACCOUNT-003"
    assert sign_in.second_factor(again, li.codes[0].upper(), HERE, clock).stage == "full"
    third = world.opened(world.sign_in("li.wen", clock).token, clock)
    assert refused(sign_in.second_factor, third, li.codes[0], HERE, clock) == "ACCOUNT-003"
    assert sign_in.recovery_codes_left(li.actor) == 9


def test_a_wrong_password_and_a_name_nobody_has_get_the_same_answer() -> None:
    clock = Hands()
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    answers = []
    for name in ("li.wen", "nobody.here"):
        with pytest.raises(Refused) as raised:
            world.sign_in(name, clock, HERE, "not this one")
        answers.append(raised.value.problems)
    assert answers[0] == answers[1]


def test_guessing_from_one_place_waits_longer_and_longer() -> None:
    clock = Hands()
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    for _ in range(5):
        assert refused(world.sign_in, "li.wen", clock, ELSEWHERE, "guess") == "ACCOUNT-001"
    assert refused(world.sign_in, "li.wen", clock, ELSEWHERE, world.PASSWORD) == "ACCOUNT-002"
    clock.on(seconds=2)
    assert refused(world.sign_in, "li.wen", clock, ELSEWHERE, "guess") == "ACCOUNT-001"
    clock.on(seconds=3)
    assert refused(world.sign_in, "li.wen", clock, ELSEWHERE, world.PASSWORD) == "ACCOUNT-002"
    clock.on(seconds=1)
    assert world.sign_in("li.wen", clock, ELSEWHERE).stage == "code"


def test_strangers_failing_everywhere_do_not_hold_up_the_owner_at_a_known_browser() -> None:
    clock = Hands()
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    for each in range(60):
        stranger = sign_in.Where(f"198.51.100.{each % 250}", "", "")
        refused(world.sign_in, "li.wen", clock, stranger, "guess")
        clock.on(seconds=31)
    refused(world.sign_in, "li.wen", clock, ELSEWHERE, "guess")
    assert world.sign_in("li.wen", clock, HERE).stage == "code"
    clock.on(seconds=31)
    assert world.sign_in("li.wen", clock, sign_in.Where("192.0.2.1", "", "")).stage == "code"


def test_five_wrong_codes_end_the_sitting() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    token = world.sign_in("li.wen", clock).token
    codes = [refused(sign_in.second_factor, world.opened(token, clock), "000000", HERE, clock) for _ in range(5)]
    assert codes == ["ACCOUNT-003"] * 4 + ["ACCOUNT-014"]
    assert sign_in.sitting_of(token, clock) is None
    assert li.code(clock) != "000000"


def test_a_sitting_ends_when_idle_and_after_a_working_day_however_busy() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    token = _full(li, clock)
    clock.on(minutes=29)
    assert sign_in.sitting_of(token, clock) is not None
    clock.on(minutes=31)
    assert sign_in.sitting_of(token, clock) is None
    token, began = _full(li, clock), clock.now()
    while clock.now() - began < timedelta(hours=10):
        assert sign_in.sitting_of(token, clock) is not None
        clock.on(minutes=20)
    clock.on(minutes=1)
    assert sign_in.sitting_of(token, clock) is None


def test_sittings_are_listed_and_ended_by_their_owner_alone() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    zhao = world.worker("zhao.min", Role.COUNTY_APPROVER, clock)
    _full(li, clock)
    here = world.opened(_full(li, clock), clock)
    assert here.id in {one.id for one in sign_in.sittings(li.actor, clock)}
    assert sign_in.end_sitting(zhao.actor, here.id, HERE, clock) is False
    assert sign_in.end_sitting(li.actor, here.id, HERE, clock) is True
    assert here.id not in {one.id for one in sign_in.sittings(li.actor, clock)}


def test_a_new_password_ends_every_other_sitting() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    other, this = _full(li, clock), _full(li, clock)
    keep = world.opened(this, clock).id
    sign_in.change_password(li.actor, world.PASSWORD, "another-four-words-73", keep, HERE, clock)
    assert sign_in.sitting_of(other, clock) is None
    assert sign_in.sitting_of(this, clock) is not None
    assert refused(world.sign_in, "li.wen", clock) == "ACCOUNT-001"


def test_an_invitation_serves_once_and_three_days_and_a_new_one_takes_both_factors_back() -> None:
    clock = Hands()
    world.keys()
    token = invitation.invite("li.wen", "李文", Role.COUNTY_CLERK, [], clock)
    clock.on(days=3, seconds=1)
    assert refused(invitation.join, token, world.PASSWORD, HERE, clock) == "ACCOUNT-007"
    token = invitation.invite("li.wen", "李文", Role.COUNTY_CLERK, [], clock, again=True)
    assert invitation.join(token, world.PASSWORD, HERE, clock).stage == "enrol"
    assert refused(invitation.join, token, world.PASSWORD, HERE, clock) == "ACCOUNT-007"
    invitation.invite("li.wen", "李文", Role.COUNTY_CLERK, [], clock, again=True)
    assert refused(world.sign_in, "li.wen", clock) == "ACCOUNT-001"


def test_an_account_that_ended_opens_nothing_and_its_sittings_end() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    token = _full(li, clock)
    invitation.end("li.wen", clock)
    assert sign_in.sitting_of(token, clock) is None
    assert refused(world.sign_in, "li.wen", clock) == "ACCOUNT-001"


def test_an_account_of_a_demonstration_opens_nothing_anywhere_else() -> None:
    clock = Hands()
    world.keys()
    token = invitation.invite("jingban", "示范甲", Role.COUNTY_CLERK, [], clock, made_up=True)
    invitation.join(token, world.PASSWORD, HERE, clock)
    assert refused(world.sign_in, "jingban", clock) == "ACCOUNT-001"


def test_the_database_holds_no_password_code_or_cookie_that_could_be_used() -> None:
    clock = Hands()
    li = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    token = _full(li, clock)
    row = Staff.objects.get(name="li.wen")
    assert row.password.startswith("argon2$argon2id$")
    assert li.secret not in row.totp
    assert store.totp_secret(row.pk) == li.secret
    assert token not in set(Sitting.objects.values_list("token", flat=True))
    kept = set(row.recovery_codes.values_list("code", flat=True))
    assert [code for code in li.codes if any(code.replace("-", "") in each for each in kept)] == []
    assert store.digest(li.codes[0].replace("-", "")) not in kept


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "ACCOUNT-004"),
        ("x" * 129, "ACCOUNT-004"),
        ("1234567890", "ACCOUNT-005"),
        ("Password2026!", "ACCOUNT-005"),
        ("aaaaaaaaaaaa", "ACCOUNT-005"),
        ("huibao-is-fine", "ACCOUNT-006"),
        ("my-li.wen-words", "ACCOUNT-006"),
        ("李文的好密码在这里哦", "ACCOUNT-006"),
    ],
)
def test_a_password_that_is_short_leaked_or_guessable_is_not_taken(password: str, code: str) -> None:
    found = password_problem(password, ("li.wen", "李文"))
    assert found is not None
    assert found.code == code


def test_a_few_unrelated_words_are_a_good_password() -> None:
    assert password_problem("青山 雨后 茶壶 三只鸟", ("li.wen", "李文")) is None


def _full(li: world.Worker, clock: Hands) -> str:
    clock.on(seconds=31)
    half = world.opened(world.sign_in("li.wen", clock).token, clock)
    return sign_in.second_factor(half, li.code(clock), HERE, clock).token

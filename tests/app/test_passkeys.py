"""A passkey signs in place of a code: for this site, this sitting, this account, once, while its user is at the device."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from pytest_django import Settings

from huibao.app.access import Role
from huibao.app.accounts import invitation, passkeys
from huibao.kernel.problem import Refused
from huibao.store import passkey as store
from huibao.store.models.staff import Act
from huibao.store.staff import SittingRecord
from tests.app import staff_world as world
from tests.app.soft_device import ORIGIN, Device
from tests.app.staff_world import HERE, Hands, Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Settings) -> None:
    settings.HUIBAO_ORIGIN = ORIGIN


@dataclass
class Owner:
    """Somebody at work in a full sitting, with a device."""

    one: Worker
    clock: Hands
    device: Device
    sitting: SittingRecord

    def half(self) -> SittingRecord:
        """A sitting in which the password was given."""
        return world.opened(world.sign_in(self.one.actor.name, self.clock).token, self.clock)

    def enters(self, sitting: SittingRecord, answer: str) -> str:
        """The stage an answer leads to, or the code of the refusal."""
        try:
            return passkeys.enter(sitting, answer, HERE, self.clock).stage
        except Refused as refused:
            return refused.problems[0].code

    def adds(self, device: Device, options: str | None = None) -> str:
        """Add a device; "" or the code of the refusal."""
        try:
            if options is None:
                options = self.options()
            passkeys.add(self.one.actor, self.sitting, "钥匙", device.make(options), HERE, self.clock)
        except Refused as refused:
            return refused.problems[0].code
        return ""

    def options(self) -> str:
        """Give a code and get what a device needs."""
        self.clock.on(seconds=31)
        passkeys.begin_adding(self.one.actor, self.sitting, self.one.code(self.clock), HERE, self.clock)
        return passkeys.to_add(self.one.actor, self.sitting, self.clock)


def owner(name: str = "li.wen", clock: Hands | None = None) -> Owner:
    """An account with one key."""
    clock = clock or Hands()
    one = world.worker(name, Role.COUNTY_CLERK, clock)
    from huibao.app.accounts import sign_in

    half = world.opened(world.sign_in(name, clock).token, clock)
    full = world.opened(sign_in.second_factor(half, one.code(clock), HERE, clock).token, clock)
    made = Owner(one, clock, Device(), full)
    assert made.adds(made.device) == ""
    return made


def acts(verb: str) -> list[tuple[str, str, str]]:
    return list(Act.objects.filter(verb=verb).order_by("number").values_list("noun", "purpose", "outcome"))


def test_a_key_signs_in_and_both_adding_and_using_it_are_on_record() -> None:
    one = owner()
    half = one.half()
    assert one.enters(half, one.device.sign(passkeys.to_enter(half, one.clock))) == "full"
    (kept,) = store.of_staff(one.one.actor.staff_id)
    assert (kept.sign_count, kept.used_at, kept.name, kept.transports) == (1, one.clock.now(), "钥匙", ("usb",))
    assert acts("add_passkey") == [("passkey", "", "done")]
    assert acts("sign_in")[-1] == ("sitting", "passkey", "done")


def test_what_is_asked_of_a_device_makes_sure_of_its_user_and_says_nothing_personal() -> None:
    one = owner()
    asked = json.loads(one.options())
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "localhost"
    assert [each["id"] for each in asked["excludeCredentials"]] == [
        store.of_staff(one.one.actor.staff_id)[0].credential
    ]
    assert json.loads(passkeys.to_enter(one.half(), one.clock))["userVerification"] == "required"


def lying(change: Callable[[Device], None]) -> str:
    """What becomes of signing in by the right key in a device that was changed."""
    one = owner()
    change(one.device)
    half = one.half()
    return one.enters(half, one.device.sign(passkeys.to_enter(half, one.clock)))


@pytest.mark.parametrize(
    "change",
    [
        lambda device: setattr(device, "origin", "http://localhost:8001"),
        lambda device: setattr(device, "origin", "https://localhost"),
        lambda device: setattr(device, "site", "example.org"),
        lambda device: setattr(device, "verifies", False),
        lambda device: setattr(device, "key", Device().key),
        lambda device: setattr(device, "number", Device().number),
    ],
    ids=["another port", "another scheme", "another site", "nobody verified", "another key", "an unknown key"],
)
def test_an_answer_that_is_not_for_here_by_this_key_with_its_user_is_refused(change: Callable[[Device], None]) -> None:
    assert lying(change) == "ACCOUNT-016"


def test_what_was_signed_serves_once_and_in_its_own_sitting_alone() -> None:
    one = owner()
    first, second = one.half(), one.half()
    passkeys.to_enter(second, one.clock)
    answer = one.device.sign(passkeys.to_enter(first, one.clock))
    assert one.enters(second, answer) == "ACCOUNT-016"
    assert one.enters(first, answer) == "full"
    third = one.half()
    passkeys.to_enter(third, one.clock)
    assert one.enters(third, answer) == "ACCOUNT-016"


def test_an_answer_without_a_challenge_or_to_a_former_one_or_too_late_is_refused() -> None:
    one = owner()
    half = one.half()
    former = passkeys.to_enter(half, one.clock)
    passkeys.to_enter(half, one.clock)
    assert one.enters(half, one.device.sign(former)) == "ACCOUNT-016"
    assert one.enters(half, one.device.sign(former)) == "ACCOUNT-016"  # the challenge is gone by now
    late = passkeys.to_enter(half, one.clock)
    one.clock.on(minutes=6)
    assert one.enters(half, one.device.sign(late)) == "ACCOUNT-016"


def test_another_account_s_key_opens_nothing() -> None:
    mine = owner()
    other = owner("wang.wu", mine.clock)
    half = other.half()
    assert other.enters(half, mine.device.sign(passkeys.to_enter(half, other.clock))) == "ACCOUNT-016"


def test_a_copy_that_counts_behind_is_refused() -> None:
    one = owner()
    half = one.half()
    one.device.count = 7
    assert one.enters(half, one.device.sign(passkeys.to_enter(half, one.clock))) == "full"
    one.device.count = 5
    half = one.half()
    assert one.enters(half, one.device.sign(passkeys.to_enter(half, one.clock))) == "ACCOUNT-016"


def test_a_challenge_for_adding_does_not_sign_in_and_the_other_way_round() -> None:
    one = owner()
    half = one.half()
    store.set_challenge(half.id, store.challenge(one.sitting.id) or "add.0.AAAA")
    one.options()
    store.set_challenge(half.id, store.challenge(one.sitting.id))
    adding = json.dumps({"challenge": store.challenge(half.id).rpartition(".")[2]})
    assert one.enters(half, one.device.sign(adding)) == "ACCOUNT-016"
    entering = passkeys.to_enter(half, one.clock)
    store.set_challenge(one.sitting.id, store.challenge(half.id))
    assert one.adds(Device(), entering) == "ACCOUNT-017"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        '{"response": {}}',
        "[" * 9_000,
        "{" + " " * 20_000 + "}",
        '{"id": {}, "response": {"a": 1}}',
    ],
)
def test_what_is_no_answer_is_refused_like_a_wrong_one(answer: str) -> None:
    one = owner()
    half = one.half()
    passkeys.to_enter(half, one.clock)
    assert one.enters(half, answer) == "ACCOUNT-016"
    one.options()
    with pytest.raises(Refused) as raised:
        passkeys.add(one.one.actor, one.sitting, "x", answer, HERE, one.clock)
    assert raised.value.problems[0].code == "ACCOUNT-017"


def test_five_wrong_answers_end_the_sitting_like_wrong_codes() -> None:
    one = owner()
    half = one.half()
    assert [one.enters(half, "{}") for _ in range(5)] == ["ACCOUNT-016"] * 4 + ["ACCOUNT-014"]
    assert acts("sign_in")[-1] == ("sitting", "", "ACCOUNT-016")


@pytest.mark.parametrize(
    "device", [Device(origin="https://evil.example"), Device(site="evil.example"), Device(verifies=False)]
)
def test_a_key_made_elsewhere_or_without_its_user_is_not_added(device: Device) -> None:
    assert owner().adds(device) == "ACCOUNT-017"


def test_adding_needs_a_code_and_each_code_adds_one_key() -> None:
    one = owner()
    assert passkeys.to_add(one.one.actor, one.sitting, one.clock) == ""
    with pytest.raises(Refused):
        passkeys.begin_adding(one.one.actor, one.sitting, "000000", HERE, one.clock)
    options = one.options()
    assert one.adds(Device(), options) == ""
    assert one.adds(Device(), options) == "ACCOUNT-017"


def test_a_key_is_one_account_s_and_an_account_has_ten_at_most() -> None:
    one = owner()
    other = owner("wang.wu", one.clock)
    assert other.adds(one.device) == "ACCOUNT-017"
    assert [one.adds(Device()) for _ in range(10)] == [""] * 9 + ["ACCOUNT-018"]


def test_a_key_is_removed_by_its_owner_against_a_code_and_opens_nothing_more() -> None:
    one = owner()
    other = owner("wang.wu", one.clock)
    (kept,) = store.of_staff(one.one.actor.staff_id)
    one.clock.on(seconds=31)
    passkeys.remove(other.one.actor, kept.id, other.one.code(one.clock), HERE, one.clock)
    with pytest.raises(Refused):
        passkeys.remove(one.one.actor, kept.id, "000000", HERE, one.clock)
    assert store.of_staff(one.one.actor.staff_id) == (kept,)
    half = one.half()
    answer = one.device.sign(passkeys.to_enter(half, one.clock))
    passkeys.remove(one.one.actor, kept.id, one.one.code(one.clock), HERE, one.clock)
    assert one.enters(half, answer) == "ACCOUNT-016"
    assert acts("end_passkey") == [("passkey", "", "done")]


def test_a_new_invitation_takes_the_keys_back() -> None:
    one = owner()
    invitation.invite("li.wen", "", Role.COUNTY_CLERK, [], one.clock, again=True)
    assert store.of_staff(one.one.actor.staff_id) == ()


def test_without_an_address_in_the_settings_none_is_offered_or_taken(settings: Settings) -> None:
    one = owner()
    half = one.half()
    answer = one.device.sign(passkeys.to_enter(half, one.clock))
    settings.HUIBAO_ORIGIN = ""
    assert passkeys.to_enter(half, one.clock) == ""
    assert one.enters(half, answer) == "ACCOUNT-016"

"""One example for each thing the console, its accounts and its keys refuse, with the code a person would quote."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from pytest_django import Settings

from huibao.app.access import Actor, Noun, Reach, Role, Verb, may
from huibao.app.accounts import invitation, keeping, passkeys, sign_in
from huibao.app.accounts.passwords import password_problem
from huibao.app.hospital.counter import come_in, desk_of
from huibao.app.hospital.regions import regions
from huibao.app.person import find, person_page
from huibao.cli.main import door
from huibao.kernel.problem import Problem, Refused
from huibao.store import institution as institutions
from huibao.store import keys, vault
from huibao.store.stay import Stay
from huibao.store.unit import unit_of_work
from huibao.web.forms import Form
from huibao.web.own import CHANGE
from tests.app import insured_county as county
from tests.app import staff_world as world
from tests.app.staff_world import HERE, Hands
from tests.hospital import world as hospital

pytestmark = pytest.mark.django_db

MADE_UP = "430423199001010038"


def told(act: object, *arguments: object, **named: object) -> Problem:
    with pytest.raises(Refused) as raised:
        act(*arguments, **named)  # type: ignore[operator] # a use case
    return raised.value.problems[0]


def clerk() -> Actor:
    return world.worker("li.wen", Role.COUNTY_CLERK, Hands()).actor


def test_account_001_a_wrong_password() -> None:
    assert told(world.sign_in, "nobody", Hands(), HERE, "wrong").code == "ACCOUNT-001"


def test_account_002_too_many_tries() -> None:
    clock = Hands()
    for _ in range(5):
        told(world.sign_in, "nobody", clock, HERE, "wrong")
    found = told(world.sign_in, "nobody", clock, HERE, "wrong")
    assert found.code == "ACCOUNT-002"
    assert found.says == "尝试次数较多，请在 2 秒后再试。"


def test_account_003_and_014_a_wrong_code_and_one_too_many() -> None:
    clock = Hands()
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    token = world.sign_in("li.wen", clock).token
    codes = [told(sign_in.second_factor, world.opened(token, clock), "000000", HERE, clock).code for _ in range(5)]
    assert codes == ["ACCOUNT-003"] * 4 + ["ACCOUNT-014"]


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "ACCOUNT-004"), ("password1234", "ACCOUNT-005"), ("huibao-is-mine", "ACCOUNT-006")],
)
def test_account_004_to_006_a_password_that_is_short_leaked_or_guessable(password: str, code: str) -> None:
    found = password_problem(password)
    assert found is not None
    assert found.code == code


def test_account_007_a_link_that_serves_no_more() -> None:
    assert told(invitation.join, "made-up", world.PASSWORD, HERE, Hands()).code == "ACCOUNT-007"


def test_account_008_to_011_an_invitation_that_cannot_be_read() -> None:
    clock = Hands()
    assert told(invitation.invite, "李文", "李文", Role.AUDITOR, [], clock).code == "ACCOUNT-008"
    invitation.invite("li.wen", "李文", Role.AUDITOR, [], clock)
    assert told(invitation.invite, "li.wen", "李文", Role.AUDITOR, [], clock).code == "ACCOUNT-009"
    assert told(invitation.read_role, "boss").code == "ACCOUNT-010"
    assert told(invitation.read_reach, "衡山", Role.AUDITOR, clock).code == "ACCOUNT-011"
    assert told(invitation.read_reach, "430423", Role.INSURER_PAYER, clock).code == "ACCOUNT-011"


def test_account_012_a_name_nobody_has() -> None:
    assert told(invitation.end, "nobody", Hands()).code == "ACCOUNT-012"


def test_account_015_ones_own_account() -> None:
    clock = Hands()
    keeper = world.worker("guan.li", Role.KEEPER, clock).actor
    assert told(keeping.end, keeper, "guan.li", clock).code == "ACCOUNT-015"


def test_account_013_two_passwords_that_differ_are_told_beside_the_second() -> None:
    from huibao.app.accounts.problems import REPEATED

    form = Form(CHANGE)
    form.refuse([REPEATED()], "again")
    assert REPEATED.code == "ACCOUNT-013"
    assert form.faults == {"again": "两次输入的密码不一致。请重新输入两次。"}


def test_access_001_to_003_what_a_role_may_not_where_it_may_not_and_twice_the_same() -> None:
    from huibao.app.access import must_differ

    one = Actor(7, "li.wen", "李文", Role.CITY_SUPERVISOR, (Reach("430400"),))
    found = may(one, Verb.UNMASK, Noun.PERSON)
    assert found is not None
    assert (found.code, found.says) == ("ACCESS-001", "“市级监管”不能完整显示人员信息。")
    found = may(one, Verb.READ, Noun.COVERAGE_FIGURES, "370323")
    assert found is not None
    assert found.code == "ACCESS-002"
    assert told(must_differ, one, frozenset({7})).code == "ACCESS-003"


def test_person_001_and_002_nobody_here_and_no_purpose() -> None:
    from huibao.store.models.roster import Person

    one, clock = clerk(), Hands()
    assert told(find, one, MADE_UP, clock).code == "PERSON-001"
    row = Person.objects.create(
        name="王某某", identity=MADE_UP, birth_on="1990-01-01", sex="male", area="430423", entered_on="2026-01-01"
    )
    found = told(person_page, one, row.pk, clock, purpose="because")
    assert found.code == "PERSON-002"


def test_vault_001_to_003_no_keys_bad_keys_and_a_key_that_is_gone(settings: Settings) -> None:
    settings.HUIBAO_KEYS = ""
    assert told(vault.seal, "text", "x").code == "VAULT-001"
    settings.HUIBAO_KEYS = "k1:too-short"
    assert told(vault.seal, "text", "x").code == "VAULT-002"
    old, new = vault.new_key(), vault.new_key()
    settings.HUIBAO_KEYS = old
    sealed = vault.seal("手机 138…", "x")
    settings.HUIBAO_KEYS = f"{new},{old}"
    assert vault.unseal(sealed, "x") == "手机 138…"
    assert told(vault.unseal, sealed, "another row").code == "VAULT-003"
    settings.HUIBAO_KEYS = new
    assert told(vault.unseal, sealed, "x").code == "VAULT-003"


def test_vault_004_no_key_to_search_with(settings: Settings) -> None:
    settings.HUIBAO_KEYS = vault.new_key()
    assert told(vault.blind, MADE_UP, "person.identity").code == "VAULT-004"


def test_vault_005_and_006_a_key_that_is_missing_and_one_that_is_another(settings: Settings) -> None:
    settings.HUIBAO_KEYS = "one:" + "a" * 43 + "="
    keys.begin_with(["one"])
    settings.HUIBAO_KEYS = vault.new_keys()
    assert told(keys.begin_with, vault.ring().writing).code == "VAULT-005"
    settings.HUIBAO_KEYS = "one:" + "b" * 43 + "="
    assert told(keys.begin_with, ["one"]).code == "VAULT-006"


def test_web_001_and_002_serving_in_the_clear_or_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIBAO_BEHIND_PROXY", raising=False)
    done = CliRunner().invoke(door, ["serve", "--demo", "--host", "0.0.0.0"])  # noqa: S104 - refused is what is shown
    assert (done.exit_code, "WEB-001" in done.output) == (3, True)
    monkeypatch.delenv("HUIBAO_SECRET_KEY", raising=False)
    done = CliRunner().invoke(door, ["serve"])
    assert (done.exit_code, "WEB-002" in done.output) == (3, True)


def test_web_003_pages_whose_style_sheets_are_not_built() -> None:
    from huibao.cli.serve import NOT_BUILT

    assert NOT_BUILT.code == "WEB-003"
    assert "make setup" in NOT_BUILT().do
    assert settings.STATIC_ROOT.name == "served"


def test_web_004_a_certificate_that_cannot_serve(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for options in (["--certificate", str(empty)], ["--certificate", str(empty), "--private-key", str(empty)]):
        done = CliRunner().invoke(door, ["serve", *options])
        assert (done.exit_code, "WEB-004" in done.output) == (3, True), options


def test_counter_001_a_cashier_whose_account_names_no_hospital() -> None:
    clock = Hands()
    cashier = world.worker("shou.fei", Role.HOSPITAL_CASHIER, clock, Reach("430423")).actor
    assert told(desk_of, cashier, regions(None), clock).code == "COUNTER-001"


def test_counter_002_a_stay_whose_days_lie_across_anothers() -> None:
    clock = Hands(datetime(2020, 6, 20, 2, 0, tzinfo=UTC))
    county.insure(people=1)
    with unit_of_work():
        institutions.record_institution(hospital.institution(), clock.now())
    cashier = world.worker("shou.fei", Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY, hospital.CODE)).actor

    def came(first: int, last: int) -> Stay:
        desk = desk_of(cashier, regions(None), clock, f"k{first}")
        return come_in(cashier, desk, county.identity(1), date(2020, 5, first), date(2020, 5, last), "Z1", "")

    assert came(1, 12).number == came(1, 12).number, "the same stay is the one on record"
    assert told(came, 11, 15).code == "COUNTER-002"
    assert came(12, 15).number, "out and in again on one day"


def test_account_019_an_account_another_keeper_dealt_with() -> None:
    clock = Hands()
    keeper = world.worker("zhang.hao", Role.KEEPER, clock).actor
    keeping.invite(keeper, "li.wen", "李文", Role.COUNTY_CLERK.value, world.COUNTY, clock)
    seen = keeping.version(keeping.one(keeper, "li.wen"))
    keeping.invite_anew(keeper, "li.wen", clock, seen)
    assert told(keeping.end, keeper, "li.wen", clock, seen).code == "ACCOUNT-019"


def test_account_016_a_passkey_that_is_not_taken(settings: Settings) -> None:
    clock = Hands()
    settings.HUIBAO_ORIGIN = "http://localhost:8000"
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    half = world.opened(world.sign_in("li.wen", clock).token, clock)
    assert told(passkeys.enter, half, "{}", HERE, clock).code == "ACCOUNT-016"


def test_account_017_a_passkey_that_was_not_made() -> None:
    clock = Hands()
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    sitting = world.opened(world.sign_in("li.wen", clock).token, clock)
    assert told(passkeys.add, one.actor, sitting, "x", "{}", HERE, clock).code == "ACCOUNT-017"


def test_account_018_an_eleventh_passkey(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Hands()
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    sitting = world.opened(world.sign_in("li.wen", clock).token, clock)
    monkeypatch.setattr(passkeys, "MOST", 0)
    assert told(passkeys.begin_adding, one.actor, sitting, one.code(clock), HERE, clock).code == "ACCOUNT-018"

"""Keys are changed while the office works: all is sealed and indexed anew, killed at any point it goes on, nothing is lost."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from huibao.app.audit import check_all
from huibao.app.settlement import settle_bills
from huibao.kernel.problem import Refused
from huibao.store import guards, keys, rotation, vault
from huibao.store import roster as people
from huibao.store import settlement as settlements
from huibao.store.models.roster import Fact, Person
from scripts.postgres import Cluster
from tests.app import insured_county as county
from tests.app.test_settlement import a_bill

ROOT = Path(__file__).resolve().parents[2]


def a_county() -> None:
    """Insured people with sealed columns of every kind, one of them with a bill."""
    clock = county.insure(people=4)
    settle_bills([a_bill("B1", 10_000, 9_000, 6_000)], clock)
    Person.objects.filter(identity_index__in=people.sought_by([county.identity(2)])).update(phone="13912345670")
    Fact.objects.filter(person__identity_index__in=people.sought_by([county.identity(2)])).update(detail="证号 1")


def raw(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_what_stands_in_a_row_is_sealed_and_reads_as_it_was_given() -> None:
    a_county()
    (phone,) = raw("SELECT phone FROM person WHERE phone <> ''")
    assert phone.startswith("test:")
    assert "13912345670" not in phone
    assert raw("SELECT bill FROM settlement")[0].startswith("test:")
    person = people.person_by_identity(county.identity(2))
    assert person is not None
    assert people.person_records([person.id])[person.id].phone == "13912345670"
    assert people.person_by_identity(county.identity(99)) is None


@pytest.mark.django_db
def test_one_identity_number_is_one_person() -> None:
    county.add_person(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        county.add_person(1)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{"phone": "13912345670"}, {"phone__startswith": "139"}, {"phone__in": ["139"]}])
def test_a_sealed_column_is_not_compared_by_mistake(asked: dict[str, str]) -> None:
    with pytest.raises(FieldError):
        Person.objects.filter(**asked).first()
    assert not Person.objects.exclude(phone="").exists()


@pytest.mark.django_db
def test_after_new_keys_old_and_new_are_found_and_rotation_leaves_only_the_new(settings: Settings) -> None:
    a_county()
    former = settings.HUIBAO_KEYS
    keys.begin_with(vault.ring().writing)
    before = {one.number: one.bill for one in settlements.settlements()}
    settings.HUIBAO_KEYS = f"{vault.new_keys()},{former}"
    county.add_person(7)
    for number in (2, 7):
        assert people.person_by_identity(county.identity(number)) is not None
    assert people.known_people([county.identity(2), county.identity(7)], "test", county.COUNTY).keys() == {
        county.identity(2),
        county.identity(7),
    }
    expected = rotation.to_do()
    told: list[int] = []
    made = rotation.rotate(told.append)
    assert sum(told) == sum(made.sealed.values()) == expected > 0
    assert set(made.free) == {"test", "index-test"}
    assert rotation.to_do() == 0
    assert guards.missing(connection) == ()
    settings.HUIBAO_KEYS = ",".join(settings.HUIBAO_KEYS.split(",")[:2])
    assert keys.key_problems() == []
    assert {one.number: one.bill for one in settlements.settlements()} == before
    assert people.person_by_identity(county.identity(2)) is not None
    assert [one for one in check_all() if not one.holds] == []
    assert all(not one.broken for one in rotation.standing())


@pytest.mark.django_db
def test_the_guards_of_facts_stand_while_nothing_is_rotated_and_when_it_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_county()
    settings.HUIBAO_KEYS = f"{vault.new_keys()},{settings.HUIBAO_KEYS}"

    def fails(*_: object) -> tuple[object, ...]:
        raise OSError

    monkeypatch.setattr(rotation, "anew", fails)
    with pytest.raises(OSError):  # noqa: PT011 - any message: it stands for the power going
        rotation.rotate()
    assert guards.missing(connection) == ()


@pytest.mark.django_db
def test_what_was_changed_or_moved_in_the_raw_database_is_refused_and_found(settings: Settings) -> None:
    a_county()
    two = Person.objects.get(identity_index__in=people.sought_by([county.identity(2)]))
    three = Person.objects.get(identity_index__in=people.sought_by([county.identity(3)]))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE person SET address = phone WHERE id = %s", [two.pk])  # moved to another column
        cursor.execute(  # another person's number, under one's own index
            "UPDATE person SET identity = (SELECT identity FROM person WHERE id = %s) WHERE id = %s", [two.pk, three.pk]
        )
    with pytest.raises(Refused) as moved:
        Person.objects.get(pk=two.pk)
    assert {problem.code for problem in moved.value.problems} == {"VAULT-003"}
    found = {one.place: one.broken for one in rotation.standing() if one.broken}
    assert found == {"person.address": (two.pk,), "person.identity": (three.pk,)}


@pytest.mark.django_db
def test_a_plain_value_where_a_sealed_one_should_stand_is_refused_without_being_repeated() -> None:
    row = county.add_person(1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE person SET phone = '13912345670' WHERE id = %s", [row.pk])
    with pytest.raises(Refused) as plain:
        Person.objects.get(pk=row.pk)
    assert "13912345670" not in str(plain.value.problems)


@pytest.mark.django_db
def test_other_keys_than_the_database_was_written_with_are_refused_before_anything_is_read(settings: Settings) -> None:
    keys.begin_with(vault.ring().writing)
    name, _, _ = settings.HUIBAO_KEYS.partition(":")
    settings.HUIBAO_KEYS = vault.new_keys()
    assert {problem.code for problem in keys.key_problems()} == {"VAULT-005"}
    settings.HUIBAO_KEYS = f"{name}:{'c' * 43}=,index-test:{'d' * 43}="
    assert {problem.code for problem in keys.key_problems()} == {"VAULT-006"}
    with pytest.raises(Refused):
        keys.begin_with(vault.ring().writing)


@pytest.mark.django_db
def test_every_column_called_sealed_is_known_to_the_rotation() -> None:
    from django.apps import apps

    known = {(one.table, one.column) for one in rotation.places()}
    named = {
        (model._meta.db_table, field.column)
        for model in apps.get_app_config("store").get_models()
        for field in model._meta.concrete_fields
        if field.column in {"sealed", "totp", "pending", "kept"}
    }
    assert named <= known
    with connection.cursor() as cursor:
        for one in rotation.places():
            cursor.execute(f'SELECT COUNT("{one.column}") FROM "{one.table}"')  # noqa: S608 - our own names


def rotating(database: str, under: str, killed_at: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.sealed.rotating", str(killed_at)],
        env=os.environ
        | {"HUIBAO_DB": database, "HUIBAO_KEYS": under, "DJANGO_SETTINGS_MODULE": "huibao.config.settings"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def played(database: str, folder: Path) -> dict[str, str]:
    """The whole path, under the tests' own keys; the values that can be recognised."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sealed.path", str(folder)],
        env=os.environ | {"HUIBAO_DB": database, "DJANGO_SETTINGS_MODULE": "huibao.config.settings"},
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    marks: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return marks


def killed_again_and_again(database: str, folder: Path, moments: Sequence[int]) -> list[str]:
    """Rotate, killed at each of these values, then to the end; what a last run under the new keys alone finds to do."""
    played(database, folder)
    fresh = vault.new_keys()
    under = f"{fresh},{os.environ['HUIBAO_KEYS']}"
    for moment in moments:
        assert rotating(database, under, moment).returncode == -signal.SIGKILL
    done = rotating(database, under, 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1:] == ["index-test", "test"]
    again = rotating(database, fresh, 0)
    assert again.returncode == 0, again.stderr
    return again.stdout.split()


def test_killed_at_any_point_it_goes_on(tmp_path: Path) -> None:
    assert killed_again_and_again(str(tmp_path / "book.sqlite3"), tmp_path, (1, 40)) == ["0"]


def test_killed_at_any_point_it_goes_on_on_postgresql(tmp_path: Path, cluster: Cluster) -> None:
    assert killed_again_and_again(cluster.new_database(), tmp_path, (40,)) == ["0"]


def test_the_page_about_privacy_names_every_sealed_column() -> None:
    page = (ROOT / "docs" / "PRIVACY.md").read_text(encoding="utf-8")
    assert [one.name for one in rotation.places() if f"`{one.name}`" not in page] == []


def test_a_backup_is_not_restored_without_its_keys_and_nothing_is_left_of_the_try(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("HUIBAO", "DJANGO"))}

    def huibao(database: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "huibao.cli.main", *words]
        env = bare | {"HUIBAO_DB": database} | more
        return subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert huibao("a.sqlite3", "backup", "a.backup").returncode == 0
    made = tmp_path / "a.sqlite3.keys"
    assert (made.stat().st_mode & 0o777, len(made.read_text().split())) == (0o600, 2)
    refused = huibao("b.sqlite3", "restore", "a.backup")
    assert ("VAULT-005" in refused.stderr, (tmp_path / "b.sqlite3").exists()) == (True, False)
    done = huibao("b.sqlite3", "restore", "a.backup", HUIBAO_KEYS_FILE=str(made))
    assert done.returncode == 0, done.stderr
    again = huibao("b.sqlite3", "keys", "check", HUIBAO_KEYS="one:" + "a" * 43 + "=,index-one:" + "b" * 43 + "=")
    assert "VAULT-005" in again.stderr

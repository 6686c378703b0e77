"""Passkeys of accounts as rows, and the challenge a sitting waits for: given once, taken away by the first answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from huibao.store.models import staff as table
from huibao.store.unit import must_be_in_unit


@dataclass(frozen=True, slots=True)
class PasskeyRecord:
    """A key as it is kept; nothing of it is secret."""

    id: int
    staff_id: int
    credential: str
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    made_at: datetime
    used_at: datetime | None


def of_staff(staff_id: int) -> tuple[PasskeyRecord, ...]:
    """An account's keys in the order they were made."""
    return tuple(_one(row) for row in table.Passkey.objects.filter(staff_id=staff_id).order_by("pk"))


def has_any(staff_id: int) -> bool:
    """Whether the account has a key."""
    return table.Passkey.objects.filter(staff_id=staff_id).exists()


def find(staff_id: int, credential: str) -> PasskeyRecord | None:
    """The key of that number if it is this account's."""
    row = table.Passkey.objects.filter(staff_id=staff_id, credential=credential).first()
    return _one(row) if row is not None else None


def by_id(staff_id: int, passkey_id: int) -> PasskeyRecord | None:
    """The key in that row if it is this account's."""
    row = table.Passkey.objects.filter(staff_id=staff_id, pk=passkey_id).first()
    return _one(row) if row is not None else None


def record(
    staff_id: int, credential: str, public_key: bytes, sign_count: int, name: str, transports: str, at: datetime
) -> int | None:
    """Keep a new key; None when somebody has it already."""
    must_be_in_unit("recording a passkey")
    try:
        with transaction.atomic():
            row = table.Passkey.objects.create(
                staff_id=staff_id,
                credential=credential,
                public_key=public_key,
                sign_count=sign_count,
                name=name,
                transports=transports,
                made_at=at,
            )
    except IntegrityError:
        return None
    return row.pk


def note_use(passkey_id: int, before: int, sign_count: int, at: datetime) -> bool:
    """Write that a key signed; False when its count moved on meanwhile, as of two answers at once."""
    must_be_in_unit("a passkey's use")
    rows = table.Passkey.objects.filter(pk=passkey_id, sign_count=before)
    return bool(rows.update(sign_count=sign_count, used_at=at))


def remove(staff_id: int, passkey_id: int) -> bool:
    """Take a key away; False when the account has no such key."""
    must_be_in_unit("removing a passkey")
    return bool(table.Passkey.objects.filter(pk=passkey_id, staff_id=staff_id).delete()[0])


def remove_all(staff_id: int) -> None:
    """Take every key of an account away."""
    must_be_in_unit("removing passkeys")
    table.Passkey.objects.filter(staff_id=staff_id).delete()


def set_challenge(sitting_id: int, challenge: str) -> None:
    """What this sitting waits for from now on; a former one serves no more."""
    table.Sitting.objects.filter(pk=sitting_id).update(challenge=challenge)


def challenge(sitting_id: int) -> str:
    """What this sitting waits for; "" for nothing."""
    return table.Sitting.objects.values_list("challenge", flat=True).get(pk=sitting_id)


def take_challenge(sitting_id: int) -> str:
    """What this sitting waited for, and it waits no more; of two answers at once one gets it, the other ""."""
    kept = challenge(sitting_id)
    taken = bool(kept) and table.Sitting.objects.filter(pk=sitting_id, challenge=kept).update(challenge="")
    return kept if taken else ""


def _one(row: table.Passkey) -> PasskeyRecord:
    return PasskeyRecord(
        row.pk,
        row.staff_id,
        row.credential,
        bytes(row.public_key),
        row.sign_count,
        row.name,
        tuple(row.transports.split()),
        row.made_at,
        row.used_at,
    )

"""Accounts, sittings, failures and known devices as rows; secrets only as hashes or sealed."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from huibao.store.models import staff as table
from huibao.store.vault import seal, unseal

SALT_BYTES: Final = 4
SCRYPT_COST: Final = 2**14
"""16 MiB and some 50 ms for each guess at a recovery code."""


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """An account as it is kept."""

    id: int
    name: str
    shown: str
    role: str
    password: str
    has_totp: bool
    made_up: bool
    joined_at: datetime | None
    ended_at: datetime | None
    reaches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SittingRecord:
    """A signed-in browser with its account."""

    id: int
    staff: StaffRecord
    stage: str
    tries: int
    has_pending: bool
    began_at: datetime
    seen_at: datetime
    device: str
    source: str


def digest(secret: str) -> str:
    """What is kept of a secret that is long and random: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _slow_digest(code: str, salt: str) -> str:
    """Salt and scrypt of a short secret, 64 characters."""
    made = hashlib.scrypt(code.encode(), salt=salt.encode(), n=SCRYPT_COST, r=8, p=1, dklen=32 - SALT_BYTES)
    return salt + made.hex()


# --- accounts -----------------------------------------------------------------------------------------------------------


def by_name(name: str) -> StaffRecord | None:
    """The account of that name."""
    return _one(table.Staff.objects.filter(name=name).prefetch_related("remits").first())


def shown_names(names: Iterable[str]) -> dict[str, str]:
    """How these accounts are shown to people, by account name; a name without an account is left out."""
    return dict(table.Staff.objects.filter(name__in=list(names)).values_list("name", "shown"))


def by_id(staff_id: int) -> StaffRecord | None:
    """The account of that number."""
    return _one(table.Staff.objects.filter(pk=staff_id).prefetch_related("remits").first())


def everybody() -> tuple[StaffRecord, ...]:
    """All accounts, by name."""
    rows = table.Staff.objects.order_by("name").prefetch_related("remits")
    return tuple(record for row in rows if (record := _one(row)) is not None)


def record_staff(
    name: str, shown: str, role: str, reaches: Iterable[tuple[str, str]], at: datetime, by: int | None, made_up: bool
) -> int:
    """A new account without password."""
    row = table.Staff.objects.create(
        name=name, shown=shown, role=role, invited_at=at, invited_by_id=by, made_up=made_up
    )
    table.Remit.objects.bulk_create(table.Remit(staff=row, area=area, contract=contract) for area, contract in reaches)
    return row.pk


def record_invitation(staff_id: int, token: str, ends_at: datetime, at: datetime) -> None:
    """A new link for an account; the former ones serve no more."""
    table.Invitation.objects.filter(staff_id=staff_id, used_at__isnull=True).update(used_at=at)
    table.Invitation.objects.create(staff_id=staff_id, token=digest(token), ends_at=ends_at)


def invited(token: str, at: datetime) -> StaffRecord | None:
    """Whose link this is, while it serves."""
    rows = table.Invitation.objects.filter(token=digest(token), used_at__isnull=True, ends_at__gt=at)
    row = rows.select_related("staff").first()
    return _one(row.staff) if row is not None and row.staff.ended_at is None else None


def use_invitation(token: str, at: datetime) -> bool:
    """Whether the link was used up by this call: two at once, and one of them is late."""
    return bool(
        table.Invitation.objects.filter(token=digest(token), used_at__isnull=True, ends_at__gt=at).update(used_at=at)
    )


def set_password(staff_id: int, kept: str, at: datetime) -> None:
    """Keep a new hash; an account that sets its first has joined."""
    table.Staff.objects.filter(pk=staff_id).update(password=kept)
    table.Staff.objects.filter(pk=staff_id, joined_at__isnull=True).update(joined_at=at)


def end_staff(staff_id: int, at: datetime) -> None:
    """An account serves no more; what it did stays."""
    table.Staff.objects.filter(pk=staff_id, ended_at__isnull=True).update(ended_at=at)
    end_sittings(staff_id, at)


# --- second factor ------------------------------------------------------------------------------------------------------


def totp_secret(staff_id: int) -> str:
    """The secret of the account's second factor, opened; "" when there is none."""
    sealed = table.Staff.objects.values_list("totp", flat=True).get(pk=staff_id)
    return unseal(sealed, f"staff.totp:{staff_id}") if sealed else ""


def set_totp(staff_id: int, secret: str) -> None:
    """Keep a new second factor, sealed; "" takes it away."""
    sealed = seal(secret, f"staff.totp:{staff_id}") if secret else ""
    table.Staff.objects.filter(pk=staff_id).update(totp=sealed, totp_step=0)


def spend_step(staff_id: int, step: int) -> bool:
    """Whether the time step was still unused, and is used now."""
    return bool(table.Staff.objects.filter(pk=staff_id, totp_step__lt=step).update(totp_step=step))


def set_recovery_codes(staff_id: int, codes: Iterable[str]) -> None:
    """Keep new codes as salted, slow hashes, for they are short; the former ones serve no more."""
    salt = secrets.token_hex(SALT_BYTES)
    table.RecoveryCode.objects.filter(staff_id=staff_id).delete()
    table.RecoveryCode.objects.bulk_create(
        table.RecoveryCode(staff_id=staff_id, code=_slow_digest(code, salt)) for code in codes
    )


def spend_recovery_code(staff_id: int, code: str, at: datetime) -> bool:
    """Whether the code was still unused, and is used now. One hash a try: the codes of an account share their salt."""
    rows = table.RecoveryCode.objects.filter(staff_id=staff_id, used_at__isnull=True)
    kept = rows.values_list("code", flat=True).first()
    if kept is None:
        return False
    return bool(rows.filter(code=_slow_digest(code, kept[: 2 * SALT_BYTES])).update(used_at=at))


def recovery_codes_left(staff_id: int) -> int:
    """How many codes are unused."""
    return table.RecoveryCode.objects.filter(staff_id=staff_id, used_at__isnull=True).count()


def pending_secret(sitting_id: int) -> str:
    """The second factor being set up in a sitting, opened; "" when none is."""
    sealed = table.Sitting.objects.values_list("pending", flat=True).get(pk=sitting_id)
    return unseal(sealed, f"sitting.pending:{sitting_id}") if sealed else ""


def set_pending(sitting_id: int, secret: str) -> None:
    """Keep the second factor being set up; "" when it is done."""
    sealed = seal(secret, f"sitting.pending:{sitting_id}") if secret else ""
    table.Sitting.objects.filter(pk=sitting_id).update(pending=sealed)


# --- sittings -----------------------------------------------------------------------------------------------------------


def open_sitting(staff_id: int, token: str, stage: str, device: str, source: str, at: datetime) -> int:
    """A new sitting; returns its row."""
    row = table.Sitting.objects.create(
        staff_id=staff_id, token=digest(token), stage=stage, device=device, source=source, began_at=at, seen_at=at
    )
    return row.pk


def sitting(token: str) -> SittingRecord | None:
    """The open sitting of a cookie, with its account; two statements."""
    rows = table.Sitting.objects.filter(token=digest(token), ended_at__isnull=True, staff__ended_at__isnull=True)
    row = rows.select_related("staff").prefetch_related("staff__remits").first()
    return None if row is None else _sitting(row)


def sittings_of(staff_id: int, seen_after: datetime) -> tuple[SittingRecord, ...]:
    """Open sittings of an account, the one seen last first."""
    rows = table.Sitting.objects.filter(staff_id=staff_id, ended_at__isnull=True, stage="full", seen_at__gt=seen_after)
    return tuple(_sitting(row) for row in rows.select_related("staff").order_by("-seen_at"))


def see(sitting_id: int, at: datetime) -> None:
    """The sitting was used just now."""
    table.Sitting.objects.filter(pk=sitting_id).update(seen_at=at)


def promote(sitting_id: int, token: str, stage: str, at: datetime) -> None:
    """More was proven: a new cookie takes the place of the old one."""
    table.Sitting.objects.filter(pk=sitting_id).update(token=digest(token), stage=stage, tries=0, seen_at=at)


def count_try(sitting_id: int) -> int:
    """One more wrong code; returns how many so far."""
    table.Sitting.objects.filter(pk=sitting_id).update(tries=F("tries") + 1)
    return table.Sitting.objects.values_list("tries", flat=True).get(pk=sitting_id)


def end_sitting(staff_id: int, sitting_id: int, at: datetime) -> bool:
    """End one sitting of an account; False when it has no such open one."""
    rows = table.Sitting.objects.filter(pk=sitting_id, staff_id=staff_id, ended_at__isnull=True)
    return bool(rows.update(ended_at=at))


def end_sittings(staff_id: int, at: datetime, but: int = 0) -> int:
    """End all sittings of an account, or all but one; returns how many."""
    rows = table.Sitting.objects.filter(staff_id=staff_id, ended_at__isnull=True).exclude(pk=but)
    return rows.update(ended_at=at)


def keep_form(token: str, text: str, ended_after: datetime) -> bool:
    """Keep, sealed, what was sent with the cookie of a sitting that ended since; False when there is no such sitting."""
    row = table.Sitting.objects.filter(token=digest(token), ended_at__gt=ended_after, stage="full").first()
    if row is None:
        return False
    put_forms_away(row.staff_id)
    row.kept = seal(text, f"sitting.kept:{row.pk}")
    row.save(update_fields=["kept"])
    return True


def kept_form(token: str, staff_id: int, ended_after: datetime) -> str:
    """What was kept for this account under the ended sitting's cookie; "" when nothing is."""
    row = table.Sitting.objects.filter(token=digest(token), staff_id=staff_id, ended_at__gt=ended_after).first()
    return unseal(row.kept, f"sitting.kept:{row.pk}") if row is not None and row.kept else ""


def put_forms_away(staff_id: int) -> None:
    """Keep nothing any more of what this account sent."""
    table.Sitting.objects.filter(staff_id=staff_id).exclude(kept="").update(kept="")


# --- failures and devices -----------------------------------------------------------------------------------------------


def failures(headings: Iterable[str], since: datetime) -> dict[str, tuple[int, datetime]]:
    """Heading → (how many, the last), those of late only."""
    rows = table.Failure.objects.filter(heading__in=list(headings), last_at__gt=since)
    return {heading: (count, last_at) for heading, count, last_at in rows.values_list("heading", "count", "last_at")}


def count_failure(headings: Iterable[str], at: datetime, forget_after: timedelta) -> None:
    """One more failure under each heading; those long past count as none."""
    table.Failure.objects.filter(last_at__lte=at - forget_after).delete()
    for heading in headings:
        row, made = table.Failure.objects.get_or_create(heading=heading, defaults={"count": 1, "last_at": at})
        if not made:
            table.Failure.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=at)


def forget_failures(headings: Iterable[str]) -> None:
    """A full sign-in clears its own headings."""
    table.Failure.objects.filter(heading__in=list(headings)).delete()


def is_known_device(staff_id: int, token: str) -> bool:
    """Whether this account signed in fully from the browser before."""
    return bool(token) and table.KnownDevice.objects.filter(staff_id=staff_id, token=digest(token)).exists()


def remember_device(staff_id: int, token: str, at: datetime) -> None:
    """The account signed in fully from this browser."""
    table.KnownDevice.objects.update_or_create(staff_id=staff_id, token=digest(token), defaults={"seen_at": at})


def _one(row: table.Staff | None) -> StaffRecord | None:
    if row is None:
        return None
    return StaffRecord(
        id=row.pk,
        name=row.name,
        shown=row.shown,
        role=row.role,
        password=row.password,
        has_totp=bool(row.totp),
        made_up=row.made_up,
        joined_at=row.joined_at,
        ended_at=row.ended_at,
        # In the order they were given: the first area is the one whose lists open.
        reaches=tuple((remit.area, remit.contract) for remit in sorted(row.remits.all(), key=lambda one: one.pk)),
    )


def _sitting(row: table.Sitting) -> SittingRecord:
    staff = _one(row.staff)
    if staff is None:
        raise AssertionError
    return SittingRecord(
        row.pk, staff, row.stage, row.tries, bool(row.pending), row.began_at, row.seen_at, row.device, row.source
    )

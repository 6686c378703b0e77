"""Tables of the people who work with the software: accounts, how far they reach, how they sign in, what they did.

An account has one role for good: who prepares, who approves and who pays are then different accounts by construction,
and every act on record tells what its doer was. Another job is another account.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huibao.store.sealed import SealedText


class Staff(models.Model):
    """One person at work. `password` is a hash or empty (not joined yet); `totp` is sealed with the vault's key."""

    name = models.CharField(max_length=32, unique=True)
    shown = models.CharField(max_length=64)
    role = models.CharField(max_length=24)
    password = models.CharField(max_length=256, blank=True, default="")
    totp = models.CharField(max_length=200, blank=True, default="")
    totp_step = models.BigIntegerField(default=0)
    """The last time step whose code was used: a code serves once."""
    made_up = models.BooleanField(default=False)
    """Of a demonstration: the page may show its code."""
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("store.Staff", on_delete=models.PROTECT, null=True, related_name="invited")
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "staff"

    def __str__(self) -> str:
        """Show the number alone."""
        return f"staff {self.pk}"


class Remit(models.Model):
    """How far an account reaches: an area, and within it one contract or ("") all."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="remits")
    area = models.CharField(max_length=6)
    contract = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """Each reach once."""

        app_label = "store"
        db_table = "remit"
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "area", "contract"], name="remit_once")]

    def __str__(self) -> str:
        """Show area and contract."""
        return f"{self.area} {self.contract}"


class Invitation(models.Model):
    """A link by which an account sets its password. Only the hash of the link's secret is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="invitations")
    token = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "invitation"

    def __str__(self) -> str:
        """Show whose it is."""
        return f"invitation of {self.staff_id}"


class RecoveryCode(models.Model):
    """A code on paper that serves once where the telephone is lost. Only its hash is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    code = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "recovery_code"
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "code"], name="recovery_code_once")]

    def __str__(self) -> str:
        """Show whose it is."""
        return f"recovery code of {self.staff_id}"


class Passkey(models.Model):
    """A key in a device of the account's owner, which signs in place of a code. Only its public half is known here."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="passkeys")
    credential = models.CharField(max_length=1366, unique=True)
    """Its number as the device gave it, base64url: 1,023 bytes at most."""
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    """How often it signed, where the device counts: it never goes back, or there are two of them."""
    name = SealedText()
    """What its owner calls it."""
    transports = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "passkey"

    def __str__(self) -> str:
        """Show whose it is."""
        return f"passkey of {self.staff_id}"


class Sitting(models.Model):
    """One signed-in browser. Only the hash of its cookie is kept; `stage` tells what it has proven so far."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="sittings")
    token = models.CharField(max_length=64, unique=True)
    stage = models.CharField(max_length=8)
    tries = models.PositiveSmallIntegerField(default=0)
    """Wrong codes so far; a few end the sitting."""
    pending = models.CharField(max_length=200, blank=True, default="")
    """A second factor being set up, sealed; it counts once a code of it was given."""
    kept = models.TextField(blank=True, default="", db_default="")
    """What was sent after its end, sealed, until its owner has signed in again."""
    challenge = models.CharField(max_length=100, blank=True, default="", db_default="")
    """What a passkey is to sign next, with its purpose and when it was given; taken away by the first answer."""
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=45, blank=True)

    class Meta:
        """The stages there are."""

        app_label = "store"
        db_table = "sitting"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stage__in=["code", "enrol", "full"]), name="sitting_stage")
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "ended_at"], name="sitting_of_staff")]

    def __str__(self) -> str:
        """Show whose it is."""
        return f"sitting of {self.staff_id}"


class KnownDevice(models.Model):
    """A browser from which this account signed in fully before: attacks from elsewhere do not make it wait."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="devices")
    token = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        """Each browser once an account."""

        app_label = "store"
        db_table = "known_device"
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "token"], name="known_device_once")]

    def __str__(self) -> str:
        """Show whose it is."""
        return f"device of {self.staff_id}"


class Failure(models.Model):
    """Failed sign-ins under one heading (account and source, device, source, account): how many, and the last."""

    heading = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "failure"

    def __str__(self) -> str:
        """Show how many."""
        return f"{self.count}"


class Act(models.Model):
    """Who did or looked at what, why and whether it was allowed. Facts: added, chained by hash, never changed (T1).

    Nothing personal stands here: a person is the number of the row, so that the record can be kept for years.
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="acts")
    role = models.CharField(max_length=24, blank=True)
    verb = models.CharField(max_length=16)
    noun = models.CharField(max_length=24)
    ref = models.CharField(max_length=64, blank=True)
    area = models.CharField(max_length=6, blank=True)
    purpose = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=16)
    """"done", or the code of the refusal."""
    source = models.CharField(max_length=45, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Found by what it was about and by who did it."""

        app_label = "store"
        db_table = "act"
        indexes: ClassVar = [
            models.Index(fields=["noun", "ref"], name="act_about"),
            models.Index(fields=["staff", "number"], name="act_of_staff"),
        ]

    def __str__(self) -> str:
        """Show number, verb and noun."""
        return f"{self.number} {self.verb} {self.noun}"

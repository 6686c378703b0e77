"""Hospitals that speak to us: who they are and how they sign, what they sent and what was answered, stays, fee lines, debts.

Messages, stays, fee lines and what happened to them are facts and never change (triggers); an institution's standing
and its keys are administration and do.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huibao.store.sealed import SealedBytes, SealedJSON, SealedText

MSGID_CHARS = 64
ID_CHARS = 30


class Institution(models.Model):
    """A designated hospital: its national code, the areas whose insured people it may ask about, whether it may ask now."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=6)
    """Hospital level, dictionary hosp_lv."""
    areas = models.JSONField()
    """Division codes, of any level, whose insured people it serves."""
    a_minute = models.IntegerField()
    """Most requests a minute."""
    suspended_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()

    class Meta:
        """A limit is above zero."""

        app_label = "store"
        db_table = "institution"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(a_minute__gt=0), name="institution_limit")]

    def __str__(self) -> str:
        """Show the code."""
        return self.code


class Credential(models.Model):
    """One way in which an institution signs. No secret stands here: see `app.hospital.institutions.secret_of`."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="credentials")
    access_key = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=16)
    master = models.CharField(max_length=16, blank=True)
    """Which master key the secret is derived from, by its fingerprint."""
    public_key = models.CharField(max_length=256, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        """A credential ends after it begins."""

        app_label = "store"
        db_table = "credential"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="credential_days"
            ),
        ]

    def __str__(self) -> str:
        """Show the access key."""
        return self.access_key


class Nonce(models.Model):
    """A signed request that was seen; kept as long as its signature would be taken, so that a replay is refused."""

    value = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        """The only table here whose rows are deleted: after the window they have no meaning."""

        app_label = "store"
        db_table = "nonce"

    def __str__(self) -> str:
        """Show the value."""
        return self.value


class Message(models.Model):
    """A transaction that changed something, with its answer to the byte, written in the transaction it belongs to."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="messages", db_index=False)
    msgid = models.CharField(max_length=MSGID_CHARS)
    infno = models.CharField(max_length=4)
    content_hash = models.CharField(max_length=64)
    answer = SealedText()
    reference = models.CharField(max_length=64, blank=True)
    """What it made: a stay, a settlement, a sign-in, a file."""
    undoes = models.CharField(max_length=MSGID_CHARS, blank=True)
    """The msgid of the message it undoes (2601), also of one that never came."""
    entered_at = models.DateTimeField()

    class Meta:
        """One answer for each msgid of an institution."""

        app_label = "store"
        db_table = "message"
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "msgid"], name="message_once")]
        indexes: ClassVar = [
            models.Index(fields=["institution", "undoes"], name="message_undoes", condition=~Q(undoes="")),
            models.Index(fields=["reference"], name="message_reference"),
        ]

    def __str__(self) -> str:
        """Show number and msgid."""
        return f"{self.infno} {self.msgid}"


class Stay(models.Model):
    """One admission to a hospital (就诊). Treated first, paid later: `deposit_waived`. SD-6.4, SD-7.2."""

    number = models.CharField(max_length=ID_CHARS, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="stays")
    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="stays")
    psn_no = models.CharField(max_length=ID_CHARS)
    """The person's number as the sender uses it."""
    begun_at = models.DateTimeField()
    med_type = models.CharField(max_length=6, blank=True)
    insutype = models.CharField(max_length=6, blank=True)
    psn_type = models.CharField(max_length=6, blank=True)
    ipt_no = models.CharField(max_length=ID_CHARS)
    said = SealedJSON()
    """Department, bed, doctor, diagnosis: what the settlement sheet shows, and nothing is reckoned with."""
    deposit_waived = models.BooleanField()
    waived_under = models.CharField(max_length=64, blank=True)
    """Number of the contract whose cover waives the deposit."""
    entered_at = models.DateTimeField()

    class Meta:
        """Found by person: a second stay at one hospital is asked about."""

        app_label = "store"
        db_table = "stay"
        indexes: ClassVar = [models.Index(fields=["institution", "psn_no"], name="stay_psn_no")]

    def __str__(self) -> str:
        """Show the number."""
        return self.number


class StayEvent(models.Model):
    """What happened to a stay: discharged, discharge undone, admission undone."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    said = SealedJSON()
    entered_at = models.DateTimeField()

    class Meta:
        """Three verbs."""

        app_label = "store"
        db_table = "stay_event"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verb__in=["discharged", "discharge_undone", "admission_undone"]), name="stay_event_verb"
            ),
        ]

    def __str__(self) -> str:
        """Show stay and verb."""
        return f"{self.stay_id} {self.verb}"


class ChargeLine(models.Model):
    """One fee line of a stay, or the withdrawal of one with every amount negated."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="charges")
    sn = models.CharField(max_length=ID_CHARS)
    code = models.CharField(max_length=150)
    occurred_at = models.DateTimeField(null=True)
    fen = models.BigIntegerField()
    """Amount of the line; a refund is negative."""
    out_of_catalogue_fen = models.BigIntegerField(null=True)
    over_limit_fen = models.BigIntegerField(null=True)
    first_self_pay_fen = models.BigIntegerField(null=True)
    in_policy_fen = models.BigIntegerField(null=True)
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by")
    entered_at = models.DateTimeField()

    class Meta:
        """Found by stay and serial number."""

        app_label = "store"
        db_table = "charge_line"
        indexes: ClassVar = [models.Index(fields=["stay", "sn"], name="charge_line_sn")]

    def __str__(self) -> str:
        """Show stay and serial number."""
        return f"{self.stay_id} {self.sn}"


class StaySettlement(models.Model):
    """A settlement made through the interface: its national number, the stay, what the message said beside the bill."""

    setl_id = models.CharField(max_length=ID_CHARS, unique=True)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="settlements")
    settlement = models.OneToOneField(
        "store.Settlement", on_delete=models.PROTECT, null=True, related_name="stay_settlement"
    )
    """None while it waits for a payer that did not answer: what ours pays is not known before."""
    msgid = models.CharField(max_length=MSGID_CHARS)
    settled_at = models.DateTimeField()
    clr_type = models.CharField(max_length=6)
    insutype = models.CharField(max_length=6, blank=True)
    invono = models.CharField(max_length=20, blank=True)
    psn_type = models.CharField(max_length=6, blank=True)
    acct_pay_fen = models.BigIntegerField()
    fund_pay_fen = models.BigIntegerField()
    """fund_pay_sumamt as it was answered: it depends on the region's definition."""
    money = models.JSONField()
    """National money field → fen, as answered; and `pending`: payers that did not answer."""
    mid_stay = models.BooleanField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    completes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="completion")
    """The one that waited; this row's amounts are what was added to it."""

    class Meta:
        """Reconciled by the day of settling."""

        app_label = "store"
        db_table = "stay_settlement"
        indexes: ClassVar = [models.Index(fields=["settled_at"], name="stay_settlement_day")]

    def __str__(self) -> str:
        """Show the national number."""
        return self.setl_id


class PayerCall(models.Model):
    """What was asked of a remote payer, under which key, and what came of it."""

    key = models.CharField(max_length=ID_CHARS)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="payer_calls")
    msgid = models.CharField(max_length=MSGID_CHARS)
    """The hospital's message for which the payer was asked."""
    stay = models.CharField(max_length=ID_CHARS, blank=True, default="", db_default="")
    """Number of the stay it is about; empty in rows from before it was kept."""
    payer = models.CharField(max_length=32)
    verb = models.CharField(max_length=8)
    """settle or undo."""
    outcome = models.CharField(max_length=12)
    """asked, answered, pending."""
    fen = models.BigIntegerField(default=0)
    remote_id = models.CharField(max_length=64, blank=True)
    said = SealedJSON(default=dict)
    entered_at = models.DateTimeField()

    class Meta:
        """Every attempt is a row; the last one of a key says how it stands."""

        app_label = "store"
        db_table = "payer_call"
        indexes: ClassVar = [
            models.Index(fields=["institution", "msgid"], name="payer_call_msgid"),
            models.Index(fields=["institution", "stay"], name="payer_call_stay"),
        ]

    def __str__(self) -> str:
        """Show payer and key."""
        return f"{self.payer} {self.key}"


class InterfaceFile(models.Model):
    """A file sent up by 9101 or made by 3202, until it may no longer be fetched."""

    number = models.CharField(max_length=ID_CHARS, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="files")
    name = SealedText()
    content = SealedBytes()
    kept_until = models.DateTimeField()
    entered_at = models.DateTimeField()

    class Meta:
        """Named as it is."""

        app_label = "store"
        db_table = "interface_file"

    def __str__(self) -> str:
        """Show the number."""
        return self.number


class DebtStep(models.Model):
    """What was agreed or done about a debt beside paying it: an instalment agreed, a reminder sent. SD-6.4."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="debt_steps")
    kind = models.CharField(max_length=12)
    due_on = models.DateField()
    """Instalment: the day it is due. Reminder: the day it was sent."""
    fen = models.BigIntegerField()
    note = SealedText(blank=True)
    plan = models.IntegerField(default=0)
    """Instalments of one agreement share a number; a later agreement takes the place of an earlier one."""
    entered_at = models.DateTimeField()

    class Meta:
        """Instalments and reminders."""

        app_label = "store"
        db_table = "debt_step"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["instalment", "reminder"]), name="debt_step_kind"),
            models.CheckConstraint(condition=Q(fen__gte=0), name="debt_step_amount"),
        ]

    def __str__(self) -> str:
        """Show stay and kind."""
        return f"{self.stay_id} {self.kind}"

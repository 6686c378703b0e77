"""Covers, their ends and their payers as rows: all of them facts, added and never changed."""

from django.db import models

from huibao.store.sealed import SealedJSON


class Enrolment(models.Model):
    """One batch of entries and ends, with its key, what was asked and what was answered."""

    key = models.CharField(max_length=128, unique=True)
    kind = models.CharField(max_length=16)
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="enrolments")
    on = models.DateField()
    content_hash = models.CharField(max_length=64)
    list_hash = models.CharField(max_length=64)
    result = SealedJSON()
    """Sealed: names people, and why each of them was not insured."""
    entered_at = models.DateTimeField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "enrolment"

    def __str__(self) -> str:
        return self.key


class Coverage(models.Model):
    """One person insured for one line under one contract. No two overlap for a person and line (V1, by trigger)."""

    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="coverages")
    contract = models.ForeignKey("store.Contract", on_delete=models.PROTECT, related_name="coverages")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="coverages")
    line = models.CharField(max_length=32)
    product = models.CharField(max_length=64)
    variant = models.CharField(max_length=64, blank=True)
    death_cover = models.BooleanField()
    group = models.CharField(max_length=64)
    groups = models.CharField(max_length=512)
    town = models.CharField(max_length=12, blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    premium_fen = models.BigIntegerField()

    class Meta:
        """V1 is kept by the guard migration; here the days and the premium."""

        app_label = "store"
        db_table = "coverage"
        constraints = (
            models.CheckConstraint(condition=models.Q(first_on__lte=models.F("last_on")), name="coverage_days"),
            models.CheckConstraint(condition=models.Q(premium_fen__gte=0), name="coverage_premium"),
        )
        indexes = (
            models.Index(fields=("person", "line", "first_on"), name="coverage_person_line"),
            models.Index(fields=("contract", "line"), name="coverage_contract_line"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}/{self.line}/{self.first_on}"


class PremiumShare(models.Model):
    """What one payer pays of one cover's premium. The shares of a cover sum to its premium (P1)."""

    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="shares")
    position = models.PositiveSmallIntegerField()
    payer_kind = models.CharField(max_length=16)
    payer = models.CharField(max_length=64, blank=True)
    fen = models.BigIntegerField()

    class Meta:
        """P1 sums are audited; here that no share is negative."""

        app_label = "store"
        db_table = "premium_share"
        constraints = (
            models.UniqueConstraint(fields=("coverage", "position"), name="premium_share_once"),
            models.CheckConstraint(condition=models.Q(fen__gte=0), name="premium_share_fen"),
        )

    def __str__(self) -> str:
        return f"{self.coverage_id}/{self.payer}"


class Consent(models.Model):
    """Who agreed to a cover for whom, and when; a guardian for who cannot. HN-2.1."""

    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="consents")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="consents")
    given_by = models.CharField(max_length=64)
    relation = models.CharField(max_length=32)
    given_on = models.DateField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "consent"

    def __str__(self) -> str:
        return f"{self.person_id}/{self.given_by}"


class CoverageEnd(models.Model):
    """A cover ends earlier than agreed. A correction is a further row with an earlier day."""

    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="ends")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="ends")
    last_on = models.DateField()
    reason = models.CharField(max_length=16)

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "coverage_end"

    def __str__(self) -> str:
        return f"{self.coverage_id}/{self.last_on}"


class PremiumRefund(models.Model):
    """What one payer gets back by one end of cover."""

    end = models.ForeignKey(CoverageEnd, on_delete=models.PROTECT, related_name="refunds")
    position = models.PositiveSmallIntegerField()
    payer_kind = models.CharField(max_length=16)
    payer = models.CharField(max_length=64, blank=True)
    fen = models.BigIntegerField()

    class Meta:
        """No payer gets back less than nothing."""

        app_label = "store"
        db_table = "premium_refund"
        constraints = (
            models.UniqueConstraint(fields=("end", "position"), name="premium_refund_once"),
            models.CheckConstraint(condition=models.Q(fen__gte=0), name="premium_refund_fen"),
        )

    def __str__(self) -> str:
        return f"{self.end_id}/{self.payer}"

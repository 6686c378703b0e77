"""Tables of the roster: people, what is said of them and by which row, the rosters taken in, the mappings confirmed.

A person is keyed by a number of our own and found by the identity number; a certificate number is only ever
the detail of a dated fact, because it changes with every new grade. What identifies or reaches a person is sealed
(`store/sealed.py`); names stay readable, because people are looked for by them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huibao.store.sealed import BlindIndex, SealedText


class Person(models.Model):
    """A human being. `area`, `town` and `village` repeat the domicile fact in force, for counting and listing."""

    name = models.CharField(max_length=64)
    identity = SealedText()
    identity_index = BlindIndex(of="identity")
    birth_on = models.DateField()
    sex = models.CharField(max_length=8)
    phone = SealedText(blank=True, default="")
    address = SealedText(blank=True, default="")
    bank_account = SealedText(blank=True, default="")
    area = models.CharField(max_length=6, blank=True, default="", db_index=True)
    town = models.CharField(max_length=9, blank=True, default="")
    village = models.CharField(max_length=12, blank=True, default="")
    entered_on = models.DateField()

    class Meta:
        """Names as everywhere: the table is the noun."""

        app_label = "store"
        db_table = "person"
        constraints: ClassVar = [models.UniqueConstraint(fields=["identity_index"], name="person_identity_once")]
        indexes: ClassVar = [models.Index(fields=["town"], name="person_town")]

    def __str__(self) -> str:
        """Show the number alone: names are for those who may read them."""
        return f"person {self.pk}"


class Roster(models.Model):
    """One workbook taken in: whose it is, of which day, and how its rows ended. R1 is a constraint here."""

    key = models.CharField(max_length=64, unique=True)
    """Hash of what was sent: file, sheets, source, area and day. Sent again, it gives the first answer."""
    source = models.CharField(max_length=32)
    agency = models.CharField(max_length=64)
    area = models.CharField(max_length=6)
    taken_on = models.DateField()
    """The day the roster is a picture of; facts without a day of their own begin on it."""
    entered_on = models.DateField()
    file_name = SealedText()
    file_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    previous = models.ForeignKey("store.Roster", on_delete=models.PROTECT, null=True, related_name="next")
    rows_in = models.IntegerField()
    ready = models.IntegerField()
    doubtful = models.IntegerField()
    refused = models.IntegerField()
    duplicate = models.IntegerField()
    taken_in = models.IntegerField()
    """Rows whose facts were recorded: the ready ones and those doubts that were looked at and accepted."""
    summary = models.JSONField(default=dict)
    """The first answer, to be given again: people and facts new, closed, and the difference in numbers."""

    class Meta:
        """R1: the verdicts add up to the rows. A second picture of one day corrects the first."""

        app_label = "store"
        db_table = "roster"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rows_in=F("ready") + F("doubtful") + F("refused") + F("duplicate")), name="roster_r1"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["source", "area", "taken_on"], name="roster_latest")]

    def __str__(self) -> str:
        """Show source, area and day."""
        return f"{self.source} {self.area} {self.taken_on}"


class RosterRow(models.Model):
    """How one row ended and what it said of whom, so that the next roster can be compared with it."""

    roster = models.ForeignKey("store.Roster", on_delete=models.PROTECT, related_name="rows")
    sheet = models.CharField(max_length=64)
    row_no = models.IntegerField()
    verdict = models.CharField(max_length=9)
    taken_in = models.BooleanField()
    identity = SealedText(blank=True)
    name = models.CharField(max_length=64, blank=True)
    disability = models.CharField(max_length=16, blank=True)
    domicile = models.CharField(max_length=12, blank=True)
    standing = models.CharField(max_length=9)
    codes = models.CharField(max_length=200, blank=True)
    """Problem codes, separated by spaces."""

    class Meta:
        """One line for each row of the sheet."""

        app_label = "store"
        db_table = "roster_row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["roster", "sheet", "row_no"], name="roster_row_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["ready", "doubtful", "refused", "duplicate"]), name="roster_row_verdict"
            ),
        ]

    def __str__(self) -> str:
        """Show where the row stands."""
        return f"{self.sheet}:{self.row_no} {self.verdict}"


class Fact(models.Model):
    """One dated saying about a person, with its row. Ending one sets `to_on` and who ended it; nothing is deleted."""

    person = models.ForeignKey("store.Person", on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=32)
    value = models.CharField(max_length=64)
    detail = SealedText(blank=True, default="")
    """Sealed: a certificate's number holds the identity number, a guardian's fact the telephone."""
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    source = models.CharField(max_length=32)
    agency = models.CharField(max_length=64)
    area = models.CharField(max_length=6, blank=True, default="")
    roster = models.ForeignKey("store.Roster", on_delete=models.PROTECT, null=True, related_name="facts")
    sheet = models.CharField(max_length=64, blank=True, default="")
    row_no = models.IntegerField(default=0)
    entered_on = models.DateField()
    closed_by = models.ForeignKey("store.Roster", on_delete=models.PROTECT, null=True, related_name="closes")
    closed_entered_on = models.DateField(null=True)

    class Meta:
        """A closed fact says when its end was entered."""

        app_label = "store"
        db_table = "fact"
        indexes: ClassVar = [
            models.Index(fields=["person", "kind"], name="fact_person_kind"),
            models.Index(fields=["source", "area", "to_on"], name="fact_source_open"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(to_on__isnull=False), name="fact_closed_has_end"
            ),
        ]

    def __str__(self) -> str:
        """Show kind, value and days."""
        return f"{self.kind}={self.value} {self.from_on}..{self.to_on or ''}"


class RosterMapping(models.Model):
    """Which column means what, as somebody confirmed it once for a source, area and header."""

    source = models.CharField(max_length=32)
    area = models.CharField(max_length=6)
    header = models.CharField(max_length=64)
    """Hash of the header texts: a changed header asks again."""
    columns = models.JSONField()
    confirmed_on = models.DateField()

    class Meta:
        """One confirmed mapping for each header."""

        app_label = "store"
        db_table = "roster_mapping"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "area", "header"], name="roster_mapping_once")
        ]

    def __str__(self) -> str:
        """Show source and area."""
        return f"{self.source} {self.area}"

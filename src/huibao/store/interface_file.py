"""Files of the hospital interface in and out of their table."""

from datetime import datetime

from huibao.store.institution import Institution
from huibao.store.models.hospital import InterfaceFile
from huibao.store.unit import must_be_in_unit


def record(
    institution: Institution, number: str, name: str, content: bytes, kept_until: datetime, entered_at: datetime
) -> None:
    """Keep a file; those whose time is over go at the same time."""
    must_be_in_unit("keep a file")
    InterfaceFile.objects.filter(kept_until__lt=entered_at).delete()
    InterfaceFile.objects.create(
        number=number,
        institution_id=institution.id,
        name=name,
        content=content,
        kept_until=kept_until,
        entered_at=entered_at,
    )


def find(institution: Institution, number: str) -> tuple[str, bytes, datetime] | None:
    """Name, content and end of a file of this institution, or None."""
    row = InterfaceFile.objects.filter(institution_id=institution.id, number=number).first()
    return None if row is None else (row.name, bytes(row.content), row.kept_until)

"""Files kept sealed in the database: what somebody dropped, what work made to be fetched; emptied after their time.

In the database and not in a folder, so that one copy of the database is a copy of everything, any of several servers can
go on with the work, and nothing readable ever lies on a disk.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huibao.kernel.problem import Refused, define
from huibao.store.models import work as table
from huibao.store.unit import must_be_in_unit
from huibao.store.vault import seal_bytes, unseal_bytes

NAME_CHARS: Final = 255
ABOUT: Final = "kept_file.sealed"
"""What a sealed file is bound to."""

GONE = define(
    "FILE-001",
    "文件“{name}”已过保存期，内容已删除。",
    "需要的请重新生成或重新上传。",
    "The file {name} was kept for its time and is gone.",
    "Make it again, or send it again.",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file without its content."""

    id: int
    work: int | None
    slot: str
    name: str
    media: str
    size: int
    sha256: str
    made_at: datetime
    removed_at: datetime | None


def keep(name: str, media: str, content: bytes, at: datetime, work: int | None = None, slot: str = "") -> Kept:
    """Seal a file and keep it. In the same place of the same work it takes the place of the former."""
    must_be_in_unit("keeping a file")
    fields = {
        "name": name[:NAME_CHARS],
        "media": media,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sealed": seal_bytes(content, ABOUT),
        "made_at": at,
        "removed_at": None,
    }
    if work is None:
        return _kept(table.KeptFile.objects.create(**fields))
    row, _ = table.KeptFile.objects.update_or_create(work_id=work, slot=slot, defaults=fields)
    return _kept(row)


def files_of(work: int) -> tuple[Kept, ...]:
    """A work's files that are still there, in the order they were made."""
    rows = table.KeptFile.objects.filter(work_id=work, removed_at__isnull=True).defer("sealed").order_by("id")
    return tuple(_kept(row) for row in rows)


def kept(file_id: int) -> Kept | None:
    """A file without its content."""
    row = table.KeptFile.objects.filter(pk=file_id).defer("sealed").first()
    return _kept(row) if row is not None else None


def same(media: str, content: bytes) -> Kept | None:
    """The file of this kind with this very content, while it is there."""
    rows = table.KeptFile.objects.filter(media=media, sha256=hashlib.sha256(content).hexdigest())
    row = rows.filter(removed_at__isnull=True).defer("sealed").order_by("id").first()
    return _kept(row) if row is not None else None


def content_of(file_id: int) -> bytes:
    """The content again. Refused when it is gone, or its key is."""
    row = table.KeptFile.objects.filter(pk=file_id).first()
    if row is None or row.sealed is None:
        raise Refused(GONE(name=row.name if row is not None else str(file_id)))
    return unseal_bytes(bytes(row.sealed), ABOUT)


def of_media(media: str, most: int) -> tuple[Kept, ...]:
    """The last files of a kind that are still there, the latest first."""
    rows = table.KeptFile.objects.filter(media=media, removed_at__isnull=True).defer("sealed").order_by("-id")
    return tuple(_kept(row) for row in rows[:most])


def remove(file_id: int, at: datetime) -> None:
    """Empty a file; that there was one stays."""
    table.KeptFile.objects.filter(pk=file_id, removed_at__isnull=True).update(sealed=None, removed_at=at)


def remove_made_before(at: datetime, now: datetime) -> int:
    """Empty every file older than that; returns how many."""
    return table.KeptFile.objects.filter(made_at__lt=at, removed_at__isnull=True).update(sealed=None, removed_at=now)


def _kept(row: table.KeptFile) -> Kept:
    return Kept(row.pk, row.work_id, row.slot, row.name, row.media, row.size, row.sha256, row.made_at, row.removed_at)

"""A disk in memory from which the power can be cut: what was not synced is lost, in part or in whole.

Harder than most real disks: between two syncs every write may or may not have reached the surface, in any order, and one
of them may be torn. SQLite runs on it through apsw as it runs on a file system.
"""

import random
from pathlib import Path

import apsw

SECTOR = 512


class PowerCutError(Exception):
    """The power went away during a write or a sync."""


class Disk:
    """Files as the program sees them, and as they would be found after a power cut."""

    def __init__(self, seed: int, writes_until_cut: int) -> None:
        """`writes_until_cut`: after so many writes and syncs the power goes."""
        self.dice = random.Random(seed)
        self.left = writes_until_cut
        self.seen: dict[str, bytearray] = {}
        self.synced: dict[str, bytes] = {}
        self.unsynced: dict[str, list[tuple[int, bytes | None]]] = {}

    def spend(self) -> None:
        """One more write or sync; the power may go before it."""
        if self.left <= 0:
            raise PowerCutError
        self.left -= 1

    def open(self, name: str) -> None:
        self.seen.setdefault(name, bytearray())
        self.synced.setdefault(name, b"")
        self.unsynced.setdefault(name, [])

    def write(self, name: str, data: bytes, offset: int) -> None:
        self.spend()
        apply(self.seen[name], offset, data)
        self.unsynced[name].append((offset, data))

    def truncate(self, name: str, size: int) -> None:
        self.spend()
        apply(self.seen[name], size, None)
        self.unsynced[name].append((size, None))

    def sync(self, name: str) -> None:
        self.spend()
        self.synced[name] = bytes(self.seen[name])
        self.unsynced[name] = []

    def delete(self, name: str) -> None:
        for files in (self.seen, self.synced, self.unsynced):
            files.pop(name, None)

    def found_after_the_cut(self, folder: Path) -> None:
        """Write what the disk holds once the power is back: all that was synced, and any part of the rest."""
        survive = self.dice.choice((0.0, 0.3, 0.7, 1.0))
        for name, synced in self.synced.items():
            content = bytearray(synced)
            for offset, data in self.unsynced[name]:
                if self.dice.random() >= survive:
                    continue
                torn = data is not None and len(data) > SECTOR and self.dice.random() < 0.1
                whole = data if data is None or not torn else data[: self.dice.randrange(SECTOR, len(data))]
                apply(content, offset, whole)
            (folder / name).write_bytes(content)


def apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write data at an offset; None cuts the file off there."""
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class LossyFile(apsw.VFSFile):
    """One open file on the disk."""

    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "temporary").name
        disk.open(self.name)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's own signature
        return bytes(self.disk.seen[self.name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's own signature
        self.disk.write(self.name, bytes(data), offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's own signature
        self.disk.truncate(self.name, size)

    def xFileSize(self) -> int:  # noqa: N802 - SQLite's own signature
        return len(self.disk.seen[self.name])

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802 - SQLite's own signature
        self.disk.sync(self.name)


class LossyVFS(apsw.VFS):
    """The file system that SQLite is given for one disk."""

    def __init__(self, disk: Disk, name: str) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> LossyFile:  # noqa: N802 - SQLite's own signature
        return LossyFile(self.disk, name, flags)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: ARG002, N802 - SQLite's own signature
        return Path(pathname).name in self.disk.seen

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: ARG002, N802 - SQLite's own signature
        self.disk.delete(Path(filename).name)

"""Backup and restore: a file and what it holds beside it, compared and audited when it comes back. G8

A backup that was never restored is a hope. `restore` fills an empty database only, compares row counts and the end of
the hash chain with what the backup said of itself, and asks every invariant before it says that all is well.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from huibao import __version__
from huibao.app.audit import Finding, check_all
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.store import copies, keys
from huibao.store.copies import Contents
from huibao.store.vault import ring

CHUNK: Final = 1 << 20

EXISTS = define(
    "BACKUP-001",
    "{path} 已经存在。",
    "备份从不覆盖已有文件；请换一个文件名。",
    "{path} exists already.",
    "A backup never replaces a file: choose another name.",
)
IN_USE = define(
    "BACKUP-002",
    "要恢复到的数据库 {database} 已有内容。",
    "恢复只写入空的数据库；请用 --db 或 HUIBAO_DB 指向新的数据库，核对无误后再改用它。",
    "The database {database} to restore into holds something already.",
    "Restore only fills an empty database: name a new one by --db or HUIBAO_DB, and change over when it is checked.",
)
NO_MANIFEST = define(
    "BACKUP-003",
    "读不到备份说明 {path}：{why}。",
    "备份文件与同名的 .json 说明须一起保存；缺了说明不能恢复，因为无从核对。",
    "The description {path} of the backup cannot be read: {why}.",
    "Keep the backup and its .json together: without it there is nothing to compare with.",
)
SPOILT = define(
    "BACKUP-004",
    "备份文件 {path} 与其说明不符：内容已变化或不完整。",
    "请取另一份备份；这一份不要再用。",
    "The backup {path} is not what its description says: changed or cut short.",
    "Take another backup and do not use this one.",
)
OTHER_ENGINE = define(
    "BACKUP-005",
    "备份来自 {stated}，而要恢复到的是 {found}。",
    "请恢复到同一种数据库。",
    "The backup was made of {stated}, and the database to restore into is {found}.",
    "Restore into the same kind of database.",
)
DIFFERS = define(
    "BACKUP-007",
    "恢复出的内容与备份说明不符（{what}），已撤除。",
    "请取另一份备份；这一份连同说明请交给维护人员。",
    "What was restored is not what the backup says it holds ({what}); it was taken away again.",
    "Take another backup, and show this one to whoever maintains the program.",
)
NEWER = define(
    "BACKUP-008",
    "备份由更新的程序版本 {version} 制作（{migration}）。",
    "请先升级程序，再恢复。",
    "The backup was made by a newer version of the program, {version} ({migration}).",
    "Bring the program up to date first, then restore.",
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its description has it."""

    path: Path
    engine: str
    version: str
    made_at: str
    sha256: str
    bytes: int
    contents: Contents


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what every audit says of it."""

    backup: Backup
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether every invariant does."""
        return all(one.holds for one in self.findings)


def manifest_of(path: Path) -> Path:
    """Where the description of a backup lies: beside it."""
    return path.with_name(f"{path.name}.json")


def back_up(path: Path, engine: str, clock: Clock) -> Backup:
    """Write the whole database into a new file, with its description beside it; others may go on working."""
    for one in (path, manifest_of(path)):
        if one.exists():
            raise Refused(EXISTS(path=one))
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        found = copies.copy_out(part)
        made = Backup(path, engine, __version__, clock.now().isoformat(), _sha256(part), part.stat().st_size, found)
        said = {name: value for name, value in asdict(made).items() if name != "path"}
        manifest_of(path).write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return made


def read_backup(path: Path) -> Backup:
    """A backup by its description, with the file compared. Refused where either is missing or wrong."""
    described = manifest_of(path)
    try:
        said: dict[str, Any] = json.loads(described.read_text(encoding="utf-8"))
        held = Contents(**said["contents"])
        made = Backup(path, **{**said, "contents": held})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(NO_MANIFEST(path=described, why=type(error).__name__)) from error
    if not path.is_file() or path.stat().st_size != made.bytes or _sha256(path) != made.sha256:
        raise Refused(SPOILT(path=path))
    return made


def restore(path: Path, engine: str, database: str) -> Restored:
    """Fill an empty database from a backup, compare, and ask every invariant. Refused with nothing left otherwise."""
    made = read_backup(path)
    if made.engine != engine:
        raise Refused(OTHER_ENGINE(stated=made.engine, found=engine))
    if made.contents.migration > copies.last_migration():
        raise Refused(NEWER(version=made.version, migration=made.contents.migration))
    if copies.in_use():
        raise Refused(IN_USE(database=database))
    copies.copy_in(path)
    found = copies.contents(made.contents.rows)
    if found != made.contents:
        copies.empty_again()
        raise Refused(DIFFERS(what=_difference(made.contents, found)))
    wrong = keys.fitting()
    if wrong:
        copies.empty_again()
        raise Refused(wrong)
    # One made by an older version is brought up to date only now, when it has been compared.
    copies.bring_up_to_date()
    keys.begin_with(ring().writing)
    return Restored(made, check_all())


def _difference(said: Contents, found: Contents) -> str:
    tables = [
        f"{table} {said.rows.get(table)} → {found.rows.get(table)}"
        for table in sorted({*said.rows, *found.rows})
        if said.rows.get(table) != found.rows.get(table)
    ]
    head = [] if said.head_hash == found.head_hash else [f"entry {said.last_number} → {found.last_number}"]
    return ", ".join([*tables, *head][:5])


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while some := content.read(CHUNK):
            digest.update(some)
    return digest.hexdigest()

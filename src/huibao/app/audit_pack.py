"""The audit pack: an area's books, hashes, approvals and a verifier in one zip that is checked without this software. R5.

Entries that touch the area stand in full; those of other areas are two hashes each, so that the chain can be followed from
its first entry to its last. No person stands in it: the books name payments and numbers, approvals name accounts by number.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.books import Ground, ground_at, ground_of, stem_of
from huibao.app.ledger import BYTE_ORDER_MARK, CHAIN_BROKEN, CHAIN_FILE, HEAD_FILE, VERIFIER_FILE
from huibao.app.printing import pdf
from huibao.domain.approval import Approval
from huibao.domain.ledger import GENESIS, Recorded, breaks, chained_record, moment_text
from huibao.domain.ledger.entries import canonical
from huibao.domain.ledger.export import beancount_lines, csv_lines
from huibao.domain.ledger.subjects import subject_of
from huibao.kernel.clock import Clock
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused, define
from huibao.store import approval as approvals
from huibao.store import ledger as ledger_store
from huibao.store import trail
from huibao.store.trail import Deed
from huibao.store.unit import snapshot, unit_of_work

if TYPE_CHECKING:
    from huibao.app.work.task import Task

MOST_ENTRIES: Final = 1_000_000
"""Entries of the whole chain: they are held in memory at once, about a kilobyte each."""
COVER: Final = Path(__file__).with_name("audit_cover.typ")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same books make the same bytes."""
NAME: Final = "audit-pack"

TOO_LONG: Final = define(
    "BOOKS-004",
    "账簿有 {found} 笔分录，审计包最多 {most} 笔。",
    "请改用 huibao ledger export 导出全部账簿。",
    "The books have {found} entries, an audit pack at most {most}.",
    "Export the whole ledger with huibao ledger export.",
)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: the zip, its own hash (on the cover), how many entries in full, and where the chain ends."""

    content: bytes
    pack_hash: str
    entries: int
    others: int
    head_hash: str


def pack_for(actor: Actor, area: str, clock: Clock) -> Pack:
    """The pack of an area within the reader's reach; that it was taken goes on record."""
    ground = ground_of(actor, area, clock.today().year, clock)
    must(actor, Verb.EXPORT, Noun.BOOKS, ground.area)
    made = made_of(ground, clock.now())
    with unit_of_work():
        deed = Deed(
            clock.now(), actor.staff_id, actor.role.value, Verb.EXPORT.value, Noun.BOOKS.value, area=ground.area
        )
        trail.append(deed)
    return made


def pack_of(area: str, clock: Clock) -> Pack:
    """The pack of an area for whoever runs the program itself; that it was taken goes on record."""
    made = made_of(ground_at(area, clock), clock.now())
    with unit_of_work():
        trail.append(Deed(clock.now(), None, "", Verb.EXPORT.value, Noun.BOOKS.value, area=area))
    return made


def make_in_background(task: "Task") -> dict[str, Any]:
    """The same as long work: the file is kept for who asked."""
    from huibao.app.accounts.sign_in import actor_of
    from huibao.store import staff

    record = staff.by_id(task.staff_id)
    if record is None:
        raise Refused(CHAIN_BROKEN(found=0))
    made = pack_for(actor_of(record), str(task.parameters["area"]), task.clock)
    task.keep_file("pack", f"{NAME}-{task.parameters['area']}.zip", "application/zip", made.content)
    return {"entries": made.entries, "others": made.others, "hash": made.pack_hash, "head": made.head_hash}


def made_of(ground: Ground, at: datetime) -> Pack:
    """Make the pack of an area from one state of the data. A chain that does not hold is not handed out as if it did."""
    with snapshot():
        records = tuple(ledger_store.entries())
        if len(records) > MOST_ENTRIES:
            raise Refused(TOO_LONG(found=len(records), most=MOST_ENTRIES))
        broken = sum(1 for _ in breaks(records))
        if broken:
            raise Refused(CHAIN_BROKEN(found=broken))
        inside = {ref for ref in ledger_store.balances() if ground.scope.holds(ref)}
        ours = tuple(record for record in records if _touches(record, inside))
        balances = {ref: fen for ref, fen in ledger_store.balances().items() if ref in inside}
        given = tuple(one for one in approvals.everything() if one.request.area.startswith(stem_of(ground.area)))
        acts = trail.head()
    full = {record.number for record in ours}
    head_hash = records[-1].hash if records else GENESIS
    files: dict[str, bytes] = {
        CHAIN_FILE: _bytes(_chain(records, full)),
        HEAD_FILE: _bytes([f"{len(records)} {head_hash}\n"]),
        VERIFIER_FILE: (Path(__file__).parent / "ledger_verifier.py").read_bytes(),
        "ledger.csv": _bytes([BYTE_ORDER_MARK, *csv_lines(ours)]),
        "ledger.beancount": _bytes(beancount_lines(ours, (), f"惠保 Huibao {ground.area}")),
        "balances.csv": _bytes([BYTE_ORDER_MARK, *_balances(ground, balances)]),
        "approvals.jsonl": _bytes(canonical(_approval(one)) + "\n" for one in given),
        "acts.txt": _bytes([f"{acts[0]} {acts[1]}\n"]),
        "README.txt": _bytes([README]),
    }
    sums = _bytes(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    pack_hash = hashlib.sha256(sums).hexdigest()
    cover = _cover(ground, at, pack_hash, (len(ours), len(records) - len(ours), head_hash, len(given), *acts))
    files |= {"SHA256SUMS": sums, "cover.txt": _bytes(f"{name}：{said}\n" for name, said in cover)}
    with suppress(Refused):
        files["cover.pdf"] = pdf(COVER, _printed(ground, cover, pack_hash, sorted(files)))
    return Pack(_zipped(files), pack_hash, len(ours), len(records) - len(ours), head_hash)


README: Final = """惠保审计包

核验：python3 verify.py --pack 封面上的散列
只需 Python 3.8 以上，不需要联网，不需要惠保。全部相符显示 ✓，否则显示 ✗ 并指出哪里不符。

ledger.jsonl 散列链（本地区的分录是全文，其他地区的只有散列）；ledger.csv、ledger.beancount 本地区的分录；
balances.csv 本地区各账户余额；approvals.jsonl 审批（经办、复核、付款只有账号编号）；acts.txt 操作记录的末号和散列；
SHA256SUMS 各文件的散列，它自己的散列印在封面上。

Audit pack of Huibao. Check it: python3 verify.py --pack HASH-ON-THE-COVER
It needs Python 3.8 or later and nothing else. Entries of other areas are hashes alone, so the chain can be followed.
"""


def _touches(record: Recorded, inside: set[Any]) -> bool:
    return any(ref in inside for move in record.entry.transfers for ref in (move.source, move.target))


def _chain(records: Iterable[Recorded], full: set[int]) -> Iterator[str]:
    for record in records:
        hashes = {"prev_hash": record.prev_hash, "hash": record.hash}
        if record.number in full:
            yield canonical({**chained_record(record.number, record.entry, record.entered_at), **hashes}) + "\n"
        else:
            yield canonical({"number": record.number, **hashes}) + "\n"


def _balances(ground: Ground, balances: dict[Any, Any]) -> Iterator[str]:
    line = io.StringIO()
    out = csv.writer(line)
    out.writerow(("account", "subject", "name", "fen", "yuan"))
    for ref, fen in balances.items():
        out.writerow((ref.code, subject_of(ref).code, ground.name(ref), int(fen), yuan_text(fen)))
    yield line.getvalue()


def _approval(one: Approval) -> dict[str, object]:
    """An approval without names: accounts by number, terms as they are."""
    return {
        "number": one.number,
        "kind": one.request.kind.value,
        "subject": one.request.subject,
        "area": one.request.area,
        "contract": one.request.contract,
        "fen": int(one.request.fen),
        "terms": dict(one.request.terms),
        "state": one.state.value,
        "asked_by": one.asked.staff_id,
        "asked_at": moment_text(one.asked.at),
        "decided_by": one.decided.staff_id if one.decided else None,
        "decided_at": moment_text(one.decided.at) if one.decided else None,
        "paid_by": one.paid.staff_id if one.paid else None,
        "content": one.request.content,
    }


def _cover(
    ground: Ground, at: datetime, pack_hash: str, figures: tuple[int, int, str, int, int, str]
) -> list[tuple[str, str]]:
    ours, others, head_hash, given, acts, acts_hash = figures
    return [
        ("地区", f"{ground.area_name}（{ground.area}）"),
        ("制作时间", moment_text(at)),
        ("本地区分录", f"{ours} 笔"),
        ("其他地区分录（只有散列）", f"{others} 笔"),
        ("账簿末笔散列", head_hash),
        ("审批", f"{given} 件"),
        ("操作记录", f"{acts} 条，末条散列 {acts_hash}"),
        ("本包散列", pack_hash),
    ]


def _printed(ground: Ground, cover: list[tuple[str, str]], pack_hash: str, files: list[str]) -> dict[str, Any]:
    return {
        "title": "惠保审计包",
        "area": ground.area_name,
        "rows": [[name, _broken(said)] for name, said in cover if name != "本包散列"],
        "pack": pack_hash,
        "files": files,
    }


def _broken(said: str) -> str:
    """Long hashes get places where a line may end."""
    zero_width = "\u200b"
    return zero_width.join(said[at : at + 8] for at in range(0, len(said), 8)) if len(said) > len("散列") * 32 else said


def _bytes(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode("utf-8")


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()

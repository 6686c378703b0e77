"""Reading, verifying, exporting and closing the books."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from huibao.domain.ledger import CAUSE_NAMES, GENESIS, AccountRef, Break, Cause, Recorded, breaks, parse_account
from huibao.domain.ledger.admission import Posted
from huibao.domain.ledger.export import beancount_lines, csv_lines, json_lines
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import coverage as covers
from huibao.store import ledger as books
from huibao.store.locks import lock_ledger
from huibao.store.unit import snapshot, unit_of_work

CHAIN_FILE: Final = "ledger.jsonl"
HEAD_FILE: Final = "head.txt"
VERIFIER_FILE: Final = "verify.py"
BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel takes a CSV file without it for the machine's own encoding and garbles the Chinese."""

NO_ACCOUNT = define(
    "LEDGER-022",
    "账簿中没有账户 {code}。",
    "请用 ledger show 列出全部账户。",
    "There is no account {code} in the books.",
    "List all accounts with ledger show.",
)
CANNOT_WRITE = define(
    "LEDGER-023",
    "无法写入 {where}：{why}。",
    "请指定一个可写的目录。",
    "Cannot write to {where}: {why}.",
    "Name a folder that can be written to.",
)
CHAIN_BROKEN = define(
    "LEDGER-024",
    "账簿散列链在 {found} 处不成立，未导出。",
    "请先运行 huibao check 查明何处被改动。",
    "The hash chain does not hold in {found} places; nothing was exported.",
    "Run huibao check first to see what was changed.",
)


REVERSED_ELSEWHERE = define(
    "LEDGER-025",
    "分录 {key} 是{what}，不能只在账簿里冲销。",
    "请撤销结算或重开案件，账目会随之冲销，累计额才不会错。",
    "The entry {key} is a {what_en}; it is not reversed in the books alone.",
    "Reverse the settlement or reopen the claim: its entry follows, and the yearly totals stay right.",
)
REFUNDED_SINCE = define(
    "LEDGER-027",
    "分录 {key} 缴纳的保费已有一部分由 {refund} 退还，不能整笔冲销。",
    "请先冲销退费分录，再冲销本笔。",
    "Part of the premium that the entry {key} paid has gone back by {refund}; it is not reversed in full.",
    "Reverse the refund first, then this entry.",
)


class Format(StrEnum):
    """What an export holds besides the chain itself."""

    BEANCOUNT = "beancount"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One transfer as an account sees it: what came (+) or went (−), fen, and the balance after it."""

    record: Recorded
    other: AccountRef
    fen: Fen
    balance_fen: Fen
    payee: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain as it stands in the database: how many entries, where it ends, where it breaks."""

    entries: int
    head_hash: str
    broken: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, how many entries, and the hash to write down elsewhere."""

    files: tuple[Path, ...]
    entries: int
    head_hash: str


def account_named(code: str) -> AccountRef:
    """The account a code means. Refused when it makes no sense or was never touched."""
    ref = parse_account(code)
    if isinstance(ref, Problem):
        raise Refused(ref)
    if ref not in books.balances():
        raise Refused(NO_ACCOUNT(code=code))
    return ref


def balances(on: date | None = None, contract: str | None = None) -> dict[AccountRef, Fen]:
    """Every account's balance at the end of a day (None: now), or those of one contract's books."""
    found = books.balances(on)
    return {ref: fen for ref, fen in found.items() if contract is None or ref.contract == contract}


def account_lines(ref: AccountRef) -> tuple[LedgerLine, ...]:
    """Every transfer of one account in the order of the chain, with the running balance."""
    found: list[LedgerLine] = []
    held = 0
    for record in books.entries(account=ref):
        for move in record.entry.transfers:
            if ref not in (move.source, move.target):
                continue
            fen = move.fen if move.target == ref else -move.fen
            held += fen
            other = move.source if move.target == ref else move.target
            found.append(LedgerLine(record, other, Fen(fen), Fen(held), move.payee))
    return tuple(found)


def verify() -> Verified:
    """Recompute the whole chain from the rows. L3."""
    with snapshot():
        ending = _Ending()
        broken = tuple(breaks(ending.watch(books.entries())))
    return Verified(ending.number, ending.hash, broken)


def reverse(key: str, new_key: str, on: date, reason: str, clock: Clock) -> Posted:
    """Undo an entry in full on a day. Payments of settlements and claims are undone by their own use cases. L3.

    Premium of which a part has gone back stays until that refund is reversed: nobody gets back more than was paid.
    """
    with unit_of_work():
        lock_ledger()
        found = books.entry_of(key)
        if found is not None and found.entry.cause in {Cause.SETTLEMENT_PAID, Cause.CLAIM_PAID}:
            zh, en = CAUSE_NAMES[found.entry.cause]
            raise Refused(REVERSED_ELSEWHERE(key=key, what=zh, what_en=en.lower()))
        if found is not None and found.entry.cause is Cause.PREMIUM_PAID:
            batch, _, line = found.entry.subject.rpartition(":")
            for refund in covers.refunds_of(batch, line)[:1]:
                raise Refused(REFUNDED_SINCE(key=key, refund=refund))
        return books.reverse(key, new_key, on, reason, clock.now())


def close_period(through_on: date, clock: Clock) -> books.Closing:
    """Close everything through a day that is over. No entry may take effect there any more."""
    return books.close_period(through_on, clock.today(), clock.now())


def export(folder: Path, formats: Iterable[Format], title: str = "惠保 Huibao") -> Exported:
    """Write the books, the chain, its end and the verifier into a folder. All files are new or none is.

    The folder is made; files of an earlier export are replaced. A broken chain is not exported as if it held.
    """
    wanted = set(formats)
    with unit_of_work():
        records = tuple(books.entries())
        closings = [(closing.through_on, books.balances(closing.through_on)) for closing in books.closings()]
    broken = sum(1 for _ in breaks(records))
    if broken:
        raise Refused(CHAIN_BROKEN(found=broken))
    head_hash = records[-1].hash if records else GENESIS
    texts: dict[str, Callable[[], Iterable[str]]] = {
        CHAIN_FILE: lambda: json_lines(records),
        HEAD_FILE: lambda: [f"{len(records)} {head_hash}\n"],
        VERIFIER_FILE: lambda: [(Path(__file__).parent / "ledger_verifier.py").read_text(encoding="utf-8")],
    }
    if Format.CSV in wanted:
        texts["ledger.csv"] = lambda: [BYTE_ORDER_MARK, *csv_lines(records)]
    if Format.BEANCOUNT in wanted:
        texts["ledger.beancount"] = lambda: beancount_lines(records, closings, title)
    return Exported(_write_all(folder, texts), len(records), head_hash)


class _Ending:
    """Watches records go by and keeps where they end, so that a long chain is read once."""

    def __init__(self) -> None:
        self.number, self.hash = 0, GENESIS

    def watch(self, records: Iterable[Recorded]) -> Iterator[Recorded]:
        for record in records:
            self.number, self.hash = record.number, record.hash
            yield record


def _write_all(folder: Path, texts: dict[str, Callable[[], Iterable[str]]]) -> tuple[Path, ...]:
    """Write each file beside its place, then put all in place: a full disk leaves the earlier export as it was."""
    parts = {folder / name: folder / f"{name}.part" for name in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place, part in parts.items():
            with part.open("w", encoding="utf-8", newline="") as out:
                out.writelines(texts[place.name]())
        for place, part in parts.items():
            part.replace(place)
    except OSError as error:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
        raise Refused(CANNOT_WRITE(where=str(folder), why=error.strerror or str(error))) from error
    return tuple(parts)

#!/usr/bin/env python3
"""Check an exported ledger with nothing but Python 3.8 or later: no server, no database, no other file of Huibao.

    python3 verify.py [FOLDER] [--head HASH] [--pack HASH]

Reads FOLDER/ledger.jsonl (the folder this script is in, unless told otherwise) and checks that every entry follows the
one before by its hash, that no entry was left out or changed, that amounts are whole fen above zero, that reversals
mirror their entries, that no key is used twice and that no protected account ever stood below zero. Where ledger.csv or
ledger.beancount lie beside it, their sums by account must be the same. The hash of the last entry is compared with
head.txt, or with --head: write that one down elsewhere, and nobody can change the books unnoticed.

In an audit pack of one area, entries of other areas are lines of two hashes without content: they keep the chain whole.
There SHA256SUMS covers every file (its own hash stands on the cover and is compared with --pack), balances.csv holds the
area's accounts, and approvals.jsonl who asked, approved and paid by number: three different people, and entries that move
what was approved.

用法：python3 verify.py [目录] [--head 末笔散列] [--pack 封面上的散列]。无需联网，无需安装惠保。全部相符时退出码为 0，否则为 1。
"""  # noqa: EXE001 - run as `python3 verify.py` after export, not from the package

import argparse
import csv
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple  # noqa: UP035 - must run on Python 3.8

GENESIS = "0" * 64
PROTECTED = ("fund:", "allocation:", "special:", "surplus:", "debt:")
MARK = "approval/"
PAYS_CLAIMS = "claim_paid"
IN_ALL = "claim_payment"
"""Approves a claim's whole sum: what was paid on the claim before counts towards it."""
SUMS = "SHA256SUMS"
HASHED = ("number key cause subject takes_effect_on entered_at clause approval reverses reason transfers").split()  # noqa: SIM905 - reads as the list it is
Balances = Dict[str, int]  # noqa: UP006 - must run on Python 3.8


def link(prev_hash: str, record: Dict[str, Any]) -> str:  # noqa: UP006 - must run on Python 3.8
    """Return the hash an entry must have after the one before it."""
    covered = {name: record[name] for name in HASHED}
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{prev_hash}\n{text}".encode()).hexdigest()


class Books:
    """What has been read so far, and everything found wrong with it."""

    def __init__(self) -> None:
        """Start with empty books."""
        self.balances: Balances = {}
        self.numbers: Dict[str, int] = {}  # noqa: UP006 - must run on Python 3.8
        self.moves: Dict[str, List[Tuple[str, str, int, str]]] = {}  # noqa: UP006 - must run on Python 3.8
        self.undone: Dict[str, str] = {}  # noqa: UP006 - must run on Python 3.8
        self.head = GENESIS
        self.count = 0
        self.sealed = 0
        self.scope: Balances = {}
        self.approved: Balances = {}
        self.paid: Balances = {}
        self.in_all: Balances = {}
        self.by_approval: Dict[str, str] = {}  # noqa: UP006 - must run on Python 3.8
        self.wrong: List[str] = []  # noqa: UP006 - must run on Python 3.8

    def complain(self, where: str, zh: str, en: str) -> None:
        """Note one thing that does not hold."""
        self.wrong.append(f"✗ {where}: {zh} / {en}")

    def take(self, record: Dict[str, Any]) -> None:  # noqa: UP006 - must run on Python 3.8
        """Check one entry against everything before it, and take it in."""
        self.count += 1
        where = f"{record['number']} {record.get('key', '')}".strip()
        if record["number"] != self.count:
            self.complain(where, f"编号应为 {self.count}", f"number should be {self.count}")
            self.count = record["number"]
        if record["prev_hash"] != self.head:
            self.complain(where, "没有接上前一笔", "does not follow the entry before")
        self.head = record["hash"]
        if "key" in record:
            self.take_content(where, record)
        elif self.scope:
            self.sealed += 1
        else:
            self.complain(where, "没有内容", "has no content")

    def take_content(self, where: str, record: Dict[str, Any]) -> None:  # noqa: UP006 - must run on Python 3.8
        """Check what an entry says, and take it in."""
        if record["hash"] != link(record["prev_hash"], record):
            self.complain(where, "内容被改动", "its content was changed")
        key = record["key"]
        if key in self.numbers:
            self.complain(where, f"键与第 {self.numbers[key]} 号重复", f"same key as entry {self.numbers[key]}")
        self.numbers[key] = record["number"]
        moves = [(move["source"], move["target"], move["fen"], move["payee"]) for move in record["transfers"]]
        self.moves[key] = moves
        if not moves:
            self.complain(where, "没有划转", "moves nothing")
        self.move(where, moves)
        claim = record["subject"].rpartition("/")[0] if record["cause"] == PAYS_CLAIMS else ""
        if claim:
            self.paid[claim] = self.paid.get(claim, 0) + sum(move[2] for move in moves)
            self.in_all[key] = self.paid[claim]
        if (record["approval"] or "").startswith(MARK):
            self.by_approval[key] = record["approval"]
            self.approved[key] = sum(move[2] for move in moves)
        if record["reverses"] is not None:
            self.check_reversal(where, key, record["reverses"])
            self.approved.pop(record["reverses"], None)

    def move(self, where: str, moves: List[Tuple[str, str, int, str]]) -> None:  # noqa: UP006 - must run on Python 3.8
        """Carry transfers to their accounts; none of the area's that is protected may fall below zero."""
        for source, target, fen, _ in moves:
            if type(fen) is not int or fen <= 0 or source == target:
                self.complain(where, f"划转不成立：{source} → {target} {fen}", "a transfer makes no sense")
                continue
            self.balances[source] = self.balances.get(source, 0) - fen
            self.balances[target] = self.balances.get(target, 0) + fen
        for account in sorted({move[0] for move in moves}):
            ours = not self.scope or account in self.scope
            if ours and account.startswith(PROTECTED) and self.balances.get(account, 0) < 0:
                self.complain(where, f"{account} 余额为负", f"{account} fell below zero")

    def check_reversal(self, where: str, key: str, original: str) -> None:
        """Check that a reversal mirrors an entry that was not reversed before."""
        expected = [
            (target, source, fen, payee) for source, target, fen, payee in reversed(self.moves.get(original, []))
        ]
        if original not in self.moves or self.moves[key] != expected:
            self.complain(where, f"不是 {original} 的逐笔相反", f"does not mirror {original}")
        if original in self.undone:
            self.complain(where, f"{original} 已被 {self.undone[original]} 冲销", f"{original} was reversed before")
        self.undone[original] = key


def csv_moves(path: Path) -> Iterator[Tuple[str, str, int]]:  # noqa: UP006 - must run on Python 3.8
    """Return source, target and fen of each line of ledger.csv."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["source"], row["target"], int(row["fen"])


def beancount_balances(path: Path) -> Balances:
    """Return the balance of each account in ledger.beancount, by the code in its metadata."""
    codes: Dict[str, str] = {}  # noqa: UP006 - must run on Python 3.8
    found: Balances = {}
    opened = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        start = re.match(r"\d{4}-\d{2}-\d{2} open (\S+)", line)
        code = re.match(r'  code: "(.*)"$', line)
        move = re.match(r"  ([A-Z]\S+)  (-?)(\d+)\.(\d\d) CNY$", line)
        if start:
            opened = start.group(1)
        elif code and opened:
            codes[opened] = code.group(1).replace('\\"', '"').replace("\\\\", "\\")
            opened = ""
        elif move:
            fen = int(move.group(3)) * 100 + int(move.group(4))
            account = codes.get(move.group(1), move.group(1))
            found[account] = found.get(account, 0) + (-fen if move.group(2) else fen)
    return found


def check_sums(books: Books, folder: Path, expected: "str | None") -> None:
    """Check that every file is as SHA256SUMS says, and that file as the cover says."""
    sums = folder / SUMS
    if not sums.exists():
        if expected is not None:
            books.complain(SUMS, "缺少文件", "is missing")
        return
    content = sums.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if expected is not None and expected != found:
        books.complain(SUMS, f"散列应为 {expected}，读到 {found}", "is not the one the cover names")
    for line in content.decode("utf-8").splitlines():
        stated, _, name = line.partition("  ")
        path = folder / name
        if not path.exists():
            books.complain(name, "缺少文件", "is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != stated:
            books.complain(name, "内容被改动", "its content was changed")


def check_approvals(books: Books, path: Path) -> None:
    """Check that three different people asked, approved and paid, and that entries move what was approved."""
    known: Dict[str, Dict[str, Any]] = {}  # noqa: UP006 - must run on Python 3.8
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        known[f"{MARK}{one['number']}"] = one
        people = [one[part] for part in ("asked_by", "decided_by", "paid_by") if one[part] is not None]
        if len(set(people)) != len(people):
            books.complain(f"{MARK}{one['number']}", "同一人办理了两个环节", "one person had two parts in it")
    moved: Balances = {}
    for key, text in books.by_approval.items():
        if text not in known or known[text]["state"] != "done":
            books.complain(key, f"{text} 未批准", f"{text} was not given")
        elif key in books.approved:
            whole = known[text]["kind"] == IN_ALL
            moved[text] = moved.get(text, 0) + (books.in_all if whole else books.approved)[key]
    for text, fen in sorted(moved.items()):
        if fen != known[text]["fen"]:
            books.complain(
                text, f"批准 {known[text]['fen']} 分，记账 {fen} 分", f"{known[text]['fen']} fen, entered {fen}"
            )


def read_scope(path: Path) -> Balances:
    """Return the balances of the area's own accounts."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row["account"]: int(row["fen"]) for row in csv.DictReader(lines)}


def compare(books: Books, name: str, found: Balances) -> None:
    """Complain where another file beside the chain gives an account another balance."""
    for account in sorted(books.balances.keys() | found.keys()):
        ours, theirs = books.balances.get(account, 0), found.get(account, 0)
        if ours != theirs:
            books.complain(
                name, f"{account} 为 {theirs} 分，链上为 {ours} 分", f"{account}: {theirs} fen, chain says {ours}"
            )


def main() -> int:
    """Check one folder; return 0 when everything holds."""
    asked = argparse.ArgumentParser(description="检查导出的账簿 Check an exported ledger")
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asked.add_argument("--head", help="末笔分录的散列 hash of the last entry, written down earlier")
    asked.add_argument("--pack", help="封面上的散列 hash on the cover of an audit pack")
    options = asked.parse_args()
    books = Books()
    check_sums(books, options.folder, options.pack)
    scope, approvals = options.folder / "balances.csv", options.folder / "approvals.jsonl"
    if scope.exists():
        books.scope = read_scope(scope)
    with (options.folder / "ledger.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                books.take(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                books.complain(f"ledger.jsonl:{number}", "读不出来", f"cannot be read ({error!r})")
    head_file = options.folder / "head.txt"
    expected = options.head or (head_file.read_text(encoding="ascii").split()[1] if head_file.exists() else None)
    if expected is not None and expected != books.head:
        books.complain("head", f"末笔散列应为 {expected}，读到 {books.head}", "the chain ends elsewhere")
    table, beancount = options.folder / "ledger.csv", options.folder / "ledger.beancount"
    if table.exists():
        found: Balances = {}
        for source, target, fen in csv_moves(table):
            found[source] = found.get(source, 0) - fen
            found[target] = found.get(target, 0) + fen
        compare(books, table.name, found)
    if beancount.exists():
        compare(books, beancount.name, beancount_balances(beancount))
    if scope.exists():
        compare(books, scope.name, {**books.balances, **books.scope})
    if approvals.exists():
        check_approvals(books, approvals)
    for wrong in books.wrong:
        sys.stdout.write(wrong + "\n")
    mark = "✗" if books.wrong else "✓"
    others = f"（其中别处 {books.sealed} 笔只有散列 of other areas, hashes alone）" if books.sealed else ""
    sys.stdout.write(
        f"{mark} {books.count} 笔分录 entries{others}, {len(books.balances)} 个账户 accounts, head {books.head}\n"
    )
    return 1 if books.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

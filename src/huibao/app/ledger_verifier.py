#!/usr/bin/env python3
"""Check an exported ledger with nothing but Python 3.8 or later: no server, no database, no other file of Huibao.

    python3 verify.py [FOLDER] [--head HASH]

Reads FOLDER/ledger.jsonl (the folder this script is in, unless told otherwise) and checks that every entry follows the
one before by its hash, that no entry was left out or changed, that amounts are whole fen above zero, that reversals
mirror their entries, that no key is used twice and that no protected account ever stood below zero. Where ledger.csv or
ledger.beancount lie beside it, their sums by account must be the same. The hash of the last entry is compared with
head.txt, or with --head: write that one down elsewhere, and nobody can change the books unnoticed.

用法：python3 verify.py [目录] [--head 末笔散列]。无需联网，无需安装惠保。全部相符时退出码为 0，否则为 1。
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
PROTECTED = ("fund:", "allocation:", "special:", "surplus:")
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
        self.wrong: List[str] = []  # noqa: UP006 - must run on Python 3.8

    def complain(self, where: str, zh: str, en: str) -> None:
        """Note one thing that does not hold."""
        self.wrong.append(f"✗ {where}: {zh} / {en}")

    def take(self, record: Dict[str, Any]) -> None:  # noqa: UP006 - must run on Python 3.8
        """Check one entry against everything before it, and take it in."""
        self.count += 1
        where = f"{record['number']} {record['key']}"
        if record["number"] != self.count:
            self.complain(where, f"编号应为 {self.count}", f"number should be {self.count}")
            self.count = record["number"]
        if record["prev_hash"] != self.head:
            self.complain(where, "没有接上前一笔", "does not follow the entry before")
        if record["hash"] != link(record["prev_hash"], record):
            self.complain(where, "内容被改动", "its content was changed")
        self.head = record["hash"]
        key = record["key"]
        if key in self.numbers:
            self.complain(where, f"键与第 {self.numbers[key]} 号重复", f"same key as entry {self.numbers[key]}")
        self.numbers[key] = record["number"]
        moves = [(move["source"], move["target"], move["fen"], move["payee"]) for move in record["transfers"]]
        self.moves[key] = moves
        if not moves:
            self.complain(where, "没有划转", "moves nothing")
        for source, target, fen, _ in moves:
            if type(fen) is not int or fen <= 0 or source == target:
                self.complain(where, f"划转不成立：{source} → {target} {fen}", "a transfer makes no sense")
                continue
            self.balances[source] = self.balances.get(source, 0) - fen
            self.balances[target] = self.balances.get(target, 0) + fen
        for account in sorted({move[0] for move in moves}):
            if account.startswith(PROTECTED) and self.balances.get(account, 0) < 0:
                self.complain(where, f"{account} 余额为负", f"{account} fell below zero")
        if record["reverses"] is not None:
            self.check_reversal(where, key, record["reverses"])

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
    options = asked.parse_args()
    books = Books()
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
    for wrong in books.wrong:
        sys.stdout.write(wrong + "\n")
    mark = "✗" if books.wrong else "✓"
    sys.stdout.write(f"{mark} {books.count} 笔分录 entries, {len(books.balances)} 个账户 accounts, head {books.head}\n")
    return 1 if books.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

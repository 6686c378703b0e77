"""The books handed to somebody else: Beancount accepts them, and a script with no server notices any change."""

import csv
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from beancount import loader
from beancount.parser import printer
from django.db import connection

from huibao.app import ledger as app
from huibao.domain import ledger, postings
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import guards
from huibao.store import ledger as books

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 6, 1, tzinfo=UTC)
CONTRACT = "历城〔2020〕第7号"
EVERY_FORMAT = tuple(app.Format)


@pytest.fixture(autouse=True)
def _books_of_a_year() -> None:
    """Every kind of account and cause but refunds; names in Chinese; a reversal; one closed period."""
    fiscal, donor = ledger.SourceKind.FISCAL, ledger.SourceKind.DONOR
    day = date(2020, 1, 10)
    gift = ledger.Transfer(ledger.outside(donor, "匿名爱心人士"), ledger.special(CONTRACT, "accident"), Fen(12_345))
    books.post(
        [
            postings.fund_received(
                "f1", "370000", "扶贫资金", Fen(10_000_000), day, "SD-5", fiscal, "鲁财预〔2020〕1号"
            ),
            postings.fund_allocated("f2", "扶贫资金", "370000", [("370100", Fen(9_000_001))], day, "SD-5"),
            postings.line_allocated("f3", "370100", "扶贫资金", CONTRACT, "accident", Fen(5_000_001), day, "SD-5"),
            ledger.Entry("gift", ledger.Cause.PREMIUM_PAID, CONTRACT, day, (gift,), "HN-2.1"),
            postings.settlement_paid("S1", CONTRACT, "accident", "S1", Fen(1), '=HYPERLINK("x")', date(2020, 4, 1)),
            postings.claim_paid("K1", CONTRACT, "accident", "K1", [('妻"甲"', Fen(100)), ("子\\乙", Fen(200))], day),
        ],
        NOW,
    )
    books.reverse("S1", "undo-S1", date(2020, 4, 2), "重复\n录入", NOW)
    books.close_period(date(2020, 3, 31), date(2020, 6, 1), NOW)


def verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the exported verifier as an auditor would: by itself, isolated from every installed package."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_beancount_reads_the_books_without_a_single_error(tmp_path: Path) -> None:
    app.export(tmp_path, [app.Format.BEANCOUNT])
    entries, errors, _ = loader.load_file(str(tmp_path / "ledger.beancount"))
    assert errors == []
    text = printer.format_entry(next(entry for entry in entries if getattr(entry, "narration", "") == "K1"))
    assert "-1.00 CNY" in text
    assert "2.00 CNY" in text
    checked = subprocess.run(
        [Path(sys.executable).parent / "bean-check", tmp_path / "ledger.beancount"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_beancount_notices_when_a_closing_balance_no_longer_holds(tmp_path: Path) -> None:
    app.export(tmp_path, [app.Format.BEANCOUNT])
    path = tmp_path / "ledger.beancount"
    path.write_text(path.read_text(encoding="utf-8").replace("  123.45 CNY", "  123.46 CNY"), encoding="utf-8")
    _, errors, _ = loader.load_file(str(path))
    assert [error.message.split(":")[0] for error in errors] != []


def test_the_verifier_needs_nothing_but_python_and_finds_the_books_in_order(tmp_path: Path) -> None:
    exported = app.export(tmp_path, EVERY_FORMAT)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "head.txt",
        "ledger.beancount",
        "ledger.csv",
        "ledger.jsonl",
        "verify.py",
    ]
    run = verify(tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("✓ 7 笔分录")
    assert exported.head_hash in run.stdout
    assert verify(tmp_path, "--head", exported.head_hash).returncode == 0


def test_the_verifier_says_which_entry_was_changed(tmp_path: Path) -> None:
    app.export(tmp_path, [app.Format.JSONL])
    path = tmp_path / "ledger.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"fen":12345', '"fen":12346'), encoding="utf-8")
    run = verify(tmp_path)
    assert run.returncode == 1
    assert "✗ 4 gift: 内容被改动" in run.stdout


def test_the_verifier_notices_a_chain_that_was_cut_short_or_made_anew(tmp_path: Path) -> None:
    exported = app.export(tmp_path, [app.Format.JSONL])
    path = tmp_path / "ledger.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert "✗ head" in verify(tmp_path).stdout
    (tmp_path / "head.txt").write_text(f"6 {json.loads(lines[-2])['hash']}\n", encoding="ascii")
    assert verify(tmp_path).returncode == 0, "whoever rewrites everything convinces the folder, "
    assert verify(tmp_path, "--head", exported.head_hash).returncode == 1, "but not who wrote the head down"


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.beancount"])
def test_the_verifier_notices_a_table_that_says_other_than_the_chain(tmp_path: Path, name: str) -> None:
    app.export(tmp_path, EVERY_FORMAT)
    path = tmp_path / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",12345,", ",12344,").replace("  123.45 CNY", "  123.44 CNY"), encoding="utf-8")
    run = verify(tmp_path)
    assert run.returncode == 1
    assert f"✗ {name}" in run.stdout


def test_a_spreadsheet_finds_no_formula_in_the_table(tmp_path: Path) -> None:
    app.export(tmp_path, [app.Format.CSV])
    with (tmp_path / "ledger.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    paid = next(row for row in rows if row["key"] == "S1")
    assert paid["payee"] == '\'=HYPERLINK("x")'
    assert (paid["fen"], paid["yuan"]) == ("1", "0.01")
    assert len(rows) == 8


def test_a_chain_that_does_not_hold_is_not_exported(tmp_path: Path) -> None:
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE transfer SET fen = fen + 1 WHERE entry_id = 4")
    with pytest.raises(Refused, match="LEDGER-024"):
        app.export(tmp_path, EVERY_FORMAT)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(Refused, match="LEDGER-023"):
        app.export(tmp_path / "file" / "folder", EVERY_FORMAT)


def test_the_running_balance_of_an_account_ends_at_its_balance() -> None:
    ref = app.account_named(f"special:{CONTRACT}:accident")
    lines = app.account_lines(ref)
    # 123.45 in; 0.01 out; 1.00 and 2.00 out; 0.01 back in by the reversal.
    assert [line.fen for line in lines] == [12_345, -1, -100, -200, 1]
    assert lines[-1].balance_fen == books.balance(ref) == 12_045


def test_the_chain_is_verified_and_its_end_told() -> None:
    found = app.verify()
    assert (found.entries, found.broken) == (7, ())
    head = books.head_entry()
    assert head is not None
    assert found.head_hash == head.hash


def test_accounts_whose_ascii_forms_look_alike_keep_different_names() -> None:
    names = [ledger_name("甲"), ledger_name("乙"), ledger_name("a b"), ledger_name("a-b"), ledger_name("A-b")]
    assert len(set(names)) == len(names)


def ledger_name(owner: str) -> str:
    """An owner's special account as Beancount knows it."""
    from huibao.domain.ledger.export import beancount_account

    return beancount_account(ledger.special(owner, "accident"))

"""The audit pack: checked by a bare Python; whatever is changed is found; nobody stands in it."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from huibao.app import approvals, audit_pack
from huibao.app.access import Role
from huibao.app.audit_pack import Pack
from huibao.app.money_requests import MoneyRequest
from huibao.domain.approval import Kind
from huibao.kernel.fen import Fen
from huibao.store import trail
from tests.app.funds_world import CLOCK, CONTRACT, COUNTY, MEDICAL, PROVINCE_FUND, START, insured
from tests.app.test_money_requests import person
from tests.domain.county import relieved
from tests.web.browser.checks.paper import paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack() -> Pack:
    """A county's year with an allocation that two people decided."""
    insured()
    clerk, approver = person("zijin", Role.FINANCE_CLERK), person("zijin.fuhe", Role.FINANCE_APPROVER)
    asked = MoneyRequest(Kind.ALLOCATION, CONTRACT, MEDICAL, Fen(5_000), START, fund=PROVINCE_FUND, area=COUNTY)
    approvals.decide(approver, approvals.ask(clerk, asked.request("k"), CLOCK).number, CLOCK, yes=True)
    return audit_pack.pack_for(approver, "", CLOCK)


def unpacked(pack: Pack, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(pack.content)) as packed:
        packed.extractall(folder)
    return folder


def verify(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as an auditor would: a bare Python, isolated from every installed package."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_a_bare_python_finds_the_pack_in_order_and_its_hash_is_the_covers(pack: Pack, tmp_path: Path) -> None:
    folder = unpacked(pack, tmp_path)
    run = verify(folder, "--pack", pack.pack_hash, "--head", pack.head_hash)
    assert (run.returncode, run.stderr) == (0, "")
    # The province's and the city's two vouchers are not this county's: two of them are hashes alone.
    assert (pack.others, f"其中别处 {pack.others} 笔" in run.stdout) == (2, True)
    assert pack.pack_hash in (folder / "cover.txt").read_text(encoding="utf-8")
    assert verify(folder, "--pack", "0" * 64).returncode == 1
    assert [act.deed.noun for act in trail.all_acts()][-1] == "books"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ledger.jsonl", '"fen":77000', '"fen":77001'),
        ("ledger.csv", ",77000,", ",77001,"),
        ("ledger.beancount", "  770.00 CNY", "  770.01 CNY"),
        ("balances.csv", "1003", "1004"),
        ("approvals.jsonl", '"state":"done"', '"state":"asked"'),
        ("README.txt", "惠保", "惠宝"),
    ],
)
def test_a_change_in_any_file_is_found(pack: Pack, tmp_path: Path, name: str, old: str, new: str) -> None:
    folder = unpacked(pack, tmp_path)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    run = verify(folder)
    assert (run.returncode, f"✗ {name}" in run.stdout) == (1, True)


def test_who_also_rewrites_the_sums_is_found_by_the_figures_themselves(pack: Pack, tmp_path: Path) -> None:
    import hashlib

    folder = unpacked(pack, tmp_path)
    lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    content = json.loads(lines[2])
    lines[2] = json.dumps({name: content[name] for name in ("number", "prev_hash", "hash")})
    (folder / "ledger.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    approval = (folder / "approvals.jsonl").read_text(encoding="utf-8")
    decided = re.search(r'"decided_by":(\d+)', approval)
    assert decided is not None
    approval = re.sub(r'"asked_by":\d+', f'"asked_by":{decided[1]}', approval)
    (folder / "approvals.jsonl").write_text(approval.replace('"fen":5000', '"fen":4999'), encoding="utf-8")
    names = [path for path in sorted(folder.iterdir()) if path.name not in {"SHA256SUMS", "cover.txt", "cover.pdf"}]
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    said = verify(folder).stdout
    assert [
        word for word in ("✗ balances.csv", "同一人办理了两个环节", "批准 4999 分，记账 5000 分") if word not in said
    ] == []
    assert "✗ SHA256SUMS" in verify(folder, "--pack", pack.pack_hash).stdout


def test_nobody_stands_in_the_pack(pack: Pack, tmp_path: Path) -> None:
    folder = unpacked(pack, tmp_path)
    everything = "".join(
        path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix not in {".pdf", ".py"}
    )
    people = [relieved(number) for number in range(1, 11)]
    assert [one.person.identity for one in people if one.person.identity in everything] == []
    assert [one.person.name for one in people if one.person.name in everything] == []
    assert re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", everything) == []
    assert "zijin" not in everything


def test_the_cover_is_a_paper_everybody_can_read(pack: Pack, tmp_path: Path) -> None:
    assert paper((unpacked(pack, tmp_path) / "cover.pdf").read_bytes(), pages=1) == []


def test_the_same_books_make_the_same_pack(pack: Pack) -> None:
    again = audit_pack.pack_of(COUNTY, CLOCK)
    with zipfile.ZipFile(io.BytesIO(pack.content)) as one, zipfile.ZipFile(io.BytesIO(again.content)) as two:
        assert one.read("ledger.jsonl") == two.read("ledger.jsonl")
        assert one.namelist() == two.namelist()

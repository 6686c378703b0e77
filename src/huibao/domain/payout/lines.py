"""What is paid to whom, and the file by which a bank is told: our own neutral CSV, with totals and a hash at its end."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.domain.payout import problems
from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem

VERSION: Final = "1"
MAX_LINES: Final = 1_000
"""Payments of one file: what one person can still look through."""
LEAST_DIGITS: Final = 8
MOST_DIGITS: Final = 32
LEAST_BANK_CHARS: Final = 2
MOST_BANK_CHARS: Final = 60
TAIL: Final = 4
COLUMNS: Final = ("付款编号", "收款人", "账号", "开户行", "金额", "用途")
FORMULA: Final = ("=", "+", "-", "@")
"""A cell that begins so is run as a formula by spreadsheets."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment: its number, payee, account (digits), bank, fen > 0, and what it is for."""

    reference: str
    payee: str
    account: str
    bank: str
    fen: int
    purpose: str


def read_account(text: str) -> str | Problem:
    """Return an account's digits, or what is wrong with it. Blanks and full-width digits are people's way of writing."""
    folded = "".join(str(int(char)) if char.isdecimal() else char for char in re.sub(r"[\s\-－—]", "", text))
    if folded.isascii() and folded.isdigit() and LEAST_DIGITS <= len(folded) <= MOST_DIGITS:
        return folded
    return problems.BAD_ACCOUNT(least=LEAST_DIGITS, most=MOST_DIGITS, found=len(folded), field="account")


def read_bank(text: str) -> str | Problem:
    """Return a bank's name without runs of blanks, or what is wrong with it."""
    name = " ".join(text.split()).lstrip("".join(FORMULA))
    if LEAST_BANK_CHARS <= len(name) <= MOST_BANK_CHARS and name.isprintable():
        return name
    return problems.BAD_BANK(least=LEAST_BANK_CHARS, most=MOST_BANK_CHARS, field="bank")


def tail(account: str) -> str:
    """The last digits, by which people recognise an account."""
    return account[-TAIL:]


def file_text(number: str, contract: str, made_on: date, lines: Sequence[PaymentLine]) -> str:
    """Return the file's text; the same content gives the same bytes. Its last row is the hash of all before it."""
    invariant(len({line.reference for line in lines}) == len(lines), "L6", f"{number}: a payment stands there twice")
    total_fen = sum(line.fen for line in lines)
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(("惠保支付文件", VERSION, number, _cell(contract), made_on.isoformat()))
    sheet.writerow(COLUMNS)
    for line in lines:
        amount = yuan_text(line.fen).replace(",", "")
        sheet.writerow((line.reference, _cell(line.payee), line.account, _cell(line.bank), amount, _cell(line.purpose)))
    sheet.writerow(("合计", str(len(lines)), "", "", yuan_text(total_fen).replace(",", ""), ""))
    body = out.getvalue()
    return f"{body}SHA-256,{hash_of(body)}\r\n"


def hash_of(body: str) -> str:
    """SHA-256 of a text in UTF-8, hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def hash_in(text: str) -> str:
    """The hash a file's last row states, and that of all before it is."""
    body, _, said = text.rpartition("SHA-256,")
    invariant(hash_of(body) == said.strip(), "L6", "a payment file's last row is not its hash")
    return said.strip()


def _cell(text: str) -> str:
    """A text no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text

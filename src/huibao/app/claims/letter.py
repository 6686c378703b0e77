"""Letters about a claim as PDF: tagged (PDF/UA-1), in ordinary or large print, with a code by which they can be checked.

What stands in them comes from the claim. The QR code holds the same in plain words and a check code made with the key
of the installation: whoever has the letter before them asks us whether it is ours, and needs no site to open.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import segno
from django.utils.crypto import salted_hmac

from huibao.app.access import Actor as Account
from huibao.app.access import Verb
from huibao.app.claims.desk import note, opened, shown_names
from huibao.app.claims.view import explained
from huibao.app.printing import pdf
from huibao.domain.claims import problems
from huibao.domain.claims.claim import Claim, PapersAsked
from huibao.domain.claims.letters import Letter, decision_letter, papers_letter
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.store.unit import unit_of_work

TEMPLATE: Final = Path(__file__).with_name("letter.typ")
ORDINARY_PT: Final = 12
LARGE_PT: Final = 18
CODE_CHARS: Final = 12


class Which(StrEnum):
    """Which letter."""

    PAPERS = "papers"
    DECISION = "decision"


def letter(
    account: Account, number: str, which: Which, clock: Clock, *, large: bool = False, source: str = ""
) -> bytes:
    """The letter as PDF, for who may see the claim; making it is on record."""
    claim, contract = opened(account, number, Verb.READ)
    made = words_of(claim, which)
    if made is None:
        raise Refused(problems.NO_LETTER(number=number))
    said = content(claim, contract, made, large=large, clock=clock)
    printed = pdf(TEMPLATE, said)
    with unit_of_work():
        note(account, number, contract, f"letter_{which.value}", clock, source)
    return printed


def words_of(claim: Claim, which: Which) -> Letter | None:
    """What the letter says; None while there is nothing to say."""
    if which is Which.PAPERS:
        asked = claim.last(PapersAsked)
        return papers_letter(claim, asked.papers, claim.asked_on) if asked and claim.asked_on else None
    parts = []
    for one in explained(claim):
        by_step = {line.step: line for line in one.lines}
        for part in one.run.parts:
            line = by_step[part.step]
            clause = " ".join(filter(None, (line.number or line.document_title, line.clause)))
            parts.append((line.title_zh, part.fen, clause))
    return decision_letter(claim, parts)


def check_code(claim: Claim, made: Letter) -> str:
    """A short code over what the letter says: only this installation can make it, so it shows whether a letter is ours."""
    said = json.dumps([claim.number, made.title, made.sentences, made.rows], ensure_ascii=False)
    return salted_hmac("huibao.letter", said, algorithm="sha256").hexdigest()[:CODE_CHARS].upper()


def code_of(claim: Claim) -> str:
    """The check code of the decision letter as it stands, to be compared when somebody asks; "" while there is none."""
    made = words_of(claim, Which.DECISION)
    return check_code(claim, made) if made is not None else ""


def content(claim: Claim, contract: Contract, made: Letter, *, large: bool, clock: Clock) -> dict[str, Any]:
    """Everything that stands in the letter."""
    code = check_code(claim, made)
    plain = f"{contract.insurer} {made.title} 案号{claim.number} " + "".join(made.sentences)[:300] + f" 校验码{code}"
    picture = segno.make(plain, error="m").svg_inline(border=2, omitsize=True)
    handler = shown_names([claim.handler]).get(claim.handler, claim.handler)
    area = division_table().full_name_on(contract.area, clock.today()) or contract.area
    return {
        "title": made.title,
        "number": claim.number,
        "insurer": contract.insurer,
        "area": area,
        "to": made.to,
        "sentences": list(made.sentences),
        "rows": [list(row) for row in made.rows],
        "day": f"{made.day.year}年{made.day.month}月{made.day.day}日" if made.day else "",
        "handler": handler,
        "code": code,
        "qr": picture,
        "qr_says": f"二维码，内容为本通知书的文字和校验码 {code}",
        "demonstration": contract.demonstration,
        "size": LARGE_PT if large else ORDINARY_PT,
    }

"""What is written to people about their claim: one thing a sentence, in words of every day, with the clause it rests on.

Only the words stand here; amounts, days and clauses come from the claim. SD-6.4, Insurance Law arts. 22 to 24.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huibao.domain.claims.claim import Claim, Reason
from huibao.domain.claims.papers import Paper
from huibao.domain.claims.words import State, Verb
from huibao.kernel.fen import in_capitals, yuan_text


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its title, to whom, its sentences, and what stands in its table as (what, amount)."""

    title: str
    to: str
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()
    day: date | None = None


def day_text(day: date) -> str:
    """A day as it is written in a letter."""
    return f"{day.year}年{day.month}月{day.day}日"


def papers_letter(claim: Claim, papers: Sequence[Paper], on: date) -> Letter:
    """Return the one request for papers. Insurance Law art. 22."""
    return Letter(
        "一次性补充材料通知书",
        claim.facts.insured,
        (
            f"您的报案我们已收到，案号是{claim.number}。",
            "为核定这次事故，还需要下列材料。",
            "我们只通知这一次，不会再要别的。",
            "可以请亲属或村干部代交。",
            "来不了的，请告诉我们，我们上门收取。",
            "等材料的日子不算在我们的期限里。",
            "材料交齐后，我们接着办理。",
        ),
        tuple((paper.zh, "") for paper in papers),
        on,
    )


def decision_letter(claim: Claim, parts: Sequence[tuple[str, int, str]], hotline: str = "") -> Letter | None:
    """Return the letter for what was last decided; None while nothing is. `parts`: title, fen, clause of what is paid."""
    if claim.state in {State.REFUSED, State.REFUSAL_APPEALED}:
        return _refusal(claim, hotline)
    if claim.decision is not None and claim.state in {State.DECIDED, State.PAID, State.PAYMENT_APPEALED}:
        return _payment(claim, parts, hotline)
    return None


def _payment(claim: Claim, parts: Sequence[tuple[str, int, str]], hotline: str) -> Letter:
    fen = claim.decision.fen if claim.decision else 0
    paid_on = claim.when(Verb.PAY) or claim.when(Verb.CLOSE)
    sentences = [
        f"您的案号是{claim.number}。",
        f"出险日期是{day_text(claim.facts.happened_on)}。",
        f"我们决定赔付{yuan_text(fen)}元。",
        f"大写：{in_capitals(fen)}。",
        "每一项的金额和依据见下表。",
    ]
    found = claim.assessment
    if found is not None and found.override_fen is not None and found.override_fen != found.system_fen:
        sentences.append("总额经人工调整，已由另一人复核。")
        sentences.append(f"调整的理由是：{found.override_reason.strip()}")
    if paid_on is not None:
        sentences.append(f"赔款已于{day_text(paid_on)}付出。")
    else:
        sentences.append("赔款付到您登记的银行账户。")
    rows = tuple((f"{title}（{clause}）" if clause else title, f"{yuan_text(part)}元") for title, part, clause in parts)
    return Letter(
        "理赔决定书", claim.facts.insured, (*sentences, *_how_to_object(hotline)), rows, claim.when(Verb.DECIDE)
    )


def _refusal(claim: Claim, hotline: str) -> Letter:
    event = next(event for event in reversed(claim.events) if event.verb is Verb.REFUSE)
    reason = event.detail.text if isinstance(event.detail, Reason) else ""
    sentences = [
        f"您的案号是{claim.number}。",
        f"出险日期是{day_text(claim.facts.happened_on)}。",
        "很抱歉，这次我们不能赔付。",
        "理由和依据的条款如下。",
        *(line.strip() for line in reason.splitlines() if line.strip()),
    ]
    return Letter("不予赔付通知书", claim.facts.insured, (*sentences, *_how_to_object(hotline)), (), event.on)


def _how_to_object(hotline: str) -> tuple[str, ...]:
    call = (f"咨询电话：{hotline}。",) if hotline else ()
    return (
        "您不同意，可以向我们申诉。",
        "申诉由没有办过此案的人重新看。",
        "您也可以请亲属或村干部帮忙。",
        "还可以向监管部门投诉，或到法院起诉。",
        *call,
    )

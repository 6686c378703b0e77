"""The paper behind a voucher: what caused the entry, without anybody's name. R5: from balance to paper in four steps.

A settlement, a claim, a batch of enrolment, an approval, a contract, or the document that the giver named. Where a person
stands behind it, the paper holds the number of our record, and the person's page asks for its own right.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from huibao.app.books import Ground, Voucher, line_name
from huibao.domain.approval import Approval
from huibao.domain.claims.words import NAMES
from huibao.domain.coverage.bill import premium_subject, refund_subject
from huibao.domain.ledger import Cause
from huibao.kernel.fen import yuan_text
from huibao.rules.vocabulary import PAYERS, Line
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import settlement as settlements

MOST_STEPS: Final = 200
PAID_BY_BATCH: Final = frozenset({Cause.PREMIUM_PAID, Cause.PREMIUM_REFUNDED})


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a paper: its name and what it says, in both languages; an amount in fen where it is one."""

    zh: str
    en: str
    value: str = ""
    value_en: str = ""
    fen: int | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """What the entry was made from."""

    zh: str
    en: str
    number: str
    said: tuple[Said, ...]
    person_id: int | None = None
    document: str = ""
    """The text itself, where it is kept (a contract)."""
    approval: Approval | None = None


def paper_of(voucher: Voucher) -> Paper:
    """The paper of a voucher; that of the entry it undoes, for a reversal. There always is one: at least its own words."""
    entry = voucher.record.entry
    of_claim = _claim(entry.subject) if entry.cause is Cause.CLAIM_PAID else None
    if voucher.approval is not None and of_claim is not None:
        return replace(of_claim, approval=voucher.approval)
    if voucher.approval is not None:
        return Paper("审批", "approval", voucher.approval.text, (), approval=voucher.approval)
    found = (
        _settlement(entry.subject)
        or _claim(entry.subject)
        or _batch(voucher)
        or _contract(voucher.ground, entry.subject)
    )
    outside = (
        Said("系统外批准文号", "document from outside", entry.approval, entry.approval) if entry.approval else None
    )
    if found is not None:
        return (
            found
            if outside is None
            else Paper(found.zh, found.en, found.number, (outside, *found.said), None, found.document)
        )
    return Paper("拨款依据", "document of the giver", entry.subject, tuple(_of_the_entry(voucher, outside)))


def _of_the_entry(voucher: Voucher, outside: Said | None) -> Iterator[Said]:
    ground, entry = voucher.ground, voucher.record.entry
    for move in entry.transfers:
        yield Said("来源", "from", ground.name(move.source), ground.name(move.source, "en"))
        yield Said("去向", "to", ground.name(move.target), ground.name(move.target, "en"))
        yield Said("金额", "amount", fen=move.fen)
    yield Said("依据条款", "clause", entry.clause, entry.clause)
    if outside is not None:
        yield outside
    if entry.reason:
        yield Said("原因", "reason", entry.reason, entry.reason)


def _settlement(subject: str) -> Paper | None:
    one = settlements.by_number(subject)
    if one is None:
        return None
    line = Line(one.line)
    said = [
        Said("结算日期", "settled on", one.settles_on.isoformat(), one.settles_on.isoformat()),
        Said("医疗机构", "hospital", one.hospital, one.hospital),
        Said("合同", "contract", one.contract, one.contract),
        Said("险种", "line", line.zh, line.en),
        Said("总费用", "bill", fen=one.bill_total_fen),
        *(
            Said(PAYERS[layer.payer].zh, PAYERS[layer.payer].en, fen=layer.fen)
            for layer in (*one.layers, *one.extras)
            if layer.fen
        ),
        *(
            Said(f"{PAYERS[late.payer].zh}（后到）", f"{PAYERS[late.payer].en} (later)", fen=late.fen)
            for late in one.later
        ),
        Said("本人负担", "borne by the person", fen=one.left_fen),
    ]
    return Paper("一站式结算单", "settlement", one.number, tuple(said), one.person_id)


def _claim(subject: str) -> Paper | None:
    number, _, _payment = subject.rpartition("/")
    one = claims.claim(number) if number else None
    if one is None:
        return None
    line = one.facts.line
    said = [
        Said("出险日期", "happened on", one.facts.happened_on.isoformat(), one.facts.happened_on.isoformat()),
        Said("合同", "contract", one.facts.contract, one.facts.contract),
        Said("险种", "line", line.zh, line.en),
        Said("进度", "state", *NAMES[one.state]),
        *(
            Said(
                f"{event.on.isoformat()} {NAMES[event.verb][0]}",
                f"{event.on.isoformat()} {NAMES[event.verb][1]}",
                *NAMES[event.by.role],
            )
            for event in one.events[:MOST_STEPS]
        ),
        *(Said(f"第 {at} 次支付", f"payment {at}", fen=paid.fen) for at, paid in enumerate(one.payments, 1)),
    ]
    return Paper("赔案", "claim", one.number, tuple(said))


def _batch(voucher: Voucher) -> Paper | None:
    entry = voucher.record.entry
    for line in Line:
        for suffix in (premium_subject("", line.value), refund_subject("", line.value)):
            if not entry.subject.endswith(suffix):
                continue
            batch = covers.batch(entry.subject.removesuffix(suffix))
            if batch is None:
                continue
            done = batch.result
            said = [
                Said("参保批次", "batch", batch.key, batch.key),
                Said("生效日期", "takes effect on", str(done.get("on", "")), str(done.get("on", ""))),
                Said("合同", "contract", str(done.get("contract", "")), str(done.get("contract", ""))),
                Said("险种", "line", line.zh, line.en),
                Said("参保人次", "covers begun", str(done.get("entered", 0)), str(done.get("entered", 0))),
                Said("本批保费", "premium of the batch", fen=int(done.get("premium_fen", 0))),
                Said("本批退费", "refunds of the batch", fen=int(done.get("refund_fen", 0))),
                *(
                    Said(
                        voucher.ground.fund_title(str(one["payer"])) or str(one["payer_kind"]),
                        str(one["payer"]) or str(one["payer_kind"]),
                        fen=int(one["fen"]),
                    )
                    for one in done.get("money", ())
                    if one["line"] == line.value
                ),
                Said("名单散列", "hash of the list", str(done.get("list_hash", "")), str(done.get("list_hash", ""))),
            ]
            return Paper("参保批次", "enrolment batch", batch.key, tuple(said))
    return None


def _contract(ground: Ground, subject: str) -> Paper | None:
    if subject not in ground.contracts:
        return None
    one = ground.contracts[subject]
    lines = "、".join(line_name(terms.line.value) for terms in one.lines)
    lines_en = ", ".join(line_name(terms.line.value, "en") for terms in one.lines)
    ceiling = f"{one.operating_cost_ceiling_bp // 100}.{one.operating_cost_ceiling_bp % 100:02d}%"
    premium = "、".join(f"{line_name(terms.line.value)} {yuan_text(terms.premium_fen)}" for terms in one.lines)
    premium_en = ", ".join(f"{line_name(terms.line.value, 'en')} {yuan_text(terms.premium_fen)}" for terms in one.lines)
    period = f"{one.period.first_on.isoformat()} … {one.period.last_on.isoformat()}"
    said = (
        Said("承保机构", "insurer", one.insurer, one.insurer),
        Said("保险期间", "period", period, period),
        Said("险种", "lines", lines, lines_en),
        Said("每人保费（元）", "premium a person, yuan", premium, premium_en),
        Said("运营成本上限", "ceiling of operating cost", ceiling, ceiling),
    )
    return Paper("保险合同", "contract", one.number, said, document=contracts.text_of(one.number))

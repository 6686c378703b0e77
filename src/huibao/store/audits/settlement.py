"""S1–S6 on live data: every settlement is run again from what was stored, and compared with what was recorded."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Sum

from huibao.domain.ledger import Cause
from huibao.domain.settlement.bill import SPLIT, FeeLine, sum_of_lines
from huibao.domain.settlement.settled import dearer_leaves_less
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line, payer_of
from huibao.store import settlement as store
from huibao.store.audits.audit import Audit, Broken
from huibao.store.models.ledger import Entry
from huibao.store.models.settlement import Accumulator
from huibao.store.settlement import Recorded


def layers_and_self_pay_make_the_bill() -> Iterator[Broken]:
    """S1: at settlement, and with every payer that came later."""
    for one in store.settlements():
        borne = sum(layer.fen for layer in one.layers)
        if borne + one.self_pay_fen != one.bill_total_fen:
            yield _broken(one, "各方与个人之和", borne + one.self_pay_fen, "账单总额", one.bill_total_fen)
        if one.reverses is None and one.left_fen < 0:
            yield _broken(one, "个人自付", one.left_fen, "下限", 0)


def payers_stay_within_bill_and_cap() -> Iterator[Broken]:
    """S2: no layer below nothing or above the bill; each accumulator continues where the last settlement left it."""
    standing: dict[tuple[int, str, object, str], int] = {}
    for one in store.settlements():
        sign = -1 if one.reverses else 1
        for layer in one.layers:
            if not 0 <= sign * layer.fen <= sign * one.bill_total_fen:
                yield _broken(one, f"{layer.payer.zh}支付", layer.fen, "账单总额", one.bill_total_fen)
        for name, closing in one.closing.items():
            at = (one.person_id, one.scope, one.policy_year_on, name)
            if one.opening.get(name, 0) != standing.get(at, 0):
                yield _broken(one, f"累计 {name} 期初", one.opening.get(name, 0), "上次期末", standing.get(at, 0))
            standing[at] = closing
    kept = Accumulator.objects.values_list("person_id", "scope", "year_on", "name", "value")
    for person_id, scope, year_on, name, value in kept.iterator():
        derived = standing.get((person_id, scope, year_on, name))
        if derived is not None and derived != value:
            yield Broken(
                f"accumulator {scope} {year_on} {name} person {person_id}",
                f"累计额为 {value}，逐笔推算为 {derived}",
                f"stands at {value}, its settlements derive {derived}",
            )


def dearer_bills_leave_no_less() -> Iterator[Broken]:
    """S3: each settled bill, made dearer in-policy, is reimbursed at least as much; cliffs excepted."""
    for one in store.settlements():
        program = _program(one)
        if one.reverses is not None or program is None:
            continue
        inputs = one.bill["inputs"]
        fewer = dearer_leaves_less(program, inputs, one.opening, program.run(inputs, one.opening))
        if fewer:
            yield _broken(one, "费用增加后报销减少", fewer, "应为", 0)


def fee_lines_make_the_bill() -> Iterator[Broken]:
    """S4: kept fee lines sum to the bill, in whatever order they stand."""
    for one in store.settlements():
        lines = [FeeLine(line["code"], line["amounts"]) for line in one.bill.get("fee_lines", [])]
        for name in ("bill_total", *SPLIT):
            said = one.bill["inputs"].get(name)
            if lines and said is not None and sum_of_lines(lines[::-1], name) != said:
                yield _broken(one, f"明细 {name} 合计", sum_of_lines(lines, name), "账单", said)


def reversals_leave_nothing() -> Iterator[Broken]:
    """S5: a settlement and its reversal cancel in every layer, in the person's share and in every accumulator."""
    by_number = {one.number: one for one in store.settlements() if one.reversed_by or one.reverses}
    for one in by_number.values():
        if one.reverses is None:
            continue
        original = by_number[one.reverses]
        left = sum(layer.fen for layer in (*original.layers, *one.layers)) + sum(line.fen for line in original.later)
        if left or original.left_fen + one.self_pay_fen:
            yield _broken(one, "撤销后各方余额", left, "应为", 0)
        moved = {name: original.closing[name] - original.opening.get(name, 0) for name in original.closing}
        back = {name: one.opening.get(name, 0) - one.closing[name] for name in one.closing}
        if moved != back:
            yield Broken(one.number, f"累计额未完全退回：{moved} / {back}", f"accumulators went {moved}, back {back}")


def replays_give_the_same_fen() -> Iterator[Broken]:
    """S6: run again under what was known then, each settlement gives what was recorded."""
    for one in store.settlements():
        if one.reverses is not None:
            continue
        program = _program(one)
        if program is None:
            yield Broken(one.number, f"方案 {one.scheme_id} 已改动，无法重演", f"scheme {one.scheme_id} has changed")
            continue
        again = program.run(one.bill["inputs"], one.opening)
        now = [(layer.payer, layer.fen) for layer in (*again.layers, *again.extras)]
        then = [(layer.payer, layer.fen) for layer in (*one.layers, *one.extras)]
        if (now, again.self_pay_fen, dict(again.closing)) != (then, one.self_pay_fen, dict(one.closing)):
            yield _broken(one, "重演个人自付", again.self_pay_fen, "记录", one.self_pay_fen)


def settlements_have_their_entry() -> Iterator[Broken]:
    """L6: our line's part of each settlement is paid by one entry of that amount, undone when the settlement is; no entry pays none."""
    rows = Entry.objects.filter(cause=Cause.SETTLEMENT_PAID.value).annotate(fen=Sum("transfers__fen"))
    entries = {key: (fen, undone) for key, fen, undone in rows.values_list("key", "fen", "reversed_by")}
    for one in store.settlements():
        if one.reverses is not None:
            continue
        ours = payer_of(Line(one.line))
        due = sum(layer.fen for layer in (*one.layers, *one.extras) if layer.payer is ours and not layer.reported)
        paid, undone = entries.pop(one.key, (0, None))
        if paid != due:
            yield _broken(one, "分录", paid, "应付", due)
        elif due and (undone is None) != (one.reversed_by is None):
            standing = 0 if undone is not None else paid
            yield _broken(one, "未冲销的分录", standing, "应为", 0 if one.reversed_by else due)
    for key, (fen, _) in entries.items():
        says = f"付款 {yuan_text(fen)} 元，却没有对应的结算"
        yield Broken(f"entry {key}", says, f"pays {yuan_text(fen)} for a settlement that is not on record")


def _program(one: Recorded) -> Program | None:
    try:
        program = compile_benefit(open_scheme(one.scheme_id), one.benefit, one.settles_on, one.known_on, one.settings)
    except Refused:
        return None
    return program if program.scheme_hash == one.scheme_hash else None


def _broken(one: Recorded, what: str, found: int, against: str, expected: int) -> Broken:
    return Broken(
        f"settlement {one.number}",
        f"{what} {yuan_text(found)} 元，{against} {yuan_text(expected)} 元",
        f"{yuan_text(found)} where {yuan_text(expected)} is due",
    )


AUDITS: Final = (
    Audit("L6", "每笔结算由一笔分录付款", "each settlement is paid by its one entry", settlements_have_their_entry),
    Audit(
        "S1",
        "各方支付与个人自付之和等于账单",
        "layers and self-payment make the bill",
        layers_and_self_pay_make_the_bill,
    ),
    Audit("S2", "各方支付不超账单、不超年度封顶", "payers stay within bill and cap", payers_stay_within_bill_and_cap),
    Audit("S3", "费用增加，报销不减少", "a dearer bill leaves no less", dearer_bills_leave_no_less),
    Audit("S4", "费用明细合计等于账单", "fee lines make the bill", fee_lines_make_the_bill),
    Audit("S5", "撤销后不留痕迹", "reversals leave nothing", reversals_leave_nothing),
    Audit("S6", "重演结果分文不差", "replays give the same fen", replays_give_the_same_fen),
)

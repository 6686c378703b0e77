"""S1 and L6 on what hospitals were answered: the national money fields close, and each debt is what its settlements left."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q, Sum

from huibao.domain.ledger import AccountKind
from huibao.kernel.fen import yuan_text
from huibao.store.audits.audit import Audit, Broken
from huibao.store.models.hospital import StaySettlement
from huibao.store.models.ledger import Transfer

PARTS: Final = ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")


def answers_close() -> Iterator[Broken]:
    """S1: bill = funds + person + hospital in every answer, reversals and completions included."""
    for setl_id, money in StaySettlement.objects.order_by("pk").values_list("setl_id", "money").iterator():
        parts, total = sum(int(money[name]) for name in PARTS), int(money["medfee_sumamt"])
        if parts != total:
            yield Broken(
                f"settlement {setl_id}",
                f"基金、个人与医院之和 {yuan_text(parts)} 元，医疗费总额 {yuan_text(total)} 元",
                f"funds, person and hospital make {yuan_text(parts)} of {yuan_text(total)}",
            )


def debts_are_what_settlements_left() -> Iterator[Broken]:
    """L6: what a stay's settlements left to be paid later is what came into its debt account, less what was undone."""
    due: dict[str, int] = {}
    rows = StaySettlement.objects.order_by("pk").values_list("stay__institution__code", "stay__number", "money")
    for institution, stay, money in rows.iterator():
        owner = f"{institution}/{stay}"
        due[owner] = due.get(owner, 0) + int(money.get("debt", 0))
    kept: dict[str, int] = {}
    for side, sign in (("target", 1), ("source", -1)):
        other = "source" if side == "target" else "target"
        moves = Transfer.objects.filter(
            Q(**{f"{side}__kind": AccountKind.DEBT.value, f"{other}__kind": AccountKind.CARE.value})
        )
        for owner, fen in moves.values_list(f"{side}__owner").annotate(Sum("fen")).order_by():
            kept[owner] = kept.get(owner, 0) + sign * fen
    for owner in sorted(due.keys() | kept.keys()):
        if due.get(owner, 0) != kept.get(owner, 0):
            found, expected = yuan_text(kept.get(owner, 0)), yuan_text(due.get(owner, 0))
            yield Broken(
                f"debt {owner}", f"欠费账 {found} 元，结算形成 {expected} 元", f"{found} where {expected} is due"
            )


AUDITS: Final = (
    Audit("S1", "答复医院的各项金额相加等于医疗费总额", "what hospitals were answered closes", answers_close),
    Audit("L6", "欠费账等于各次结算形成的欠费", "debts are what settlements left", debts_are_what_settlements_left),
)

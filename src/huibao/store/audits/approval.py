"""What must hold of approvals in live data: three people (T2), and entries that move what was approved (T3)."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

from huibao.domain.approval import (
    MARK,
    State,
    number_in,
    parts_are_different_people,
    parts_fit_state,
)
from huibao.domain.ledger import Recorded
from huibao.kernel.fen import yuan_text
from huibao.store import approval as store
from huibao.store import approval_guards
from huibao.store.audits.audit import Audit, Broken
from huibao.store.book_rows import records
from huibao.store.models import ledger as table


def three_people() -> Iterator[Broken]:
    """T2: nobody had two parts in one request, each is as it was asked, and the guards stand."""
    for name in approval_guards.missing(connection):
        yield Broken(f"trigger {name}", "审批触发器缺失", "a guard of approvals is missing")
    contents = store.contents()
    for one in store.everything():
        where = f"approval {one.number}"
        if not parts_are_different_people(one):
            yield Broken(where, "同一人办理了两个环节", "one person had two parts in it")
        if not parts_fit_state(one):
            yield Broken(where, f"状态 {one.state.value} 与经办、复核、付款记录不符", "its state and its parts differ")
        if contents[one.number] != one.request.content:
            yield Broken(where, "申请内容与提交时不同", "what was asked was changed")


def entries_move_what_was_approved() -> Iterator[Broken]:
    """T3: an entry that names an approval of ours rests on one that was given for its cause, and moves that amount.

    Where a claim's whole sum was approved, what was paid on the claim before counts towards it.
    """
    moved: dict[int, int] = {}
    rows = list(records(table.Entry.objects.filter(approval__startswith=MARK)))
    undone = set(
        table.Entry.objects.filter(approval__startswith=MARK, reversed_by__isnull=False).values_list("key", flat=True)
    )
    found = store.by_numbers(number for one in rows if (number := number_in(one.entry.approval)) is not None)
    for record in rows:
        number = number_in(record.entry.approval)
        approval = None if number is None else found.get(number)
        where = f"entry {record.number} {record.entry.key}"
        if approval is None or approval.state is not State.DONE or record.entry.cause not in approval.rule.causes:
            yield Broken(where, f"所依据的 {record.entry.approval} 未批准或不是这类申请", "its approval was not given")
            continue
        if record.entry.key not in undone:
            before = _paid_before(record) if approval.rule.in_all else 0
            moved[approval.number] = moved.get(approval.number, 0) + before + record.entry.total_fen
    for number, fen in sorted(moved.items()):
        asked = found[number].request.fen
        if fen != asked:
            yield Broken(
                f"approval {number}",
                f"批准 {yuan_text(asked)} 元，记账 {yuan_text(fen)} 元",
                f"approved {yuan_text(asked)} yuan, entered {yuan_text(fen)}",
            )


def _paid_before(record: Recorded) -> int:
    """What earlier entries paid on the same claim (its payments are numbered claim/1, claim/2, ...), fen >= 0."""
    claim, _, payment = record.entry.subject.rpartition("/")
    earlier = [f"{claim}/{at}" for at in range(1, int(payment) if payment.isdecimal() else 1)]
    if not earlier:
        return 0
    rows = table.Entry.objects.filter(cause=record.entry.cause.value, subject__in=earlier, reverses__isnull=True)
    return sum(one.entry.total_fen for one in records(rows))


AUDITS: Final = (
    Audit(
        "T2",
        "经办、复核、付款是三个人，批准后不再改动",
        "who asks, who approves and who pays are different people, and what was decided stays",
        three_people,
    ),
    Audit(
        "T3",
        "凭审批记的账，金额与批准的相同",
        "an entry that names an approval moves what was approved",
        entries_move_what_was_approved,
    ),
)

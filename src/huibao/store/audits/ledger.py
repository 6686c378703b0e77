"""L1–L7 on live data. Each recomputes from the rows what the code believes, and says where they part."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Sum

from huibao.domain.ledger import (
    MAY_FLOW,
    ONE_ENTRY_A_SUBJECT,
    PROTECTED,
    Cause,
    breaks,
    check_way,
    content_hash,
    mirrored,
    ways_from,
)
from huibao.kernel.fen import yuan_text
from huibao.store import balances, guards
from huibao.store import ledger as books
from huibao.store.audits.audit import Audit, Broken
from huibao.store.models import ledger as table

MOST_NAMED: Final = 100
"""Places named for one invariant; where there are more, the first hundred tell what happened."""


def balances_sum_to_zero() -> Iterator[Broken]:
    """L1: over all accounts, and within each closed period."""
    total = sum(books.balances().values())
    if total != 0:
        yield Broken("account", f"全部账户余额合计 {yuan_text(total)} 元", f"all balances sum to {yuan_text(total)}")
    sums = table.ClosingBalance.objects.values("period__through_on").annotate(total=Sum("fen")).exclude(total=0)
    for row in sums.order_by("period__through_on"):
        amount = yuan_text(row["total"])
        yield Broken(
            f"closed_period {row['period__through_on']}",
            f"结账余额合计 {amount} 元",
            f"closing balances sum to {amount}",
        )


def balances_are_their_transfers() -> Iterator[Broken]:
    """L2: every kept balance is the sum of its transfers, and no transfer lost its entry or changed its day."""
    if not balances.stands(connection):
        yield Broken("trigger balance_kept", "余额触发器缺失", "the trigger that keeps balances is missing")
    yield from _kept_now()
    periods = table.ClosedPeriod.objects.order_by("through_on")
    names = {row.pk: str(row) for row in table.Account.objects.all()}
    for period in periods:
        kept = dict(period.balances.values_list("account_id", "fen"))
        derived = _derived(period.through_on)
        for pk in sorted(kept.keys() | derived.keys()):
            if kept.get(pk, 0) != derived.get(pk, 0):
                yield Broken(
                    f"closing_balance {period.through_on} {names.get(pk, pk)}",
                    f"结账余额 {yuan_text(kept.get(pk, 0))} 元，逐笔推算为 {yuan_text(derived.get(pk, 0))} 元",
                    f"kept as {yuan_text(kept.get(pk, 0))}, its transfers derive {yuan_text(derived.get(pk, 0))}",
                )
    rows = _rows(
        "SELECT t.id, t.entry_id FROM transfer t LEFT JOIN entry e ON e.number = t.entry_id "
        "LEFT JOIN account s ON s.id = t.source_id LEFT JOIN account g ON g.id = t.target_id "
        "WHERE e.number IS NULL OR s.id IS NULL OR g.id IS NULL OR e.takes_effect_on <> t.takes_effect_on"
    )
    for pk, entry in rows:
        yield Broken(
            f"transfer {pk}",
            f"与第 {entry} 号分录或其账户、日期对不上",
            f"does not fit entry {entry}, its day or its accounts",
        )


def _kept_now() -> Iterator[Broken]:
    kept = dict(table.Balance.objects.values_list("account_id", "fen"))
    derived = _derived(date.max)
    for pk, account in sorted((row.pk, str(row)) for row in table.Account.objects.all()):
        if kept.get(pk, 0) != derived.get(pk, 0):
            yield Broken(
                f"balance {account}",
                f"现存余额 {yuan_text(kept.get(pk, 0))} 元，逐笔推算为 {yuan_text(derived.get(pk, 0))} 元",
                f"kept as {yuan_text(kept.get(pk, 0))}, its transfers derive {yuan_text(derived.get(pk, 0))}",
            )


def facts_stay() -> Iterator[Broken]:
    """L3: the guards stand, and the hash chain holds from the first entry to the last closing and on."""
    for name in guards.missing(connection):
        yield Broken(f"trigger {name}", "防篡改触发器缺失", "the guard against changes is missing")
    for broken in breaks(books.entries()):
        yield Broken(f"entry {broken.number} {broken.key}", broken.says_zh, broken.says_en)
    hashes = dict(table.Entry.objects.values_list("number", "hash"))
    for period in table.ClosedPeriod.objects.order_by("through_on"):
        if period.last_number and hashes.get(period.last_number) != period.head_hash:
            yield Broken(
                f"closed_period {period.through_on}",
                f"第 {period.last_number} 号分录的散列与结账时不同",
                f"the hash of entry {period.last_number} is not the one at closing",
            )


def a_key_has_one_content() -> Iterator[Broken]:
    """L4: keys are unique, and the stored fingerprint is that of the stored content."""
    repeated = table.Entry.objects.values("key").annotate(found=Count("number")).filter(found__gt=1)
    for row in repeated.order_by("key"):
        yield Broken(f"entry {row['key']}", f"同一键有 {row['found']} 笔分录", f"{row['found']} entries under one key")
    kept = dict(table.Entry.objects.values_list("number", "content_hash"))
    for record in books.entries():
        if kept[record.number] != content_hash(record.entry):
            yield Broken(
                f"entry {record.number} {record.entry.key}",
                "内容指纹与内容不符",
                "its fingerprint is not that of its content",
            )


def protected_accounts_hold() -> Iterator[Broken]:
    """L5: no protected account is below zero, now or at any closing."""
    for ref, fen in books.balances().items():
        if ref.protected and fen < 0:
            yield Broken(ref.code, f"余额 {yuan_text(fen)} 元", f"stands at {yuan_text(fen)}")
    kinds = [kind.value for kind in PROTECTED]
    for row in table.ClosingBalance.objects.filter(fen__lt=0, account__kind__in=kinds).select_related(
        "account", "period"
    ):
        yield Broken(
            f"{row.account} {row.period.through_on}",
            f"结账余额 {yuan_text(row.fen)} 元",
            f"closed at {yuan_text(row.fen)}",
        )


def every_entry_has_one_cause() -> Iterator[Broken]:
    """L6: a known cause and at least one transfer each; nothing paid by two entries that stand."""
    known = [cause.value for cause in Cause]
    for number, key, cause in table.Entry.objects.exclude(cause__in=known).values_list("number", "key", "cause"):
        yield Broken(f"entry {number} {key}", f"事由“{cause}”不存在", f"there is no cause {cause!r}")
    empty = table.Entry.objects.filter(transfers__isnull=True).values_list("number", "key")
    for number, key in empty.order_by("number"):
        yield Broken(f"entry {number} {key}", "没有划转", "moves nothing")
    causes = [cause.value for cause in ONE_ENTRY_A_SUBJECT]
    standing = table.Entry.objects.filter(cause__in=causes, reversed_by__isnull=True)
    for row in (
        standing.values("cause", "subject").annotate(found=Count("number")).filter(found__gt=1).order_by("subject")
    ):
        yield Broken(
            f"{row['cause']} {row['subject']}", f"有 {row['found']} 笔有效支付分录", f"{row['found']} entries paid it"
        )


def money_keeps_to_its_ways() -> Iterator[Broken]:
    """L7: each transfer has a row in MAY_FLOW for its cause, with what the row asks for; reversals mirror."""
    wider = {(flow.source.value, flow.target.value, flow.cause.value) for flow in MAY_FLOW}
    originals = {record.entry.key: record.entry for record in books.reversed_entries()}
    for record in books.entries():
        entry = record.entry
        where = f"entry {record.number} {entry.key}"
        if entry.cause is Cause.REVERSED:
            original = originals.get(entry.reverses or "")
            if original is None or entry.transfers != mirrored(original.transfers):
                yield Broken(where, "冲销与原分录不是逐笔相反", "does not mirror what it reverses")
            continue
        for move in entry.transfers:
            if (move.source.kind.value, move.target.kind.value, entry.cause.value) not in wider:
                allowed = ", ".join(sorted({flow.target.value for flow in ways_from(move.source.kind, entry.cause)}))
                yield Broken(
                    where,
                    f"{move.source.code} → {move.target.code} 没有依据；只能去 {allowed}",
                    f"{move.source.code} → {move.target.code} has no row; it may go to {allowed}",
                )
                continue
            for problem in check_way(move, entry.cause, entry.approval):
                yield Broken(where, problem.says, problem.says_en)


def _derived(through_on: date) -> dict[int, int]:
    found: dict[int, int] = {}
    moves = table.Transfer.objects.filter(takes_effect_on__lte=through_on)
    for side, sign in (("source_id", -1), ("target_id", 1)):
        for pk, fen in moves.values_list(side).annotate(Sum("fen")).order_by():
            found[pk] = found.get(pk, 0) + sign * fen
    return found


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchmany(MOST_NAMED))


AUDITS: Final = (
    Audit("L1", "所有账户余额合计为零", "All balances sum to zero", balances_sum_to_zero),
    Audit("L2", "余额等于逐笔划转之和", "A balance is what its transfers derive", balances_are_their_transfers),
    Audit("L3", "账目事实从不修改或删除", "Facts are never changed or deleted", facts_stay),
    Audit("L4", "一个键只对应一种内容", "One key has one content", a_key_has_one_content),
    Audit("L5", "资金、专户从不为负", "Protected accounts never fall below zero", protected_accounts_hold),
    Audit(
        "L6", "每笔分录一个事由，每件赔付恰一笔", "One cause an entry, one entry a payment", every_entry_has_one_cause
    ),
    Audit("L7", "资金只沿准许的去向流动", "Money moves only along MAY_FLOW", money_keeps_to_its_ways),
)

"""C1, C2 and L6 on live data: claims replayed along their table, clocks counted day by day, payments against entries."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from django.db import connection

from huibao.domain.claims.claim import Claim, ClaimEvent, State, Verb
from huibao.domain.claims.clocks import ClockName, ClockRule, clocks, shortened, statute
from huibao.domain.claims.moves import replay
from huibao.domain.ledger import Cause
from huibao.kernel.fen import yuan_text
from huibao.store import claim as store
from huibao.store import claim_guards, standing
from huibao.store import contract as contracts
from huibao.store.audits.audit import Audit, Broken
from huibao.store.models.ledger import Entry


def claims_move_along_their_table() -> Iterator[Broken]:
    """C1: every claim's steps replayed; and the database's own guard stands."""
    if claim_guards.standing(connection) != (claim_guards.name(),):
        yield Broken(
            "claim_event", "案件流转的数据库触发器缺失或过期", "the trigger that keeps claims on their table is missing"
        )
    for claim in store.claims():
        for broken in replay(claim):
            yield Broken(f"claim {claim.number}", f"案件步骤与流转表不符：{broken}", broken)


def clocks_that_ran_out_are_seen() -> Iterator[Broken]:
    """C2: the time to decide, counted again one day after the other, agrees with what the lists show."""
    rules: dict[str, tuple[ClockRule, ...]] = {}
    for claim in store.claims():
        number = claim.facts.contract
        if number not in rules:
            rules[number] = shortened(statute(), contracts.contract(number).claim_days)
        today = _last_day(claim)
        shown = {
            (clock.started_on, clock.ran_out)
            for clock in clocks(claim, today, rules[number])
            if clock.name is ClockName.DECIDE
        }
        for started_on, over in _decide_by_days(claim, today, rules[number]):
            if (started_on, over) not in shown:
                yield Broken(
                    f"claim {claim.number}",
                    f"{started_on} 起的核定期限{'已' if over else '未'}届满，列表显示相反",
                    f"the time to decide from {started_on} is {'over' if over else 'not over'}; the lists say otherwise",
                )


def queues_say_what_the_steps_say() -> Iterator[Broken]:
    """C2: where each claim stands, worked out from its steps, against what queues are ordered and counted by."""
    numbers = [claim.number for claim in store.claims()]
    kept = dict(standing.kept_of(numbers))
    for claim, wanted in standing.standings(numbers):
        if kept.get(claim.number) != wanted:
            yield Broken(
                f"claim {claim.number}",
                "案件列表中的状态或期限与案件步骤不符",
                "the queue's state or term differs from what the claim's steps say",
            )


def payments_have_exactly_one_entry() -> Iterator[Broken]:
    """L6: each paying step has its one entry of the same amount, and each such entry its step."""
    rows = Entry.objects.filter(cause=Cause.CLAIM_PAID.value).prefetch_related("transfers")
    entries = {row.key: sum(transfer.fen for transfer in row.transfers.all()) for row in rows}
    reversals = Entry.objects.filter(cause=Cause.CLAIM_PAID.value, reverses__isnull=False).values_list("key", flat=True)
    paid = {key: (number, fen) for number, _, key, fen in store.payments()}
    for key, (number, fen) in paid.items():
        if entries.get(key) != fen:
            found = yuan_text(entries[key]) if key in entries else "—"
            yield Broken(
                f"claim {number}",
                f"赔付 {yuan_text(fen)} 元，分录为 {found}",
                f"paid {yuan_text(fen)}, its entry has {found}",
            )
    undone = Entry.objects.filter(cause=Cause.CLAIM_PAID.value, reversed_by__isnull=False)
    for key in sorted(set(undone.values_list("key", flat=True)) & paid.keys()):
        yield Broken(f"claim {paid[key][0]}", "赔付分录已被冲销", "the entry of its payment was reversed")
    for key in entries.keys() - paid.keys() - set(reversals):
        yield Broken(f"entry {key}", "赔付分录没有对应的案件付款", "an entry pays a claim that has no such payment")


def _last_day(claim: Claim) -> date:
    return claim.events[-1].on + timedelta(days=1)


def _decide_by_days(claim: Claim, today: date, rules: tuple[ClockRule, ...]) -> Iterator[tuple[date, bool]]:
    """Start and outcome of each time to decide, by walking from day to day; a day spent waiting for papers is free."""
    term = next(rule.days for rule in rules if rule.name is ClockName.DECIDE)
    ends = {Verb.DECIDE, Verb.REFUSE, Verb.WITHDRAW}
    events = list(claim.events)
    for at, event in enumerate(events):
        if event.verb not in {Verb.REPORT, Verb.REOPEN}:
            continue
        later = events[at + 1 :]
        stop = next((each.on for each in later if each.verb in ends or each.verb is Verb.REOPEN), today)
        used, day = 0, event.on
        while day < stop and used <= term:
            day += timedelta(days=1)
            state = _state_before(later, day, event.to)
            used += state is not State.PAPERS_ASKED
        yield event.on, used > term


def _state_before(events: Sequence[ClaimEvent], day: date, state: State) -> State:
    for event in events:
        if event.on >= day:
            break
        state = event.to
    return state


AUDITS: Final = (
    Audit("C1", "案件只按流转表推进", "claims move along their table", claims_move_along_their_table),
    Audit("C2", "每个届满的期限都看得见", "every clock that ran out is seen", clocks_that_ran_out_are_seen),
    Audit("C2", "案件列表与案件步骤一致", "queues say what the steps say", queues_say_what_the_steps_say),
    Audit("L6", "每笔赔付恰有一笔分录", "each payment of a claim has one entry", payments_have_exactly_one_entry),
)

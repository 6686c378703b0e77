"""Approvals: ask, decide, withdraw, pay. Clerk, approver and payer of one thing are three people (T2).

What is approved and needs no payer is carried out with the decision, in the same unit of work: either both stand or
neither does. A desk says in `CARRIES_OUT` which function does that for its kind; it gets the approval and answers what
came of it. Every act here goes into the record of acts (T1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from huibao.app.access import NOT_YOURS, ROLES, VERBS, Actor, Noun, Role, Verb, must, must_differ
from huibao.domain.approval import (
    OPEN,
    RULES,
    STATE_NAMES,
    Act,
    Approval,
    Kind,
    Request,
    State,
    moved,
    parts_are_different_people,
)
from huibao.kernel.clock import Clock
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import approval as store
from huibao.store.approval import Remit, Wanted
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

PAGE: Final = 50
"""Requests on one page of a list."""
LOOKING: Final = frozenset({Role.AUDITOR, Role.PROVINCE_SUPERVISOR})
"""Roles that see requests of every kind and have no part in any."""

CARRIES_OUT: Final[dict[Kind, str]] = {
    Kind.ALLOCATION: "huibao.app.money_requests:carry_out",
    Kind.LINE_MOVE: "huibao.app.money_requests:carry_out",
    Kind.CARRY_OVER: "huibao.app.money_requests:carry_out",
    Kind.PROFIT_RETURN: "huibao.app.money_requests:carry_out",
    Kind.WRITE_OFF: "huibao.app.money_requests:carry_out_write_off",
}
"""By kind: "module:function" of what is done once it is approved, `(approval, clock) -> outcome`. A kind without one waits
in state approved until its desk calls `carried_out` (work in the background) or its payer `pay`."""

Effect = Callable[[Approval, Clock], str]
FOLLOWS: Final[dict[Kind, str]] = {
    Kind.ROSTER_IMPORT: "huibao.app.roster_desk.taking:decided_upon",
    Kind.ENROLMENT: "huibao.app.enrolment_desk.enrolling:decided_upon",
}
"""By kind: "module:function" told of every decision and withdrawal, `(approval, clock) -> None`, in the same unit of work: it
asks for the work in the background that an approval sets going, or hands the matter back."""

NO_SUCH: Final = define(
    "APPROVAL-001",
    "没有编号为 {number} 的申请。",
    "请从列表中重新打开。",
    "There is no request {number}.",
    "Open it from the list.",
)
MOVED_ON: Final = define(
    "APPROVAL-002",
    "申请 {number} 已是“{state}”，刚才的操作没有生效。",
    "请在申请的办理经过中查看是谁在何时办理的。",
    "The request {number} is {state_en} already; what you did just now has no effect.",
    "The request itself says who did what and when.",
)
ASKED_ALREADY: Final = define(
    "APPROVAL-003",
    "{subject} 已有一件待办的同类申请（编号 {number}）。",
    "请等它办结，或先由申请人撤回。",
    "{subject} has an open request of this kind (number {number}).",
    "Wait until it is done, or have it withdrawn first.",
)
OTHER_CONTENT: Final = define(
    "APPROVAL-004",
    "键 {key} 已用于内容不同的申请（编号 {number}）。",
    "重发时内容须与首次一致；另一件事请重新填写。",
    "The key {key} was used for a request with other content (number {number}).",
    "A repeat has the same content as the first; begin anew for something else.",
)
NEEDS_REASON: Final = define(
    "APPROVAL-005",
    "不批准或退回时须写明原因。",
    "请写一句申请人看得懂的原因。",
    "Who declines or sends back says why.",
    "Write one sentence that helps whoever asked.",
)
TOO_LONG: Final = define(
    "APPROVAL-006",
    "申请内容缺少或超长（{subject}）。",
    "每项文字不超过 400 字，金额不为负。",
    "The request lacks something or is too long ({subject}).",
    "Texts have at most 400 characters, amounts are not negative.",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of requests and how many there are in all."""

    rows: tuple[Approval, ...]
    total: int


def ask(actor: Actor, request: Request, clock: Clock, source: str = "") -> Approval:
    """Put a request. Sent again under the same key with the same content it answers the first one (L4)."""
    _must_do(actor, Verb.ASK, request, RULES[request.kind].asks)
    if not request.fits:
        raise Refused(TOO_LONG(subject=request.subject))
    with unit_of_work():
        store.hold(request.key, request.kind, request.subject)
        before = store.by_key(request.key)
        if before is not None:
            same_words = before.request.content == request.content
            if same_words and before.asked.staff_id != actor.staff_id and before.state in OPEN:
                raise Refused(ASKED_ALREADY(subject=request.subject, number=before.number))
            if not same_words or before.asked.staff_id != actor.staff_id:
                raise Refused(OTHER_CONTENT(key=request.key, number=before.number))
            return before
        if RULES[request.kind].once:
            same = store.open_about(request.kind, request.subject)
            if same is not None:
                raise Refused(ASKED_ALREADY(subject=request.subject, number=same.number))
        made = store.record(request, actor.staff_id, clock.now())
        _note(actor, made, Verb.ASK.value, clock, source)
    return made


def decide(actor: Actor, number: int, clock: Clock, *, yes: bool, reason: str = "", source: str = "") -> Approval:
    """Approve or decline. The same decision sent again by the same person answers as the first time."""
    found = seen(actor, number)
    _must_do(actor, Verb.DECIDE, found.request, found.rule.decides)
    must_differ(actor, frozenset({found.asked.staff_id}))
    if not yes and not reason.strip():
        raise Refused(NEEDS_REASON())
    act = Act.APPROVE if yes else Act.DECLINE
    with unit_of_work():
        store.hold(found.request.key, found.request.kind, found.request.subject)
        after = store.move(number, act, actor.staff_id, clock.now(), said=reason.strip())
        if after is None:
            return _as_before(actor, number, act)
        invariant(parts_are_different_people(after), "T2", f"approval {number}")
        done = _carry_out(after, clock) if after.state is State.APPROVED else after
        _follow(done, clock)
        _note(actor, done, act.value, clock, source)
    return done


def withdraw(actor: Actor, number: int, clock: Clock, *, reason: str = "", source: str = "") -> Approval:
    """Take back what one asked oneself, as long as nobody has decided it."""
    found = seen(actor, number)
    if found.asked.staff_id != actor.staff_id:
        raise Refused(_not_yours(actor, Verb.ASK, found.request.kind))
    with unit_of_work():
        after = store.move(number, Act.WITHDRAW, actor.staff_id, clock.now(), said=reason.strip())
        if after is None:
            return _as_before(actor, number, Act.WITHDRAW)
        _follow(after, clock)
        _note(actor, after, Act.WITHDRAW.value, clock, source)
    return after


def pay(actor: Actor, number: int, clock: Clock, do: Effect, *, source: str = "") -> Approval:
    """The third person pays what was approved: `do` moves the money and answers what came of it, in the same unit."""
    found = seen(actor, number)
    _must_do(actor, Verb.PAY, found.request, found.rule.pays)
    must_differ(actor, found.had_a_part - ({actor.staff_id} if found.state is State.DONE else frozenset()))
    with unit_of_work():
        store.hold(found.request.key, found.request.kind, found.request.subject)
        now = store.by_number(number)
        if now is None or moved(now.state, Act.CARRY_OUT) is None:
            return _as_before(actor, number, Act.CARRY_OUT)
        after = store.move(number, Act.CARRY_OUT, actor.staff_id, clock.now(), outcome=do(now, clock))
        if after is None:
            return _as_before(actor, number, Act.CARRY_OUT)
        invariant(parts_are_different_people(after), "T2", f"approval {number}")
        _note(actor, after, "pay", clock, source)
    return after


def send_back(actor: Actor, number: int, reason: str, clock: Clock, *, source: str = "") -> Approval:
    """The payer does not pay what was approved (a wrong account, a claim that moved on), and says why."""
    found = seen(actor, number)
    _must_do(actor, Verb.PAY, found.request, found.rule.pays)
    must_differ(actor, found.had_a_part)
    if not reason.strip():
        raise Refused(NEEDS_REASON())
    with unit_of_work():
        after = store.move(number, Act.SEND_BACK, actor.staff_id, clock.now(), said=reason.strip())
        if after is None:
            return _as_before(actor, number, Act.SEND_BACK)
        _note(actor, after, Act.SEND_BACK.value, clock, source)
    return after


def carried_out(number: int, outcome: str, clock: Clock) -> Approval:
    """Note that approved work which pays nobody is done: what ran in the background says so itself, once."""
    with unit_of_work():
        after = store.move(number, Act.CARRY_OUT, None, clock.now(), outcome=outcome)
        if after is None:
            found = store.by_number(number)
            if found is None:
                raise Refused(NO_SUCH(number=number))
            if found.state is State.DONE:
                return found
            raise Refused(moved_on(found))
        append(Deed(clock.now(), None, "", Act.CARRY_OUT.value, Noun.APPROVAL.value, str(number), after.request.area))
    return after


def seen(actor: Actor, number: int) -> Approval:
    """The request, if its kind and its area are the actor's; Refused as if there were none otherwise."""
    found = store.by_number(number)
    if found is None or found.request.kind not in kinds_of(actor.role):
        raise Refused(NO_SUCH(number=number))
    must(actor, Verb.READ, Noun.APPROVAL, found.request.area, found.request.contract)
    return found


def kinds_of(role: Role) -> frozenset[Kind]:
    """Kinds in which a role has a part, or that it looks at."""
    if role in LOOKING:
        return frozenset(Kind)
    return frozenset(kind for kind, rule in RULES.items() if role in rule.asks | rule.decides | rule.pays)


def kinds_decided_by(role: Role) -> frozenset[Kind]:
    """Kinds whose requests a role decides."""
    return frozenset(kind for kind, rule in RULES.items() if role in rule.decides)


def kinds_paid_by(role: Role) -> frozenset[Kind]:
    """Kinds that a role pays."""
    return frozenset(kind for kind, rule in RULES.items() if role in rule.pays)


def waiting(actor: Actor, page: int = 1) -> Listed:
    """What waits for this reader to decide or to pay, the longest waiting first."""
    return _listed(_for_me(actor), page)


def waiting_count(actor: Actor) -> int:
    """How many requests wait for this reader."""
    wanted = _for_me(actor)
    return store.count(wanted) if wanted.kinds else 0


def visible(actor: Actor, page: int = 1, kinds: frozenset[Kind] | None = None, *, still_open: bool = False) -> Listed:
    """Requests this reader may see, the latest first; only those still open where asked."""
    ours = kinds_of(actor.role) & (kinds if kinds is not None else frozenset(Kind))
    return _listed(Wanted(ours, OPEN if still_open else tuple(State), _remits(actor)), page)


def may_decide(actor: Actor, approval: Approval) -> bool:
    """Whether this reader is one who decides it, now."""
    return (
        approval.state is State.ASKED
        and actor.role in approval.rule.decides
        and actor.staff_id != approval.asked.staff_id
    )


def _for_me(actor: Actor) -> Wanted:
    decides, pays = kinds_decided_by(actor.role), kinds_paid_by(actor.role)
    states = (State.ASKED,) if decides else (State.APPROVED,)
    return Wanted(decides or pays, states, _remits(actor), not_by=actor.staff_id)


def _listed(wanted: Wanted, page: int) -> Listed:
    if not wanted.kinds or not wanted.remits:
        return Listed((), 0)
    return Listed(store.page(wanted, (max(page, 1) - 1) * PAGE, PAGE), store.count(wanted))


def _remits(actor: Actor) -> tuple[Remit, ...]:
    return tuple(Remit(reach.area, reach.contract) for reach in actor.reaches)


def _carry_out(approval: Approval, clock: Clock) -> Approval:
    """Do what was approved, where a desk has said how and nobody has to pay."""
    name = CARRIES_OUT.get(approval.request.kind)
    if name is None or approval.rule.pays:
        return approval
    module, _, function = name.partition(":")
    effect = cast("Effect", getattr(import_module(module), function))
    outcome = effect(approval, clock)
    done = store.move(approval.number, Act.CARRY_OUT, None, clock.now(), outcome=outcome)
    invariant(done is not None, "T2", f"approval {approval.number} moved on while it was carried out")
    return cast("Approval", done)


def _follow(approval: Approval, clock: Clock) -> None:
    """Tell the desk whose matter it is what was decided."""
    name = FOLLOWS.get(approval.request.kind)
    if name is not None:
        module, _, function = name.partition(":")
        getattr(import_module(module), function)(approval, clock)


def _must_do(actor: Actor, verb: Verb, request: Request, roles: frozenset[str]) -> None:
    if actor.role.value not in roles:
        raise Refused(_not_yours(actor, verb, request.kind))
    must(actor, verb, Noun.APPROVAL, request.area, request.contract)


def _not_yours(actor: Actor, verb: Verb, kind: Kind) -> Problem:
    role, rule, its_verb = ROLES[actor.role], RULES[kind], VERBS[verb]
    return NOT_YOURS(
        role=role.zh, role_en=role.en, noun=rule.zh, noun_en=rule.en, verb=its_verb[0], verb_en=its_verb[1]
    )


def _as_before(actor: Actor, number: int, act: Act) -> Approval:
    """The request as it stands, if this very act of this very person made it so; Refused where somebody was faster."""
    found = store.by_number(number)
    if found is None:
        raise Refused(NO_SUCH(number=number))
    mine = {
        Act.APPROVE: found.decided is not None and found.decided.staff_id == actor.staff_id,
        Act.DECLINE: found.decided is not None and found.decided.staff_id == actor.staff_id,
        Act.WITHDRAW: found.asked.staff_id == actor.staff_id,
        Act.CARRY_OUT: found.paid is not None and found.paid.staff_id == actor.staff_id,
        Act.SEND_BACK: found.paid is not None and found.paid.staff_id == actor.staff_id,
    }[act]
    fits = {
        Act.APPROVE: found.state in {State.APPROVED, State.DONE, State.RETURNED},
        Act.DECLINE: found.state is State.DECLINED,
        Act.WITHDRAW: found.state is State.WITHDRAWN,
        Act.CARRY_OUT: found.state is State.DONE,
        Act.SEND_BACK: found.state is State.RETURNED,
    }[act]
    if not (mine and fits):
        raise Refused(moved_on(found))
    return found


def moved_on(found: Approval) -> Problem:
    """Somebody else was faster."""
    zh, en = STATE_NAMES[found.state]
    return MOVED_ON(number=found.number, state=zh, state_en=en)


def _note(actor: Actor, approval: Approval, verb: str, clock: Clock, source: str) -> None:
    append(
        Deed(
            at=clock.now(),
            staff_id=actor.staff_id,
            role=actor.role.value,
            verb=verb,
            noun=Noun.APPROVAL.value,
            ref=str(approval.number),
            area=approval.request.area,
            purpose=approval.request.kind.value,
            source=source,
        )
    )

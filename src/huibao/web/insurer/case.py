"""A case: papers on the left, the trail of rules on the right, the way of the sum, the clocks, and what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from huibao.app.access import Role
from huibao.app.claims.advancing import can_be_asked
from huibao.app.claims.case import Case, case
from huibao.app.claims.letter import code_of
from huibao.domain.claims.assessment import Assessment
from huibao.domain.claims.claim import (
    Advance,
    Beneficiaries,
    ClaimEvent,
    Decision,
    FirstPayer,
    PapersAsked,
    PapersReceived,
    Payment,
    Reason,
)
from huibao.domain.claims.clocks import NAMES, ClockName
from huibao.domain.claims.papers import Paper
from huibao.domain.claims.waterfall import Fall
from huibao.domain.claims.words import State, Verb
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused
from huibao.store import standing
from huibao.store.standing import SOON_DAYS
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.insurer.keys import fresh_key
from huibao.web.insurer.queue import query, wanted
from huibao.web.insurer.words import clock_words, left, state_mark, term_bar, word

WIDE: Final = 1000
"""Width of the waterfall's picture."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history: day, what, by whom, and what was said."""

    no: int
    on: date
    what: str
    by: str
    more: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A row of the waterfall with its bar."""

    name: str
    fall: Fall
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done now: a link to its page, or a press."""

    to: str
    name: str
    main: bool = False
    press: bool = False
    key: str = ""


@require_GET
def show(request: DeskRequest, number: str) -> HttpResponse:
    """The page; the look is on record."""
    desk = request.desk
    try:
        found = case(desk.who, number, desk.clock, desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    return render(request, "insurer/case.html", shown(request, found))


def shown(request: DeskRequest, found: Case) -> dict[str, Any]:
    """What a case page shows."""
    desk = request.desk
    claim, today = found.claim, desk.clock.today()
    before, after = standing.neighbours(wanted(request), claim.number, today)
    now = standing.kept(claim.number)
    words, mark, _ = left(desk, now, today) if now else ("", "past", 0)
    facts = claim.facts
    return {
        "case": found,
        "claim": claim,
        "facts": facts,
        "cause": word(desk, facts.cause),
        "reporter": word(desk, facts.reporter),
        "channel": word(desk, facts.channel),
        "state": word(desk, claim.state),
        "state_mark": state_mark(claim.state),
        "left": words,
        "left_mark": mark,
        "handler": found.names.get(claim.handler, claim.handler),
        "papers": papers(desk, found),
        "trail": trail(desk, found),
        "clocks": [
            (desk.pick(*NAMES[one.name]), one, *clock_words(desk, one, today), *term_bar(claim, one, today))
            for one in found.view.clocks
            if one.round == claim.rounds
        ],
        "ran_out_before": [one for one in found.view.ran_out if one.round != claim.rounds],
        "drops": drops(desk, found.falls),
        "wide": WIDE,
        "history": [step(desk, found, event) for event in reversed(claim.events)],
        "actions": actions(desk, found),
        "before": _link(before, query(request)),
        "after": _link(after, query(request)),
        "query": query(request),
        "deviation": abs(found.deviation_fen),
        "press_key": fresh_key(),
        "done": bool(request.GET.get("done")),
        "code": code_of(claim),
    }


def papers(desk: Desk, found: Case) -> list[tuple[str, str, str]]:
    """Each paper asked for or there: name, how it stands, its mark."""
    claim = found.claim
    there = {
        paper: event.on
        for event in claim.events
        if isinstance(event.detail, PapersReceived)
        for paper in event.detail.papers
    }
    rows = []
    for paper in Paper:
        name = desk.pick(paper.zh, paper.en)
        if paper in there:
            rows.append((name, desk.pick("✓ 已收到", "✓ received"), "yes"))
        elif paper in claim.papers_asked or paper in found.view.missing:
            rows.append((name, desk.pick("缺", "missing"), "wait"))
    return rows


def trail(desk: Desk, found: Case) -> list[dict[str, Any]]:
    """The rules step by step: title, amount, reckoning, clause; what pays stands out."""
    rows: list[dict[str, Any]] = []
    for one in found.explained:
        paying = {part.step for part in one.run.parts}
        rows += [
            {
                "title": desk.pick(line.title_zh, line.title_en),
                "amount": line.amount,
                "says": line.text(desk.lang),
                "clause": " ".join(filter(None, (line.number or line.document_title, line.clause))),
                "pays": line.step in paying,
                "nothing": not line.fen,
            }
            for line in one.lines
        ]
    return rows


def drops(desk: Desk, falls: tuple[Fall, ...]) -> list[Drop]:
    """The waterfall's bars: each begins where the one before ended."""
    ends, at = [], 0
    for fall in falls:
        begin = 0 if fall.total else at
        at = at if fall.total else at + fall.fen
        ends.append((min(begin, at), max(begin, at)))
    top = max((end for _, end in ends), default=0)
    if not top:
        return [Drop(desk.pick(one.zh, one.en), one, 0, 0) for one in falls]
    return [
        Drop(
            desk.pick(one.zh, one.en),
            one,
            max(low, 0) * WIDE // top,
            max((high - max(low, 0)) * WIDE // top, 2 if one.fen else 0),
        )
        for one, (low, high) in zip(falls, ends, strict=True)
    ]


def step(desk: Desk, found: Case, event: ClaimEvent) -> Step:
    """A line of the history."""
    by = found.names.get(event.by.name, event.by.name)
    role = word(desk, event.by.role)
    person = event.by.role.value in {"insured", "reporter"}
    who = role if person else f"{by}{desk.pick('（', ' (')}{role}{desk.pick('）', ')')}"
    return Step(event.no, event.on, word(desk, event.verb), who, said(desk, event))


def said(desk: Desk, event: ClaimEvent) -> str:
    """What an event says, without anybody's name or number."""
    detail = event.detail
    yuan = desk.pick("元", "yuan")
    if isinstance(detail, PapersAsked | PapersReceived):
        return desk.pick("、", ", ").join(desk.pick(one.zh, one.en) for one in detail.papers)
    if isinstance(detail, FirstPayer):
        return f"{yuan_text(detail.fen)} {yuan}"
    if isinstance(detail, Beneficiaries):
        return desk.pick(f"{len(detail.beneficiaries)} 人", f"{len(detail.beneficiaries)} people")
    if isinstance(detail, Assessment):
        words = f"{yuan_text(detail.fen)} {yuan}"
        if detail.override_fen is not None and detail.override_fen != detail.system_fen:
            words += desk.pick(
                f"（系统 {yuan_text(detail.system_fen)} 元；{detail.override_reason}）",
                f" (the scheme {yuan_text(detail.system_fen)}; {detail.override_reason})",
            )
        return words
    if isinstance(detail, Advance | Decision | Payment):
        return f"{yuan_text(detail.fen)} {yuan}"
    if isinstance(detail, Reason):
        return detail.text
    return ""


def actions(desk: Desk, found: Case) -> list[Action]:
    """What this reader may do now, the likeliest first."""
    may = set(found.view.possible)
    number, state, role = found.claim.number, found.claim.state, desk.who.role

    def to(name: str, zh: str, en: str, *, main: bool = False, press: bool = False, key: str = "") -> Action:
        return Action(reverse(f"console:insurer-{name}", args=[number]), desk.pick(zh, en), main, press, key)

    ahead = found.consent.advance_agreed
    if role is Role.INSURER_PAYER:
        link = Action(reverse("console:insurer-payments"), desk.pick("去付款", "Go to payments"), main=True)
        nothing_left = state is State.DECIDED and not found.claim.owed_fen
        wanted_here = (
            (not nothing_left and (state is State.DECIDED or ahead is not None), link),
            (nothing_left, to("close", "结案（已先付足额）", "Close: the advance was all", main=True, press=True)),
            (ahead is not None, to("advance-back", "退回先付", "Send the advance back")),
        )
        return [one for holds, one in wanted_here if holds]
    if role is Role.INSURER_APPROVER:
        asked = found.consent.advance_asked is not None
        decisions = (
            (asked, to("advance-decide", "复核先付", "Decide on the advance", main=True)),
            (Verb.DECIDE in may and not ahead, to("decide", "复核", "Decide", main=not asked, key="Alt+A")),
            (Verb.UPHOLD in may, to("hear", "处理申诉", "Hear the appeal", main=True, key="Alt+A")),
            (Verb.REFUSE in may, to("refuse", "拒赔", "Refuse", key="Alt+R")),
        )
        return [one for holds, one in decisions if holds]
    return [one for holds, one in _handlers(desk, found, to) if holds]


def _handlers(desk: Desk, found: Case, to: Callable[..., Action]) -> tuple[tuple[bool, Action], ...]:
    """What a handler may do, each with whether it may be done now."""
    claim, state, may = found.claim, found.claim.state, set(found.view.possible)
    assessable = Verb.ASSESS in may and not found.waits_for_first and found.consent.advance_agreed is None
    return (
        (
            Verb.ASSIGN in may and claim.handler != desk.who.name,
            to("take", "由我经办", "I take it", press=True, main=state is State.REPORTED and not claim.handler),
        ),
        (
            Verb.ASK_PAPERS in may and claim.asked_on is None,
            to("ask", "一次性通知补充材料", "Ask for papers, once", main=True, key="Alt+A"),
        ),
        (
            Verb.RECEIVE_PAPERS in may,
            to("received", "登记收到的材料", "Record papers received", main=state is State.PAPERS_ASKED, key="Alt+R"),
        ),
        (
            found.waits_for_first,
            to("first", "先行赔付", "First payer", main=state in {State.PAPERS_COMPLETE, State.WAITING_FIRST_PAYER}),
        ),
        (
            assessable,
            to("assess", "核定金额并送审", "Assess and put up", main=state is State.PAPERS_COMPLETE, key="Alt+A"),
        ),
        (
            can_be_asked(claim) and found.consent.advance_asked is None,
            to("advance", "申请先付无争议部分", "Ask for an advance", main=_advance_is_due(desk, found)),
        ),
        (
            Verb.NAME_BENEFICIARIES in may,
            to("payees", "收款人和账号", "Payees and accounts", main=_needs_account(found)),
        ),
        (
            state is State.REFUSED and Verb.SEND_REFUSAL in may and claim.when(Verb.SEND_REFUSAL) is None,
            to("sent", "登记已寄出", "Record that it was sent", press=True, main=True),
        ),
        (Verb.APPEAL in may, to("appeal", "登记申诉", "Record an appeal")),
        (state is not State.WITHDRAWN, to("visit", "安排探访", "Plan a visit")),
    )


def _advance_is_due(desk: Desk, found: Case) -> bool:
    """Whether the sixty days end within a week, or have ended. Insurance Law art. 25."""
    terms = [one for one in found.view.clocks if one.name is ClockName.ADVANCE and one.running]
    return any((one.due_on - desk.clock.today()).days <= SOON_DAYS for one in terms)


def _needs_account(found: Case) -> bool:
    owed = found.claim.state in {State.ASSESSED, State.DECIDED}
    return owed and any(one.fen and (one.account is None or one.refused) for one in found.payees)


def _link(number: str, asked: str) -> str:
    return reverse("console:insurer-case", args=[number]) + asked if number else ""

"""Words of the finance desk: accounts, causes, states and terms as a page shows them."""

from dataclasses import dataclass

from huibao.app.books import Ground, line_name
from huibao.app.hospital.debt_desk import WHY
from huibao.domain.approval import RULES, STATE_NAMES, Approval, Kind, State
from huibao.domain.ledger import CAUSE_NAMES, Cause
from huibao.domain.ledger.subjects import Subject, Turnover, subject_of
from huibao.kernel.problem import Lang
from huibao.rules.reference import division_table

TERMS = {
    "line": ("险种", "line"),
    "on": ("生效日期", "takes effect on"),
    "fund": ("资金", "fund"),
    "area": ("资金所在地区", "area of the fund"),
    "to": ("转入", "moved to"),
    "payees": ("收款人数", "payees"),
    "why": ("原因", "reason"),
}
"""What a request's terms are called; others show as they are."""
OWN_WORDS = {Kind.ROSTER_IMPORT: ("名册", "roster"), Kind.ENROLMENT: ("参保预览", "preview of enrolment")}
"""Kinds whose subject has a number of the program's own."""


@dataclass(frozen=True, slots=True)
class NamedTurnover:
    """An account's turnovers with its subject and its name."""

    sums: Turnover
    subject: Subject
    name: str


def named(ground: Ground, sums: Turnover, lang: Lang) -> NamedTurnover:
    """With words."""
    return NamedTurnover(sums, subject_of(sums.ref), ground.name(sums.ref, lang))


def cause_words(cause: str, lang: Lang) -> str:
    """Why money moved."""
    return CAUSE_NAMES[Cause(cause)][1 if lang == "en" else 0]


def about_words(found: Approval, lang: Lang) -> str:
    """What a request is about, as people call it: a contract, a claim and a stay by their numbers."""
    subject = found.request.subject
    if found.request.kind in OWN_WORDS:
        zh, en = OWN_WORDS[found.request.kind]
        return f"{en if lang == 'en' else zh} {subject.rpartition('/')[2]}"
    return subject


def kind_words(kind: Kind, lang: Lang) -> str:
    """What is asked for."""
    rule = RULES[kind]
    words = rule.en if lang == "en" else rule.zh
    return words[:1].upper() + words[1:]


def state_words(state: State, lang: Lang) -> str:
    """Where a request stands."""
    return STATE_NAMES[state][1 if lang == "en" else 0]


def tone(state: State) -> str:
    """Which of the four tags a state gets."""
    return {
        State.ASKED: "wait",
        State.APPROVED: "wait",
        State.DONE: "yes",
        State.DECLINED: "no",
        State.WITHDRAWN: "past",
        State.RETURNED: "no",
    }[state]


def terms_of(approval: Approval, ground: Ground | None, lang: Lang) -> list[tuple[str, str]]:
    """A request's terms, in words."""
    at = 1 if lang == "en" else 0
    found = []
    for name, said in approval.request.terms.items():
        value = said
        if name == "line" or (name == "to" and approval.request.kind is Kind.LINE_MOVE):
            value = line_name(said, lang)
        elif name == "fund" and ground is not None:
            value = ground.fund_title(said, lang)
        elif name == "why":
            value = WHY[said][at] if said in WHY else said
        elif name == "area" and ground is not None:
            value = division_table().full_name_on(said, ground.today) or said
        found.append((TERMS.get(name, (name, name))[at], value))
    return found

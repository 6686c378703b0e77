"""What whoever was slower is told: who dealt with the case meanwhile, in which role, and what she had typed herself."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpRequest

from huibao.app.meanwhile import About, last_of_others
from huibao.store.trail import Act
from huibao.web.desk import NEVER_KEPT, Desk
from huibao.web.forms import Field
from huibao.web.tongues import HAS

OURS: Final = NEVER_KEPT | {
    "key", "version", "place", "page", "was", "seen", "asked", "mark", "shown", "step", "next", "owed", "contract_no",
}  # fmt: skip
"""Fields that a page fills in by itself."""
MOST_SHOWN: Final = 60
"""Fields given back; no form of ours has more that somebody fills in."""
MOST_CHARS: Final = 2_000
DID: Final = {
    "ask": ("提交", "handed it on"),
    "approve": ("批准", "approved it"),
    "decline": ("不批准", "declined it"),
    "withdraw": ("撤回", "took it back"),
    "send_back": ("退回", "sent it back"),
    "carry_out": ("办结", "carried it out"),
    "pay": ("支付", "paid it"),
    "settle": ("结算", "settled it"),
    "undo": ("撤销结算", "undid the settlement"),
    "admit": ("登记住院", "put the stay on record"),
    "invite": ("发出邀请", "sent an invitation"),
    "end": ("停用账号", "ended the account"),
    "end_visit": ("登记探访结果", "recorded the visit"),
    "take_in": ("导入回盘文件", "took the bank's file in"),
    "handle": ("办理", "dealt with it"),
    "decide": ("决定", "decided it"),
    "answer": ("答复", "answered it"),
}
"""Acts of the record in words; a desk adds its own."""


def who(desk: Desk, act: Act) -> str:
    """Name and role of who did something."""
    role = desk.role_of(act.deed.role)
    name = act.who or desk.pick("系统", "the system")
    return f"{name}{desk.pick('（', ' (')}{role}{desk.pick('）', ')')}" if role else name


def told(desk: Desk, act: Act | None) -> Mapping[str, Any] | None:
    """One act for a page: by whom, when, what."""
    if act is None:
        return None
    zh, en = DID.get(act.deed.verb, ("办理", "dealt with it"))
    return {"who": who(desk, act), "at": act.deed.at, "did": desk.pick(zh, en)}


def typed(request: HttpRequest, desk: Desk, fields: Iterable[Field] = ()) -> list[tuple[str, str, bool]]:
    """What somebody filled in, by the words of its fields, so that it can be copied; no secrets, nothing of the page's own.

    Each with whether it is Chinese on an English page, and must say so.
    """
    known = {one.name: one for one in fields}
    found: list[tuple[str, str, bool]] = []
    for name, values in request.POST.lists():
        if name in OURS:
            continue
        field = known.get(name)
        label = desk.pick(field.zh, field.en) if field is not None else ""
        options = {value: desk.pick(zh, en) for value, zh, en in field.options} if field is not None else {}
        if field is None and all(value.isascii() and value.isidentifier() for value in values):
            continue  # a choice's or a button's own word, nobody's text
        text = desk.pick("、", ", ").join(options.get(value, value) for value in values if value.strip())
        if text:
            found.append((label, text[:MOST_CHARS], desk.lang == "en" and HAS.search(text) is not None))
    return found[:MOST_SHOWN]


def shown(
    request: HttpRequest, desk: Desk, about: Iterable[About], fields: Iterable[Field] | None = None
) -> dict[str, Any]:
    """For a page that says no to a form: who was faster and, with `fields`, what was typed: the page has no place for it any more."""
    act = last_of_others(desk.who, about) if desk.actor is not None else None
    return {"meanwhile": told(desk, act), "typed": typed(request, desk, fields) if fields is not None else []}

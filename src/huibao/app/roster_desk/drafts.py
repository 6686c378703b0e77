"""What all stations of a draft share: finding it through the one door, its sending, its decisions, its words."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.roster import Corrections
from huibao.app.roster_import import Sending
from huibao.domain.roster.source import SourceId
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Problem, Refused, define
from huibao.store import draft as store
from huibao.store.draft import DraftRecord, RowRecord
from huibao.store.locks import lock_keys
from huibao.store.trail import Deed

NO_DRAFT: Final = define(
    "DRAFT-001",
    "没有这份待导入的名册，或已放弃。",
    "请从“名册导入”的列表进入。",
    "There is no such roster on its way in, or it was put away.",
    "Go there from the list of rosters.",
)
MOVED_ON: Final = define(
    "DRAFT-002",
    "这份名册刚刚有了变化（现为“{state}”），刚才的操作没有生效。",
    "请核对页面上的最新情况后再办。",
    "This roster has just changed (now: {state_en}); what you did had no effect.",
    "Look at how it stands now, then go on.",
)
STATES: Final = {
    "reading": ("正在核对", "being looked at"),
    "columns": ("待确认列的含义", "columns to be confirmed"),
    "looked": ("待处理", "to be put right and checked"),
    "refused": ("不能导入", "cannot be taken in"),
    "asked": ("待复核", "waiting for approval"),
    "taking": ("正在导入", "being taken in"),
    "taken": ("已导入", "taken in"),
    "away": ("已放弃", "put away"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided so far: doubts accepted (codes, or "sheet!row"), rows put right."""

    accept: tuple[str, ...]
    corrections: Corrections

    @property
    def mark(self) -> str:
        """Fingerprint of the decisions: what was looked at and approved is what is taken in."""
        said = [list(self.accept), [[*place, dict(cells)] for place, cells in sorted(self.corrections.items())]]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def draft_of(actor: Actor, draft_id: int, verb: Verb) -> DraftRecord:
    """The draft, for who may do that with rosters of its county. Refused otherwise, as if there were none."""
    must(actor, verb, Noun.ROSTER)
    found = store.by_id(draft_id)
    if found is None or found.state == "away":
        raise Refused(NO_DRAFT())
    must(actor, verb, Noun.ROSTER, found.area)
    return found


def held(actor: Actor, draft_id: int, verb: Verb) -> DraftRecord:
    """The same, held until the unit of work ends: nobody decides, hands on or puts away what somebody else is just changing.

    Taken before any lock of an approval.
    """
    lock_keys("roster-draft", [str(draft_id)])
    return draft_of(actor, draft_id, verb)


def about(draft: DraftRecord) -> tuple[tuple[str, str], ...]:
    """The draft and its request, as the record of acts names them."""
    asked = () if draft.approval is None else ((Noun.APPROVAL.value, str(draft.approval)),)
    return ((Noun.ROSTER.value, f"draft/{draft.id}"), *asked)


def decided(draft: DraftRecord, rows: Sequence[RowRecord]) -> Decided:
    """The decisions of a draft and its rows."""
    accept = [
        *draft.summary.get("accepts", ()),
        *(f"{row.sheet}!{row.row_no}" for row in rows if row.decision == "accept"),
    ]
    corrections = {row.place: dict(row.mended) for row in rows if row.mended and row.decision != "reject"}
    return Decided(tuple(sorted(accept)), corrections)


def sending_of(draft: DraftRecord, said: Decided, path: Path) -> Sending:
    """The roster as it is sent to the import."""
    return Sending(
        path=path,
        source=SourceId(draft.source),
        taken_on=draft.taken_on,
        area=draft.area,
        accept=said.accept,
        corrections=said.corrections,
    )


def moved_on(draft: DraftRecord) -> Problem:
    """Somebody else was faster."""
    zh, en = STATES[draft.state]
    return MOVED_ON(state=zh, state_en=en)


def deed(actor: Actor, draft: DraftRecord, verb: Verb, clock: Clock, *, purpose: str = "", source: str = "") -> Deed:
    """An act about a draft, for the record."""
    ref = f"draft/{draft.id}"
    return Deed(
        clock.now(),
        actor.staff_id,
        actor.role.value,
        verb.value,
        Noun.ROSTER.value,
        ref,
        draft.area,
        purpose,
        "done",
        source,
    )

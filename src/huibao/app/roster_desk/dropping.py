"""Steps 1 and 2: a workbook is dropped, recognised when it was dropped before, and looked at in the background."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huibao.app import work
from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.roster_desk.drafts import deed, held, moved_on
from huibao.app.roster_desk.looking import EDITABLE, safe_name
from huibao.app.workbook_refusals import MIB
from huibao.domain.roster import refusals
from huibao.domain.roster.column import Column
from huibao.domain.roster.source import SourceId
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.store import draft as store
from huibao.store import kept
from huibao.store import roster as rosters
from huibao.store.draft import DraftRecord
from huibao.store.locks import lock_keys
from huibao.store.trail import append
from huibao.store.unit import unit_of_work

MOST_BYTES: Final = 50 * MIB
"""A county's largest workbook is some 20 MiB; a province's goes by the command line."""
MEDIA: Final = "application/octet-stream"

TOO_BIG: Final = define(
    "DRAFT-004",
    "文件超过网页上传的上限 {limit} MiB。",
    "请按乡镇分成几份，或请系统管理员用命令行导入（huibao roster import）。",
    "The file has more than {limit} MiB, the most that can be sent through the page.",
    "Send it in parts by township, or have the administrator import it by huibao roster import.",
)
EMPTY: Final = define(
    "DRAFT-005",
    "文件是空的，或没有选中文件。",
    "请重新选择名册工作簿（xlsx、xls 或 csv）。",
    "The file is empty, or none was chosen.",
    "Choose the roster's workbook (xlsx, xls or csv).",
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What somebody dropped: the file, whose roster it is, of which day, for which county."""

    name: str
    content: bytes
    source: SourceId
    taken_on: date
    area: str


@dataclass(frozen=True, slots=True)
class Received:
    """The draft of a workbook, and whether the very same was received before."""

    draft: DraftRecord
    known: bool


def drop(actor: Actor, dropped: Dropped, clock: Clock, *, source: str = "") -> Received:
    """Keep a workbook sealed and have it looked at. The same one for the same purpose is the draft it was before."""
    must(actor, Verb.ASK, Noun.ROSTER, dropped.area)
    if not dropped.content:
        raise Refused(EMPTY())
    if len(dropped.content) > MOST_BYTES:
        raise Refused(TOO_BIG(limit=MOST_BYTES // MIB))
    today = clock.today()
    if dropped.taken_on > today:
        raise Refused(refusals.FUTURE_ROSTER(where=safe_name(dropped.name), taken_on=dropped.taken_on, today=today))
    sha256 = hashlib.sha256(dropped.content).hexdigest()
    with unit_of_work():
        lock_keys("draft", [f"{sha256}/{dropped.source}/{dropped.area}/{dropped.taken_on}"])
        same = store.same(sha256, dropped.source, dropped.area, dropped.taken_on)
        if same is not None:
            return Received(same, known=True)
        before = store.open_of(dropped.source, dropped.area)
        file = kept.keep(safe_name(dropped.name), MEDIA, dropped.content, clock.now())
        now = clock.now()
        number = store.record(
            {
                "staff_id": actor.staff_id,
                "area": dropped.area,
                "source": dropped.source.value,
                "taken_on": dropped.taken_on,
                "file_id": file.id,
                "file_name": safe_name(dropped.name),
                "file_sha256": sha256,
                "state": "looked",
                "follows_id": before.id if before is not None and before.taken_on == dropped.taken_on else None,
                "made_at": now,
                "changed_at": now,
            }
        )
        found = _begun(actor, _there(number), clock)
        append(deed(actor, found, Verb.ASK, clock, source=source))
    return Received(found, known=False)


def look_again(actor: Actor, draft_id: int, version: int, clock: Clock, *, check: bool = False) -> DraftRecord:
    """Look once more, with what was decided since. `check`: this is step 4, checking before it is handed on."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.version != version or draft.state not in EDITABLE:
            raise Refused(moved_on(draft))
        return _begun(actor, draft, clock, check=check)


def confirm_columns(
    actor: Actor, draft_id: int, version: int, chosen: Mapping[int, Mapping[int, str]], clock: Clock
) -> DraftRecord:
    """Remember what the columns of each sheet mean (sheet's place → column's place → meaning or ""), and look again."""
    known = set(Column)
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.version != version or draft.state not in EDITABLE:
            raise Refused(moved_on(draft))
        for at, layout in enumerate(draft.layouts):
            said = chosen.get(at, {})
            columns = {meaning: index for index, meaning in said.items() if meaning in known}
            rosters.remember_mapping(draft.source, draft.area, str(layout["fingerprint"]), columns, clock.today())
        return _begun(actor, draft, clock)


def accept_whole(actor: Actor, draft_id: int, version: int, code: str, clock: Clock) -> DraftRecord:
    """The roster is whole though it drops many of the last one's people: somebody says so, and it is looked at again."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.version != version or draft.state not in EDITABLE or code != refusals.MASS_LEAVE.code:
            raise Refused(moved_on(draft))
        accepts = sorted({*draft.summary.get("accepts", ()), code})
        store.change(draft.id, version, {"summary": {**draft.summary, "accepts": accepts}}, clock.now())
        return _begun(actor, _there(draft.id), clock)


def put_away(actor: Actor, draft_id: int, version: int, clock: Clock) -> None:
    """Give a draft up: its file and its rows are emptied, and nothing was recorded."""
    with unit_of_work():
        draft = held(actor, draft_id, Verb.ASK)
        if draft.version != version or draft.state not in EDITABLE:
            raise Refused(moved_on(draft))
        store.change(draft.id, version, {"state": "away"}, clock.now())
        kept.remove(draft.file, clock.now())
        store.empty_rows(draft.id)
        append(deed(actor, draft, Verb.HANDLE, clock))


def _begun(actor: Actor, draft: DraftRecord, clock: Clock, **more: Any) -> DraftRecord:  # noqa: ANN401 - parameters of the work
    """Set a draft to reading and ask for the work, under a version of its own; on record as dealt with."""
    store.change(draft.id, draft.version, {"state": "reading", "problems": []}, clock.now())
    version = draft.version + 1
    parameters = {"draft": draft.id, "version": version, **more}
    asked = work.start("roster-look", parameters, actor, f"roster-look/{draft.id}/{version}", clock, area=draft.area)
    # The work belongs to the version it looks at: writing its number does not count the version up.
    store.note_work(draft.id, asked.id)
    append(deed(actor, draft, Verb.HANDLE, clock))
    return _there(draft.id)


def _there(draft_id: int) -> DraftRecord:
    found = store.by_id(draft_id)
    if found is None:
        raise AssertionError
    return found

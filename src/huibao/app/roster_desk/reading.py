"""What the pages of a draft read: the draft with its tally, its rows, its differences, the workbook with reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huibao.app.access import Actor, Noun, Verb, may
from huibao.app.person import masked_name
from huibao.app.roster_desk.drafts import NO_DRAFT, decided, deed, draft_of
from huibao.domain.roster import findings as f
from huibao.kernel.clock import Clock
from huibao.kernel.identity import mask
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.store import draft as store
from huibao.store import kept
from huibao.store import work as works
from huibao.store.draft import DraftRecord, RowRecord
from huibao.store.kept import Kept
from huibao.store.trail import append
from huibao.store.unit import unit_of_work

ABOUT_NAMES: Final = frozenset(
    one.code for one in (f.NAME_TIDIED, f.NAME_VARIANT, f.NAME_CLOSE, f.NAME_OTHER, f.TWO_PEOPLE)
)
"""Findings whose texts quote names, perhaps somebody else's."""
QUOTED: Final = re.compile(r"“([^”]*)”")
LONG_NUMBER: Final = re.compile(r"\d[\dXx]{5,}")


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with how far its rows are decided."""

    record: DraftRecord
    undecided: int
    accepted: int
    rejected: int
    mended: int
    refused: int
    duplicate: int
    checked: bool
    """The figures are those of the present decisions."""

    @property
    def listed(self) -> int:
        """Rows with findings."""
        return self.undecided + self.accepted + self.rejected + self.mended + self.refused + self.duplicate


def drafts(actor: Actor, start: int, count: int) -> tuple[DraftRecord, ...]:
    """Rosters of the actor's counties, the latest first."""
    return store.of_areas(_areas(actor), start, count)


def draft(actor: Actor, draft_id: int, verb: Verb = Verb.READ) -> DraftPage:
    """One of them, for who may do that with it."""
    record = draft_of(actor, draft_id, verb)
    counted = store.tally(record.id)

    def of(verdict: str, *decisions: str) -> int:
        return sum(rows for (one, decision), rows in counted.items() if one == verdict and decision in decisions)

    checked = record.state != "looked" or decided(record, _decided_rows(record)).mark == record.summary.get("decided")
    return DraftPage(
        record,
        undecided=of("doubtful", ""),
        accepted=of("doubtful", "accept"),
        rejected=sum(rows for (_, decision), rows in counted.items() if decision == "reject"),
        mended=of("ready", "mend", ""),
        refused=of("refused", "", "mend"),
        duplicate=of("duplicate", "", "mend"),
        checked=checked,
    )


def waiting(actor: Actor) -> tuple[int, int | None]:
    """Doubtful rows that wait for the actor, and the draft with the latest of them."""
    if may(actor, Verb.ASK, Noun.ROSTER) is not None:
        return 0, None
    return store.waiting_in(_areas(actor))


def rows(record: DraftRecord, start: int, count: int, verdict: str = "") -> tuple[RowRecord, ...]:
    """Rows with findings, in the order of the sheet."""
    return store.rows_of(record.id, start, count, verdict=verdict)


def changes(record: DraftRecord, head: str, start: int, count: int) -> tuple[Mapping[str, Any], ...]:
    """People under one head of the difference."""
    return works.lines(record.work, head, start, count) if record.work is not None else ()


def masked(change: Mapping[str, Any], head: str, on: date) -> tuple[str, str, str, str]:
    """A change as a list shows it: name and number masked, places by name."""
    was, now = str(change["was"]), str(change["now"])
    if head == "moved":
        table = division_table()
        was, now = ((table.full_name_on(code, on) or code) if code else "" for code in (was, now))
    elif head == "changed_name":
        was, now = masked_name(was), masked_name(now)
    return masked_name(str(change["name"])), mask(str(change["identity"])), was, now


def reply(actor: Actor, draft_id: int, clock: Clock, *, source: str = "") -> tuple[Kept, bytes]:
    """The workbook with reasons, as the last look made it. It has everybody in full, so taking it is on record."""
    record = draft_of(actor, draft_id, Verb.UNMASK)
    found = [one for one in (kept.files_of(record.work) if record.work is not None else ()) if one.slot == "reply"]
    if not found:
        raise Refused(NO_DRAFT())
    content = kept.content_of(found[0].id)
    with unit_of_work():
        append(deed(actor, record, Verb.UNMASK, clock, purpose="correct_roster", source=source))
    return found[0], content


def plain(text: str, row: RowRecord, code: str = "") -> str:
    """A finding's text as a list shows it: names and every long number masked."""
    if row.name:
        text = text.replace(row.name, masked_name(row.name))
    if code in ABOUT_NAMES:
        text = QUOTED.sub(lambda found: f"“{masked_name(found[1])}”", text)
    return LONG_NUMBER.sub(lambda found: mask(found.group()) if len(found.group()) > 8 else found.group(), text)  # noqa: PLR2004 - days have eight digits


def alike(text: str, masked_text: str) -> bool:
    """Whether names that a finding holds against each other look the same once they are masked."""
    return len(set(QUOTED.findall(text))) > len(set(QUOTED.findall(masked_text)))


def _decided_rows(record: DraftRecord) -> list[RowRecord]:
    """The rows that somebody decided or put right."""
    return list(store.decided_rows(record.id))


def _areas(actor: Actor) -> list[str]:
    return sorted({reach.area for reach in actor.reaches})


def next_open(draft_id: int, after: int) -> tuple[int, int] | None:
    """The next doubtful row nobody decided, and how many doubtful rows stand before it."""
    return store.next_open(draft_id, after)

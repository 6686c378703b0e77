"""Recording a roster: one transaction for people, facts, rows and the confirmed mapping; the same one once only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from huibao.app.roster import (
    Advance,
    Corrections,
    Reading,
    RosterCheck,
    accepted,
    content_key,
    guesses_text,
    judge_reading,
    read_roster,
    silent,
)
from huibao.domain.roster import refusals
from huibao.domain.roster.batch import KnownPerson
from huibao.domain.roster.difference import Difference, RosterLine, compare
from huibao.domain.roster.header import Layout
from huibao.domain.roster.intake import FactPlan, plan_facts
from huibao.domain.roster.mapping import remembered
from huibao.domain.roster.person import FactKind, Person, PersonFacts
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowResult, Standing, Verdict
from huibao.kernel.clock import Clock
from huibao.kernel.identity import is_valid
from huibao.kernel.problem import Problem, Refused
from huibao.store import roster as store
from huibao.store.locks import lock_keys
from huibao.store.unit import unit_of_work

MOST_MAY_LEAVE_BP: Final = 2_000
"""20 %: a roster that drops more of the last one's people is more likely a part of a roster than the truth."""
FEW_PEOPLE: Final = 50
"""Under so many people on the last roster a share says nothing."""
BP_ONE: Final = 10_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do (`dry_run`). `status`: created · exists (the first answer again) · dry_run."""

    status: str
    check: RosterCheck
    summary: Mapping[str, Any]
    difference: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A roster as it is sent in, and what was decided about it.

    `confirm`: the columns mean what was guessed. `accept`: finding codes and row numbers whose doubts somebody has
    looked at. `mapping`: {"identity": "身份证号" or "E"}, over the guesses. No `taken_on`: today's picture.
    """

    path: Path
    source: SourceId
    taken_on: date | None = None
    area: str | None = None
    sheet: str | None = None
    mapping: Mapping[str, Any] | None = None
    confirm: bool = False
    accept: Collection[str] = ()
    corrections: Corrections = field(default_factory=dict)
    """What was put right in the rows before they are judged."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, worked out without holding anything: the records may move on until it is done."""

    check: RosterCheck
    previous: store.RosterRecord | None
    difference: Difference
    taken: tuple[RowResult, ...]
    problems: tuple[Problem, ...]
    """Why the roster as a whole would be refused."""
    summary: Mapping[str, Any]


def preview(sending: Sending, reading: Reading, today: date, advance: Advance = silent) -> Preview:
    """Look at a roster that was read and compare it with the last one; record nothing and hold nothing."""
    check = judged(sending, reading, today, advance)
    previous = store.last_roster(sending.source, check.area) if check.area else None
    difference = compare(store.lines_of(previous.id) if previous else (), _lines(check.rows), _unread(check.rows))
    problems = tuple(_refusals(check, previous, difference, sending.accept, confirm=sending.confirm))
    taken = tuple(row for row in check.rows if accepted(row, sending.accept))
    return Preview(check, previous, difference, taken, problems, _summary(check, sending.accept, difference))


def look(sending: Sending, today: date, advance: Advance = silent) -> RosterCheck:
    """Read and judge a roster against what is recorded; record nothing."""
    return judged(sending, read(sending, today), today, advance)


def read(sending: Sending, today: date) -> Reading:
    """Read a roster's workbook, its columns as somebody confirmed them for such a header, else as they are guessed."""
    source = sending.source

    def recall(layout: Layout) -> Layout | None:
        columns = store.confirmed_mapping(source, sending.area or "", layout.fingerprint)
        return remembered(layout, columns) if columns is not None else None

    taken_on = sending.taken_on or today
    if taken_on > today:
        raise Refused(refusals.FUTURE_ROSTER(where=sending.path.name, taken_on=taken_on, today=today))
    return read_roster(sending.path, sheet=sending.sheet, mapping=sending.mapping, recall=recall)


def judged(sending: Sending, reading: Reading, today: date, advance: Advance = silent) -> RosterCheck:
    """Judge a roster that was read against what is recorded."""
    source = sending.source

    def known(numbers: Sequence[str], within: str) -> Mapping[str, KnownPerson]:
        return store.known_people(numbers, source, within)

    return judge_reading(
        reading,
        source,
        taken_on=sending.taken_on or today,
        area=sending.area,
        known=known,
        advance=advance,
        corrections=sending.corrections,
    )


def import_roster(sending: Sending, *, clock: Clock, dry_run: bool = False, advance: Advance = silent) -> ImportResult:
    """Take a roster in. `Refused` when it as a whole cannot be; its rows' findings are in the result's `check.rows`.

    The same file with the same source, area, day and acceptances is recorded once and gets its first answer again.
    """
    today = clock.today()
    check = look(sending, today, advance)
    accept = sending.accept
    with unit_of_work():
        # One roster after the other: two that name the same new person would both record him.
        lock_keys("roster")
        key = content_key(check, sending.sheet, accept, sending.corrections)
        first = store.roster_by_key(key)
        if first is not None:
            return ImportResult("exists", check, first.summary, None)
        previous = store.last_roster(sending.source, check.area) if check.area else None
        difference = compare(store.lines_of(previous.id) if previous else (), _lines(check.rows), _unread(check.rows))
        if dry_run:
            return ImportResult("dry_run", check, _summary(check, accept, difference), difference)
        problems = _refusals(check, previous, difference, accept, confirm=sending.confirm)
        if problems:
            raise Refused(problems)
        summary = _record(check, key, previous, difference, accept, today)
        for each in check.sheets:
            columns = {column.value: index for column, index in each.layout.mapping.items()}
            store.remember_mapping(sending.source, check.area, each.layout.fingerprint, columns, today)
    return ImportResult("created", check, summary, difference)


def difference_of_last(source: SourceId, area: str) -> tuple[store.RosterRecord, store.RosterRecord | None, Difference]:
    """The last roster of a source and area, the one before it, and what changed between them."""
    last = store.last_roster(source, area)
    if last is None:
        raise Refused(refusals.NO_ROSTER(source=SOURCES[source].title, area=area))
    before = store.previous_roster(last.id)
    return (
        last,
        before,
        compare(store.lines_of(before.id) if before else (), store.lines_of(last.id), store.unread_names(last.id)),
    )


def find_people(wanted: Sequence[str]) -> tuple[PersonFacts, ...]:
    """People by our number or by identity number, in the order asked for. `Refused` names who is not recorded."""
    numbers = {text for text in wanted if len(text) > len("9999999999") or is_valid(text)}
    by_identity = store.people_by_identities(numbers)
    ids: dict[str, int] = {number: person.id for number, person in by_identity.items()}
    ids |= {text: int(text) for text in wanted if text not in numbers and text.isdecimal()}
    found = store.people_by_ids(ids.values())
    missing = [refusals.NOBODY(who=text) for text in wanted if ids.get(text) not in found]
    if missing:
        raise Refused(missing)
    return tuple(found[ids[text]] for text in wanted)


def _refusals(
    check: RosterCheck,
    previous: store.RosterRecord | None,
    difference: Difference,
    accept: Collection[str],
    *,
    confirm: bool,
) -> list[Problem]:
    where = check.workbook.path.name
    problems: list[Problem] = []
    if not check.area:
        problems.append(
            refusals.NO_AREA(where=where, why="行里没有区划代码或县名 / no code or county name in its rows")
        )
    problems += [
        refusals.UNCONFIRMED(where=f"{where} · {each.name}", guesses=guesses_text(each.layout))
        for each in check.sheets
        if not each.confirmed and not confirm
    ]
    if previous is not None and check.taken_on < previous.taken_on:
        problems.append(refusals.NOT_LATER(where=where, taken_on=check.taken_on, last=previous.taken_on))
    if previous is not None and refusals.MASS_LEAVE.code not in accept:
        before = sum(1 for line in store.lines_of(previous.id) if line.standing is Standing.LISTED)
        left = len(difference.left)
        if before >= FEW_PEOPLE and left * BP_ONE > before * MOST_MAY_LEAVE_BP:
            share = f"{MOST_MAY_LEAVE_BP // 100} %"
            problems.append(refusals.MASS_LEAVE(where=where, before=before, left=left, share=share))
    return problems


def _record(
    check: RosterCheck,
    key: str,
    previous: store.RosterRecord | None,
    difference: Difference,
    accept: Collection[str],
    today: date,
) -> dict[str, Any]:
    """Record everything; return the summary that is kept as the first answer."""
    counts = check.counts
    taken = [row for row in check.rows if accepted(row, accept)]
    summary = _summary(check, accept, difference)
    fields = {
        "key": key,
        "source": check.source.id.value,
        "agency": check.source.agency,
        "area": check.area,
        "taken_on": check.taken_on,
        "entered_on": today,
        "file_name": check.workbook.path.name[:255],
        "file_sha256": check.workbook.sha256,
        "mapping": {each.name: {c.value: at for c, at in each.layout.mapping.items()} for each in check.sheets},
        "rows_in": counts.rows_in,
        "ready": counts.ready,
        "doubtful": counts.doubtful,
        "refused": counts.refused,
        "duplicate": counts.duplicate,
        "taken_in": len(taken),
    }
    roster = store.record_roster(fields, previous)
    known = store.people_by_identities(row.person.identity for row in check.rows if row.person is not None)
    ids, people_new = _record_people(taken, known, today)
    plan = facts_planned(check, taken, known, ids)
    store.close_facts(plan.ends, roster)
    store.record_facts(plan.new, roster)
    store.record_rows(roster.id, _row_fields(check.rows, {id(row) for row in taken}))
    summary |= {
        "roster": roster.id,
        "people_new": people_new,
        "people_known": len(ids) - people_new,
        "facts_new": len(plan.new),
        "facts_ended": len(plan.ends),
    }
    store.record_summary(roster.id, summary)
    return summary


def _record_people(taken: Sequence[RowResult], known: Mapping[str, Person], today: date) -> tuple[dict[str, int], int]:
    """Record new people, bring changed ones up to date; return identity number → id for all, and how many are new."""
    held = store.person_records(person.id for person in known.values())
    changed: list[store.PersonRecord] = []
    ids: dict[str, int] = {}
    new = 0
    for row in taken:
        draft = row.person
        if draft is None:
            continue
        recorded = known.get(draft.identity)
        person = Person(recorded.id if recorded else 0, row.name, draft.identity, draft.birth_on, draft.sex)
        record = store.PersonRecord(person, draft.phone, draft.address, draft.bank_account, draft.domicile)
        if recorded is None:
            new += 1
            changed.append(record)
            continue
        ids[draft.identity] = recorded.id
        merged = _merged(held[recorded.id], record)
        if merged != held[recorded.id]:
            changed.append(merged)
    ids |= store.record_people(changed, today)
    return ids, new


def _merged(held: store.PersonRecord, now: store.PersonRecord) -> store.PersonRecord:
    """What is newly said replaces what was held; silence, or a coarser domicile, replaces nothing."""
    coarser = held.domicile.startswith(now.domicile)
    return replace(
        now,
        phone=now.phone or held.phone,
        address=now.address or held.address,
        bank_account=now.bank_account or held.bank_account,
        domicile=held.domicile if coarser else now.domicile,
    )


def facts_planned(
    check: RosterCheck, taken: Sequence[RowResult], known: Mapping[str, Person], ids: Mapping[str, int]
) -> FactPlan:
    """What the rows taken in change in the facts; `ids` gives each of their people a number, recorded or not yet."""
    stated = [(ids[row.person.identity], row) for row in taken if row.person is not None]
    on_list = store.open_facts(check.source.id.value, check.area)
    held = {person.id: person for person in known.values()}
    listed = {fact.person_id for fact in on_list}
    unread = _unread(check.rows)
    names = store.names_of(listed - {person for person, _ in stated}) if unread else {}
    untouched = {person for person, name in names.items() if name in unread}
    for row in check.rows:
        recorded = known.get(row.person.identity) if row.person is not None else None
        if recorded is None:
            continue
        if row.standing is Standing.LISTED and row.verdict in {Verdict.DOUBTFUL, Verdict.REFUSED}:
            untouched.add(recorded.id)
        if row.standing is Standing.DECEASED:
            stated.append((recorded.id, replace(row, facts=tuple(d for d in row.facts if d.kind is FactKind.DEATH))))
    personal = store.open_personal_facts({*held, *ids.values()})
    return plan_facts(stated, on_list, personal, untouched, check.taken_on)


def _row_fields(rows: Sequence[RowResult], taken: Collection[int]) -> list[dict[str, Any]]:
    return [
        {
            "sheet": row.sheet[:64],
            "row_no": row.row_no,
            "verdict": row.verdict.value,
            "taken_in": id(row) in taken,
            "identity": row.person.identity if row.person else "",
            "name": row.name,
            "disability": row.disability,
            "domicile": row.person.domicile if row.person else "",
            "standing": row.standing.value,
            "codes": " ".join(sorted({problem.code for problem in row.problems}))[:200],
        }
        for row in rows
    ]


def _unread(rows: Sequence[RowResult]) -> frozenset[str]:
    """Names in rows whose identity number cannot be read: nobody so called is taken to have left."""
    return frozenset(row.name for row in rows if row.standing is Standing.UNKNOWN and row.name)


def _lines(rows: Sequence[RowResult]) -> list[RosterLine]:
    return [
        RosterLine(row.person.identity, row.name, row.disability, row.person.domicile, row.standing)
        for row in rows
        if row.person is not None and row.verdict is not Verdict.DUPLICATE
    ]


def _summary(check: RosterCheck, accept: Collection[str], difference: Difference) -> dict[str, Any]:
    counts = check.counts
    return {
        "source": check.source.id.value,
        "area": check.area,
        "area_name": check.area_name,
        "taken_on": str(check.taken_on),
        "file": check.workbook.path.name,
        "rows_in": counts.rows_in,
        "ready": counts.ready,
        "doubtful": counts.doubtful,
        "refused": counts.refused,
        "duplicate": counts.duplicate,
        "taken_in": sum(1 for row in check.rows if accepted(row, accept)),
        "findings": check.by_code,
        "difference": difference.counts,
    }

"""Posting: entries join the books under one lock, all or none, and never change. What stands is asked for at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from huibao.domain.ledger import (
    ONE_ENTRY_A_SUBJECT,
    PROTECTED,
    AccountKind,
    AccountRef,
    Cause,
    Entry,
    Recorded,
    append_after,
    content_hash,
    reversal,
)
from huibao.domain.ledger.admission import NOTHING_TO_REVERSE, Original, Posted, Standing, admit
from huibao.kernel.problem import Refused, define
from huibao.store import approval
from huibao.store.book_rows import entry_of, records
from huibao.store.locks import HOLD_LEDGER, lock_ledger
from huibao.store.models import ledger as table
from huibao.store.question import Answers, Question
from huibao.store.unit import unit_of_work

MAX_ENTRIES_A_POST: Final = 20_000
"""A county-year's claims fit; larger loads post in batches, so that one lock is not held for minutes."""

TOO_MANY = define(
    "LEDGER-020",
    "一次提交 {found} 笔分录，上限为 {most} 笔。",
    "请分批提交。",
    "{found} entries at once, at most {most}.",
    "Post them in batches.",
)


@dataclass(frozen=True, slots=True)
class Held:
    """The books as they stand while their lock is held: what entries are judged by, and where the chain goes on."""

    standing: Standing
    head_hash: str
    accounts: dict[AccountRef, int]
    """Rows of the accounts asked for, as far as money has touched them before."""
    spare: tuple[int, ...] = ()
    """Row numbers taken for accounts that will be opened, so that these go into the one write with everything else."""


@dataclass(frozen=True, slots=True)
class BookRows:
    """Links of the chain as rows, by column; `accounts` are those that are still to be opened."""

    accounts: tuple[dict[str, Any], ...] = ()
    entries: tuple[dict[str, Any], ...] = ()
    transfers: tuple[dict[str, Any], ...] = ()


def post(entries: Sequence[Entry], entered_at: datetime) -> tuple[Posted, ...]:
    """Append entries in order, all or none; one answer each, "exists" for those posted before (L4).

    Refused, with nothing written: another content under a known key, no row in MAY_FLOW (L7), a protected account
    below zero (L5), a closed period, a second payment (L6), a reversal that does not fit.
    """
    if len(entries) > MAX_ENTRIES_A_POST:
        raise Refused(TOO_MANY(found=len(entries), most=MAX_ENTRIES_A_POST))
    if not entries:
        return ()
    with unit_of_work():
        held = _hold(entries)
        admission = admit(entries, held.standing)
        if admission.problems:
            raise Refused(admission.problems)
        for entry in admission.new:
            approval.given(entry.approval, entry.cause)
        recorded = chained(held, admission.new, entered_at)
        rows = rows_of(recorded, held)
        table.Entry.objects.bulk_create(table.Entry(**row) for row in rows.entries)
        table.Transfer.objects.bulk_create(table.Transfer(**row) for row in rows.transfers)
    return admission.answers


def reverse(key: str, new_key: str, on: date, reason: str, entered_at: datetime) -> Posted:
    """Undo the entry of that key in full on a day. Refused when there is none, or it was undone before."""
    with unit_of_work():
        lock_ledger()
        original = entry_of(key)
        if original is None:
            raise Refused(NOTHING_TO_REVERSE(key=key))
        return post([reversal(original.entry, new_key, on, reason)], entered_at)[0]


def ask_for(question: Question, keys: Sequence[str], subjects: Sequence[str], owners: str, *values: object) -> None:
    """Add to a question what entries of these keys and subjects are judged by, with the accounts of these owners.

    `owners` is the condition on an account `a`, with its values.
    """
    causes = [cause.value for cause in ONE_ENTRY_A_SUBJECT]
    question.ask("head", "number, hash", "FROM entry ORDER BY number DESC LIMIT 1")
    question.ask("closed", "MAX(through_on)", "FROM closed_period")
    question.ask("known", "e.key, e.number, e.content_hash", "FROM entry e WHERE e.key {among}", keys)
    question.ask(
        "paid",
        "e.cause, e.subject",
        "FROM entry e WHERE e.cause {among} AND e.subject {among}"
        " AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses_id = e.number)",
        causes,
        subjects,
    )
    question.ask(
        "account",
        "a.kind, a.owner, a.line, a.id, COALESCE(b.fen, 0)",
        f"FROM account a LEFT JOIN balance b ON b.account_id = a.id WHERE {owners}",
        *values,
    )


def ask_for_spare(question: Question, count: int) -> None:
    """Add so many row numbers for accounts that may have to be opened. PostgreSQL alone; what is not used is lost."""
    question.ask("spare", "nextval(pg_get_serial_sequence('account', 'id'))", "FROM generate_series(1, %s)", count)


def held(answers: Answers, originals: dict[str, Original] | None = None) -> Held:
    """The books, read out of a question that was asked under their lock."""
    head = answers.get("head")
    number, head_hash = head[0] if head else (0, "")
    closed = answers["closed"][0][0]
    accounts, balances = {}, {}
    for kind, owner, line, pk, fen in answers.get("account", ()):
        ref = AccountRef(AccountKind(kind), owner, line)
        accounts[ref] = pk
        if ref.kind in PROTECTED:
            balances[ref] = fen
    standing = Standing(
        closed_through=None if closed is None else date.fromisoformat(closed),
        known={key: (number, content) for key, number, content in answers.get("known", ())},
        originals=originals or {},
        paid=frozenset((Cause(cause), subject) for cause, subject in answers.get("paid", ())),
        balances=balances,
        last_number=number,
    )
    return Held(standing, head_hash, accounts, tuple(row[0] for row in answers.get("spare", ())))


def chained(books: Held, new: Iterable[Entry], entered_at: datetime) -> tuple[Recorded, ...]:
    """Admitted entries as links of the chain, after the last one there is."""
    recorded: list[Recorded] = []
    number, head_hash = books.standing.last_number, books.head_hash
    for entry in new:
        link = append_after(number, head_hash, entry, entered_at)
        number, head_hash = link.number, link.hash
        recorded.append(link)
    return tuple(recorded)


def rows_of(recorded: Sequence[Recorded], books: Held) -> BookRows:
    """Links as rows, with the accounts that money touches for the first time; those are opened now where none is spare."""
    touched = {ref for one in recorded for move in one.entry.transfers for ref in (move.source, move.target)}
    fresh = sorted(touched - books.accounts.keys())
    opened, accounts = _opened(fresh, books)
    pks = books.accounts | opened
    numbers = {key: number for key, (number, _) in books.standing.known.items()}
    numbers |= {row.key: row.number for row in _reversed_rows(recorded)} | {
        one.entry.key: one.number for one in recorded
    }
    moves = tuple(
        {
            "entry_id": one.number,
            "position": position,
            "source_id": pks[move.source],
            "target_id": pks[move.target],
            "fen": move.fen,
            "payee": move.payee,
            "takes_effect_on": one.entry.takes_effect_on,
        }
        for one in recorded
        for position, move in enumerate(one.entry.transfers)
    )
    return BookRows(accounts, tuple(_entry_row(one, numbers) for one in recorded), moves)


def _hold(entries: Sequence[Entry]) -> Held:
    """Take the ledger's lock and read what these entries are judged by."""
    refs = {ref for entry in entries for move in entry.transfers for ref in (move.source, move.target)}
    undone = sorted({entry.reverses for entry in entries if entry.reverses is not None})
    question = Question()
    keys = [entry.key for entry in entries] + undone
    subjects = sorted({entry.subject for entry in entries if entry.cause in ONE_ENTRY_A_SUBJECT})
    owned = (sorted({ref.kind.value for ref in refs}), sorted({ref.owner for ref in refs}))
    ask_for(question, keys, subjects, "a.kind {among} AND a.owner {among}", *owned)
    answers = ask_holding_ledger(question)
    return held(answers, _originals(undone) if undone else None)


def ask_holding_ledger(question: Question) -> Answers:
    """Ask under the ledger's lock, which is taken in the same trip where the engine needs one."""
    return question.answers(*([(HOLD_LEDGER, ())] if connection.vendor == "postgresql" else []))


def _originals(keys: Sequence[str]) -> dict[str, Original]:
    rows = table.Entry.objects.filter(key__in=keys)
    undone = set(rows.filter(reversed_by__isnull=False).values_list("key", flat=True))
    return {record.entry.key: Original(record.entry, record.entry.key in undone) for record in records(rows)}


def _reversed_rows(recorded: Sequence[Recorded]) -> Iterator[table.Entry]:
    undone = sorted({one.entry.reverses for one in recorded if one.entry.reverses is not None})
    if undone:
        yield from table.Entry.objects.filter(key__in=undone).only("number", "key")


def _entry_row(record: Recorded, numbers: dict[str, int]) -> dict[str, Any]:
    entry = record.entry
    return {
        "number": record.number,
        "key": entry.key,
        "cause": entry.cause.value,
        "subject": entry.subject,
        "takes_effect_on": entry.takes_effect_on,
        "entered_at": record.entered_at,
        "clause": entry.clause,
        "approval": entry.approval,
        "reason": entry.reason,
        "reverses_id": None if entry.reverses is None else numbers[entry.reverses],
        "content_hash": content_hash(entry),
        "prev_hash": record.prev_hash,
        "hash": record.hash,
    }


def _opened(fresh: Sequence[AccountRef], books: Held) -> tuple[dict[AccountRef, int], tuple[dict[str, Any], ...]]:
    """Rows of accounts that money touches for the first time, and those that are still to be written."""
    named = [{"kind": ref.kind.value, "owner": ref.owner, "line": ref.line} for ref in fresh]
    if len(books.spare) >= len(fresh):
        pks = dict(zip(fresh, books.spare, strict=False))
        return pks, tuple({"id": pks[ref], **row} for ref, row in zip(fresh, named, strict=True))
    rows = [table.Account(**row) for row in named]
    table.Account.objects.bulk_create(rows)
    return {ref: row.pk for ref, row in zip(fresh, rows, strict=True)}, ()

"""Whether entries may join the books as they stand: keys, reversals, second payments, closed periods, balances.

Pure: the store reads the standing under its lock, this decides, the store writes what was admitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huibao.domain.ledger.accounts import AccountRef
from huibao.domain.ledger.entries import ONE_ENTRY_A_SUBJECT, Cause, Entry, content_hash, mirrored
from huibao.domain.ledger.flows import CAUSE_NAMES, check_entry, ways_from
from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, define


class Status(StrEnum):
    """What became of an entry that was handed in."""

    CREATED = "created"
    EXISTS = "exists"
    """The same content under the same key was posted before; nothing moved again (L4)."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The answer to one entry: its key, its number in the chain, and whether it was new."""

    key: str
    number: int
    status: Status


@dataclass(frozen=True, slots=True)
class Original:
    """An entry some reversal in the batch refers to, and whether it has been reversed already."""

    entry: Entry
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the books hold, as far as a batch touches it. Read under the ledger's lock."""

    closed_through: date | None = None
    known: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """By key: number and content hash of those entries of the batch that exist already."""
    originals: Mapping[str, Original] = field(default_factory=dict)
    paid: frozenset[tuple[Cause, str]] = frozenset()
    """(cause, subject) that an entry which stands has paid."""
    balances: Mapping[AccountRef, int] = field(default_factory=dict)
    """Of the protected accounts that money leaves; an account without one holds nothing."""
    last_number: int = 0


@dataclass(frozen=True, slots=True)
class Admission:
    """What may be written, in order, and the answer for each entry handed in; or why nothing is written."""

    new: tuple[Entry, ...]
    answers: tuple[Posted, ...]
    problems: tuple[Problem, ...]


OTHER_CONTENT = define(
    "LEDGER-010",
    "键 {key} 已用于另一笔内容不同的分录（第 {number} 号）。",
    "重发时内容须与首次一致；另一件事请用另一个键。",
    "The key {key} was used for an entry with other content (number {number}).",
    "A repeat has the same content as the first; something else needs a key of its own.",
)
BELOW_ZERO = define(
    "LEDGER-011",
    "{account} 余额 {balance} 元，不足以支付 {needed} 元。",
    "请先拨入资金；承保机构垫补的记 insurer_paid_in（SD-7.4）。",
    "{account} holds {balance} yuan, which does not cover {needed} yuan.",
    "Bring money in first; what the insurer puts in is entered as insurer_paid_in (SD-7.4).",
)
PERIOD_CLOSED = define(
    "LEDGER-012",
    "分录生效日 {on} 在已结账期间内（结账至 {through}）。",
    "请记在结账日之后；更正以前期间的，在当期冲销。",
    "The entry takes effect on {on}, in a period closed through {through}.",
    "Enter it after that day; correct an earlier period by a reversal in the open one.",
)
NOTHING_TO_REVERSE = define(
    "LEDGER-013",
    "没有键为 {key} 的分录可冲销。",
    "请用 ledger show 查找要冲销的分录。",
    "There is no entry with the key {key} to reverse.",
    "Find the entry with ledger show.",
)
REVERSED_BEFORE = define(
    "LEDGER-014",
    "分录 {key} {why_zh}。",
    "每笔分录最多冲销一次；需要恢复的请重新记一笔。",
    "The entry {key} {why_en}.",
    "An entry is reversed at most once; to bring it back, enter it anew.",
)
NOT_THE_MIRROR = define(
    "LEDGER-015",
    "冲销分录 {key} 与原分录不是逐笔相反。",
    "冲销须全额，由系统按原分录生成。",
    "The reversal {key} does not mirror its entry transfer by transfer.",
    "A reversal is for the full amount and is made from the entry itself.",
)
PAID_BEFORE = define(
    "LEDGER-016",
    "{subject} 已支付过（{cause}），不得重复支付。",
    "如原支付有误，请先冲销再支付。",
    "{subject} has been paid before ({cause}); it is not paid twice.",
    "If that payment was wrong, reverse it first.",
)


def subject_paid(entry: Entry) -> tuple[Cause, str] | None:
    """What an entry pays and no other may pay again (L6); None for causes that may recur."""
    return (entry.cause, entry.subject) if entry.cause in ONE_ENTRY_A_SUBJECT else None


def admit(entries: Sequence[Entry], standing: Standing) -> Admission:
    """Decide over a batch in order, as if posted one by one; one problem anywhere and nothing is admitted."""
    books = Books(standing)
    answers: list[Posted] = []
    problems: list[Problem] = []
    new: list[Entry] = []
    for row, entry in enumerate(entries, start=1):
        answer = books.join(entry, row)
        if not isinstance(answer, Posted):
            problems += answer
            continue
        answers.append(answer)
        if answer.status is Status.CREATED:
            new.append(entry)
    if problems:
        return Admission((), (), tuple(problems))
    invariant(len(answers) == len(entries), "L4", "each entry handed in has one answer")
    invariant(all(books.balances[ref] >= 0 for ref in books.balances if ref.protected), "L5", "below zero")
    return Admission(tuple(new), tuple(answers), ())


class Books:
    """The standing, carried forward entry by entry within one unit of work: who posts one by one asks `join`."""

    def __init__(self, standing: Standing) -> None:
        self.closed_through = standing.closed_through
        self.known = dict(standing.known)
        self.originals = dict(standing.originals)
        self.paid = set(standing.paid)
        self.balances = dict(standing.balances)
        self.number = standing.last_number

    def join(self, entry: Entry, row: int | None = None) -> Posted | tuple[Problem, ...]:
        """The answer to one entry, which counts from then on; or why it may not join, with nothing changed."""
        known = self.known.get(entry.key)
        if known is not None:
            number, content = known
            if content == content_hash(entry):
                return Posted(entry.key, number, Status.EXISTS)
            return (OTHER_CONTENT(row=row, key=entry.key, number=number),)
        found = tuple(self._check_reversal(entry, row)) or check_entry(entry) or tuple(self._check(entry, row))
        return found or Posted(entry.key, self._take(entry), Status.CREATED)

    def join_all(self, entries: Sequence[Entry]) -> tuple[Posted | Problem, ...]:
        """The answers to entries that belong together; where one may not join, what is wrong, and none of them has."""
        if len(entries) == 1:
            answer = self.join(entries[0], 1)
            return (answer,) if isinstance(answer, Posted) else answer
        stood = self.known, self.originals, self.paid, self.balances, self.number
        self.known, self.originals = dict(self.known), dict(self.originals)
        self.paid, self.balances = set(self.paid), dict(self.balances)
        answers: list[Posted] = []
        for row, entry in enumerate(entries, start=1):
            answer = self.join(entry, row)
            if not isinstance(answer, Posted):
                self.known, self.originals, self.paid, self.balances, self.number = stood
                return answer
            answers.append(answer)
        return tuple(answers)

    def _check(self, entry: Entry, row: int | None) -> Iterable[Problem]:
        if self.closed_through is not None and entry.takes_effect_on <= self.closed_through:
            yield PERIOD_CLOSED(row=row, on=entry.takes_effect_on, through=self.closed_through)
        pays = subject_paid(entry)
        if pays in self.paid:
            yield PAID_BEFORE(row=row, subject=entry.subject, cause=CAUSE_NAMES[entry.cause][0])
        after = dict(self.balances)
        self._move(entry, after)
        for ref in sorted({move.source for move in entry.transfers if move.source.protected}):
            if after.get(ref, 0) < 0:
                held = self.balances.get(ref, 0)
                yield BELOW_ZERO(
                    row=row, account=ref.code, balance=yuan_text(held), needed=yuan_text(held - after[ref])
                )

    def _take(self, entry: Entry) -> int:
        ways = all(ways_from(move.source.kind, entry.cause) for move in entry.transfers)
        invariant(ways or entry.reverses is not None, "L7", f"{entry.key} was admitted without a row of MAY_FLOW")
        self.number += 1
        self.known[entry.key] = (self.number, content_hash(entry))
        self.originals[entry.key] = Original(entry, is_reversed=False)
        self._move(entry, self.balances)
        pays = subject_paid(entry)
        if pays is not None:
            self.paid.add(pays)
        if entry.reverses is not None:
            undone = self.originals[entry.reverses].entry
            self.originals[entry.reverses] = Original(undone, is_reversed=True)
            self.paid -= {(undone.cause, undone.subject)}
        return self.number

    def _check_reversal(self, entry: Entry, row: int | None) -> Iterable[Problem]:
        key = entry.reverses
        original = None if key is None else self.originals.get(key)
        if key is None:
            return
        if original is None:
            yield NOTHING_TO_REVERSE(row=row, key=key)
        elif original.is_reversed:
            yield REVERSED_BEFORE(row=row, key=key, why_zh="已被冲销", why_en="has been reversed already")
        elif original.entry.cause is Cause.REVERSED:
            yield REVERSED_BEFORE(row=row, key=key, why_zh="本身是冲销分录", why_en="is itself a reversal")
        elif entry.transfers != mirrored(original.entry.transfers):
            yield NOT_THE_MIRROR(row=row, key=entry.key)

    @staticmethod
    def _move(entry: Entry, held: dict[AccountRef, int]) -> None:
        for move in entry.transfers:
            if move.source.protected:
                held[move.source] = held.get(move.source, 0) - move.fen
            if move.target.protected:
                held[move.target] = held.get(move.target, 0) + move.fen

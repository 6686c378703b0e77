"""Background work as rows: asked for once a key, taken by one worker at a time under a lease, told how far it is."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import close_old_connections, connection
from django.db.models import F, Q, Sum

from huibao.kernel.problem import Problem, Severity
from huibao.store.models import work as table
from huibao.store.unit import must_be_in_unit, unit_of_work
from huibao.store.vault import seal, unseal

BLOCK_LINES: Final = 500
"""Lines sealed as one: a page of a list is then one or two rows, however long the list."""
LEASE_BYTES: Final = 12
SAYS_CHARS: Final = 100
OPEN: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """One job as it stands."""

    id: int
    key: str
    kind: str
    parameters: Mapping[str, Any]
    staff_id: int
    area: str
    state: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    done: int
    whole: int
    says: str
    says_en: str
    tries: int
    result: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in OPEN

    @property
    def is_ready(self) -> bool:
        """Whether its result can be read: it is done, or makes something that may follow."""
        return self.state == "done" or (self.state == "running" and bool(self.result))

    @property
    def percent(self) -> int:
        """How much of the present step is done, 0 to 100."""
        return min(100, 100 * self.done // self.whole) if self.whole else 0


def by_key(key: str) -> WorkRecord | None:
    """The work asked for under this key."""
    return _one(table.Work.objects.filter(key=key).first())


def by_id(work_id: int) -> WorkRecord | None:
    """The work of this number."""
    return _one(table.Work.objects.filter(pk=work_id).first())


def record(key: str, kind: str, parameters: Mapping[str, Any], staff_id: int, area: str, at: datetime) -> WorkRecord:
    """New work, waiting."""
    must_be_in_unit("asking for work")
    row = table.Work.objects.create(
        key=key, kind=kind, parameters=dict(parameters), staff_id=staff_id, area=area, state="waiting", asked_at=at
    )
    found = _one(row)
    if found is None:
        raise AssertionError
    return found


def of_staff(staff_id: int, start: int, count: int) -> tuple[WorkRecord, ...]:
    """Somebody's own works, the latest first."""
    rows = table.Work.objects.filter(staff_id=staff_id).order_by("-id")[start : start + count]
    return tuple(found for row in rows if (found := _one(row)) is not None)


def of_kind(kind: str, areas: Sequence[str], start: int, count: int) -> tuple[WorkRecord, ...]:
    """Finished works of a kind in these areas, the latest first."""
    rows = table.Work.objects.filter(kind=kind, area__in=areas, state="done").order_by("-id")[start : start + count]
    return tuple(found for row in rows if (found := _one(row)) is not None)


def open_count(staff_id: int) -> int:
    """How many of somebody's works wait or run."""
    return table.Work.objects.filter(staff_id=staff_id, state__in=OPEN).count()


# --- a worker's side ----------------------------------------------------------------------------------------------------


def anything(now: datetime) -> bool:
    """Whether there is work to take: a question that holds nothing."""
    return table.Work.objects.filter(_takeable(now)).exists()


def take(now: datetime, lease: timedelta) -> tuple[WorkRecord, str] | None:
    """The next work that waits, or whose worker is gone, with the lease under which it is now ours; None for none."""
    token = secrets.token_hex(LEASE_BYTES)
    with unit_of_work():
        rows = table.Work.objects.filter(_takeable(now)).order_by("id")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None:
            return None
        table.Work.objects.filter(pk=row.pk).update(
            state="running",
            started_at=now,
            done=0,
            whole=0,
            tries=F("tries") + 1,
            lease=token,
            lease_until=now + lease,
        )
        row.refresh_from_db()
    found = _one(row)
    return (found, token) if found is not None else None


def renew(work_id: int, token: str, until: datetime) -> bool:
    """Keep a work; False when it is not ours any more."""
    return bool(table.Work.objects.filter(pk=work_id, lease=token, state="running").update(lease_until=until))


def tell(work_id: int, token: str, done: int, whole: int, says: tuple[str, str]) -> bool:
    """Write how far it is; False when it is not ours any more."""
    return bool(
        table.Work.objects.filter(pk=work_id, lease=token, state="running").update(
            done=done, whole=whole, says=says[0][:SAYS_CHARS], says_en=says[1][:SAYS_CHARS]
        )
    )


def ready(work_id: int, token: str, result: Mapping[str, Any]) -> bool:
    """Write the result before the end; False when it is not ours any more."""
    return bool(table.Work.objects.filter(pk=work_id, lease=token, state="running").update(result=dict(result)))


def end(
    work_id: int, token: str, state: str, now: datetime, result: Mapping[str, Any], problems: Iterable[Problem] = ()
) -> bool:
    """Write how it ended; False when somebody else has it meanwhile."""
    return bool(
        table.Work.objects.filter(pk=work_id, lease=token, state="running").update(
            state=state,
            ended_at=now,
            lease="",
            lease_until=None,
            result=dict(result),
            problems=[one.as_dict() for one in problems],
        )
    )


def put_back(work_id: int, token: str) -> bool:
    """Let somebody else take it at once: this worker stops."""
    return bool(
        table.Work.objects.filter(pk=work_id, lease=token, state="running").update(
            state="waiting", lease="", lease_until=None, tries=F("tries") - 1
        )
    )


def fresh_connection() -> None:
    """Drop a connection that broke or is too old; the next question makes another."""
    close_old_connections()


# --- lists --------------------------------------------------------------------------------------------------------------


def keep_lines(work_id: int, head: str, lines: Iterable[Mapping[str, Any]]) -> int:
    """Keep a list of a work in place of the former one; returns how many lines."""
    must_be_in_unit("keeping lines")
    table.WorkBlock.objects.filter(work_id=work_id, head=head).delete()
    total = 0
    rows = []
    left = iter(lines)
    for at, some in enumerate(iter(lambda: tuple(islice(left, BLOCK_LINES)), ())):
        text = json.dumps(some, ensure_ascii=False, separators=(",", ":"))
        rows.append(
            table.WorkBlock(
                work_id=work_id, head=head, block=at, lines=len(some), sealed=seal(text, about(work_id, head, at))
            )
        )
        total += len(some)
    table.WorkBlock.objects.bulk_create(rows, batch_size=50)
    return total


def count_lines(work_id: int) -> dict[str, int]:
    """How many lines stand under each head."""
    rows = table.WorkBlock.objects.filter(work_id=work_id).values_list("head").annotate(Sum("lines"))
    return dict(rows)


def lines(work_id: int, head: str, start: int = 0, count: int | None = None) -> tuple[Mapping[str, Any], ...]:
    """Lines of a list from `start` on; all of them where no count is given."""
    first = start // BLOCK_LINES
    rows = table.WorkBlock.objects.filter(work_id=work_id, head=head, block__gte=first).order_by("block")
    if count is not None:
        rows = rows.filter(block__lte=(start + count) // BLOCK_LINES)
    found: list[Mapping[str, Any]] = []
    for row in rows.iterator(chunk_size=50):
        found += json.loads(unseal(row.sealed, about(work_id, head, row.block)))
    skip = start - first * BLOCK_LINES
    return tuple(found[skip:] if count is None else found[skip : skip + count])


def remove_ended_before(at: datetime) -> int:
    """Empty the lists of works that ended before; returns how many blocks went."""
    return table.WorkBlock.objects.filter(work__ended_at__lt=at).delete()[0]


def about(work_id: int, head: str, block: int) -> str:
    """What a sealed block is bound to."""
    return f"work/{work_id}/{head}/{block}"


def _takeable(now: datetime) -> Q:
    return Q(state="waiting") | Q(state="running", lease_until__lt=now)


def problems_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Findings as they were kept."""
    return tuple(Problem(**{**row, "severity": Severity(row["severity"])}) for row in rows)


def _one(row: table.Work | None) -> WorkRecord | None:
    if row is None:
        return None
    return WorkRecord(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        parameters=row.parameters,
        staff_id=row.staff_id,
        area=row.area,
        state=row.state,
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        done=row.done,
        whole=row.whole,
        says=row.says,
        says_en=row.says_en,
        tries=row.tries,
        result=row.result,
        problems=problems_of(row.problems),
    )

"""Parquet to Parquet, a part at a time: whole people in each part, part files that appear whole or not at all.

A run keeps a manifest beside its parts. Killed at any point it goes on where it stood and ends with the same bytes;
started with other rules or other files it is refused rather than mixed. Nothing in a part or the manifest depends on
the time of day. Nothing is forced to the disk either: whoever starts the run again after a power cut has every part held
against its hash, and what is not as it was written is made anew.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huibao.bulk.files import identity, opened_parquet, parquet_files, reading, write_text, write_whole
from huibao.bulk.kernel import Column
from huibao.bulk.schema import CLAIM, DAY, EMPTY, PERSON, whole
from huibao.kernel.problem import Problem, Refused, define

ROWS_A_PART: Final = 500_000
"""Rows after which a part is cut, at the next person: some 50 MB while it is worked on."""
MAX_ROWS_A_PERSON: Final = 100_000
"""Claims of one person; more means that the person column is filled with one number."""
ROWS_A_THREAD: Final = 131_072
"""Rows of a row group up to which one thread reads it: sharing out less takes longer than reading it."""
MANIFEST: Final = "manifest.json"

SPLIT_PERSON = define(
    "BULK-032",
    "人员 {person} 同时出现在 {first} 和 {second}（共 {count} 人如此）",
    "同一人的案件须在同一文件中，否则年度累计会算错；请按人员重新分文件。",
    "Person {person} stands in both {first} and {second} ({count} people do)",
    "All claims of a person belong in one file, else the yearly sums go wrong; divide the files by person.",
)
OTHER_RUN = define(
    "BULK-033",
    "文件夹 {where} 中是另一次运行的结果（{what} 不同）",
    "请换一个空文件夹，或删除旧结果后重来。",
    "The folder {where} holds the parts of another run ({what} differs)",
    "Use an empty folder, or remove the old parts first.",
)
TOO_MANY_ROWS = define(
    "BULK-034",
    "人员 {person} 有 {found} 笔以上案件，超过上限 {limit}",
    "请核对人员号是否填错。",
    "Person {person} has {found} claims or more, above the limit of {limit}",
    "Check whether the person column is filled rightly.",
)
REPEATED_OVER_PARTS = define(
    "BULK-035",
    "案件号 {claim} 属于不止一个人（共 {count} 个案件号如此）",
    "案件号应唯一；请查清后重新送数。",
    "Claim {claim} belongs to more than one person ({count} claim ids do)",
    "Claim ids are unique; find out which is right and send the data again.",
)

Work = Callable[[pa.Table], tuple[pa.Table, Mapping[str, Any]]]
"""What is done with each part: the table to write, and figures of whole numbers that add up over parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as the manifest keeps it: rows `first_row` to `end_row` of a source file."""

    source: str
    first_row: int
    end_row: int
    file: str
    sha256: str
    claims: tuple[Any, Any]
    figures: Mapping[str, Any]


@dataclass(slots=True)
class Manifest:
    """What a run is made of and how far it has come."""

    run: Mapping[str, Any]
    sources: list[dict[str, Any]]
    parts: list[Part] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Each part as text: written anew with every part that follows, it is made once."""

    def add(self, part: Part) -> None:
        """One part more."""
        self.parts.append(part)
        self.told.append(_json({name: getattr(part, name) for name in Part.__slots__}))  # a dataclass of plain values

    def text(self) -> str:
        """The same run gives the same text."""
        parts = ",\n".join(self.told)
        return f'{{"run": {_json(self.run)},\n"sources": {_json(self.sources)},\n"parts": [\n{parts}\n]}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=list)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run: the figures of all parts, and what was found wrong over parts."""

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]
    resumed: int
    """Parts that stood already."""

    @property
    def figures(self) -> dict[str, Any]:
        """Figures of all parts, added up."""
        total: dict[str, Any] = {}
        for part in self.parts:
            add_figures(total, part.figures)
        return total


def add_figures(total: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add whole numbers, nested as they are, into `total`."""
    for name, value in more.items():
        if isinstance(value, Mapping):
            add_figures(total.setdefault(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value


def process(
    places: Sequence[Path],
    target: Path,
    run: Mapping[str, Any],
    work: Work,
    *,
    check: Callable[[pa.Schema], Sequence[Problem]] = lambda _schema: (),
    columns: Callable[[pa.Schema], Sequence[str]] | None = None,
    rows_a_part: int = ROWS_A_PART,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Run:
    """Do the work on every part of the files and write what it gives into the folder `target`.

    `run` says in plain values what makes this run differ from others (scheme, day, settings); it goes on after a kill.
    `check` tells what is wrong with the columns of a file: all files are looked at before the first is worked on.
    """
    files = parquet_files(places)
    opened = [opened_parquet(path) for path in files]
    problems = [problem for path, file in zip(files, opened, strict=True) for problem in _faults_of(path, file, check)]
    if problems:
        raise Refused(problems)
    sources = [identity(path) for path in files]
    refuse_split_people(files, opened)
    target.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(target, {**run, "rows_a_part": rows_a_part}, sources)
    stood = len(manifest.parts)
    done: dict[str, int] = {}
    for part in manifest.parts:
        done[part.source] = part.end_row
        progress(part.end_row - part.first_row)
    for path, file, source in zip(files, opened, sources, strict=True):
        names = columns(file.schema_arrow) if columns else None
        begun = done.get(source["name"], 0)
        for first_row, table in people_parts(path, file, begun, names, rows_a_part):
            result, figures = work(table)
            name = f"part-{len(manifest.parts):05d}.parquet"
            part = Part(
                source=source["name"],
                first_row=first_row,
                end_row=first_row + table.num_rows,
                file=name,
                sha256=write_whole(target / name, result, forced=False),
                claims=claim_range(table),
                figures=figures,
            )
            manifest.add(part)
            write_text(target / MANIFEST, manifest.text(), forced=False)
            progress(table.num_rows)
    repeated = repeated_over_parts([part.claims for part in manifest.parts], files)
    return Run(tuple(manifest.parts), tuple(repeated), stood)


def _faults_of(path: Path, file: pq.ParquetFile, check: Callable[[pa.Schema], Sequence[Problem]]) -> Iterator[Problem]:
    """What is wrong with a file as a whole, with its name."""
    if not file.metadata.num_rows:
        yield EMPTY(where=path.name)
    for problem in check(file.schema_arrow):
        yield replace(problem, where=path.name)


def people_parts(
    path: Path, file: pq.ParquetFile, begun: int, names: Sequence[str] | None, rows_a_part: int
) -> Iterator[tuple[int, pa.Table]]:
    """Parts of whole people with the row each begins at; the last person of what was read is held back.

    A file whose people do not ascend is read whole and put in order first; its rows then count in that order.
    """
    rows = file.metadata.num_rows
    if rows <= rows_a_part or not _people_ascend(path, file):
        table = reading(path, partial(file.read, columns=names, use_threads=rows > ROWS_A_THREAD))
        if not _ascends(table):
            table = table.take(pc.sort_indices(table, sort_keys=[(PERSON, "ascending"), (DAY, "ascending")]))
        yield from _cut(path, iter([table.slice(begun)]), begun, rows_a_part)
        return
    yield from _cut(path, _groups(path, file, begun, names), begun, rows_a_part)


def _groups(path: Path, file: pq.ParquetFile, begun: int, names: Sequence[str] | None) -> Iterator[pa.Table]:
    at = 0
    for group in range(file.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if at + rows > begun:
            threads = rows > ROWS_A_THREAD
            table = reading(path, partial(file.read_row_group, group, columns=names, use_threads=threads))
            yield table.slice(max(begun - at, 0))
        at += rows


def _cut(path: Path, tables: Iterator[pa.Table], begun: int, rows_a_part: int) -> Iterator[tuple[int, pa.Table]]:
    held: list[pa.Table] = []
    count, at = 0, begun
    for table in tables:
        held.append(table)
        count += table.num_rows
        if count < rows_a_part + 1:
            continue
        rest = pa.concat_tables(held)
        while rest.num_rows > rows_a_part:
            end = _last_change(path, rest, rows_a_part)
            if end is None:
                break
            yield at, rest.slice(0, end)
            at += end
            rest = rest.slice(end)
        held, count = [rest], rest.num_rows
    if count:
        yield at, pa.concat_tables(held)


def _last_change(path: Path, table: pa.Table, rows_a_part: int) -> int | None:
    """Where the last person that begins within the part begins; None where more must be read first."""
    people = _people(table)
    changes = np.flatnonzero(people[1:] != people[:-1]) + 1
    within = changes[changes <= rows_a_part]
    if len(within):
        return int(within[-1])
    if len(changes):
        return int(changes[0])
    if len(people) > MAX_ROWS_A_PERSON:
        raise Refused(TOO_MANY_ROWS(where=path.name, person=int(people[0]), found=len(people), limit=MAX_ROWS_A_PERSON))
    return None


def _people_ascend(path: Path, file: pq.ParquetFile) -> bool:
    """Whether the person column only ever goes up; read group by group, that column alone."""
    if PERSON not in file.schema_arrow.names:
        return True  # the check of the columns says so in words
    last: int | None = None
    for group in range(file.num_row_groups):
        table = reading(path, partial(file.read_row_group, group, columns=[PERSON], use_threads=False))
        if not pa.types.is_integer(table.schema.field(PERSON).type):
            return True
        people = _people(table)
        if not len(people):
            continue
        if (last is not None and people[0] < last) or not (people[1:] >= people[:-1]).all():
            return False
        last = int(people[-1])
    return True


def _people(table: pa.Table) -> Column:
    """The person of each row, -1 where nobody is named; without copying where everybody is."""
    column = whole(table.column(PERSON))
    if not pa.types.is_signed_integer(column.type):
        column = column.cast(pa.int64())
    numbers: Column = (column.fill_null(-1) if column.null_count else column).to_numpy(zero_copy_only=False)
    return numbers


def _ascends(table: pa.Table) -> bool:
    """The same of a table at hand."""
    if PERSON not in table.column_names or not pa.types.is_integer(table.schema.field(PERSON).type):
        return True
    people = _people(table)
    return bool((people[1:] >= people[:-1]).all())


def refuse_split_people(files: Sequence[Path], opened: Sequence[pq.ParquetFile]) -> None:
    """Refuse files that share a person. Files whose ranges of people lie apart are not read for it."""
    if len(files) < 2:  # noqa: PLR2004 - one file shares with nobody
        return
    ranges = [_people_range(file) for file in opened]
    known = [pair for pair in ranges if pair is not None]
    ordered = sorted(known)
    if len(known) == len(ranges) and all(a[1] < b[0] for a, b in pairwise(ordered)):
        return
    people, owners = [], []
    for at, (path, file) in enumerate(zip(files, opened, strict=True)):
        if PERSON not in file.schema_arrow.names:
            continue
        table = reading(path, partial(file.read, columns=[PERSON]))
        mine = np.unique(whole(table.column(PERSON)).drop_null().to_numpy(zero_copy_only=False))
        people.append(mine)
        owners.append(np.full(len(mine), at, dtype=np.int32))
    if not people:
        return
    every, owner = np.concatenate(people), np.concatenate(owners)
    order = np.argsort(every, kind="stable")
    every, owner = every[order], owner[order]
    twice = np.flatnonzero(every[1:] == every[:-1])
    if len(twice):
        at = int(twice[0])
        first, second = files[owner[at]].name, files[owner[at + 1]].name
        raise Refused(SPLIT_PERSON(field=PERSON, person=int(every[at]), first=first, second=second, count=len(twice)))


def _people_range(file: pq.ParquetFile) -> tuple[int, int] | None:
    """Least and largest person by the file's statistics; None where it has none."""
    names = file.schema_arrow.names
    if PERSON not in names:
        return None
    at, least, most = names.index(PERSON), None, None
    for group in range(file.num_row_groups):
        held = file.metadata.row_group(group).column(at).statistics
        if held is None or not held.has_min_max:
            return None
        least = held.min if least is None else min(least, held.min)
        most = held.max if most is None else max(most, held.max)
    return (int(least), int(most)) if least is not None and most is not None else None


def _manifest(target: Path, run: Mapping[str, Any], sources: list[dict[str, Any]]) -> Manifest:
    """The manifest of the folder, its last parts dropped from the first one on that is not as it was written."""
    new = Manifest(run, sources)
    path = target / MANIFEST
    try:
        written = path.read_bytes() if path.exists() else b""
        if not written:
            return new  # no part was written yet, or a power cut took the manifest: the parts come out as they were
        held = json.loads(written)
        parts = [Part(**{**part, "claims": tuple(part["claims"])}) for part in held["parts"]]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise Refused(OTHER_RUN(where=str(target), what=MANIFEST)) from error
    now = json.loads(new.text())
    for what in ("run", "sources"):
        if held.get(what) != now[what]:
            raise Refused(OTHER_RUN(where=str(target), what=what))
    for part in parts:
        file = target / part.file
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != part.sha256:
            break
        new.add(part)
    return new


def claim_range(table: pa.Table) -> tuple[Any, Any]:
    """Least and largest claim id of a part; None where it has none."""
    if CLAIM not in table.column_names:
        return (None, None)
    held = pc.min_max(table.column(CLAIM)).as_py()
    return (held["min"], held["max"])


def repeated_over_parts(claims: Sequence[tuple[Any, Any]], files: Sequence[Path]) -> Iterator[Problem]:
    """Claim ids that occur in more than one part, by the parts' ranges; looked for only where two of them meet."""
    ranges = sorted((pair for pair in claims if pair[0] is not None), key=str)
    if all(isinstance(pair[0], int) for pair in ranges):
        ranges.sort()
    if all(a[1] < b[0] for a, b in pairwise(ranges)) or len(claims) == 1:
        return
    pairs = pa.concat_tables(
        [opened_parquet(path).read(columns=[CLAIM, PERSON]).unify_dictionaries() for path in files]
    )
    counted = pairs.group_by(CLAIM).aggregate([(PERSON, "count_distinct")])
    twice = counted.filter(pc.greater(counted.column(f"{PERSON}_count_distinct"), 1)).sort_by(CLAIM)
    if twice.num_rows:
        yield REPEATED_OVER_PARTS(field=CLAIM, claim=twice.column(CLAIM)[0].as_py(), count=twice.num_rows)

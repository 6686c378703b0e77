"""A made-up province as a folder of files: claims, who is insured, who they are, and which rows are faulty on purpose."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huibao.bulk.files import ROWS_A_GROUP, write_text
from huibao.bulk.kernel import BulkProgram, day_number
from huibao.bulk.schema import CLAIM
from huibao.bulk.synthetic.claims import MARK_EN, MARK_ZH, claim_blocks, faults_of
from huibao.bulk.synthetic.people import people_blocks
from huibao.bulk.synthetic.province import BLOCK, People, Province, ages_of, blocks_of, in_groups, insured
from huibao.kernel.problem import Refused, define

PEOPLE_A_FILE: Final = 64 * BLOCK
"""About four million people, and as many claims of bills."""
NOTE: Final = "虚构数据-READ-ME.txt"
POPULATION: Final = "made-up-population.csv"
PLANTED: Final = "planted-faults.csv"
Progress = Callable[[int], None]

NOT_EMPTY = define(
    "SYNTHETIC-003",
    "{path} 不是空文件夹",
    "请用 --out 另给一个新的或空的文件夹；本程序不覆盖任何文件。",
    "{path} is not an empty folder",
    "Name a new or empty folder with --out; nothing is ever overwritten.",
)
CANNOT_WRITE = define(
    "SYNTHETIC-004",
    "无法写入 {path}：{why}",
    "请换一个可写、空间足够的位置。",
    "{path} cannot be written: {why}",
    "Choose a place that can be written to and has room.",
)


@dataclass(slots=True)
class WrittenClaims:
    """What was written."""

    files: list[Path] = field(default_factory=list)
    claims: int = 0
    planted: int = 0


def fresh_folder(path: Path) -> Path:
    """Return a folder that is new or empty, with the note that everything in it is made up."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused(NOT_EMPTY(path=path))
    try:
        path.mkdir(parents=True, exist_ok=True)
        write_text(path / NOTE, f"{MARK_ZH}\n{MARK_EN}\n")
    except OSError as error:
        raise Refused(CANNOT_WRITE(path=path, why=error.strerror or error)) from error
    return path


def write_claims(
    folder: Path, bulk: BulkProgram, province: Province, progress: Progress | None = None
) -> WrittenClaims:
    """Write the claims of everybody as Parquet, each person in one file; faulty rows on purpose are told in a file of their own."""
    told = WrittenClaims()
    blocks = claim_blocks(bulk, province)
    for first in range(0, province.people, PEOPLE_A_FILE):
        path = folder / f"claims-{first // PEOPLE_A_FILE:03d}.parquet"
        count = min(-(-(province.people - first) // BLOCK), PEOPLE_A_FILE // BLOCK)
        told.claims += _write(path, _some(blocks, count, progress))
        told.files.append(path)
    if province.knobs.faults_per_10_000:
        told.planted = _write_faults(folder / PLANTED, bulk, province)
    return told


def write_people(path: Path, bulk: BulkProgram, province: Province, progress: Progress | None = None) -> int:
    """Write everybody as Parquet, a row a person with the groups of the scheme."""
    return _write(path, _some(people_blocks(province, bulk.scheme), province.blocks, progress))


def write_population(path: Path, bulk: BulkProgram, province: Province) -> int:
    """Write how many are insured, by county and groups, as `huibao whatif --population` reads it; return how many."""
    counts: Counter[tuple[str, str]] = Counter()
    for people in blocks_of(province):
        counts.update(_counted(bulk, province, people))
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["area", "groups", "insured"])
        sheet.writerows([area, groups, count] for (area, groups), count in sorted(counts.items()))
    return sum(counts.values())


def _counted(bulk: BulkProgram, province: Province, people: People) -> dict[tuple[str, str], int]:
    """The insured of a block by county and groups."""
    first_day = np.full(len(people), day_number(bulk.scheme.period.first_on))
    groups = in_groups(bulk.scheme, people, ages_of(people, first_day))
    members = insured(bulk.scheme, groups)
    code = people.county.astype(np.int64)
    for member in groups.values():
        code = code * 2 + (member != 0)
    codes, numbers = np.unique(code if members is None else code[members], return_counts=True)
    found: dict[tuple[str, str], int] = {}
    for one, number in zip(codes.tolist(), numbers.tolist(), strict=True):
        names, left = [], one
        for name in reversed(tuple(groups)):
            left, there = divmod(left, 2)
            names += [name] if there else []
        found[province.counties[left], "+".join(reversed(names))] = number
    return found


def _some(blocks: Iterator[pa.Table], count: int, progress: Progress | None) -> Iterator[pa.Table]:
    for _ in range(count):
        yield next(blocks)
        if progress:
            progress(1)


def _write(path: Path, blocks: Iterator[pa.Table]) -> int:
    """Write blocks as one file, in row groups of the usual length; the file is there whole or not at all."""
    rows, part = 0, path.with_name(f".{path.name}.part")
    try:
        writer: Any = None
        held: list[pa.Table] = []
        for table in blocks:
            if writer is None:
                writer = _writer(part, table.schema)
            held.append(table)
            rows += table.num_rows
            if sum(one.num_rows for one in held) >= ROWS_A_GROUP:
                writer.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=ROWS_A_GROUP)
                held = []
        if held:
            writer.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=ROWS_A_GROUP)
        writer.close()
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(CANNOT_WRITE(path=path, why=error.strerror or error)) from error
    return rows


def _writer(path: Path, schema: pa.Schema) -> Any:  # noqa: ANN401 - pyarrow is untyped
    whole = {
        one.name: "DELTA_BINARY_PACKED"
        for one in schema
        if pa.types.is_integer(one.type) or pa.types.is_date32(one.type)
    }
    words = [one.name for one in schema if pa.types.is_dictionary(one.type)]
    packed = {name: how for name, how in whole.items() if schema.field(name).type.bit_width >= 32}  # noqa: PLR2004 - what the encoding takes
    return pq.ParquetWriter(path, schema, compression="none", use_dictionary=words, column_encoding=packed)


def _write_faults(path: Path, bulk: BulkProgram, province: Province) -> int:
    """Tell which rows are faulty on purpose and what settling must say of each."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow([CLAIM, "code"])
        for first in range(0, province.people, BLOCK):
            rows = faults_of(bulk, province, first, BLOCK)
            sheet.writerows(zip(rows[CLAIM].to_pylist(), rows["code"].to_pylist(), strict=True))
            count += rows.num_rows
    return count

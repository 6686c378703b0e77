"""Parquet files as they come and go: opened or refused, written whole or not at all, told apart by their footers."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from huibao.kernel.problem import Refused, define

MAX_FILES: Final = 10_000
"""Files of one run: far more than a province's buckets."""

ROWS_A_GROUP: Final = 262_144
"""Rows of a row group: what a reader must hold at least, and a few megabytes of our columns."""

CANNOT_READ = define(
    "BULK-030",
    "{where} 不是完整的 Parquet 文件：{why}",
    "文件可能被截断或不是 Parquet；请重新传送并核对大小。",
    "{where} is not a whole Parquet file: {why}",
    "It may be cut short or of another kind; send it again and compare its size.",
)
NO_FILES = define(
    "BULK-031",
    "{where} 下没有 Parquet 文件",
    "请给出 .parquet 文件或放有这些文件的文件夹。",
    "There is no Parquet file at {where}",
    "Name .parquet files or the folder that holds them.",
)
TOO_MANY_FILES = define(
    "BULK-036",
    "{found} 个文件，超过上限 {limit}",
    "请合并成较少的文件。",
    "{found} files, more than {limit}",
    "Join them into fewer files.",
)


def parquet_files(places: Sequence[Path]) -> tuple[Path, ...]:
    """The files named, and those in the folders named, in the order of their names."""
    found: list[Path] = []
    for place in places:
        held = sorted(place.glob("*.parquet")) if place.is_dir() else [place] if place.is_file() else []
        if not held:
            raise Refused(NO_FILES(where=str(place)))
        found += held
    if len(found) > MAX_FILES:
        raise Refused(TOO_MANY_FILES(found=len(found), limit=MAX_FILES))
    return tuple(found)


def opened_parquet(path: Path) -> pq.ParquetFile:
    """The file opened; refused where it is no whole Parquet."""
    try:
        return pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refused(CANNOT_READ(where=path.name, why=str(error).splitlines()[0])) from error


def reading(path: Path, read: Callable[[], pa.Table]) -> pa.Table:
    """What a reader gives; refused where the file turns out damaged on the way."""
    try:
        return read()
    except (pa.ArrowException, OSError) as error:
        raise Refused(CANNOT_READ(where=path.name, why=str(error).splitlines()[0])) from error


def write_whole(path: Path, table: pa.Table, *, forced: bool = True) -> str:
    """Write a table so that the file is there whole or not at all; gives its sha256.

    A file that is not `forced` to the disk may be damaged after a power cut, not after a kill: only for whoever keeps
    the hash and looks at it before relying on the file.

    Whole numbers are delta-packed without a dictionary: ids, days and amounts are nearly all different, so a dictionary
    only costs time, and the differences pack into few bits (see docs/DECISIONS.md).
    """
    table = _each_word_once(table)
    sink = pa.BufferOutputStream()
    packed = {field.name: "DELTA_BINARY_PACKED" for field in table.schema if _packs(field.type)}
    words = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(
        table,
        sink,
        row_group_size=ROWS_A_GROUP,
        compression="none",
        use_dictionary=words,
        column_encoding=packed,
    )
    content = sink.getvalue()
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as out:
        out.write(content)
        if forced:
            out.flush()
            os.fsync(out.fileno())
    part.replace(path)
    return hashlib.sha256(content).hexdigest()


def _each_word_once(table: pa.Table) -> pa.Table:
    """The table with dictionaries that name nothing twice.

    For a word that stands twice Parquet's writer sets aside room it never fills: whatever lay in memory would come into
    the file, and no two runs would end with the same bytes.
    """
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            held = [chunk.dictionary for chunk in table.column(at).chunks]
            if any(len(words.unique()) < len(words) for words in held):
                plain = table.column(at).cast(field.type.value_type)
                again = pa.chunked_array(
                    [each.dictionary_encode().cast(field.type) for each in plain.chunks], field.type
                )
                table = table.set_column(at, field, again)
    return table


def _packs(kind: pa.DataType) -> bool:
    return bool(pa.types.is_int64(kind) or pa.types.is_int32(kind) or pa.types.is_date32(kind))


def write_text(path: Path, text: str, *, forced: bool = True) -> None:
    """Write a text so that the file is there whole or as it was before.

    What can be made again need not be forced to the disk: after a power cut, not after a kill, it may then be empty.
    """
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        if forced:
            os.fsync(out.fileno())
    part.replace(path)


def identity(path: Path) -> dict[str, Any]:
    """What a source file is recognised by: name, size and the hash of its footer, which holds where every page lies."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(size - 8 - length, 0))
        footer = file.read()
    return {"name": path.name, "size": size, "footer_sha256": hashlib.sha256(footer).hexdigest()}

"""The findings of a roster as a Parquet file: one line a finding, each as the row path words it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from huibao.bulk.files import opened_parquet
from huibao.domain.roster.verdict import Verdict
from huibao.kernel.problem import Problem, Severity

FINDINGS: Final = "findings.parquet"

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [
        pa.field("sheet", _WORD, nullable=False),
        pa.field("row", pa.int32(), nullable=False),
        pa.field("verdict", _WORD, nullable=False),
        pa.field("code", _WORD, nullable=False),
        pa.field("severity", _WORD, nullable=False),
        pa.field("where", _WORD),
        pa.field("field", _WORD),
        pa.field("says", pa.string(), nullable=False),
        pa.field("do", pa.string(), nullable=False),
        pa.field("says_en", pa.string(), nullable=False),
        pa.field("do_en", pa.string(), nullable=False),
    ]
)
"""One line a finding; the verdict is its row's. Rows without a line are ready and nothing was found in them."""


@dataclass(frozen=True, slots=True)
class RowFindings:
    """A row in which something was found, how it ends, and everything found, in the order it was found."""

    sheet: str
    row_no: int
    verdict: Verdict
    problems: tuple[Problem, ...]


class FindingsWriter:
    """Writes the file so that it is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Begin; the file takes its name when the block ends well."""
        self._path = folder / FINDINGS
        self._part = folder / f".{FINDINGS}.part"
        self._parquet = pq.ParquetWriter(self._part, SCHEMA, compression="zstd")

    def write(self, rows: Sequence[RowFindings]) -> None:
        """Add the findings of rows."""
        lines = [(row, problem) for row in rows for problem in row.problems]
        if not lines:
            return
        columns = {
            "sheet": [row.sheet for row, _ in lines],
            "row": [row.row_no for row, _ in lines],
            "verdict": [row.verdict.value for row, _ in lines],
            "severity": [problem.severity.value for _, problem in lines],
            **{
                name: [getattr(problem, name) for _, problem in lines]
                for name in ("code", "where", "field", "says", "do", "says_en", "do_en")
            },
        }
        arrays = [pa.array(columns[field.name], field.type) for field in SCHEMA]
        self._parquet.write_table(pa.table(arrays, schema=SCHEMA))

    def __enter__(self) -> Self:
        """Give the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Give the file its name, or drop it."""
        self._parquet.close()
        if kind is None:
            give_name(self._part, self._path)
        else:
            self._part.unlink()


def give_name(part: Path, path: Path) -> None:
    """Give a file that is written whole its name, once it is on the disk."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)


def read_findings(folder: Path) -> Iterator[RowFindings]:
    """The rows with findings, in the order of the roster."""
    file = opened_parquet(folder / FINDINGS)
    held: list[Problem] = []
    at: tuple[str, int, str] | None = None
    for batch in file.iter_batches():
        for line in batch.to_pylist():
            here = (line.pop("sheet"), line["row"], line.pop("verdict"))
            if at is not None and here != at:
                yield RowFindings(at[0], at[1], Verdict(at[2]), tuple(held))
                held = []
            at = here
            held.append(Problem(**{**line, "severity": Severity(line["severity"])}))
    if at is not None:
        yield RowFindings(at[0], at[1], Verdict(at[2]), tuple(held))

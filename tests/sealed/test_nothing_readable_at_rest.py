"""The raw database, its log, the server's data directory and everything that was logged: no plain number, account or diagnosis."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from scripts.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
EIGHT_BYTES = 8


def walked(database: str, folder: Path) -> tuple[dict[str, str], bytes]:
    """Play the whole path on a database; the values that can be recognised, and what was logged."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sealed.path", str(folder)],
        env=os.environ | {"HUIBAO_DB": database, "DJANGO_SETTINGS_MODULE": "huibao.config.settings"},
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    marks: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return marks, done.stderr + b"".join(done.stdout.splitlines()[:-1])


def spellings(value: str) -> Iterator[tuple[str, bytes]]:
    """A value as a disk may hold it: text, UTF-16, escapes, base64 wherever it begins, and a number's bytes and digits."""
    text = value.encode()
    yield "text", text
    yield "UTF-16", value.encode("utf-16-le")
    yield "UTF-16 the other way round", value.encode("utf-16-be")
    yield "JSON's escapes", json.dumps(value)[1:-1].encode()
    yield "hexadecimal", text.hex().encode()
    for before in range(3):
        # The first and last characters depend on what stands beside the value.
        said = base64.b64encode(b"\0" * before + text)[4 if before else 0 : -4]
        # Four characters stand in a megabyte of sealed text by chance.
        if len(said) >= EIGHT_BYTES:
            yield f"base64 from {before}", said
    if value.isascii() and value.isdigit() and int(value) < 2**63:
        yield "a whole number", int(value).to_bytes(EIGHT_BYTES, "little")
        yield "a whole number the other way round", int(value).to_bytes(EIGHT_BYTES, "big")
        yield "packed decimals", bytes.fromhex(value if len(value) % 2 == 0 else f"0{value}")
        groups = [value[max(at - 4, 0) : at] for at in range(len(value), 0, -4)]
        yield "a numeric", b"".join(int(group).to_bytes(2, "little") for group in reversed(groups))
    if len(value) > EIGHT_BYTES and value[:-1].isdigit():
        yield "without the last character", text[:-1]


def found(marks: Mapping[str, str], where: Iterable[tuple[str, bytes]]) -> list[str]:
    """What of it stands where."""
    looked = [(f"{name}, {spelling}", said) for name, value in marks.items() for spelling, said in spellings(value)]
    return [f"{name} in {place}" for place, content in where for name, said in looked if said in content]


def sqlite_files(place: Path) -> Iterator[tuple[str, bytes]]:
    """The file, its log, and every row as it reads."""
    for path in sorted(place.parent.glob(f"{place.name}*")):
        if not path.name.endswith(".keys"):
            yield path.name, path.read_bytes()
    with closing(sqlite3.connect(place)) as book:
        yield "the rows", "\n".join(book.iterdump()).encode()


def postgresql_files(cluster: Cluster, database: str) -> Iterator[tuple[str, bytes]]:
    """Everything in the data directory after a checkpoint, what the server logged, and every row as it reads."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as book:
        book.execute("CHECKPOINT")
        tables = book.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in tables:
            rows = book.execute(f'SELECT t::text FROM "{name}" t').fetchall()  # noqa: S608 - our own names
            yield f"the rows of {name}", "\n".join(row[0] for row in rows).encode()
    for path in sorted(cluster.folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(cluster.folder)), path.read_bytes()


def test_a_sqlite_file_its_log_and_what_was_logged_tell_nothing(tmp_path: Path) -> None:
    place = tmp_path / "book.sqlite3"
    (tmp_path / "sent").mkdir()
    marks, logged = walked(str(place), tmp_path / "sent")
    assert (tmp_path / "book.sqlite3-wal").stat().st_size > 0
    assert found(marks, [("the log", logged), *sqlite_files(place)]) == []

    # A column that somebody forgot to seal is noticed.
    with closing(sqlite3.connect(place)) as book, book:
        book.execute("UPDATE person SET address = ? WHERE id = 1", (marks["phone"],))
    assert any(name.startswith("phone, text") for name in found(marks, sqlite_files(place)))


def test_a_postgresql_data_directory_and_what_was_logged_tell_nothing(tmp_path: Path, cluster: Cluster) -> None:
    database = cluster.new_database()
    marks, logged = walked(database, tmp_path)
    assert found(marks, [("the log", logged), *postgresql_files(cluster, database)]) == []

    import psycopg

    with psycopg.connect(database, autocommit=True) as book:
        book.execute("UPDATE person SET address = %s WHERE id = 1", [marks["phone"]])
    assert any(name.startswith("phone, text") for name in found(marks, postgresql_files(cluster, database)))


@pytest.mark.parametrize("value", ["13912345670", "43042319900101003X", "急性阑尾穿孔"])
def test_every_spelling_is_found_where_it_stands(value: str) -> None:
    for spelling, said in spellings(value):
        assert found({"it": value}, [("there", b"\0\1" + said + b"\2")]), spelling
    assert found({"it": value}, [("there", base64.b64encode(b"ab" + value.encode() + b"cd"))])

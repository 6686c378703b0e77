"""What audits read one after the other is read once where it is little, and anew by each where it is much."""

from collections.abc import Iterator

import pytest

from huibao.store import read_once as reading
from huibao.store.read_once import once, read_once


class Rows:
    """Rows that count how often they are read."""

    def __init__(self, count: int) -> None:
        self.count, self.reads = count, 0

    def __call__(self) -> Iterator[int]:
        self.reads += 1
        yield from range(self.count)


def test_outside_a_block_rows_are_read_each_time() -> None:
    rows = Rows(3)
    assert [list(once("kind", rows)) for _ in range(2)] == [[0, 1, 2]] * 2
    assert rows.reads == 2


def test_within_a_block_rows_are_read_once_and_the_next_block_reads_anew() -> None:
    rows = Rows(3)
    for _ in range(2):
        with read_once():
            assert [list(once("kind", rows)) for _ in range(4)] == [[0, 1, 2]] * 4
    assert rows.reads == 2


def test_rows_whose_reading_was_broken_off_are_read_again() -> None:
    rows = Rows(3)
    with read_once():
        assert next(once("kind", rows)) == 0
        assert list(once("kind", rows)) == [0, 1, 2]


def test_two_kinds_are_kept_apart() -> None:
    with read_once():
        assert (list(once("three", Rows(3))), list(once("two", Rows(2)))) == ([0, 1, 2], [0, 1])
        assert (list(once("three", Rows(9))), list(once("two", Rows(9)))) == ([0, 1, 2], [0, 1])


def test_many_rows_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 2)
    rows = Rows(3)
    with read_once():
        assert [list(once("kind", rows)) for _ in range(2)] == [[0, 1, 2]] * 2
    assert rows.reads == 2

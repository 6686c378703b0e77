"""Who waits at one moment goes together; who is alone does not wait; what one does to the work is told to all of it."""

from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore

import pytest

from huibao.hospital.company import Company

PATIENCE = 60
"""Seconds after which a thread that should have been called counts as forgotten."""


class Work:
    """Work that is held up at will and remembers who went together."""

    def __init__(self) -> None:
        self.companies: list[list[int]] = []
        self.begun, self.may_go_on = Semaphore(0), Event()
        self.may_go_on.set()

    def __call__(self, ones: Sequence[int]) -> list[int]:
        self.companies.append(list(ones))
        self.begun.release()
        assert self.may_go_on.wait(PATIENCE)
        if 13 in ones:
            raise ValueError(ones)
        return [one * 10 for one in ones]


def by_tens(one: int) -> frozenset[Hashable]:
    """Two numbers within the same ten must not go together."""
    return frozenset({one // 10})


@contextmanager
def waiting(line: Company[int, int], work: Work, first: int, *others: int) -> Iterator[list[Future[int]]]:
    """The first is at work, and the others wait in this order, until the block ends."""
    work.may_go_on.clear()
    with ThreadPoolExecutor(1 + len(others)) as threads:
        asked = [threads.submit(line, first)]
        assert work.begun.acquire(timeout=PATIENCE)
        for count, one in enumerate(others, start=1):
            asked.append(threads.submit(line, one))
            while len(line._waiting) < count:
                Event().wait(0.001)
        yield asked
        work.may_go_on.set()


def test_whoever_is_alone_is_served_at_once_and_alone() -> None:
    work = Work()
    line = Company(work, by_tens, 8)
    assert [line(one) for one in (10, 20, 30)] == [100, 200, 300]
    assert work.companies == [[10], [20], [30]]


def test_those_who_come_meanwhile_go_together_in_the_order_in_which_they_came() -> None:
    work = Work()
    line = Company(work, by_tens, 8)
    with waiting(line, work, 10, 20, 30, 40) as asked:
        pass
    assert [one.result(PATIENCE) for one in asked] == [100, 200, 300, 400]
    assert work.companies == [[10], [20, 30, 40]]


def test_no_more_go_together_than_may_and_nobody_is_forgotten() -> None:
    work = Work()
    line = Company(work, by_tens, 2)
    with waiting(line, work, 10, 20, 30, 40, 50, 60) as asked:
        pass
    assert [one.result(PATIENCE) for one in asked] == [100, 200, 300, 400, 500, 600]
    assert work.companies == [[10], [20, 30], [40, 50], [60]]


def test_two_that_share_a_mark_never_go_together_and_keep_their_order() -> None:
    work = Work()
    line = Company(work, by_tens, 8)
    with waiting(line, work, 10, 21, 30, 22, 23) as asked:
        pass
    assert [one.result(PATIENCE) for one in asked] == [100, 210, 300, 220, 230]
    assert work.companies == [[10], [21, 30], [22], [23]]


def test_a_fault_of_the_work_is_told_to_all_who_went_together_and_to_nobody_else() -> None:
    work = Work()
    line = Company(work, lambda one: frozenset({one}), 3)
    with waiting(line, work, 10, 12, 13, 14, 15) as asked:
        pass
    assert [one.exception(PATIENCE) is None for one in asked] == [True, False, False, False, True]
    assert line(20) == 200


def test_work_that_does_not_answer_everybody_is_a_fault() -> None:
    line: Company[int, int] = Company(lambda _: [], by_tens, 8)
    for _ in range(2):
        with pytest.raises(ValueError, match="shorter"):
            line(10)

"""A bank's statement beside the books: what only one side has, and two balances that come to the same."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as some

from huibao.domain.ledger.bank_statement import (
    COLUMNS,
    MAX_BYTES,
    MAX_TOLD,
    BankLine,
    BookLine,
    Reconciled,
    read_statement,
    reconcile,
)
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
HEADER = ",".join(COLUMNS)


def file_of(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows)).encode("gb18030")


def read(*rows: str) -> tuple[BankLine, ...]:
    return read_statement(file_of(*rows), FIRST, LAST)


def codes(content: bytes) -> list[tuple[str, int | None]]:
    with pytest.raises(Refused) as raised:
        read_statement(content, FIRST, LAST)
    return [(one.code, one.row) for one in raised.value.problems]


def at_bank(*moves: tuple[int, int, str], opening: int = 0) -> tuple[BankLine, ...]:
    """Lines by (day of the period, fen, reference) with their running balance."""
    sums = list(accumulate((fen for _, fen, _ in moves), initial=opening))
    return tuple(
        BankLine(at + 2, FIRST + timedelta(days=day), fen, sums[at + 1], "", name)
        for at, (day, fen, name) in enumerate(moves)
    )


def in_books(*moves: tuple[int, int]) -> tuple[BookLine, ...]:
    return tuple(BookLine(at, FIRST + timedelta(days=day), fen) for at, (day, fen) in enumerate(moves, 1))


def beside(bank: Sequence[BankLine], books: Sequence[BookLine], opening: int = 0) -> Reconciled:
    return reconcile(bank, books, opening, opening + sum(one.fen for one in books))


def test_a_file_is_read_with_its_signs_and_balances() -> None:
    lines = read("2026-01-05,拨入,1000.00,,1000.00,", "2026/01/09,理赔款,,250.50,749.50,F2026-430423-000001-0001")
    assert [(one.row, one.fen, one.balance_fen) for one in lines] == [(2, 100_000, 100_000), (3, -25_050, 74_950)]
    assert (lines[1].on, lines[1].reference) == (date(2026, 1, 9), "F2026-430423-000001-0001")


def test_english_heads_and_the_latest_first_are_read_alike() -> None:
    content = file_of("2026-01-09,b,,250.50,749.50", "2026-01-05,a,1000,0,1000.00", header="Date,Text,In,Out,Balance")
    assert [one.fen for one in read_statement(content, FIRST, LAST)] == [100_000, -25_050]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x00\x01\x02", [("BANK-001", None)]),
        ("姓名,身份证号\r\n某,1".encode(), [("BANK-001", None)]),
        (file_of(), [("BANK-001", None)]),
        (b"x" * (MAX_BYTES + 1), [("BANK-002", None)]),
        (
            file_of("五日,拨入,1.00,,1.00,", "2026-01-06,a,1.2.3,,x,"),
            [("BANK-003", 2), ("BANK-003", 3), ("BANK-003", 3)],
        ),
        (file_of("2026-01-05,a,1.00,1.00,1.00,"), [("BANK-004", 2)]),
        (file_of("2026-01-05,a,,,1.00,"), [("BANK-004", 2)]),
        (file_of("2026-01-05,a,-1.00,,1.00,"), [("BANK-004", 2)]),
        (file_of("2026-01-05,a,1.00,,1.00,", "2026-01-06,b,1.00,,3.00,"), [("BANK-005", 3)]),
        (file_of("2025-12-31,a,1.00,,1.00,"), [("BANK-006", 2)]),
        (
            file_of("2026-01-05,a,1.00,,1.00,", "2026-01-03,b,1.00,,2.00,", "2026-01-06,c,1.00,,3.00,"),
            [("BANK-006", 3)],
        ),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_its_row(
    content: bytes, expected: list[tuple[str, int | None]]
) -> None:
    assert codes(content) == expected


def test_of_very_many_wrong_rows_the_first_are_named() -> None:
    assert len(codes(file_of(*["x,a,1.00,,1.00,"] * 100))) == MAX_TOLD


def test_what_only_one_side_has_corrects_the_other() -> None:
    bank = at_bank((3, 100_000, ""), (10, -20_000, ""), (20, 500, ""))
    books = in_books((3, 100_000), (9, -20_000), (80, -30_000))
    found = beside(bank, books)
    # Books 500.00 + interest 5.00 = bank 805.00 − 300.00 not yet paid out = 505.00.
    assert ([one.fen for one in found.bank_only], [one.fen for one in found.book_only]) == ([500], [-30_000])
    assert (found.matched, found.book_adjusted_fen, found.bank_adjusted_fen, found.agrees) == (2, 50_500, 50_500, True)


def test_a_line_meets_the_one_of_its_number_before_an_equal_sum_of_its_day() -> None:
    books = (
        BookLine(7, FIRST, -5_000, names=frozenset({"F2026-430423-000001-0002"})),
        BookLine(8, FIRST + timedelta(days=40), -5_000, names=frozenset({"F2026-430423-000001-0001"})),
    )
    found = beside(at_bank((0, -5_000, "F2026-430423-000001-0001")), books)
    assert [one.entry for one in found.book_only] == [7]
    assert [one.entry for one in beside(at_bank((0, -5_000, "8")), books).book_only] == [7]


def test_an_entry_of_several_parts_meets_the_banks_one_sum() -> None:
    books = (BookLine(5, FIRST, 70_000), BookLine(5, FIRST, 50_000), BookLine(6, FIRST, 120))
    found = beside(at_bank((2, 120_000, "")), books)
    assert (found.bank_only, [one.entry for one in found.book_only]) == ((), [6])


def test_equal_sums_more_than_a_month_apart_are_left_to_a_person() -> None:
    found = beside(at_bank((0, 100, "")), in_books((31, 100)))
    assert (found.matched, found.agrees) == (0, True)
    assert beside(at_bank((0, 100, "")), in_books((30, 100))).matched == 1


def test_a_difference_of_before_is_told_as_such() -> None:
    found = beside(at_bank((0, 100, ""), opening=900), in_books((0, 100)), opening=1_000)
    assert (found.agrees, found.opening_difference_fen) == (False, 100)


MOVES = some.lists(some.tuples(some.integers(0, 89), some.sampled_from([-300, -100, 100, 200, 500])), max_size=30)


@given(bank=MOVES.filter(len), books=MOVES, opening=some.integers(0, 1_000))
def test_the_two_sides_differ_by_exactly_what_they_differed_by_before(
    bank: list[tuple[int, int]], books: list[tuple[int, int]], opening: int
) -> None:
    lines = at_bank(*((day, fen, "") for day, fen in sorted(bank)), opening=500)
    found = beside(lines, in_books(*sorted(books)), opening)
    assert found.book_adjusted_fen - found.bank_adjusted_fen == opening - 500 == found.opening_difference_fen
    assert len(found.bank_only) + found.matched == len(bank)
    assert len(found.book_only) + found.matched == len(books)


@given(moves=MOVES.filter(len))
def test_the_same_lines_on_both_sides_leave_nothing(moves: list[tuple[int, int]]) -> None:
    moves = sorted(moves)
    found = beside(at_bank(*((day, fen, "") for day, fen in moves)), in_books(*moves))
    assert (found.bank_only, found.book_only, found.matched) == ((), (), len(moves))


def test_a_written_file_reads_back_to_its_own_lines() -> None:
    lines = at_bank((1, 12_345, ""), (2, -45, "9"))
    rows = [
        f"{one.on},,{yuan_text(one.fen) if one.fen > 0 else ''},{yuan_text(-one.fen) if one.fen < 0 else ''},"
        f"{yuan_text(one.balance_fen)},{one.reference}"
        for one in lines
    ]
    assert read(*rows) == lines

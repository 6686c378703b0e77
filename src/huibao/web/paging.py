"""Lists a page at a time: which page is asked for, which rows stand on it, whether there are more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.http import HttpRequest

from huibao.web.forms import whole_number

Row = TypeVar("Row")
PAGE_ROWS: Final = 50
LAST_PAGE: Final = 100_000
"""No list is longer; whoever asks further is shown this one."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `total` only where counting is cheap."""

    number: int
    rows: tuple[Row, ...]
    more: bool
    total: int | None = None
    size: int = PAGE_ROWS

    @property
    def last(self) -> int:
        """Number of the last page, by the total."""
        return max(1, -(-(self.total or 0) // self.size))


def number_asked(request: HttpRequest) -> int:
    """The page asked for: 1 where nothing or nonsense is."""
    return min(whole_number(request.GET.get("page", "")) or 1, LAST_PAGE)


def page_of(
    request: HttpRequest, rows: Callable[[int, int], Sequence[Row]], total: int | None = None, size: int = PAGE_ROWS
) -> Page[Row]:
    """The page asked for.

    `rows(start, count)` gives at most `count` rows from `start` on; one more than fits is asked for, to see whether there
    is a next page.
    """
    number = number_asked(request)
    if total is not None:
        number = min(number, max(1, -(-total // size)))
    found = tuple(rows((number - 1) * size, size + 1))
    return Page(number, found[:size], len(found) > size, total, size)

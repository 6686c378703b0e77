"""What a screen reader says on the pages of the main jobs equals what was listened to and found good (A9, A20).

Each page's words stand in `spoken/`. After a change that is meant, `HUIBAO_SPOKEN=write` writes them anew: read them
aloud before they are committed.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.web.browser import states
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, Sitting, borrow, window
from tests.web.browser.speech import marked, spoken

SPOKEN: Final = Path(__file__).parent / "spoken"
HEARD: Final = {
    states.NOBODY: ("sign-in", "sign-in-empty", "session-ended"),
    "jingban": ("find", "find-bad-number", "find-nobody", "coverage-bad-day"),
    "guanli": ("accounts-anew",),
    "shiji": ("supervision-remind-wrong",),
    "jiesuan": ("counter", "counter-bill-wrong", "counter-reckoned", "counter-month"),
}
"""By account of the demonstration: page states whose words are kept."""


def main_part(sitting: Sitting) -> str:
    """What is said of the page's main part."""
    said = spoken(sitting.page)
    return "\n".join(said[said.index("main") : said.index("end of main")]) + "\n"


@pytest.mark.parametrize("account", HEARD)
def test_it_is_said_as_it_was_found_good(account: str, browser: Browser, site: Site, seat: Seat) -> None:
    sitting = window(browser, site)
    if account:
        borrow(sitting, seat(account))
    found: dict[str, str] = {}
    for name in states.walk(sitting, {name: states.EVERY[account][name] for name in HEARD[account]}):
        found[name] = main_part(sitting)
    sitting.page.context.close()
    if os.environ.get("HUIBAO_SPOKEN") == "write":
        SPOKEN.mkdir(exist_ok=True)
        for name, text in found.items():
            (SPOKEN / f"{name}.txt").write_text(text, encoding="utf-8")
    assert found == {name: (SPOKEN / f"{name}.txt").read_text(encoding="utf-8") for name in found}


def test_no_amount_is_read_digit_by_digit(seat: Seat) -> None:
    sitting = seat("jiesuan")
    states.EVERY["jiesuan"]["counter-reckoned"](sitting)
    raw = sitting.page.locator("#due").inner_text()
    assert "元" in raw
    assert any(figure.isdigit() for figure in raw), "the eye sees figures"
    assert "若干元" in main_part(sitting)
    assert "0 元" not in main_part(sitting)


def test_the_marks_take_amounts_in_words_and_leave_other_words() -> None:
    assert marked("一千八百六十八元整") == "若干元"
    assert marked("壹仟捌佰元伍角") == "若干元"
    assert marked("第 12 行，共 3,400 人") == "第 0 行，共 0 人"
    assert marked("先诊疗后付费") == "先诊疗后付费"


def test_a_name_that_is_taken_away_is_missed(seat: Seat) -> None:
    sitting = seat("jingban")
    sitting.go("/people")
    before = main_part(sitting)
    sitting.page.evaluate("document.querySelector('label').remove()")
    assert main_part(sitting) != before

"""A17: what the check of papers finds. The program's own papers are held to it where each is made.

Sheets of settlement: tests/hospital/test_settlement_sheet.py; letters: tests/web/insurer/test_desk.py; lists for insurer
and village: tests/app/test_enrolment_desk.py; the cover of an audit pack: tests/app/test_audit_pack.py.
"""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from huibao.app.printing import FONT_NAMES, pdf
from tests.web.browser import states
from tests.web.browser.checks.paper import paper, printed
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, borrow, window

SOUND: Final = """#let data = json(bytes(sys.inputs.sheet))
#set document(title: "通知", author: "示范")
#set page(paper: "a4")
#set text(lang: "zh", region: "cn", size: 12pt, font: data.fonts)
= 通知
您的申请已经收到。
#table(columns: 2, table.header([项目], [金额]), [医疗费], [100.00])
"""
PLANTED: Final = {
    "letters of 9 points": ("size: 12pt", "size: 9pt", "letters of 9.0 pt"),
    "another size of paper": ('paper: "a4"', 'paper: "a5"', "not A4"),
    "grey letters": ("您的申请", "#text(luma(180))[您的申请]", "grey letters"),
    "another language": ('lang: "zh", region: "cn"', 'lang: "en", region: "us"', "language"),
    "a table without headings": ("table.header([项目], [金额])", "[项目], [金额]", "no header cell"),
    "nothing that can be read out": ("= 通知\n您的申请已经收到。", "= A\n", "no Chinese text"),
}
SHEETS: Final = {
    "jingban": ("county-errors", "county-rows"),
    "shenji": ("books-balance", "books-flow"),
    "shiji": ("supervision-sheet", "supervision-county"),
    "lipei": ("insurer-case-assessed", "insurer-visit"),
}
"""Page states that are printed in the office, by account."""


def made(text: str, folder: Path) -> bytes:
    """The paper set from that text."""
    template = folder / "paper.typ"
    template.write_text(text, encoding="utf-8")
    assert FONT_NAMES
    return pdf(template, {})


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_on_paper_is_found(fault: str, tmp_path: Path) -> None:
    sound, planted, said = PLANTED[fault]
    assert paper(made(SOUND, tmp_path), pages=1) == []
    text = SOUND.replace(sound, planted)
    if "nothing" in fault:
        text = text.replace("[项目], [金额]", "[a], [b]").replace("[医疗费]", "[c]")
    assert any(said in each for each in paper(made(text, tmp_path)))


@pytest.mark.slow
@pytest.mark.parametrize("account", SHEETS)
def test_what_is_printed_from_a_page_is_large_enough_on_a4(
    account: str, browser: Browser, site: Site, seat: Seat
) -> None:
    sitting = window(browser, site)
    borrow(sitting, seat(account))
    found = {}
    for name in states.walk(sitting, {name: states.EVERY[account][name] for name in SHEETS[account]}):
        sheet = sitting.page.pdf(format="A4", prefer_css_page_size=True, tagged=True, print_background=False)
        found[name] = printed(sheet)
    sitting.page.context.close()
    assert found == {name: [] for name in found}

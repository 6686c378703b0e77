"""A9: what a page's parts are to a screen reader: roles and names as Chromium hands them over, without what data fills in."""

import re
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script
from tests.web.browser.speech import marked

KEPT: Final = re.compile(
    r"^\s*- '?(heading|button|textbox|combobox|radio|checkbox|table|columnheader|navigation|region|form|group|img|status|alert)\b"
)
STATES: Final = re.compile(r" \[(?:ref|active|checked|selected|pressed|expanded)[^\]]*\]")
LEVEL: Final = re.compile(r"\[level=\d\]")
BODY: Final = script("data_away")
BACK: Final = script("data_back")


def outline(page: Page) -> str:
    """Headings, fields, buttons, tables and regions of the main part, each once, figures and names as marks."""
    page.evaluate(BODY)
    told = page.locator("main").aria_snapshot()
    page.evaluate(BACK)
    lines = []
    for line in told.splitlines():
        if KEPT.match(line):
            plain = STATES.sub("", line.strip().removeprefix("- ").strip("'").rstrip(":"))
            # What follows a colon is the content; the name is what counts.
            plain = re.split(r'(?<=["\]]): ', plain, maxsplit=1)[0]
            lines.append(_unfigured(marked(plain)))
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _unfigured(line: str) -> str:
    kept = LEVEL.search(line)
    bare = re.sub(r"[0\d]+(?:[.,:-]\d+)*", "0", LEVEL.sub("", line)).strip()
    return f"{bare} {kept[0]}" if kept else bare

"""A5, A6, A7: how large things are, how far they stand out, and whether all of it stays readable when it grows."""

from typing import Any, Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script

TARGETS: Final = script("targets")

TEXT: Final = script("text")

FITS: Final = script("fits")
SPACED: Final = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
DRESS: Final = """(text) => {
  const own = window.huibaoDress ??= new CSSStyleSheet();
  own.replaceSync(text);
  if (!document.adoptedStyleSheets.includes(own)) document.adoptedStyleSheets.push(own);
}"""
"""A reader's own style sheet; the page's policy about styles does not reach it."""
SETTLED: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Drawn pictures follow their room at the next frame."""
ZOOMED: Final = {"width": 320, "height": 225}
"""What is left of a window of 1280 x 900 at 400 %."""
LETTER: Final = 16
"""Pixels of ordinary text, as the browser's own setting has it."""


def targets(page: Page, mode: str) -> list[str]:
    """A5: targets of 44 (elder mode 60) pixels, links within text of 24."""
    return _said(page, TARGETS, mode)


def text(page: Page, mode: str) -> list[str]:
    """A6: size, line height, contrast 4.5 and 3, in high contrast 7; edges of fields 3. And one h1 (A11)."""
    return _said(page, TEXT, mode)


def fits(page: Page, mode: str) -> list[str]:
    """A7: nothing scrolls in two directions and nothing is cut off: as it is, with text spaced, at 400 %, with text doubled."""
    assert mode
    before = page.viewport_size
    assert before is not None
    found = _said(page, FITS, "as it is")
    page.evaluate(DRESS, SPACED)
    page.evaluate(SETTLED)
    found += _said(page, FITS, "spaced")
    page.evaluate(DRESS, "")
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    page.evaluate(SETTLED)
    found += _said(page, FITS, "at 400 %")
    page.set_viewport_size({"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * LETTER}})
    page.evaluate(SETTLED)
    found += _said(page, FITS, "doubled")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": LETTER}})
    session.detach()
    page.set_viewport_size(before)
    return found


def _said(page: Page, script: str, about: Any) -> list[str]:  # noqa: ANN401 - whatever the script takes
    return list(page.evaluate(script, about))

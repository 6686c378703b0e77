"""What a screen reader says of a page, from its top to its end: the virtual screen reader of Guidepup, in Chromium."""

import re
from functools import cache
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.console import PACKAGES

SCRIPT: Final = PACKAGES / "@guidepup" / "virtual-screen-reader" / "lib" / "esm" / "index.browser.js"
MOST_STEPS: Final = 900
WALK: Final = """async (most) => {
  const { virtual } = window.huibaoSpeech;
  await virtual.start({ container: document.body });
  const said = [await virtual.lastSpokenPhrase()];
  while (said.length < most) {
    await virtual.next();
    const phrase = await virtual.lastSpokenPhrase();
    if (phrase === "end of document") break;
    said.push(phrase);
  }
  await virtual.stop();
  return said;
}"""


@cache
def _script() -> str:
    """The reader's module as the body of a function that hands its exports over."""
    text = SCRIPT.read_text(encoding="utf-8")
    found = re.search(r"export\s*\{([^}]*)\}", text)
    if found is None:
        raise AssertionError("the screen reader's module exports nothing")
    pairs = (part.strip().split(" as ") for part in found[1].split(",") if part.strip())
    handed = ", ".join(f"{pair[-1]}: {pair[0]}" for pair in pairs)
    return text.replace(found[0], f"window.huibaoSpeech = {{ {handed} }}")


def spoken(page: Page) -> list[str]:
    """Phrase by phrase what is said; figures, days and made-up names stand as marks, for they change with the day."""
    if not page.evaluate("() => Boolean(window.huibaoSpeech)"):
        page.evaluate("(text) => { (0, Function)(text)(); }", _script())
    return [marked(phrase) for phrase in page.evaluate(WALK, MOST_STEPS) if phrase.strip()]


def marked(phrase: str) -> str:
    """The phrase without what differs from run to run."""
    text = re.sub(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿一二三四五六七八九十百千]+(?=元|角|分(?!点))", "几", phrase)
    text = re.sub(r"(?:几元|几角|几分|零几分)+整?", "若干元", text)
    text = re.sub(r"[\u4e00-\u9fff]某[\u4e00-\u9fff]{0,3}(?= |$)", "某人", text)
    return re.sub(r"\d[\d,.*]*", "0", text)

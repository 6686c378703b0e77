"""Pictures of every page state, at three widths and in each mode of reading: `python -m scripts.shots [FOLDER [STATE …]]`.

`python -m scripts.shots --guide` makes the few that the guides show, in docs/images, and writes beside them what each page
said, so that a test finds a picture whose page has changed since.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, StorageState

from tests.web.browser.console import MODES, Site, Sitting, State, chromium, dressed, serving, window
from tests.web.browser.states import EVERY, NOBODY, walk

WIDTHS: Final = {"normal": (1280, 768, 320), "elder": (320, 1280), "contrast": (1280, 320)}
GUIDE: Final = {
    "jingban": {
        "home": "normal",
        "find": "normal",
        "person-covered": "normal",
        "coverage": "contrast",
        "county-draft": "normal",
        "county-rows": "normal",
        "county-check": "normal",
        "county-preview": "normal",
    },
    "fuhe": {"county-approve": "normal"},
    "jiesuan": {"counter-reckoned": "normal", "counter-month-compared": "normal", "debt-write-off": "normal"},
    "lipei": {"insurer-queue": "normal", "insurer-case-assessed": "normal", "insurer-advance": "normal"},
    "lipei.fuhe": {"insurer-decide": "normal"},
    "shiji": {
        "supervision": "normal",
        "supervision-months": "normal",
        "supervision-funnel": "normal",
        "supervision-days": "normal",
        "supervision-sheet": "normal",
        "reminder-sent": "normal",
    },
    "zhifu": {"insurer-payments": "normal"},
    "shenji": {"books-balance": "normal", "books-journal": "normal", "books-voucher": "normal", "books-flow": "normal"},
    "zijin": {"ask-check": "normal", "books-bank-sheet": "normal"},
    "zijin.fuhe": {"approval-open": "normal"},
}
"""States the guides show, by account, and the mode of each: docs/images/console-STATE.png."""
SAID: Final = """() => [...document.querySelectorAll("main :is(h1, h2, h3, label, legend, caption, th[scope=col], button, a.govuk-button)")]
  .filter((e) => e.checkVisibility()).map((e) => e.textContent.replace(/\\s+/g, " ").trim())"""
REDRAWN: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""The page, and any picture in it, stands in its new width."""
IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"


def main() -> None:
    """Make them all, those named, or those of the guide."""
    asked = sys.argv[1:]
    if asked == ["--guide"]:
        made = _guide()
        folder = IMAGES
    else:
        folder = Path(asked[0]) if asked else Path("shots")
        made = _all(folder, set(asked[1:]))
    print(f"{made} pictures in {folder}/")


def said(sitting: Sitting) -> list[str]:
    """The page's own words in their order, each once: headings, labels, heads of tables, buttons; figures left out."""
    words = [re.sub(r"[\d,.%]+", "0", text) for text in sitting.page.evaluate(SAID)]
    return list(dict.fromkeys(words))


def pictured() -> dict[str, list[str]]:
    """What the pages of the guides' pictures said when they were made, by state."""
    kept: dict[str, list[str]] = json.loads((IMAGES / "console.json").read_text(encoding="utf-8"))
    return kept


@contextmanager
def _stage() -> Iterator[tuple[Site, Browser]]:
    """A site and a browser."""
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "demo") as site, chromium() as browser:
        yield site, browser


def _seated(browser: Browser, site: Site, account: str, kept: dict[str, StorageState] | None = None) -> Sitting:
    """A window where the account sits; a second one takes the cookies of the first, for a code serves only once."""
    kept = {} if kept is None else kept
    sitting = window(browser, site, storage_state=kept.get(account))
    if account != NOBODY and account not in kept:
        sitting.sign_in(account)
        kept[account] = sitting.page.context.storage_state()
    return sitting


def _all(folder: Path, only: set[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    kept: dict[str, StorageState] = {}
    with _stage() as (site, browser):
        for mode in MODES:
            for account, every in EVERY.items():
                # States may stand on the one before: all are walked, those asked for are kept.
                if only and not only & every.keys():
                    continue
                sitting = _seated(browser, site, account, kept)
                made += _pictures(dressed(sitting, mode, WIDTHS[mode][0]), every, only or set(every), folder, mode)
                sitting.page.context.close()
    return made


def _pictures(sitting: Sitting, every: dict[str, State], wanted: set[str], folder: Path, mode: str) -> int:
    """Each state reached once and taken at every width of the mode."""
    made = 0
    page = sitting.page
    for name in walk(sitting, every):
        if name in wanted:
            for width in WIDTHS[mode]:
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(REDRAWN)
                page.screenshot(path=folder / f"{name}-{mode}-{width}.png", full_page=True)
                made += 1
            page.set_viewport_size({"width": WIDTHS[mode][0], "height": 900})
    return made


def _guide() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    words: dict[str, list[str]] = {}
    with _stage() as (site, browser):
        for account, shown in GUIDE.items():
            sitting = _seated(browser, site, account)
            for name in walk(sitting, EVERY[account]):
                if name in shown:
                    if shown[name] != "normal":
                        dressed(sitting, shown[name], 1280).page.reload()
                    sitting.page.evaluate("scrollTo(0, 0)")  # a page that leads to its button is shown from its top
                    sitting.page.screenshot(path=IMAGES / f"console-{name}.png")
                    words[name] = said(sitting)
                    dressed(sitting, "normal", 1280)
            sitting.page.context.close()
    text = json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True)
    (IMAGES / "console.json").write_text(text + "\n", encoding="utf-8")
    return len(words)


if __name__ == "__main__":
    main()

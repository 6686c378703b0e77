"""Pictures of every page state, at three widths and in each mode of reading: `python -m scripts.shots [FOLDER [STATE …]]`.

`python -m scripts.shots --guide` makes the few that the guide shows, in docs/images.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.web.browser.console import MODES, Site, Sitting, chromium, serving, window
from tests.web.browser.states import INSIDE, KEEPING, OUTSIDE, State, walk

WIDTHS: Final = {"normal": (1280, 768, 320), "elder": (320, 1280), "contrast": (1280, 320)}
GUIDE: Final = {"home": "normal", "find": "normal", "person-covered": "normal", "coverage": "contrast"}
"""States the guide shows, and the mode of each."""
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


@contextmanager
def _stage() -> Iterator[tuple[Site, Browser, Sitting]]:
    """A site, a browser, and the county's clerk signed in."""
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "demo") as site, chromium() as browser:
        clerk = window(browser, site)
        clerk.sign_in("jingban")
        yield site, browser, clerk


def _all(folder: Path, only: set[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    with _stage() as (site, browser, inside):
        keeper = window(browser, site)
        keeper.sign_in("guanli")
        for mode in MODES:
            for width in WIDTHS[mode]:
                outside = window(browser, site, width, mode)
                _dress(inside, mode, width)
                _dress(keeper, mode, width)
                for sitting, states in ((outside, OUTSIDE), (inside, INSIDE), (keeper, KEEPING)):
                    wanted: dict[str, State] = {name: each for name, each in states.items() if not only or name in only}
                    for name in walk(sitting, wanted):
                        sitting.page.screenshot(path=folder / f"{name}-{mode}-{width}.png", full_page=True)
                        made += 1
                outside.page.context.close()
    return made


def _guide() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _stage() as (_, __, clerk):
        for name, mode in GUIDE.items():
            _dress(clerk, mode, 1280)
            for _ in walk(clerk, {name: INSIDE[name]}):
                clerk.page.screenshot(path=IMAGES / f"console-{name}.png")
    return len(GUIDE)


def _dress(sitting: Sitting, mode: str, width: int) -> None:
    sitting.page.context.add_cookies([{"name": "huibao_comfort", "value": MODES[mode], "url": sitting.site.address}])
    sitting.page.set_viewport_size({"width": width, "height": 900})


if __name__ == "__main__":
    main()

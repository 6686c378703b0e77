"""Pictures of every page state, at three widths and in each mode of reading: `python -m scripts.shots [FOLDER]`."""

import sys
import tempfile
from pathlib import Path

from tests.web.browser.console import MODES, chromium, serving, window
from tests.web.browser.states import INSIDE, OUTSIDE, walk

WIDTHS = {"normal": (1280, 768, 320), "elder": (320, 1280), "contrast": (1280, 320)}


def main() -> None:
    """Make them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("shots")
    only = set(sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "demo") as site, chromium() as browser:
        inside = window(browser, site)
        inside.sign_in("jingban")
        for mode in MODES:
            for width in WIDTHS[mode]:
                outside = window(browser, site, width, mode)
                inside.page.context.add_cookies([{"name": "huibao_comfort", "value": MODES[mode], "url": site.address}])
                inside.page.set_viewport_size({"width": width, "height": 900})
                for sitting, states in ((outside, OUTSIDE), (inside, INSIDE)):
                    wanted = {name: reach for name, reach in states.items() if not only or name in only}
                    for name in walk(sitting, wanted):
                        sitting.page.screenshot(path=folder / f"{name}-{mode}-{width}.png", full_page=True)
                        made += 1
                outside.page.context.close()
    print(f"{made} pictures in {folder}/")


if __name__ == "__main__":
    main()

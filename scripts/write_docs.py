"""Write the generated pages of docs/, or with --check say which of them are out of date.

Run as `python -m scripts.write_docs`; `make docs` does.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scripts import access, claims_moves, commands, map, problems, synthetic, synthetic_chart  # noqa: A004 - the page is called MAP, and so is its script

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"

PAGES: Final[dict[str, Callable[[], str]]] = {
    "ACCESS.md": access.page,
    "MAP.md": map.page,
    "PROBLEMS.md": problems.page,
    "COMMANDS.md": commands.page,
    "claims-moves.md": claims_moves.page,
    "SYNTHETIC.md": synthetic.page,
    "images/synthetic.svg": synthetic_chart.picture,
}
"""Each generated page and the function that gives its text."""


def out_of_date() -> list[str]:
    """The names of the pages that differ from what would be written now."""
    return [name for name, page in PAGES.items() if not _is_current(DOCS / name, page())]


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> int:
    """Write what changed; with --check write nothing and give 1 if something would change."""
    stale = out_of_date()
    if "--check" in sys.argv[1:]:
        for name in stale:
            print(f"docs/{name} is out of date: run `make docs`.", file=sys.stderr)
        return 1 if stale else 0
    DOCS.mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"docs/{name} written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What the checks ask of a page, in the page's own language: one function a file."""

from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
MARK: Final = "// prelude"


@cache
def script(name: str) -> str:
    """A file's function, with what most of them begin with in the place of its mark."""
    text = (HERE / f"{name}.js").read_text(encoding="utf-8")
    return text.replace(MARK, (HERE / "prelude.js").read_text(encoding="utf-8"), 1)

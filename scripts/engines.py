"""Install what looks at the pages in the tests (tests/web/engines): by its lock, with the node the pages are built with."""

import os
import shutil
from typing import Final

from scripts.assets import ROOT, digest, node_folder, npm, run

FOLDER: Final = ROOT / "tests" / "web" / "engines"
PACKAGES: Final = FOLDER / "node_modules"


def main() -> None:
    """Nothing is done when nothing changed."""
    installed = PACKAGES / ".installed-from"
    lock = digest(FOLDER / "package-lock.json")
    if installed.is_file() and installed.read_text(encoding="utf-8") == lock:
        return
    node = node_folder()
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    shutil.rmtree(PACKAGES, ignore_errors=True)
    run([*npm(node), "--prefix", str(FOLDER), "ci", "--silent", "--ignore-scripts"], environment)
    installed.write_text(lock, encoding="utf-8")


if __name__ == "__main__":
    main()

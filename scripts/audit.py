"""Ask the advisories of PyPI and npm about exactly the versions that are locked; fail where one is known or none could be asked.

How fast what it finds is mended stands in docs/guides/operations.md (ASVS 15.1.1, 15.2.1).
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from scripts.assets import node_folder, npm

LOCKS: Final = ("requirements/runtime.txt", "requirements/dev.txt")


def main() -> int:
    """Every lock in its turn, to the end; 0 where nothing is known about any of it."""
    uv = Path(sys.executable).with_name("uv")
    # Strict: a dependency that could not be asked about is a failure, not a line in a table.
    asked = [[uv, "tool", "run", "pip-audit", "--strict", "--disable-pip", "--requirement", lock] for lock in LOCKS]
    asked.append([*npm(node_folder()), "audit", "--omit=dev"])
    return max(subprocess.run([str(part) for part in each], check=False).returncode for each in asked)


if __name__ == "__main__":
    sys.exit(main())

"""The HTML checker of the Nu project over pages as the server sent them: one run of Java for many."""

import json
import os
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.web.browser.console import PACKAGES

JAR: Final = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"


def java() -> str:
    """The Java of the machine, or the one that is set up for Spark's tests."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else "java"


def html_faults(sources: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """By page state: what is no valid HTML."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in sources.items():
        path = folder / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    if not paths:
        return {}
    done = subprocess.run(
        [java(), "-jar", str(JAR), "--format", "json", "--errors-only", "--exit-zero-always", *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = {}
    for each in json.loads(done.stderr)["messages"]:
        name = Path(unquote(each.get("url", ""))).stem
        found.setdefault(name, []).append(f"html line {each.get('lastLine')}: {each['message']}")
    return found

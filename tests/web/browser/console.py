"""A real browser on a real server: `huibao serve --demo` on a county of its own, Debian's Chromium, both engines."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, expect, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGES: Final = ROOT / "tests" / "web" / "engines" / "node_modules"
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
FOUND: Final = 302
CHINA: Final = ZoneInfo("Asia/Shanghai")
START_SECONDS: Final = 300
PATIENCE_MS: Final = 120_000
"""How long a page may take on a machine that is busy with other things; what never comes still fails."""
MOST_CODES: Final = 4
MODES: Final = {"normal": "none", "elder": "elder", "contrast": "contrast"}


@dataclass
class Site:
    """A running demonstration: its address, the password of its accounts, its folder, its database and keys."""

    address: str
    password: str
    folder: Path
    environment: dict[str, str]

    def today(self) -> str:
        """The demonstration's day: its clock may run some days behind ours."""
        days = timedelta(days=int(self.environment["HUIBAO_DEMONSTRATION_DAYS_BACK"]))
        return (datetime.now(CHINA) - days).date().isoformat()

    def ask(self, question: str, *more: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Ask its database by the program's own eyes: one of the questions of `asked.py`."""
        command = [sys.executable, "-m", "tests.web.browser.asked", question, *more]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)


State = Callable[["Sitting"], None]
"""How a page state is reached."""


@dataclass
class Sitting:
    """One browser window, signed in or not, with what it asked from elsewhere."""

    page: Page
    site: Site
    strangers: list[str] = field(default_factory=list)
    document: Response | None = None
    """The last page that came, as the server sent it."""

    def source(self) -> str:
        """The page's HTML before any script."""
        return self.document.text() if self.document is not None else ""

    def go(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.site.address + path)

    @contextlib.contextmanager
    def leaving(self) -> Iterator[None]:
        """What is done within leads to another page: it is over when that one is whole, with its scripts run."""
        with self.page.expect_event("framenavigated", lambda frame: frame == self.page.main_frame):
            yield
        self.page.wait_for_load_state("load")

    def sign_in(self, name: str) -> None:
        """Both factors, with the mouse."""
        self.go("/enter")
        self.page.get_by_label("账号", exact=True).fill(name)
        self.page.get_by_label("密码", exact=True).fill(self.site.password)
        self.page.get_by_role("button", name="继续").click()
        code = ""
        for _ in range(MOST_CODES):
            # A code serves once; another window may have used the one of this half minute.
            code = self.another_code(code)
            self.page.get_by_label("验证码", exact=True).fill(code)
            with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
                self.page.locator("main").get_by_role("button", name="登录").click()
            if answered.value.status == FOUND:
                self.page.wait_for_url(lambda address: "/enter" not in address)
                return
        raise AssertionError(f"could not sign in: {self.page.locator('main').inner_text()}")

    def another_code(self, used: str) -> str:
        """The code the demonstration shows, once it is another than the one used."""
        while (shown := self.code_shown()) == used:
            self.page.wait_for_timeout(1_000)
            self.go("/enter/code")  # not reload: that would send the refused code again
        return shown

    def code_shown(self) -> str:
        """The code the demonstration shows."""
        return self.page.locator("#demonstration-code").inner_text().strip()


@contextlib.contextmanager
def serving(folder: Path, on: str = "") -> Iterator[Site]:
    """Start the demonstration on a free port and stop it again; `on`: the address of an empty PostgreSQL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "huibao.cli.main", "--json", "serve", "--demo", "--folder", str(folder)]
    command += ["--on", on] if on else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIBAO_")}
    log = folder.parent / "serve.log"
    with log.open("w", encoding="utf-8") as said:
        server = subprocess.Popen([*command, "--port", str(port)], stdout=said, stderr=said, cwd=ROOT, env=clean)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(server, address, log)
            secret = json.loads((folder / "console.json").read_text(encoding="utf-8"))
            theirs = {
                **{name: value for name, value in secret.items() if name.startswith("HUIBAO_")},
                "HUIBAO_DB": on or str(folder / "huibao.sqlite3"),
                "HUIBAO_DEMONSTRATION": "1",
                "HUIBAO_DEMONSTRATION_DAYS_BACK": str(secret["days_back"]),
                "DJANGO_SETTINGS_MODULE": "huibao.config.settings",
            }
            yield Site(address, secret["password"], folder, {**clean, **theirs})
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def invitation(site: Site) -> str:
    """The path of a fresh invitation, as the keeper of accounts makes one."""
    name = f"xin{time.time_ns() % 10**9}"
    command = [sys.executable, "-m", "huibao.cli.main", "--json", "account", "invite", name, "--shown", "示范新"]
    done = subprocess.run(
        [*command, "--role", "county_clerk", "--reach", "430423"],
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(json.loads(done.stdout)["path"])


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(START_SECONDS * 5):
        if server.poll() is not None:
            raise AssertionError(f"the server stopped: {log.read_text(encoding='utf-8')}")
        try:
            with urlopen(f"{address}/enter", timeout=5):  # noqa: S310 - our own server on this machine
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where it is missing, the one line that helps."""
    if not Path(CHROMIUM).exists():
        raise AssertionError("Chromium is missing: run `make setup` as root, or `sudo apt-get install chromium`")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)


def window(browser: Browser, site: Site, width: int = 1280, mode: str = "normal", **more: Any) -> Sitting:  # noqa: ANN401 - Playwright's own options
    """A fresh window that notes every request to anywhere else."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900}, locale="zh-CN", reduced_motion="reduce", **more
    )
    context.add_cookies([{"name": "huibao_comfort", "value": MODES[mode], "url": site.address}])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sitting = Sitting(page, site)

    def note(url: str) -> None:
        if not url.startswith((site.address, "data:", "blob:")):
            sitting.strangers.append(url)

    def keep(answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.frame == page.main_frame and answer.status != FOUND:
            sitting.document = answer

    page.on("response", keep)
    page.on("request", lambda request: note(request.url))
    page.on("console", lambda said: sitting.strangers.append(said.text) if "Content Security" in said.text else None)
    return sitting


def dressed(sitting: Sitting, mode: str, width: int) -> Sitting:
    """The same window in another mode and width."""
    value = {"normal": "none"}.get(mode, mode)
    sitting.page.context.add_cookies([{"name": "huibao_comfort", "value": value, "url": sitting.site.address}])
    sitting.page.set_viewport_size({"width": width, "height": 900})
    return sitting


def borrow(free: Sitting, clerk: Sitting) -> None:
    """Let another window sit at the clerk's desk."""
    free.page.context.add_cookies(
        [
            {"name": one["name"], "value": one["value"], "url": clerk.site.address}
            for one in clerk.page.context.cookies()
        ]
    )


def plain_text(page: Page) -> str:
    """The text of the page without runs of blanks."""
    return re.sub(r"\s+", " ", page.locator("body").inner_text())

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
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

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
START_SECONDS: Final = 300
PATIENCE_MS: Final = 120_000
"""How long a page may take on a machine that is busy with other things; what never comes still fails."""
MOST_CODES: Final = 4
MODES: Final = {"normal": "none", "elder": "elder", "contrast": "contrast"}
AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Site:
    """A running demonstration: its address, the password of its accounts, its folder, its database and keys."""

    address: str
    password: str
    folder: Path
    environment: dict[str, str]

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


# --- the two engines ----------------------------------------------------------------------------------------------------


@cache
def _script(name: str) -> str:
    return (PACKAGES / name).read_text(encoding="utf-8")


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_script("axe-core/axe.min.js"))
    found = page.evaluate(
        "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations", AXE_TAGS
    )
    return [f"axe {one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}" for one in found]


def ibm(page: Page) -> list[str]:
    """What IBM's accessibility-checker-engine finds on the page as it stands."""
    if not page.evaluate("() => Boolean(window.ace)"):
        # The engine is one long script that names itself with `var`; as a function's body it hands its name over.
        page.evaluate(
            "(text) => { window.ace = (0, Function)(text + '; return ace;')(); }",
            _script("accessibility-checker-engine/ace.js"),
        )
    found = page.evaluate(
        """async () => {
            const report = await new ace.Checker().check(document, ["WCAG_2_2"]);
            return report.results.filter((one) => one.value[0] === "VIOLATION" && one.value[1] === "FAIL")
                .map((one) => `ibm ${one.ruleId}: ${one.message} ${one.path.dom}`);
        }"""
    )
    return list(found)


# --- checks of our own ---------------------------------------------------------------------------------------------------

OWN: Final = """(mode) => {
  const faults = [];
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
  const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + "." + e.className + " " + (e.textContent || "").trim().slice(0, 20);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) faults.push("reflow: the page scrolls sideways");
  if (document.querySelectorAll("h1").length !== 1) faults.push("h1: not exactly one");
  if (!/^(zh-CN|en)$/.test(document.documentElement.lang)) faults.push("lang: " + document.documentElement.lang);
  const least = mode === "elder" ? 18 : 16;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !seen(e) || e.closest("svg, script, style, .govuk-visually-hidden, [hidden]")) continue;
    const style = getComputedStyle(e);
    if (parseFloat(style.fontSize) < least) faults.push(`text ${style.fontSize}: ` + name(e));
    if (style.lineHeight !== "normal" && parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.3 && !e.closest("button, .govuk-button"))
      faults.push("line height: " + name(e));
  }
  const target = mode === "elder" ? 60 : 44;
  for (const e of document.querySelectorAll("button, input:not([type=hidden]), select, textarea, a[href]")) {
    if (!seen(e) || e.closest(".govuk-skip-link") || e.disabled) continue;
    const box = e.getBoundingClientRect();
    const main = !e.matches("a") || e.matches(".govuk-button, .huibao-head a");
    const inline = e.matches("a") && !main;
    const wanted = main ? target : 24;
    if (box.height + 0.5 < wanted) faults.push(`target ${Math.round(box.width)}x${Math.round(box.height)}: ` + name(e));
    if (inline && box.width < 24) faults.push("target: " + name(e));
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]):not([hidden]), select, textarea")) {
    if (!document.querySelector(`label[for="${e.id}"]`)) faults.push("label: " + name(e));
    if (e.getAttribute("aria-invalid") === "true" && !document.getElementById(e.id + "-error")) faults.push("error not beside: " + name(e));
  }
  for (const e of document.querySelectorAll("main p, main th, main td, main dd, main h1, main h2")) {
    if (seen(e) && !e.closest(".govuk-visually-hidden") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible")
      faults.push("clipped: " + name(e));
  }
  return faults;
}"""


def own(page: Page, mode: str) -> list[str]:
    """Text size, line height, target size, reflow, labels, language, headings: what the engines do not look at."""
    return [f"own {fault}" for fault in page.evaluate(OWN, mode)]


def faults(page: Page, mode: str) -> list[str]:
    """Everything all three find."""
    return [*axe(page), *ibm(page), *own(page, mode)]


def unfocused_alike(page: Page) -> list[str]:
    """Tab through the page from the top: what does not show that it has the focus, and what is reached twice or never."""
    wanted = page.evaluate(
        """() => {
          let n = 0;
          // Of radios with one name Tab reaches one: the chosen one, else the first; the arrows reach the others.
          const met = new Map();
          const chosen = (e) => !document.querySelector(`input[type=radio][name="${e.name}"]:checked`) || e.checked;
          for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
            if (!e.checkVisibility() || e.disabled || e.hidden) continue;
            if (e.type === "radio" && (met.has(e.name) || !chosen(e))) continue;
            if (e.type === "radio") met.set(e.name, e);
            e.dataset.stop = String(n++);
          }
          document.activeElement.blur();
          return n;
        }"""
    )
    page.evaluate(
        "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); }"
    )
    reached: list[int] = []
    found: list[str] = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const e = document.activeElement; const stop = e.dataset.stop;
              // Radios and boxes are drawn by their label's mark.
              const drawn = e.matches("[type=radio], [type=checkbox]") && e.nextElementSibling;
              const s = drawn ? getComputedStyle(e.nextElementSibling, "::before") : getComputedStyle(e);
              const shown = s.boxShadow !== "none" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && s.outlineColor !== "rgba(0, 0, 0, 0)");
              const b = e.getBoundingClientRect(); const at = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);
              const open = !at || e.contains(at) || at.contains(e);
              return [stop === undefined ? -1 : Number(stop), shown, open, e.tagName + " " + (e.textContent || e.id).trim().slice(0, 20)]; }"""
        )
        reached.append(stop[0])
        if not stop[1]:
            found.append(f"focus not shown: {stop[3]}")
        if not stop[2]:
            found.append(f"focus covered: {stop[3]}")
    if reached != list(range(wanted)):
        found.append(f"Tab reached {reached} of {wanted}")
    return found


def plain_text(page: Page) -> str:
    """The text of the page without runs of blanks."""
    return re.sub(r"\s+", " ", page.locator("body").inner_text())

"""A1: the two engines, axe-core and IBM's accessibility-checker-engine, on the page as it stands."""

from functools import cache
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.console import PACKAGES

AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
    return [f"A1 axe {one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}" for one in found]


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
                .map((one) => `A1 ibm ${one.ruleId}: ${one.message} ${one.path.dom}`);
        }"""
    )
    return list(found)


def engines(page: Page, mode: str) -> list[str]:
    """A1: both."""
    assert mode
    return [*axe(page), *ibm(page)]

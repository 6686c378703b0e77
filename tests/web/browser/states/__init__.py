"""Every page state there is, each reached as a person reaches it; shown to the engines and to the camera."""

from collections.abc import Iterator
from typing import Final

from tests.web.browser.console import Sitting, State
from tests.web.browser.states import cashier, county, finance, ground, insurer, supervision

NOBODY: Final = ""
"""In place of an account: who is not signed in."""


def _gathered() -> dict[str, dict[str, State]]:
    every: dict[str, dict[str, State]] = {
        NOBODY: dict(ground.OUTSIDE),
        "jingban": dict(ground.INSIDE),
        "guanli": dict(ground.KEEPING),
    }
    for desk in (county, insurer, cashier, finance, supervision):
        for account, states in desk.STATES.items():
            twice = every.setdefault(account, {}).keys() & states.keys()
            if twice:
                raise AssertionError(f"two states of one name: {twice}")
            every[account].update(states)
    return every


EVERY: Final = _gathered()
"""By account: its states by name, in the order of walking."""


SETTLED: Final = """() => document.readyState === "complete"
  && (!document.querySelector("script[src*='/charts.']") || matchMedia("(forced-colors: active)").matches
      || !document.querySelector("[data-chart]") || document.documentElement.dataset.charts === "drawn")"""
"""The page is whole, and its livelier pictures, where it has any, stand."""


def walk(sitting: Sitting, states: dict[str, State]) -> Iterator[str]:
    """Go to each state in turn and stop there."""
    for name, reach in states.items():
        reach(sitting)
        sitting.page.wait_for_function(SETTLED)
        yield name

"""States of the finance desk: for each account of the demonstration, its page states by name."""

from typing import Final

from tests.web.browser.console import State

STATES: Final[dict[str, dict[str, State]]] = {}

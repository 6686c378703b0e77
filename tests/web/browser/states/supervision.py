"""States of the supervision desk: for each account of the demonstration, its page states by name."""

from typing import Final

from tests.web.browser.console import Sitting, State

CITY, COUNTY = "shiji", "430422"


def remind_wrong(sitting: Sitting) -> None:
    """A reminder sent without saying what about, for a day that is over."""
    sitting.go(f"/supervision/county/{COUNTY}/remind")
    sitting.page.get_by_label("要求", exact=True).fill("请核实未参保人员并补报。")
    sitting.page.get_by_label("答复期限", exact=True).fill("2020-01-01")
    sitting.page.get_by_role("button", name="发出").click()
    sitting.page.wait_for_selector(".govuk-error-summary")


def reminded(sitting: Sitting, county: str = "430423") -> None:
    """A reminder that was sent and waits."""
    sitting.go(f"/supervision/county/{county}/remind")
    sitting.page.get_by_label("事项", exact=True).select_option("coverage")
    sitting.page.get_by_label("要求", exact=True).fill("请核实未参保人员并补报，说明原因。")
    sitting.page.get_by_role("button", name="发出").click()
    sitting.page.wait_for_url("**/reminders/*")


STATES: Final[dict[str, dict[str, State]]] = {
    CITY: {
        "supervision": lambda s: s.go("/supervision"),
        "supervision-months": lambda s: s.go("/supervision/months"),
        "supervision-funnel": lambda s: s.go("/supervision/funnel"),
        "supervision-days": lambda s: s.go("/supervision/days?clock=decide"),
        "supervision-county": lambda s: s.go(f"/supervision/county/{COUNTY}"),
        "supervision-sheet": lambda s: s.go(f"/supervision/county/{COUNTY}/sheet"),
        "supervision-remind": lambda s: s.go(f"/supervision/county/{COUNTY}/remind"),
        "supervision-remind-wrong": remind_wrong,
        "reminder-sent": reminded,
        "reminders": lambda s: s.go("/reminders"),
        "supervision-home": lambda s: s.go("/"),
    },
}

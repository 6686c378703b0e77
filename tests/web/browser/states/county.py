"""States of the county desk: for each account of the demonstration, its page states by name."""

from typing import Final

from tests.web.browser.console import Sitting, State

HOLDERS: Final = "持证残疾人名册"


def page(path: str) -> State:
    """A page by its address."""
    return lambda sitting: sitting.go(path)


def draft(sitting: Sitting, part: str = "") -> None:
    """The demonstration's roster with rows to decide."""
    sitting.go("/county/rosters")
    sitting.page.get_by_role("row").filter(has_text=HOLDERS).last.get_by_role("link").click()
    sitting.page.wait_for_url("**/county/rosters/*")
    if part:
        sitting.page.goto(sitting.page.url.partition("#")[0] + part)


def of_draft(part: str) -> State:
    """A page of that roster."""
    return lambda sitting: draft(sitting, part)


def drop_wrong(sitting: Sitting) -> None:
    """The form sent without anything in it."""
    sitting.go("/county/rosters/new")
    sitting.page.get_by_role("button", name="上传并核对").click()
    sitting.page.locator("#taken_on-error").wait_for()


def mend(sitting: Sitting) -> None:
    """A refused row in full."""
    draft(sitting, "/rows?verdict=refused")
    sitting.page.get_by_role("link", name="看全部或改正").first.click()
    sitting.page.wait_for_url("**/mend")


def mend_wrong(sitting: Sitting) -> None:
    """A row put right wrongly."""
    mend(sitting)
    sitting.page.get_by_label("身份证号", exact=True).fill("12345")
    sitting.page.get_by_role("button", name="保存改正").click()
    sitting.page.locator(".govuk-error-summary").wait_for()


def preview(sitting: Sitting, part: str = "") -> None:
    """The demonstration's preview of an enrolment."""
    sitting.go("/county/enrolment")
    sitting.page.get_by_role("table").get_by_role("link").last.click()
    sitting.page.wait_for_url("**/county/enrolment/*")
    if part:
        sitting.page.goto(sitting.page.url + part)


def enrolment_wrong(sitting: Sitting) -> None:
    """A preview asked for a day that is none."""
    sitting.go("/county/enrolment")
    sitting.page.get_by_label("参保起始日期").fill("明天")
    sitting.page.get_by_role("button", name="预览").click()
    sitting.page.locator("#on-error").wait_for()


def work_done(sitting: Sitting) -> None:
    """A finished work of one's own."""
    sitting.go("/work")
    path = sitting.page.get_by_role("table").get_by_role("link").last.get_attribute("href")
    sitting.go(f"{path}?stay=1")


def approve(sitting: Sitting) -> None:
    """A roster that waits for the second person."""
    sitting.go("/county/waiting")
    sitting.page.get_by_role("link", name="名册入库").first.click()
    sitting.page.wait_for_url("**/check")


def approve_wrong(sitting: Sitting) -> None:
    """A decision sent empty."""
    approve(sitting)
    sitting.page.get_by_role("button", name="提交决定").click()
    sitting.page.locator("#yes-error").wait_for()


STATES: Final[dict[str, dict[str, State]]] = {
    "jingban": {
        "county-rosters": page("/county/rosters"),
        "county-drop": page("/county/rosters/new"),
        "county-drop-wrong": drop_wrong,
        "county-draft": draft,
        "county-rows": of_draft("/rows"),
        "county-refused-rows": of_draft("/rows?verdict=refused"),
        "county-mend": mend,
        "county-mend-wrong": mend_wrong,
        "county-check": of_draft("/check"),
        "county-differences": of_draft("/differences"),
        "county-errors": of_draft("/errors"),
        "county-away": of_draft("/away"),
        "county-enrolment": page("/county/enrolment"),
        "county-enrolment-wrong": enrolment_wrong,
        "county-preview": preview,
        "county-people": lambda sitting: preview(sitting, "/people"),
        "county-works": page("/work"),
        "county-work-done": work_done,
    },
    "fuhe": {
        "county-waiting": page("/county/waiting"),
        "county-approve": approve,
        "county-approve-wrong": approve_wrong,
    },
}

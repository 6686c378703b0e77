"""Page states of the insurer's desk: the queue, cases in several states, each task, payments, visits."""

from tests.web.browser.console import Sitting, State


def case_in(sitting: Sitting, state: str, nth: int = 0) -> None:
    """Open the first case of a state, from the queue's own filter."""
    sitting.go(f"/insurer/queue?state={state}")
    sitting.page.locator("tbody th a").nth(nth).click()
    sitting.page.wait_for_url("**/insurer/claims/**")


def task(state: str, name: str, nth: int = 0) -> State:
    """Open a task of a case in some state."""

    def reach(sitting: Sitting) -> None:
        case_in(sitting, state, nth)
        sitting.page.locator("main .huibao-actions").get_by_role("button", name=name, exact=True).click()
        sitting.page.wait_for_url("**/insurer/claims/*/**")

    return reach


def wrong(reach: State, button: str) -> State:
    """The same task sent with nothing filled in."""

    def sent(sitting: Sitting) -> None:
        reach(sitting)
        sitting.page.evaluate(
            "() => document.querySelectorAll('main form [checked]').forEach((e) => { e.checked = false; })"
        )
        sitting.page.locator("main").get_by_role("button", name=button, exact=True).click()
        sitting.page.wait_for_selector(".govuk-error-summary")

    return sent


def at(path: str) -> State:
    """Open a page."""
    return lambda sitting: sitting.go(path)


def shown(state: str) -> State:
    """A case in a state."""
    return lambda sitting: case_in(sitting, state)


def first_link(path: str, into: str) -> State:
    """Open the first thing of a list."""

    def reach(sitting: Sitting) -> None:
        sitting.go(path)
        sitting.page.locator("tbody th a").last.click()
        sitting.page.wait_for_url(into)

    return reach


def ahead(name: str, *, agreed: bool) -> State:
    """A task of the claim whose advance waits, or is agreed to (the demonstration has one of each)."""

    def reach(sitting: Sitting) -> None:
        sitting.go("/insurer/payments") if agreed else sitting.go("/approvals")
        if agreed:
            sitting.page.locator("tbody tr", has_text="先付").locator("th a").first.click()
        else:
            sitting.page.locator("tbody tr", has_text="赔款先付").locator("a").first.click()
            sitting.page.wait_for_url("**/approvals/*")
            sitting.page.get_by_role("link", name="看详情").click()
        sitting.page.wait_for_url("**/insurer/claims/**")
        sitting.page.locator("main .huibao-actions").get_by_role("button", name=name, exact=True).click()
        sitting.page.wait_for_url("**/insurer/claims/*/advance/**")

    return reach


STATES: dict[str, dict[str, State]] = {
    "lipei": {
        "insurer-queue": at("/insurer/queue"),
        "insurer-queue-today": at("/insurer/queue?when=today"),
        "insurer-queue-nothing": at("/insurer/queue?state=waiting_first_payer"),
        "insurer-case-reported": shown("reported"),
        "insurer-case-papers": shown("papers_asked"),
        "insurer-case-assessed": shown("assessed"),
        "insurer-case-decided": shown("decided"),
        "insurer-case-refused": shown("refused"),
        "insurer-case-appealed": shown("refusal_appealed"),
        "insurer-ask": task("reported", "一次性通知补充材料"),
        "insurer-ask-wrong": wrong(task("reported", "一次性通知补充材料"), "发出通知"),
        "insurer-received": task("papers_asked", "登记收到的材料"),
        "insurer-assess": task("papers_complete", "核定金额并送审"),
        "insurer-advance": task("assessed", "申请先付无争议部分"),
        "insurer-advance-wrong": wrong(task("assessed", "申请先付无争议部分"), "提交复核"),
        "insurer-payees": task("assessed", "收款人和账号"),
        "insurer-payees-wrong": wrong(task("assessed", "收款人和账号"), "登记账号"),
        "insurer-visit-plan": task("reported", "安排探访"),
        "insurer-visits": at("/insurer/visits"),
        "insurer-visit": first_link("/insurer/visits", "**/insurer/visits/*"),
    },
    "lipei.fuhe": {
        "insurer-decide": task("assessed", "复核"),
        "insurer-decide-wrong": wrong(task("assessed", "复核"), "提交"),
        "insurer-refuse": task("assessed", "拒赔"),
        "insurer-advance-decide": ahead("复核先付", agreed=False),
        "insurer-hear": task("refusal_appealed", "处理申诉"),
    },
    "zhifu": {
        "insurer-advance-back": ahead("退回先付", agreed=True),
        "insurer-payments": at("/insurer/payments"),
        "insurer-file": first_link("/insurer/payments", "**/insurer/payments/*"),
        "insurer-file-wrong": wrong(first_link("/insurer/payments", "**/insurer/payments/*"), "导入银行回盘"),
    },
}

"""The insurer's jobs: papers asked for, a claim decided by two and paid by a third, a visit, an appeal."""

import re
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from tests.web.browser.hands import Crew, Hand

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

COST: Final = {
    "意外医疗费用（元）": "1500.00",
    "意外医疗政策内费用（元）": "1400.00",
    "基本医保已付（元）": "700.00",
}
OTHER_SUM: Final = "9000.00"
PAPERS: Final = ("索赔申请书", "身份证件", "银行账户", "医疗费发票")
ACCOUNT: Final = "6222 0000 1111 2222 333"


def _claim(crew: Crew, stage: str) -> str:
    """A claim of its own for a job, come as far as the job needs."""
    return str(crew.site.ask("claim", stage))


def _opened(hand: Hand, number: str) -> None:
    """From the first page through the queue to a case."""
    hand.home("办理赔案")
    hand.presses(hand.link(number))
    assert number in hand.at


def papers_asked(crew: Crew) -> None:
    """What is due today is one press away; the case's papers are asked for once, and the letter's words are ready."""
    number = _claim(crew, "reported")
    hand = crew.signs_in("lipei")
    hand.home("办理赔案")
    hand.presses(hand.main.get_by_role("link", name=re.compile("^今天到期 ")))
    assert "when=today" in hand.at
    hand.presses(hand.main.get_by_role("link", name=re.compile("^全部在办 ")))
    hand.presses(hand.link(number))
    # Neighbouring cases are one key away, and back again.
    hand.presses(hand.page.get_by_role("link", name="上一件"), key="Alt+KeyJ")
    assert number not in hand.at
    hand.presses(hand.page.get_by_role("link", name="下一件"), key="Alt+KeyK")
    assert number in hand.at
    hand.presses(hand.button("一次性通知补充材料"), key="Alt+KeyA")
    expect(hand.main.locator(".govuk-inset-text")).not_to_be_empty()
    hand.presses(hand.button("发出通知"))
    hand.says("待补材料")
    hand.says("不能再次要求")
    _printed(hand, "通知书")


def claim_paid(crew: Crew) -> None:
    """Papers in, a sum that deviates with its reason, the second person's opinion, the letter, the bank's answer."""
    number = _claim(crew, "reported")
    hand = crew.signs_in("lipei")
    _opened(hand, number)
    hand.presses(hand.button("登记收到的材料"), key="Alt+KeyR")
    for paper in PAPERS:
        hand.ticks(paper)
    hand.ticks("齐全，可以核定")
    hand.presses(hand.button("登记"))
    hand.says("已办理")
    hand.presses(hand.button("核定金额并送审"), key="Alt+KeyA")
    for label, amount in COST.items():
        hand.writes(label, amount)
    hand.presses(hand.button("计算并送审"))
    # 1,400 + half of 100 less 700, less the deductible of 100, of which 85 per cent: 552.50 yuan, clause by clause.
    expect(hand.page.locator(".huibao-fall")).to_contain_text("552.50 元")
    expect(hand.page.locator(".huibao-trail").first).to_contain_text("HN-")
    _deviated(hand)
    hand.presses(hand.button("收款人和账号"))
    hand.writes("开户行", "示范银行衡山支行")
    hand.writes("银行账号", ACCOUNT)
    hand.presses(hand.button("登记账号"))
    hand.says("账号尾号 2333")
    assert ACCOUNT.replace(" ", "") not in hand.page.content()
    _decided(crew, number)
    _paid(crew, number)


def _deviated(hand: Hand) -> None:
    """Another sum than the scheme's is refused without its reason, and nothing typed is lost."""
    hand.presses(hand.button("核定金额并送审"), key="Alt+KeyA")
    hand.writes("与系统不同的金额（元）", OTHER_SUM)
    hand.presses(hand.button("计算并送审"))
    hand.is_at(hand.page.locator(".govuk-error-summary"))
    expect(hand.field("与系统不同的金额（元）")).to_have_value(OTHER_SUM)
    hand.writes("为什么不同", "救护车发票后补")
    hand.presses(hand.button("计算并送审"))
    hand.says("须由第二人写明意见")


def _decided(crew: Crew, number: str) -> None:
    """The second person: above the limit not without an opinion; then the letter."""
    other = crew.colleague("lipei.fuhe")
    _opened(other, number)
    other.presses(other.button("复核"), key="Alt+KeyA")
    other.ticks("同意，按送审金额赔付")
    other.presses(other.button("提交"))
    other.is_at(other.page.locator(".govuk-error-summary"))
    other.ticks("同意，按送审金额赔付")
    other.writes("复核意见", "发票已核对")
    other.presses(other.button("提交"))
    other.says("已审批待付")
    _printed(other, "打印决定通知书")


def _paid(crew: Crew, number: str) -> None:
    """The payer makes the file, fetches it, and drops the bank's answer: everything paid."""
    payer = crew.colleague("zhifu")
    payer.home("支付赔款")
    payer.presses(payer.button("生成支付文件"))
    payer.says("支付文件已生成")
    with payer.page.expect_download() as fetched:
        payer.touches(payer.button("下载支付文件"))
    text = fetched.value.path().read_text(encoding="utf-8")
    payer.gives("银行回盘文件", _banks_answer(text))
    payer.presses(payer.button("导入银行回盘"))
    payer.says("回盘已导入")
    payer.says("退回 0，未回 0")
    payer.presses(payer.link(number))
    expect(payer.main.locator(".huibao-answer").first).to_contain_text("已赔付")


def _banks_answer(text: str) -> "FilePayload":
    """What a bank sends back that paid everything in the file."""
    rows = [line.split(",") for line in text.splitlines() if re.match(r"F\d{4}-\d{6}-\d{6}-\d{4},", line)]
    day = text.splitlines()[0].rsplit(",", 1)[1]
    said = ["付款编号,结果,金额,日期,原因", *(f"{row[0]},成功,{row[4]},{day}," for row in rows)]
    return {"name": "back.csv", "mimeType": "text/csv", "buffer": "\r\n".join(said).encode()}


def visited(crew: Crew) -> None:
    """A visit planned for today, its sheet to take along, and what came of it."""
    number = _claim(crew, "reported")
    hand = crew.signs_in("lipei")
    _opened(hand, number)
    hand.presses(hand.button("安排探访"))
    hand.writes("探访日期", crew.site.today())
    hand.writes("要带什么、注意什么", "带申请书")
    hand.presses(hand.button("安排"))
    hand.home("探访")
    hand.presses(hand.main.get_by_role("row").filter(has_text=number).get_by_role("link").first)
    hand.says("探访单")
    hand.says("带申请书")
    hand.ticks("已去过")
    hand.writes("经过", "本人在家，申请书已签。")
    hand.presses(hand.button("登记结果"))
    hand.says("已去过")
    hand.says("本人在家，申请书已签。")


def appeal_heard(crew: Crew) -> None:
    """A refusal sent out, the objection in the person's own words, and somebody else who opens the case again."""
    number = _claim(crew, "refused")
    hand = crew.signs_in("lipei")
    hand.home("办理赔案")
    hand.chooses("状态", "refused")
    hand.presses(hand.button("筛选"))
    hand.presses(hand.link(number))
    hand.presses(hand.button("登记已寄出"))
    hand.presses(hand.button("登记申诉"))
    hand.writes("申诉内容", "当天的就诊记录已找到，请再看一次。")
    hand.presses(hand.button("登记申诉"))
    other = crew.colleague("lipei.fuhe")
    other.home("办理赔案")
    other.presses(other.main.get_by_role("link", name=re.compile("^申诉 ")))
    other.presses(other.link(number))
    other.presses(other.button("处理申诉"), key="Alt+KeyA")
    other.says("处理申诉")
    other.ticks("重开，重新办理")
    other.writes("理由", "就诊记录与报案相符，重新核定。")
    other.presses(other.button("提交"))
    other.says("已办理")
    other.says("就诊记录与报案相符，重新核定。")


def _printed(hand: Hand, link: str) -> None:
    """The letter is a PDF that is one press away."""
    hand.reaches(hand.link(link))
    address = f"{hand.sitting.site.address}{hand.link(link).get_attribute('href')}"
    assert hand.page.context.request.get(address).body().startswith(b"%PDF-")

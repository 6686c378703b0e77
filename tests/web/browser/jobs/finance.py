"""Finance and audit: every figure down to its paper, money asked for by one and approved by another, the pack."""

import re
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from playwright.sync_api import expect

from tests.web.browser.hands import Crew, Hand

MOST_STEPS: Final = 4
WAY_DOWN: Final = ("/books/subjects/1003", "/books/account", "/books/vouchers/", "/paper")
CONTRACT: Final = "示范-衡山-2026"
FUND: Final = "430423/local_budget"
ENDED: Final = "示范-衡山-2025"
WITH_TWO_LINES: Final = "示范-沂源-2020"


def balance_to_paper(crew: Crew) -> None:
    """From the trial balance to the paper behind a figure, each step a link; and the way back."""
    hand = crew.signs_in("shenji")
    hand.home("总账和科目余额")
    hand.says("试算平衡")
    begun = hand.steps
    for part in WAY_DOWN:
        hand.presses(hand.main.locator(f"a[href*='{part}']").first)
        assert part in hand.at
    assert hand.steps - begun <= MOST_STEPS
    hand.says("的原始单据")
    hand.presses(hand.page.locator(".huibao-way a").first)
    expect(hand.main.get_by_role("heading", level=1)).to_contain_text("号凭证")


def allocation_approved(crew: Crew) -> None:
    """A hundred yuan out of a fund for a line, asked for by the clerk, approved by another, entered in the books."""
    hand = crew.signs_in("zijin")
    hand.home("申请把资金安排到险种")
    hand.chooses("从哪项资金", FUND)
    hand.chooses("合同", CONTRACT)
    hand.chooses("险种", "accident")
    _sent(hand, "100", "新增残疾人参保")
    expect(hand.button("提交决定")).to_have_count(0)
    _approved(crew, hand, "100.00")
    hand.opens(hand.at)
    hand.says("已批准并办结")


def line_moved(crew: Crew) -> None:
    """From one line of a contract to another: above the contract's limit it is refused at its field, below it is entered."""
    hand = crew.signs_in("zijin")
    hand.home("申请险种间调剂")
    hand.chooses("合同", WITH_TWO_LINES)
    hand.chooses("险种", "medical_supplementary")
    hand.chooses("转入险种", "accident")
    hand.writes("金额", "90,000")
    hand.writes("生效日期", "2020-12-21")
    hand.writes("事由", "意外险赔付高于预期")
    hand.presses(hand.button("下一步：核对"))
    expect(hand.page.locator(".govuk-error-summary")).to_be_focused()
    expect(hand.page.locator("#amount-error")).to_contain_text("本次最多可调出")
    _sent(hand, "600", "意外险赔付高于预期")
    _approved(crew, hand, "险种间调剂", "600.00")


def surplus_carried(crew: Crew) -> None:
    """What an ended contract has left goes to the next one: before it is sent and after, both balances are there to see."""
    hand = crew.signs_in("zijin")
    hand.home("申请结余结转")
    hand.chooses("合同", ENDED)
    hand.chooses("险种", "accident")
    hand.chooses("转入合同", CONTRACT)
    _sent(hand, "400", "2025年度结余，用于2026年度保费补贴")
    _approved(crew, hand, "结余结转", "400.00")
    hand.opens(hand.at)
    hand.says("已批准并办结")


def declined(crew: Crew) -> None:
    """More than the fund holds is said at its field, nothing typed is lost; a no comes with its reason."""
    hand = crew.signs_in("zijin")
    hand.home("申请把资金安排到险种")
    hand.chooses("从哪项资金", FUND)
    hand.chooses("合同", CONTRACT)
    hand.chooses("险种", "accident")
    hand.writes("金额", "99,999,999")
    hand.writes("事由", "全年增补")
    hand.presses(hand.button("下一步：核对"))
    expect(hand.page.locator(".govuk-error-summary")).to_be_focused()
    expect(hand.field("事由")).to_have_value("全年增补")
    _sent(hand, "20.50", "全年增补")
    other = _decided(crew, hand, "不批准")
    other.says("未批准")
    hand.opens(hand.at)
    hand.says("请按实际人数重报")


def _sent(hand: Hand, amount: str, why: str) -> None:
    """The rest of the form, what it would do, and the request itself."""
    hand.writes("金额", amount)
    hand.writes("事由", why)
    hand.presses(hand.button("下一步：核对"))
    hand.says("核对后提交")
    hand.presses(hand.button("提交复核"))
    hand.page.wait_for_url("**/approvals/*")
    hand.says("待复核")


def _decided(crew: Crew, hand: Hand, answer: str) -> Hand:
    """Somebody else finds it among what waits, and answers."""
    other = crew.colleague("zijin.fuhe")
    other.home("审批")
    other.presses(other.main.locator(f"a[href='{hand.at}']"))
    other.ticks(answer)
    other.writes("意见", "请按实际人数重报" if answer != "批准" else "同意")
    other.presses(other.button("提交决定"))
    return other


def _approved(crew: Crew, hand: Hand, *says: str) -> None:
    """Somebody else approves; it is in the books at once, and the voucher says so."""
    other = _decided(crew, hand, "批准")
    other.says("已批准并办结")
    other.presses(other.main.locator("a[href*='/books/vouchers/']"))
    for text in says:
        other.says(text)


def pack_checked(crew: Crew) -> None:
    """The pack is made in the background, fetched, and checked by its own verifier, far from the server."""
    hand = crew.signs_in("shenji")
    hand.home("审计包")
    hand.presses(hand.button("制作审计包"))
    # The page of the work looks again by itself until the file is there.
    pack = hand.main.get_by_role("link", name=re.compile("zip"))
    pack.wait_for()
    with hand.page.expect_download() as fetched:
        hand.touches(pack)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(BytesIO(fetched.value.path().read_bytes())) as packed:
            packed.extractall(folder)
        done = _verified(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "✓" in done.stdout
        # Whoever changes a single figure afterwards is found out.
        changed = max(Path(folder).rglob("*.csv"), key=lambda one: one.stat().st_size)
        changed.write_bytes(changed.read_bytes().replace(b"0", b"1", 1))
        assert _verified(folder).returncode != 0


def _verified(folder: str) -> subprocess.CompletedProcess[str]:
    # -I: neither this program nor its packages can be reached.
    return subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True, check=False)


def flow_followed(crew: Crew) -> None:
    """The picture of the flow, and every figure of it in the table below."""
    hand = crew.signs_in("shenji")
    hand.home("资金流向")
    expect(hand.main.locator("svg[role=img]")).to_be_visible()
    assert hand.main.locator("tbody tr").count() >= 3
    hand.says("图中的全部数字")

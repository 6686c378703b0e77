"""The supervisor's jobs: which county is behind, remind it, read its answer; months, funnel, days, one sheet."""

import re

from playwright.sync_api import expect

from tests.web.browser.hands import Crew

COUNTY = "430423"
"""The one whose clerk has an account here."""
TABS = {"逐月": "/supervision/months", "漏斗": "/supervision/funnel", "理赔用了几天": "/supervision/days"}


def county_reminded(crew: Crew) -> None:
    """In three steps: the list, the county, the reminder with its day. The county finds it on its first page."""
    hand = crew.signs_in("shiji")
    hand.home("各县参保进度")
    expect(hand.page.locator("#shares-table thead")).to_contain_text("40%")
    hand.presses(hand.main.locator(f"#shares-table a[href$='{COUNTY}']"))
    hand.presses(hand.link("督办"))
    hand.chooses("事项", "roster")
    hand.writes("要求", "请在期限内更新名册。")
    hand.presses(hand.button("发出"))
    hand.page.wait_for_url("**/reminders/*")
    hand.says("待答复")
    clerk = crew.colleague("jingban")
    clerk.home("督办")
    clerk.presses(clerk.main.locator(f"a[href='{hand.at}']"))
    clerk.says("请在期限内更新名册。")
    clerk.writes("答复", "已更新。")
    clerk.presses(clerk.button("答复"))
    clerk.says("✓ 已答复")
    hand.opens(hand.at)
    hand.says("已更新。")


def figures_read(crew: Crew) -> None:
    """Each picture with its table, and one county on one sheet of paper."""
    hand = crew.signs_in("shiji")
    hand.home("各县参保进度")
    for name, path in TABS.items():
        hand.presses(hand.link(name))
        assert hand.at.startswith(path)
        expect(hand.main.locator(".huibao-figure").first).to_be_visible()
        assert hand.main.locator("tbody tr").count() > 0
    hand.presses(hand.link("各县覆盖率"))
    hand.presses(hand.main.locator(f"#shares-table a[href$='{COUNTY}']"))
    hand.presses(hand.link("一页纸"))
    assert hand.at.endswith("/sheet")
    printed = hand.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1

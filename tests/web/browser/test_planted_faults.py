"""For each check A1 to A21 a fault is planted on a sound page: nothing is found before, and the fault afterwards."""

import re

import pytest
from playwright.sync_api import Browser

from tests.web.browser.checks.forms import asked_again
from tests.web.browser.checks.manners import too_often
from tests.web.browser.checks.outline import changed
from tests.web.browser.checks.timing import slow
from tests.web.browser.checks.words import hard, titles_alike
from tests.web.browser.conftest import Seat
from tests.web.browser.console import Site, borrow, window
from tests.web.browser.planted import PLANTED, plant


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str, browser: Browser, site: Site, seat: Seat) -> None:
    account, path, check, _ = PLANTED[fault]
    sitting = window(browser, site)
    if account:
        borrow(sitting, seat(account))
    sitting.go(path)
    sitting.page.wait_for_load_state("load")
    assert check(sitting.page, "normal") == []
    plant(sitting.page, fault)
    found = check(sitting.page, "normal")
    sitting.page.context.close()
    assert found != []
    assert {each.split(" ")[0] for each in found} >= {fault.split(" ", maxsplit=1)[0]}


def test_what_was_given_and_is_asked_again_is_found() -> None:
    assert asked_again({"身份证号": "4304"}, {"身份证号": "4304", "金额": ""}) == []
    assert asked_again({"身份证号": "4304"}, {"身份证号": ""}) == ["A8 asked again: 身份证号"]


def test_announcements_that_crowd_or_come_from_nowhere_are_found() -> None:
    assert too_often([(0, "一", True), (3_000, "二", True)]) == []
    assert too_often([(0, "一", True), (900, "二", True)]) == ["A10 二 comes 900 ms after 一"]
    assert too_often([(0, "", False)]) == ["A10 said where nobody hears it"]


def test_what_is_said_otherwise_than_it_was_found_good_is_found() -> None:
    assert changed("heading 首页\nbutton 查询\n", "heading 首页\nbutton 查询\n") == []
    assert changed("heading 首页\nbutton\n", "heading 首页\nbutton 查询\n") == ["A9 -button 查询", "A9 +button"]


def test_two_pages_of_one_title_are_found() -> None:
    assert titles_alike({"a": ("/people/1", "人员"), "b": ("/people/2", "人员"), "c": ("/", "首页")}) == []
    assert titles_alike({"a": ("/people/1", "人员"), "b": ("/", "人员")}) == [
        "A11 one title, several pages: 人员 ['/', '/people/0']"
    ]


def test_long_sentences_rare_characters_and_words_of_offices_are_found() -> None:
    assert hard(["您的申请已收到。我们会在三天内答复。"]) == []
    assert any("characters a sentence" in fault for fault in hard(["我们" * 20 + "。"]))
    assert any("rare" in fault for fault in hard(["龘靐齉爩。"]))
    assert any("予以" in fault for fault in hard(["对您的申请予以受理。"]))


def test_a_step_that_takes_a_second_is_found() -> None:
    assert slow({"查询": 40.0, "结算": 999.0}) == []
    assert slow({"查询": 1_200.0}) == ["A19 查询: 1200 ms"]


def test_every_check_has_its_planted_fault() -> None:
    numbers = {int(re.match(r"A(\d+) ", name)[1]) for name in PLANTED}  # type: ignore[index] # each begins so
    # A2: test_in_a_browser.py (HTML that is none); A13: test_without_scripts.py; A17: test_papers.py; A19: above.
    assert numbers | {2, 13, 17, 19} == set(range(1, 22))

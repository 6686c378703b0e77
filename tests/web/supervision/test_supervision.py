"""The supervisor's pages by Django's own client: pictures equal their tables, nothing small is shown, a county is reminded."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app import figures
from huibao.app.access import Reach, Role
from huibao.app.work.worker import work_off
from huibao.store.models.supervision import ReminderStep, TallyRow
from huibao.web.desk import COMFORT
from tests.app.staff_world import Hands
from tests.web.desk_world import signed_in
from tests.web.supervision.counties import CITY, PROVINCE, county

pytestmark = pytest.mark.django_db
HENGYANG, HENGNAN, HENGSHAN = "430421", "430422", "430423"


@pytest.fixture
def city(clock: Hands) -> Client:
    """A city's supervisor; three counties: 2 of 10, 6 of 10 and 30 of 40 insured."""
    county(HENGYANG, 2, 8, clock)
    county(HENGNAN, 6, 4, clock)
    county(HENGSHAN, 30, 10, clock)
    return signed_in(Role.CITY_SUPERVISOR, clock, Reach(CITY), "du.cha")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def tables(text: str) -> list[list[list[str]]]:
    """Every table of a page as rows of texts."""
    bare = re.compile(r"<[^>]+>")
    return [
        [
            [bare.sub("", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL)
    ]


def pictures(text: str) -> list[str]:
    return re.findall(r'<svg class="huibao-chart" xmlns.*?</svg>', text, re.DOTALL)


def values_printed(svg: str) -> list[str]:
    """What stands beside each mark."""
    return re.findall(r'<text class="value"[^>]*>(.*?)</text>', svg)


def test_counties_stand_by_share_the_lowest_first_with_what_is_missing(city: Client) -> None:
    rows = tables(page(city, "/supervision"))[0]
    # 2 of 10 is 20 %: 2 more for 40 %, 5 for 70 %; 30 of 40 is 75 %
    assert rows[1:] == [
        ["衡阳县", "10", "2", "20.00%", "5%–51%", "2", "5"],
        ["衡南县", "10", "6", "60.00%", "31%–84%", "0", "1"],
        ["衡山县", "40", "30", "75.00%", "59%–86%", "0", "0"],
    ]


@pytest.mark.parametrize(
    "path", ["/supervision", "/supervision/months", "/supervision/funnel", f"/supervision/county/{HENGSHAN}"]
)
def test_a_picture_prints_the_numbers_of_the_table_below_it_and_says_so_in_words(
    city: Client, clock: Hands, path: str
) -> None:
    for area in (HENGYANG, HENGNAN, HENGSHAN):
        figures.count_county(area, clock)
    text = page(city, path)
    drawn = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert drawn
    for figure in drawn:
        drawings, (table,) = pictures(figure), tables(figure)
        assert all(re.search(r"<title [^>]*>\S", svg) and re.search(r"<desc [^>]*>\S", svg) for svg in drawings)
        svg = "".join(drawings)
        printed = values_printed(svg)
        cells = [row[1:] for row in table[1:]]
        assert len(printed) == len(cells)
        for value, row in zip(printed, cells, strict=True):
            assert value in row
        names = re.findall(r'<g class="row"[^>]*>.*?<text x[^>]*>(.*?)</text>', svg)
        assert names == [row[0] for row in table[1:]]


def test_what_is_drawn_is_as_long_as_the_number_says(city: Client) -> None:
    (svg,) = pictures(page(city, "/supervision"))
    marks = re.findall(r'data-value="(\d+)"', svg)
    assert marks == ["2000", "6000", "7500"]
    spreads = re.findall(r'<line class="spread" x1="(\d+)" y1="\d+" x2="(\d+)"', svg)
    assert len(spreads) == 3
    # ten people leave the mark a diamond; the plot is 400 wide from 168 on: 75 % stands at 168 + 300
    assert svg.count('class="doubt"') == 3
    assert '<polygon class="doubt" data-value="7500" points="468,' in svg


def test_the_script_draws_from_the_same_numbers(city: Client) -> None:
    text = page(city, "/supervision")
    data = re.findall(r'data-chart="(.*?)"', text)[0]
    assert "&quot;values&quot;: [2000, 6000, 7500]" in data
    assert re.search(r'<script type="module" src="[^"]*charts[^"]*\.js"', text)
    assert not re.search(r"charts[^\"]*\.js", page(city, "/"))


def test_small_counts_of_people_with_a_case_are_not_shown(city: Client, clock: Hands) -> None:
    figures.count_county(HENGSHAN, clock)
    for row in TallyRow.objects.filter(area=HENGSHAN, on=clock.today()):
        row.reported, row.paid = 4, 4
        row.save()
    text = page(city, "/supervision/funnel")
    funnel, by_county = tables(text)
    assert [row[1] for row in funnel[1:]] == ["60", "38", "未记录", "不显示", "不显示"]
    assert by_county[3][:3] == ["衡山县", "40", "30"]
    assert by_county[3][3:] == ["未记录", "不显示", "不显示"]
    assert not re.search(r">4<", text)


def test_the_days_are_held_against_the_law_and_an_empty_page_says_what_the_law_says(city: Client) -> None:
    assert "达成给付协议后十日内付款" in page(city, "/supervision/days")
    assert "三十日内作出核定" in page(city, "/supervision/days?clock=decide")


def test_counting_again_is_done_in_the_background_and_keeps_every_county(city: Client, clock: Hands) -> None:
    key = re.findall(r'name="key" value="(\w+)"', page(city, "/supervision"))[0]
    first, again = (city.post("/supervision/count", {"key": key})["Location"] for _ in range(2))
    assert first == again
    work_off(clock)
    assert set(TallyRow.objects.values_list("area", flat=True)) == {HENGYANG, HENGNAN, HENGSHAN}
    assert city.get(first)["Location"] == "/supervision"
    assert "统计于" in page(city, "/supervision")


def test_a_county_is_reminded_sees_it_and_answers_once(city: Client, clock: Hands) -> None:
    form = page(city, f"/supervision/county/{HENGSHAN}/remind")
    key = re.findall(r'name="key" value="(\w+)"', form)[0]
    due = (clock.today() + timedelta(days=7)).isoformat()
    said = {"key": key, "subject": "coverage", "text": "请核实未参保人员。", "due": due}
    made, again = (city.post(f"/supervision/county/{HENGSHAN}/remind", said)["Location"] for _ in range(2))
    assert made == again
    clerk = signed_in(Role.COUNTY_CLERK, clock, Reach(HENGSHAN), "li.wen")
    assert "1 件待答复" in page(clerk, "/")
    assert "还没有" in page(city, made)
    assert "请核实未参保人员。" in page(clerk, made)
    assert "还没有" not in page(city, made)
    empty = clerk.post(f"{made}/answer", {"answer": ""})
    assert (empty.status_code, "请写明办理情况" in empty.content.decode()) == (422, True)
    for _ in range(2):
        assert clerk.post(f"{made}/answer", {"answer": "已核实 10 人。"})["Location"] == made
    approver = signed_in(Role.COUNTY_APPROVER, clock, Reach(HENGSHAN), "fu.he")
    late = approver.post(f"{made}/answer", {"answer": "另一个答复"})
    assert (late.status_code, "另一个答复" in late.content.decode()) == (422, True)
    assert ReminderStep.objects.filter(kind="answered").count() == 1
    assert "已核实 10 人。" in page(city, made)
    assert "待答复" not in page(clerk, "/")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"due": "2026-05-06"}, "答复期限应在明天到一年以内"),
        ({"due": "morgen"}, "请按 年-月-日 输入日期"),
        ({"text": ""}, "请写明要求"),
        ({"subject": ""}, "请选择事项"),
    ],
)
def test_a_wrong_reminder_keeps_what_was_typed(city: Client, wrong: dict[str, str], says: str) -> None:
    said = {"key": "k1", "subject": "coverage", "text": "请核实。", "due": "2026-05-20"} | wrong
    answer = city.post(f"/supervision/county/{HENGSHAN}/remind", said)
    text = answer.content.decode()
    assert (answer.status_code, says in text) == (422, True)
    assert wrong.get("text", "请核实。") in text


def test_a_day_that_has_passed_is_told_at_once_with_everything_else(city: Client) -> None:
    said = {"key": "k1", "subject": "", "text": "", "due": "2026-05-05"}
    text = city.post(f"/supervision/county/{HENGSHAN}/remind", said).content.decode()
    at_the_day = text.split('id="due-error"')[1].split("</p>")[0]
    assert "答复期限应在明天到一年以内" in at_the_day
    assert ('id="subject-error"' in text, 'id="text-error"' in text) == (True, True)


def test_the_auditor_s_first_page_leads_to_the_figures_and_gives_no_orders(city: Client, clock: Hands) -> None:
    auditor = signed_in(Role.AUDITOR, clock, Reach(PROVINCE), "shen.ji")
    home = page(auditor, "/")
    for path in ("/supervision", "/supervision/days", "/reminders"):
        assert f'href="{path}"' in home, path
    assert auditor.get(f"/supervision/county/{HENGSHAN}/remind").status_code == 403
    assert "待答复" not in home


def test_another_city_s_county_is_out_of_reach_and_its_reminders_too(city: Client, clock: Hands) -> None:
    province = signed_in(Role.PROVINCE_SUPERVISOR, clock, Reach(PROVINCE), "sheng.ji")
    said = {"key": "k2", "subject": "other", "text": "请报送年报。", "due": "2026-05-20"}
    made = province.post("/supervision/county/430102/remind", said)["Location"]
    for path in (
        "/supervision/county/430102",
        "/supervision/county/430102/sheet",
        "/supervision/county/430102/remind",
        made,
    ):
        assert city.get(path).status_code == 403, path
    clerk = signed_in(Role.COUNTY_CLERK, clock, Reach(HENGSHAN), "li.wen")
    assert clerk.get(made).status_code == 403
    assert (
        "第" not in "".join(row[0] for row in tables(page(city, "/reminders"))[0][1:])
        if tables(page(city, "/reminders"))
        else True
    )
    for path in ("/supervision", "/supervision/funnel", f"/supervision/county/{HENGSHAN}"):
        assert clerk.get(path).status_code == 403, path
    assert city.get("/supervision/county/999999").status_code == 403


def test_no_page_asks_the_database_too_often_or_is_too_long(city: Client, clock: Hands) -> None:
    for area in (HENGYANG, HENGNAN, HENGSHAN):
        figures.count_county(area, clock)
    paths = ["/", "/supervision", "/supervision/months", "/supervision/funnel", "/supervision/days", "/reminders"]
    for path in [*paths, f"/supervision/county/{HENGSHAN}", f"/supervision/county/{HENGSHAN}/sheet", "/coverage"]:
        with CaptureQueriesContext(connection) as asked:
            text = page(city, path)
        assert len(asked) <= 30, path
        assert len(text.encode()) <= 150_000, path


CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = ("县", "市", "省", "镇", "乡", "街道", "区", "场", "中文", "虚构", "示范", "残疾人人口", "名册")


def test_in_english_only_names_are_left_in_chinese(city: Client, clock: Hands) -> None:
    figures.count_county(HENGSHAN, clock)
    city.cookies[COMFORT] = "en"
    for path in (
        "/",
        "/supervision",
        "/supervision/months",
        "/supervision/funnel",
        "/supervision/days",
        "/reminders",
        f"/supervision/county/{HENGSHAN}",
        f"/supervision/county/{HENGSHAN}/sheet",
        f"/supervision/county/{HENGSHAN}/remind",
    ):
        # A name is marked within its sentence; the sentence stays one line.
        text = re.sub(r"<[^>]+>", "\n", re.sub(r"</?span[^>]*>", "", page(city, path)))
        left = [line for line in text.splitlines() if CHINESE.search(line) and not any(name in line for name in NAMES)]
        assert left == [], path

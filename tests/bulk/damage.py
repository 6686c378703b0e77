"""What goes wrong in the cells of rosters, column by column: the damage of spreadsheets and of hurried hands."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from huibao.domain.roster.header import Cell
from huibao.kernel.certificate import CATEGORY_ZH
from huibao.kernel.identity import EXCEL_TAIL, check_digit
from tests.domain.roster.made_up import COUNTY, identity

NAMES = ("王明", "李建国", "赵敏", "张劉", "欧阳春", "阿依·古丽", "陈一", "陈二")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _wrong(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def born(number: str, birth: str) -> str:
    """The number with another birth, and the check digit that fits."""
    body = number[:6] + birth + number[14:17]
    return body + check_digit(body)


NUMBER_DAMAGE = (
    lambda number: number.translate(WIDE),
    lambda number: f"'{number}",
    lambda number: f"{number}.0",
    lambda number: f" {number} ",
    lambda number: f"\u202a{number}",
    lambda number: number[:17] + "x",
    lambda number: number[:17] + "×",
    lambda number: number[:17] + "Ⅹ",
    lambda number: f"{number[0]}.{number[1:3]}E+17",
    lambda number: float(number[:15] + EXCEL_TAIL),
    lambda number: number[:15] + EXCEL_TAIL,
    lambda number: number[:6] + number[8:17],
    _wrong,
    lambda number: number[:17],
    lambda number: number + "0",
    lambda number: born(number, "19990231"),
    lambda number: born(number, "20001301"),
    lambda number: born(number, "19000229"),
    lambda number: born(number, "21990101"),
    lambda number: born(number, "18700101"),
    lambda number: born(number, "18491231"),
    lambda number: "99" + number[2:17] + check_digit("99" + number[2:17]),
    lambda number: f"{number[:6]}********{number[14:]}",
    lambda number: number.replace("0", "O"),
    lambda _number: "",
    lambda _number: "无",
    lambda _number: None,
    lambda _number: 430423,
    lambda _number: True,
    lambda _number: date(2020, 1, 1),
    lambda _number: "x" * 600,
    lambda number: "٤" + number[1:],
)
CERTIFICATE_DAMAGE = (
    *NUMBER_DAMAGE,
    lambda number: f"{number}B1",
    lambda number: f"{number}B0",
    lambda number: f"{number}b2",
    lambda number: number[:18],
    lambda number: number[:18] + "82",
    lambda number: number[:18] + "15",
    lambda number: identity("19760101", 7) + number[18:],
)
NAME_DAMAGE = (
    *("", None, " 王 明 ", "王　明", "'王明", "王?", "王\ue844", "阿依•古丽", "·王明", "王明·", "Ｔom Lee", "Tom  Lee"),
    *(
        "王" * 70,
        "王明2",
        "姓名",
        "合计",
        "合计：20人",
        "第 2 页",
        12.0,
        True,
        date(2020, 1, 1),
        "劉明",
        "𠮷明",
        "王鿕",
    ),
)
DAYS = (
    *("2020.1.1", "20200101", "2020年1月1日", "2020/1/1 0:00:00", "2020-13-01", "2020-02-30", "2020", "43831", "长期"),
    *("永久", "2019-06-30", "2099-01-01", "2199-01-01", "1899-12-31", "无", "/", " ", "２０２０-01-01", "明年", "12"),
    *(
        date(2020, 1, 1),
        date(2030, 1, 1),
        date(1899, 1, 1),
        43831.0,
        43831.5,
        0.0,
        1.0,
        True,
        False,
        None,
        "'2020-01-01",
    ),
    *("2025-06-30", "2025-07-01", "2025年6月", "是", "否"),
)
TEXTS = (
    *(
        "",
        None,
        " ",
        "无",
        "-",
        "—",
        "null",
        "nan",
        "是",
        "否",
        "有",
        "√",
        "×",
        "0",
        "1",
        "享受",
        "不享受",
        "非低保",
        "低保边缘",
    ),
    *(
        "特困供养",
        "脱贫不稳定户",
        "边缘易致贫户",
        "突发严重困难",
        "脱贫不享受政策",
        "未脱贫",
        "正常",
        "冻结",
        "注销",
        "已注销",
    ),
    *(
        "过期",
        "死亡",
        "已死亡",
        "未死亡",
        "迁出",
        "户口迁出",
        "父亲死亡",
        "2020年去世",
        "未知",
        "视力",
        "视力、听力",
        "盲",
    ),
    *(
        "肢体残疾",
        "其他",
        "一级",
        "Ⅱ",
        "二级肢体",
        "一级二级",
        "1",
        "8",
        "男",
        "女",
        "男性",
        "M",
        "不详",
        "  肢体  ",
        "'低保",
    ),
    *(
        1.0,
        2.0,
        1.5,
        7,
        True,
        False,
        date(2020, 1, 1),
        "y" * 501,
        "衡山县",
        "衡阳市",
        "长沙市",
        "开云镇",
        "某某镇",
        "衡东县",
    ),
    *("430423", "430423000000", "430102", "430101", "4304231", "999999", "43042310２", 430423.0, "430424102003"),
    *("138 0000 1111", "+8613800001111", "8613800001111", "0734-5812345、13800001111", "12345", "13800001111"),
)


FORMULA = "=A1"
HALF = 0.5
NEARLY: Mapping[str, Sequence[Cell]] = {
    "性别": ("男", "女", "男性", "女 ", "1", "２", "不详"),
    "残疾类别": (*CATEGORY_ZH.values(), "肢体残疾", "1", 4.0, "盲", "视力、听力", "其他"),
    "残疾等级": ("一级", "二级", "三", "4", "Ⅳ", 1.0, "二级肢体", "五级"),
    "区划代码": (COUNTY, f"{COUNTY}000000", "430424102003", "430101", 430423.0, "999999", "４３０４２３"),
    "证件状态": ("冻结", "注销", "过期", "正常 ", "有效", "到期"),
    "人员状态": ("死亡", "迁出", "正常", "未死亡", "在册"),
    "备注": ("已死亡", "父亲死亡", "2020年去世", "外出务工"),
}
"""What senders write instead in columns of few words."""


def spoilt(random: Random, head: str, cell: Cell) -> Cell:
    """Something else in a cell than what belongs there."""
    if head == "残疾证号":
        return random.choice(CERTIFICATE_DAMAGE)(str(cell))
    if "证号" in head or "证件号码" in head:
        return random.choice(NUMBER_DAMAGE)(str(cell))
    if "姓名" in head:
        return random.choice((*NAME_DAMAGE, *NAMES))
    if "日期" in head or head == "有效期至":
        return random.choice((*DAYS, FORMULA))
    return random.choice(NEARLY[head] if head in NEARLY and random.random() < HALF else (*TEXTS, FORMULA))

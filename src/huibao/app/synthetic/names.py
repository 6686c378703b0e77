"""Names nobody has: usual surnames and characters, and in each name 某 ("a certain"), which no real name holds.

General knowledge, rounded: the weights only keep the usual surnames usual. No list of real people was used.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from huibao.app.synthetic import figures
from huibao.app.synthetic.numbers import Draw, Ints, Numbers, Whole, between, chance, choose, mixed

SURNAMES: Final = {
    "王": 72, "李": 71, "张": 68, "刘": 54, "陈": 45, "杨": 31, "赵": 23, "黄": 22, "周": 21, "吴": 20,
    "徐": 17, "孙": 15, "胡": 13, "朱": 13, "高": 12, "林": 12, "何": 11, "郭": 11, "马": 11, "罗": 9,
    "梁": 8, "宋": 8, "郑": 8, "谢": 7, "韩": 7, "唐": 7, "冯": 6, "于": 6, "董": 6, "肖": 6,
    "程": 6, "曹": 5, "袁": 5, "邓": 5, "许": 5, "傅": 5, "沈": 5, "曾": 5, "彭": 5, "吕": 5,
    "苏": 4, "卢": 4, "蒋": 4, "蔡": 4, "贾": 4, "丁": 4, "魏": 4, "薛": 4, "叶": 4, "阎": 4,
    "欧阳": 1, "上官": 1, "司马": 1, "诸葛": 1,
}  # fmt: skip
"""Surname → weight per mille, rounded, whole country."""

MALE: Final = "伟强军勇杰涛明超辉刚平建国华志成斌林海波峰宏文武松柏根生福贵有德富长春来顺庆云"
FEMALE: Final = "芳娜敏静秀娟英华慧巧美玲桂红玉萍兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛艳珍翠"
BOTH: Final = "小子新永学晓春秋金银喜忠仁义和安宁远"

A_CERTAIN: Final = "某"
"""In every made-up name, so that nobody takes its bearer for real."""

DOTTED: Final = ("阿依古丽·某买提", "古丽娜尔·某山", "买买提江·某吐逊", "热依木·某木", "迪丽努尔·某卡尔")
"""Names with a middle dot, which is written in many ways; Uyghur people have lived in Hunan for centuries."""

SURNAME_LIST: Final = tuple(SURNAMES)
SURNAME_WEIGHTS: Final = tuple(SURNAMES.values())
LASTS: Final = MALE + FEMALE
MIDDLES: Final = BOTH + MALE + FEMALE


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name as places in the lists above; of many, as columns."""

    surname: Whole
    given: Whole
    """Place in `given_names`."""
    dotted: Whole
    """Place in DOTTED, or -1."""


def name_parts(numbers: Numbers, woman: Whole) -> NameParts:
    """Return the drawn parts of a name."""
    of_women = woman * len(MALE)
    last = between(numbers, Draw.GIVEN, of_women, numbers.where(woman, len(LASTS), len(MALE)) - 1)
    middle = between(numbers, Draw.GENERATION, 0, len(BOTH) + numbers.where(woman, len(FEMALE), len(MALE)) - 1)
    middle = numbers.where(middle < len(BOTH), middle, middle + of_women)
    short = chance(numbers, Draw.SHORT_NAME, figures.SHORT_NAMES.value)
    dotted = chance(numbers, Draw.DOTTED, figures.DOTTED_NAMES.value)
    return NameParts(
        surname=choose(numbers, Draw.SURNAME, SURNAME_WEIGHTS),
        given=numbers.where(short, last, (middle + 1) * len(LASTS) + last),
        dotted=numbers.where(dotted, between(numbers, Draw.SURNAME, 0, len(DOTTED) - 1), -1),
    )


@cache
def given_names() -> tuple[str, ...]:
    """Return all given names with their 某: those of one character first, then by the character in the middle."""
    return tuple(A_CERTAIN + middle + last for middle in ("", *MIDDLES) for last in LASTS)


def name_of(numbers: Ints, woman: int) -> str:
    """Return the name of one person."""
    parts = name_parts(numbers, woman)
    if parts.dotted >= 0:
        return DOTTED[parts.dotted]
    return SURNAME_LIST[parts.surname] + given_names()[parts.given]


VILLAGE_HEADS: Final = "东西南北上下大小新老"
VILLAGE_CORES: Final = (
    "石桥",
    "柳林",
    "青山",
    "白水",
    "双泉",
    "茶园",
    "枫树",
    "龙潭",
    "枣园",
    "梅岭",
    "杏花",
    "栗子坪",
)
VILLAGE_TAILS: Final = ("村",)


def village_names(town: str, count: int) -> tuple[str, ...]:
    """Return invented village names for a town (its code), all different; no table of real villages is shipped."""
    pool = [head + core + tail for head in VILLAGE_HEADS for core in VILLAGE_CORES for tail in VILLAGE_TAILS]
    return tuple(pool[(mixed(int(town)) + VILLAGE_STEP * at) % len(pool)] for at in range(count))


VILLAGE_STEP: Final = 13
"""Shares no factor with the number of names, so all of a town's are different."""

"""Shapes of Chinese names: common surnames with rough weights, and characters given names are made of.

General knowledge, rounded: the weights only keep the usual surnames usual. No list of real people was used.
"""

from random import Random
from typing import Final

from huibao.kernel.identity import Sex

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

DOTTED: Final = ("阿依古丽·买买提", "古丽娜尔·艾山", "买买提江·吐尔逊", "热依木·哈斯木", "迪丽努尔·卡德尔")
"""Names with a middle dot, which is written in many ways; Uyghur people have lived in Hunan for centuries."""

SURNAME_LIST: Final = tuple(SURNAMES)
SURNAME_WEIGHTS: Final = tuple(SURNAMES.values())


def make_name(rng: Random, sex: Sex) -> str:
    """Return a name of two to four characters in the usual shapes."""
    surname = rng.choices(SURNAME_LIST, SURNAME_WEIGHTS)[0]
    own = MALE if sex is Sex.MALE else FEMALE
    last = rng.choice(own)
    if rng.randrange(100) < TWO_CHARACTER_PERCENT:
        return surname + last
    return surname + rng.choice(BOTH + own) + last


TWO_CHARACTER_PERCENT: Final = 15
"""Share of given names of a single character."""

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


def village_names(rng: Random, count: int) -> tuple[str, ...]:
    """Return invented village names, all different; no table of real villages is shipped."""
    pool = [head + core + tail for head in VILLAGE_HEADS for core in VILLAGE_CORES for tail in VILLAGE_TAILS]
    return tuple(rng.sample(pool, count))

"""Names as senders type them: spaces, dots of many kinds, lost and private characters, traditional forms."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

DOT: Final = "·"
"""The middle dot U+00B7 of the household registers (姓名间隔号)."""
DOTS: Final = re.compile("[•‧∙⋅・･．.。\u30fb\u00b7\uff65\u2024\u2219]+")
SPACES: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
LATIN: Final = re.compile(r"[A-Za-z]")
LOST: Final = re.compile(r"[?？□■◇○〇*＊#＃�_0-9０-９]")
"""What is left of a character that somebody's code page did not hold, or that never belongs into a name."""
FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

TRADITIONAL: Final = str.maketrans(
    dict(
        zip(
            "張劉陳楊趙黃吳孫馬羅鄭謝韓馮鄧蕭許葉閻餘盧蔣賈鍾譚陸範鄒龍萬錢湯賀賴龔顏喬蘇呂汪魯韋嚴溫齊"
            "華國偉東麗軍靜強蘭鳳慶紅書雲傑寶蓮飛鵬貴爾嵐瑩鋒銀鐵鋼澤潔學義興業來芳歡榮應務樹開閔駱"
            "豐愛師賢會滿慧順頌頻園圓廣進遠達運選葦藝長門聖聯聲職動勞勝單衛號後淵淺溪灣漢濤濱燦煥爭獻環璽"
            "畫異當發盡紀純紹細終統綠維綱緒縣總績織繼續羨聞與舉萊藍藥蘆覺親觀記訓詩詳誠說諾謙讓豔貞財貢貴費資賓"
            "車軒輝輪農這連郎鄉醫釗釵鈞鈺銘錄錦鎮鑫鑒閃閩陣陽陰際隨雙雜難電靈項順須預領顯風養馨駿騰驥鮮鴻鶴麥黨",
            "张刘陈杨赵黄吴孙马罗郑谢韩冯邓萧许叶阎余卢蒋贾钟谭陆范邹龙万钱汤贺赖龚颜乔苏吕汪鲁韦严温齐"
            "华国伟东丽军静强兰凤庆红书云杰宝莲飞鹏贵尔岚莹锋银铁钢泽洁学义兴业来芳欢荣应务树开闵骆"
            "丰爱师贤会满慧顺颂频园圆广进远达运选苇艺长门圣联声职动劳胜单卫号后渊浅溪湾汉涛滨灿焕争献环玺"
            "画异当发尽纪纯绍细终统绿维纲绪县总绩织继续羡闻与举莱蓝药芦觉亲观记训诗详诚说诺谦让艳贞财贡贵费资宾"
            "车轩辉轮农这连郎乡医钊钗钧钰铭录锦镇鑫鉴闪闽阵阳阴际随双杂难电灵项顺须预领显风养馨骏腾骥鲜鸿鹤麦党",
            strict=True,
        )
    )
    | {"昇": "升", "堃": "坤", "喆": "哲", "峯": "峰", "羣": "群", "淼": "淼", "甯": "宁", "寗": "宁", "邨": "村"}
)
"""Characters of names in traditional or variant form → the standard one. Enough to tell a variant from another name."""


class Likeness(StrEnum):
    """How two names for one identity number compare."""

    SAME = "same"
    VARIANT = "variant"
    CLOSE = "close"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TidyName:
    """A name put right, what private characters it holds (as code points), and whether characters are lost."""

    name: str
    repaired: bool
    private: str
    broken: bool


@lru_cache(maxsize=65536)
def tidy_name(text: str) -> TidyName:
    """Return the name with dots made one, width folded, and spaces between Chinese characters taken out."""
    name = text.strip().removeprefix("'").translate(FULL_WIDTH)
    latin = LATIN.search(name) is not None
    name = SPACES.sub(" ", name).strip() if latin else DOTS.sub(DOT, SPACES.sub("", name)).strip(DOT)
    private = " ".join(f"U+{ord(char):04X}" for char in name if is_private(char))
    return TidyName(name, name != text.strip(), private, LOST.search(name) is not None)


def is_private(char: str) -> bool:
    """Tell whether a character lies in a private-use area, where each machine shows what it likes."""
    return unicodedata.category(char) == "Co"


def likeness(one: str, other: str) -> Likeness:
    """Compare two tidy names: the same, a traditional or variant form, one character apart, or different."""
    if one == other:
        return Likeness.SAME
    if one.translate(TRADITIONAL) == other.translate(TRADITIONAL):
        return Likeness.VARIANT
    if len(one) == len(other) and len(one) > 1 and sum(1 for a, b in zip(one, other, strict=True) if a != b) == 1:
        return Likeness.CLOSE
    return Likeness.OTHER

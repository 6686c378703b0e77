"""Words for why somebody is not insured, or no longer: the same on the terminal and on a page. Chinese, English."""

from typing import Final

WHYS: Final = {
    "no_group": ("不属于参保对象", "in no target group"),
    "elsewhere": ("户籍不在本地", "registered elsewhere"),
    "no_residence": ("户籍地不明", "residence unknown"),
    "ended_by_hand": ("已人工退保", "ended by decision"),
    "dead": ("已去世", "dead"),
    "no_days": ("期内无剩余天数", "no days left"),
    "died": ("去世", "died"),
    "moved": ("迁出", "moved"),
    "left_group": ("退出对象范围", "left the group"),
    "withdrew": ("本人退保", "withdrew"),
    "mistaken": ("误保更正", "mistaken"),
}
"""By the name that a batch counts them under."""

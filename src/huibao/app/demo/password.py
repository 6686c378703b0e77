"""The one password of a demonstration's accounts: a few words, drawn anew for every folder."""

import secrets
from typing import Final

WORDS: Final = (
    *["chuntian", "xiatian", "qiutian", "dongtian", "qingshan", "lvshui", "mingyue", "qingfeng", "liushui", "zhuyun"],
    *["songtao", "heye", "taohua", "meixue", "lanting", "xishan", "dongjiang", "beidou", "nanfeng", "shanhu"],
)
PASSWORD_WORDS: Final = 4


def drawn_password() -> str:
    """A password of a few words: easily typed, and another in every folder."""
    return "-".join(secrets.choice(WORDS) for _ in range(PASSWORD_WORDS)) + f"-{secrets.randbelow(90) + 10}"

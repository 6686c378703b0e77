"""Passwords: how long, not leaked, not to be guessed; kept only as an Argon2id hash."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from huibao.app.accounts.problems import COMMON, GUESSABLE, LENGTH
from huibao.kernel.problem import Problem

LEAST_CHARS: Final = 10
MOST_CHARS: Final = 128
"""A longer one is not safer, and hashing it costs the server more than the sender."""
CONTEXT: Final = ("huibao", "惠保", "canlian", "残联", "fupin", "yibao", "医保", "baoxian", "保险")
"""Words anybody would try first here."""
LEAST_WORD: Final = 3
DECORATION: Final = "0123456789!@#$%^&*()-_=+.,?~ "


@cache
def _leaked() -> frozenset[str]:
    """Some twenty thousand passwords seen in leaks, as Django ships them: no question leaves this machine."""
    return frozenset(CommonPasswordValidator().passwords)


def password_problem(password: str, own_words: Iterable[str] = ()) -> Problem | None:
    """Why a password is not taken, or None. `own_words`: account and name of who chooses it."""
    if not LEAST_CHARS <= len(password) <= MOST_CHARS:
        return LENGTH(least=LEAST_CHARS, most=MOST_CHARS, found=len(password))
    plain = password.casefold()
    if plain in _leaked() or plain.strip(DECORATION) in _leaked() or len(set(plain)) < LEAST_WORD:
        return COMMON()
    for word in (*CONTEXT, *own_words):
        if len(word) >= 2 and word.casefold() in plain:  # noqa: PLR2004 - two Chinese characters are a name
            return GUESSABLE(word=word)
    return None


def hashed(password: str) -> str:
    """The hash to be kept."""
    return make_password(password)


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one kept. An account without one takes as long as any other."""
    if len(password) > MOST_CHARS:
        return False
    return check_password(password, kept or _nobody()) and bool(kept)


@cache
def _nobody() -> str:
    """A hash that nothing matches, so that a name nobody has costs the same time."""
    return make_password("an account that does not exist")

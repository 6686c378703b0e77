"""Letters about a claim are written in plain words (A16): short sentences, everyday characters, none of the words of offices."""

from datetime import date

from huibao.domain.claims.claim import Claim, Decision, PapersAsked, Reason, Verb
from huibao.domain.claims.letters import Letter, decision_letter, papers_letter
from huibao.domain.claims.papers import ALWAYS
from tests.domain.claims.made_up import APPROVER, CLERK, a_claim, moved, reported, with_papers, worth
from tests.web.browser.checks.words import hard

NEXT = date(2020, 4, 20)
HOTLINE = "12385"


def assessed(override_fen: int | None = None) -> Claim:
    return moved(
        with_papers(a_claim(), NEXT), Verb.ASSESS, CLERK, NEXT, worth(5000, override_fen=override_fen, why="票据有误。")
    )


def decided(fen: int, override_fen: int | None = None) -> Letter:
    letter = decision_letter(
        moved(assessed(override_fen), Verb.DECIDE, APPROVER, NEXT, Decision(fen)), [("医疗费", fen, "HN-1")], HOTLINE
    )
    assert letter is not None
    return letter


def test_every_letter_is_plain() -> None:
    refusal = decision_letter(
        moved(assessed(), Verb.REFUSE, APPROVER, NEXT, Reason("事故发生在保障开始之前。\n依据：HN-1。")), (), HOTLINE
    )
    assert refusal is not None
    asked = papers_letter(moved(reported(a_claim()), Verb.ASK_PAPERS, CLERK, NEXT, PapersAsked(ALWAYS)), ALWAYS, NEXT)
    for letter in (asked, decided(5000), decided(4000, override_fen=4000), refusal):
        assert len(letter.sentences) > 5, letter.title
        assert hard([letter.title, *letter.sentences]) == [], letter.title


def test_a_letter_that_is_not_plain_is_found() -> None:
    assert hard([*decided(5000).sentences, "我司兹特此函告贵方。"]) != []

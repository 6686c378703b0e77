"""Tests of the tests: a fault planted in the door is noticed by the stories that are told about it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from huibao.app.hospital import settling
from huibao.app.settlement_batch import Along
from huibao.hospital import door as doors
from huibao.hospital import together, trust
from huibao.store import message as messages
from tests.errors import test_hospital_problems as problems
from tests.hospital import test_a_stay_is_settled_over_the_interface as story
from tests.hospital.world import Hospital

Story = Callable[[Hospital], None]


def answers_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer leaves without its record."""
    monkeypatch.setattr(messages, "record", lambda _: None)
    monkeypatch.setattr(messages, "take", lambda *_: True)
    monkeypatch.setattr(
        settling, "Along", lambda entries, kept=None, message=None: Along(entries, kept, message and None)
    )


def answers_leave_before_the_deed_is_durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done is rolled back after the answer is made."""

    @contextmanager
    def undone() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    monkeypatch.setattr(doors, "unit_of_work", undone)
    monkeypatch.setattr(together, "unit_of_work", undone)


def signatures_count_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature is taken as often as it comes: each time it leaves another mark."""
    verify, times = trust.verify, count()

    def marked(*words: Any) -> trust.Trusted:  # noqa: ANN401 - stands in for the real one
        return replace(verify(*words), nonce=f"{next(times):064x}")

    monkeypatch.setattr(doors, "verify", marked)


def any_signature_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature is not compared."""
    monkeypatch.setattr(trust, "_matches", lambda *_: True)


@pytest.mark.parametrize(
    "plant,noticed_by",
    [
        (answers_are_forgotten, story.test_asked_again_the_answer_is_the_same_to_the_byte),
        (answers_are_forgotten, story.test_the_same_msgid_with_other_content_is_refused),
        (answers_are_forgotten, story.test_a_message_reversed_before_it_came_is_never_done),
        (answers_leave_before_the_deed_is_durable, story.test_it_works),
        (signatures_count_for_ever, problems.test_a_request_sent_twice_as_it_was),
        (any_signature_will_do, problems.test_a_signature_that_does_not_match),
    ],
)
def test_a_planted_fault_is_noticed(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], noticed_by: Story
) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):
        noticed_by(hospital)

"""The quick reading of faultless numbers says what the full reading says."""

from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.roster.row import _plain_certificate
from huibao.kernel.certificate import read_certificate
from tests.domain.roster.made_up import identity

ME = identity()


@given(st.text(alphabet="0123456789XxBb '", max_size=4))
def test_a_certificate_is_taken_quickly_only_when_the_full_reading_agrees(tail: str) -> None:
    quick = _plain_certificate(ME, ME + tail)
    full = read_certificate(ME + tail)
    if quick is not None:
        assert quick == full.value
        assert full.problems == ()
    elif full.value is not None:
        assert full.problems or full.value.reissue


def test_somebody_elses_certificate_is_never_taken_quickly() -> None:
    assert _plain_certificate(identity(order=3), ME + "42") is None
    assert _plain_certificate(ME, ME + "42") is not None

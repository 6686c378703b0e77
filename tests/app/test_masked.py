"""What a page shows of somebody before a reason is given."""

import pytest

from huibao.app.person import masked_name, masked_tail


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("王", "王*"),
        ("王芳", "王*"),
        ("王小芳", "王**"),
        ("欧阳虚构", "欧**"),
        ("买买提江·某吐逊", "买**"),
    ],
)
def test_of_a_name_the_first_character_and_not_how_long_it_is(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("", ""), ("1234", "****"), ("12345", "*2345"), ("13900001234", "*******1234")]
)
def test_of_a_number_its_end(number: str, shown: str) -> None:
    assert masked_tail(number) == shown

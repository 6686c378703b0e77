"""What a page shows of somebody before a reason is given."""

import pytest

from huibao.app.person import masked_name, masked_tail
from huibao.app.roster_desk.reading import alike


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


@pytest.mark.parametrize(
    ("said", "shown", "hidden"),
    [
        ("已登记为“王小明”，本行却写“王小芳”。", "已登记为“王**”，本行却写“王**”。", True),
        ("已登记为“王小明”，本行却写“李小明”。", "已登记为“王**”，本行却写“李**”。", False),
        ("姓名“王 明”改为“王 明”。", "姓名“王*”改为“王*”。", False),
        ("没有姓名。", "没有姓名。", False),
    ],
)
def test_two_names_that_look_alike_once_they_are_masked_are_noticed(said: str, shown: str, hidden: bool) -> None:
    assert alike(said, shown) is hidden

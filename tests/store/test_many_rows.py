"""Many rows at once come back as they were given, whatever is in them, by whichever way the engine takes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.store.many import FEW, insert_many
from huibao.store.models.roster import Person
from huibao.store.unit import rehearsal

pytestmark = pytest.mark.django_db
COLUMNS = (
    "name",
    "identity",
    "birth_on",
    "sex",
    "phone",
    "address",
    "bank_account",
    "area",
    "town",
    "village",
    "entered_on",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


def a_row(at: int, name: str) -> tuple[object, ...]:
    day = date(1960, 3, 2)
    return (name, f"{at:018}", day, "female", "", name[:9], "", "370323", "370323100", "", day)


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_rows_come_back_as_they_were_given(texts: list[str]) -> None:
    names = [texts[at % len(texts)] for at in range(FEW + 1)]
    with rehearsal():
        insert_many(Person, COLUMNS, [a_row(at, name) for at, name in enumerate(names)])
        found = list(Person.objects.order_by("pk").values_list("name", "birth_on"))
        assert found == [(name, date(1960, 3, 2)) for name in names]

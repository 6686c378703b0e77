"""Each row of a settlement is written into every index of its table: none stands there that no question needs."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

WRITTEN = (
    "settlement", "settlement_layer", "stay_settlement", "message", "nonce", "accumulator", "entry", "transfer", "account",
)  # fmt: skip
"""Tables that a settlement by message writes."""
BY_ITS_BEGINNING = ("entry", "key")
"""The one column of them that is asked for by how it begins."""


@pytest.mark.parametrize("table", WRITTEN)
def test_no_index_is_the_beginning_of_another(table: str) -> None:
    with connection.cursor() as cursor:
        found = {
            name: (tuple(of["columns"]), of["unique"] or of["primary_key"])
            for name, of in connection.introspection.get_constraints(cursor, table).items()
            if of["index"] or of["unique"] or of["primary_key"]
        }
    needless = {
        name
        for name, (columns, unique) in found.items()
        for other, (longer, _) in found.items()
        if name != other and not unique and longer[: len(columns)] == columns and (table, *columns) != BY_ITS_BEGINNING
    }
    assert not needless

"""docs/guides/partition.sql on two years of data: the same books before and after, still guarded, and they go on. PostgreSQL"""

from pathlib import Path

import pytest

from scripts.postgres import Cluster
from tests.cli.test_backup import NEXT_YEAR, SET_UP, a_county, answer, script

pytestmark = pytest.mark.own_engine

SQL = Path(__file__).parents[2] / "docs" / "guides" / "partition.sql"
MORE = NEXT_YEAR.replace("receive-2021", "receive-more")
CHANGE = """
from django.db import connection, IntegrityError
try:
    connection.cursor().execute("UPDATE transfer SET fen = fen + 1")
except IntegrityError as error:
    assert "L3" in str(error), error
else:
    raise SystemExit("a transfer could be changed")
"""
COUNTED = "SELECT tableoid::regclass, count(*) FROM transfer GROUP BY 1 ORDER BY 1"


@pytest.mark.slow
def test_the_years_stand_apart_and_the_books_say_the_same(cluster: Cluster) -> None:
    database = cluster.new_database()
    name = database.partition("@/")[2].partition("?")[0]
    a_county(database)
    script(database, SET_UP + NEXT_YEAR)
    shown = (("ledger", "show"), ("ledger", "show", "--on", "2020-12-31"), ("settlement", "show", "H1/B4"))
    before = [answer(database, *words) for words in shown]
    whole = int(cluster.ask("SELECT count(*) FROM transfer", name)[0])
    cluster.run_file(SQL, name)
    assert [one["holds"] for one in answer(database, "check") if not one["holds"]] == []
    assert [answer(database, *words) for words in shown] == before
    parts = dict(line.split("|") for line in cluster.ask(COUNTED, name))
    assert sum(map(int, parts.values())) == whole
    assert int(parts["transfer_2021"]) == 1
    script(database, SET_UP + MORE)
    script(database, SET_UP + CHANGE)
    assert answer(database, "check")
    plan = cluster.ask(
        "EXPLAIN SELECT sum(fen) FROM transfer WHERE takes_effect_on >= '2021-01-01' AND takes_effect_on < '2022-01-01'",
        name,
    )
    assert any("transfer_2021" in line for line in plan)
    assert not any("transfer_2020" in line for line in plan)

"""A year in Parquet: killed and resumed to the same bytes, people whole in each part, differences by layer and area."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from huibao.bulk.differences import difference_rows
from huibao.bulk.files import write_whole
from huibao.bulk.kernel import ready
from huibao.bulk.parquet import people_parts
from huibao.bulk.replay import (
    late_rows,
    plan_of,
    record_table,
    replay_parquet,
    replay_table,
    settle_parquet,
)
from huibao.bulk.tables import settle_rows
from huibao.cli.main import door
from tests.bulk.shipped import table_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"


def year(people: int = 200, seed: int = 1) -> pa.Table:
    """Made-up bills of some people, by person and day, in two areas."""
    random = Random(seed)
    rows: list[dict[str, object]] = []
    for person in range(people):
        days = sorted(random.randrange(366) for _ in range(random.randrange(1, 6)))
        for day in days:
            total = random.randrange(1, 200_000_00)
            rows.append(
                {
                    "claim_id": len(rows),
                    "person_id": person,
                    "settles_on": date(2020, 1, 1) + timedelta(days=day),
                    "bill_total": total,
                    "in_policy": total * 9 // 10,
                    "reported_basic_medical": total * random.randrange(60) // 100,
                }
            )
    table = table_of(ready(SCHEME, BENEFIT), rows)
    return table.append_column("area", pa.array([f"37032{person % 2}" for person in table["person_id"].to_pylist()]))


def recorded(table: pa.Table) -> pa.Table:
    return record_table(table, plan_of(SCHEME, BENEFIT))[0]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


class Killed(Exception):  # noqa: N818 - the process that is gone
    pass


@pytest.mark.parametrize("after", [1, 2, 4])
@pytest.mark.parametrize("record", [False, True])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path, after: int, record: bool) -> None:
    pq.write_table(recorded(year()), tmp_path / "year.parquet", row_group_size=70)
    plan = plan_of(SCHEME, BENEFIT)
    replay_parquet([tmp_path / "year.parquet"], tmp_path / "whole", plan, record=record, rows_a_part=100)
    parts = 0

    def kill(_rows: int) -> None:
        nonlocal parts
        parts += 1
        if parts == after:
            raise Killed

    with pytest.raises(Killed):
        replay_parquet(
            [tmp_path / "year.parquet"], tmp_path / "cut", plan, record=record, rows_a_part=100, progress=kill
        )
    last = max((tmp_path / "cut").glob("part-*.parquet"))
    (tmp_path / "cut" / f".{last.name}.part").write_bytes(b"half a part")
    last.write_bytes(last.read_bytes()[:50])
    run = replay_parquet([tmp_path / "year.parquet"], tmp_path / "cut", plan, record=record, rows_a_part=100)
    assert run.resumed == after - 1
    (tmp_path / "cut" / f".{last.name}.part").unlink(missing_ok=True)
    assert digests(tmp_path / "cut") == digests(tmp_path / "whole")


def test_what_a_power_cut_left_of_a_run_is_made_anew(tmp_path: Path) -> None:
    pq.write_table(year(), tmp_path / "year.parquet", row_group_size=70)
    plan = plan_of(SCHEME, BENEFIT)
    for out in ("whole", "no_manifest", "no_part"):
        settle_parquet([tmp_path / "year.parquet"], tmp_path / out, plan, rows_a_part=100)
    (tmp_path / "no_manifest" / "manifest.json").write_bytes(b"")
    (tmp_path / "no_part" / "part-00001.parquet").write_bytes(b"")
    assert settle_parquet([tmp_path / "year.parquet"], tmp_path / "no_manifest", plan, rows_a_part=100).resumed == 0
    assert settle_parquet([tmp_path / "year.parquet"], tmp_path / "no_part", plan, rows_a_part=100).resumed == 1
    assert digests(tmp_path / "no_manifest") == digests(tmp_path / "whole") == digests(tmp_path / "no_part")


def test_a_word_named_twice_leaves_no_room_that_memory_could_fill(tmp_path: Path) -> None:
    def words(names: list[str], at: list[int]) -> pa.Table:
        return pa.table({"area": pa.DictionaryArray.from_arrays(pa.array(at, pa.int8()), pa.array(names))})

    once = write_whole(tmp_path / "once.parquet", words(["370321", "370322"], [0, 1, 0]))
    assert write_whole(tmp_path / "twice.parquet", words(["370321", "370322", "370321"], [0, 1, 2])) == once


@given(random=st.randoms(use_true_random=False), size=st.integers(1, 12), group=st.integers(1, 9))
def test_each_person_is_whole_in_one_part_and_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, random: Random, size: int, group: int
) -> None:
    people = [random.randrange(8) for _ in range(random.randrange(1, 40))]
    if random.random() < 0.7:
        people.sort()
    table = pa.table({"person_id": people, "settles_on": pa.array([0] * len(people), pa.int32()).cast(pa.date32())})
    path = tmp_path_factory.mktemp("parts") / "some.parquet"
    pq.write_table(table, path, row_group_size=group)
    parts = list(people_parts(path, pq.ParquetFile(path), 0, None, size))
    seen = [set(part["person_id"].to_pylist()) for _, part in parts]
    assert sorted(each for _, part in parts for each in part["person_id"].to_pylist()) == sorted(people)
    assert sum(len(each) for each in seen) == len(set(people))
    for first_row, part in parts:
        again = next(people_parts(path, pq.ParquetFile(path), first_row, None, size))
        assert again == (first_row, part)


def test_parts_come_to_what_the_whole_table_comes_to(tmp_path: Path) -> None:
    pq.write_table(year(), tmp_path / "year.parquet")
    plan = plan_of(SCHEME, BENEFIT)
    replay_parquet([tmp_path / "year.parquet"], tmp_path / "out", plan, record=True, rows_a_part=37)
    parts = pa.concat_tables([pq.read_table(path) for path in sorted((tmp_path / "out").glob("part-*.parquet"))])
    whole = settle_rows(year(), plan.bulk)
    assert parts["recorded.supplementary"].to_pylist() == whole["supplementary"].to_pylist()
    run = settle_parquet([tmp_path / "year.parquet"], tmp_path / "settled", plan, rows_a_part=37)
    parts = pa.concat_tables([pq.read_table(path) for path in sorted((tmp_path / "settled").glob("part-*.parquet"))])
    assert parts["self_pay"].to_pylist() == whole["self_pay"].to_pylist()
    assert run.figures["sums"]["self_pay"] == sum(whole["self_pay"].to_pylist())


def test_the_same_rules_give_no_difference() -> None:
    """S6 at the scale of a table."""
    changed, figures = replay_table(recorded(year()), plan_of(SCHEME, BENEFIT))
    assert (changed.num_rows, figures["changed"], figures["late"]) == (0, 0, 0)
    assert all(row["difference_fen"] == 0 for row in difference_rows(figures))


def test_other_numbers_differ_by_layer_and_area_and_the_parts_make_the_whole() -> None:
    table = recorded(year())
    changed, figures = replay_table(table, plan_of(SCHEME, BENEFIT, settings={"self_pay_floor": "2000 yuan"}))
    rows = {(row["dimension"], row["key"], row["layer"]): row["difference_fen"] for row in difference_rows(figures)}
    less = rows["layer", "all", "supplementary"]
    assert less < 0
    assert rows["layer", "all", "self_pay"] == -less
    assert rows["area", "370320", "supplementary"] + rows["area", "370321", "supplementary"] == less
    assert changed.num_rows == figures["changed"] > 0


def test_a_late_claim_keeps_its_place_on_record_and_the_order_of_days_is_told_beside_it() -> None:
    """The cap of 350,000 yuan is spent in the order of record; by day the other claim would have had it."""
    bulk = ready(SCHEME, BENEFIT)
    rows: list[dict[str, object]] = [
        {"claim_id": at, "person_id": 1, "settles_on": day, "bill_total": total, "in_policy": total}
        for at, (day, total) in enumerate([(date(2020, 6, 1), 250_000_00), (date(2020, 2, 1), 350_000_00)])
    ]
    table = table_of(bulk, rows).append_column("settled_no", pa.array([0, 1]))
    first = settle_rows(table, bulk, order_by="settled_no")
    assert first["supplementary"].to_pylist() == [225_000_00, 125_000_00]
    for name in bulk.source.outputs:
        table = table.append_column(f"recorded.{name}", first[name])
    late = late_rows(table)
    assert late is not None
    assert late.tolist() == [False, True]
    changed, figures = replay_table(table, plan_of(SCHEME, BENEFIT))
    assert (changed.num_rows, figures["changed"], figures["late"]) == (0, 0, 1)
    by_day = figures["by_day"]["supplementary"]
    assert (by_day["recorded_fen"], by_day["replayed_fen"], by_day["changed"]) == (350_000_00, 350_000_00, 2)


def test_the_command_leaves_a_year_and_finds_nothing_different_in_it(tmp_path: Path) -> None:
    pq.write_table(year(), tmp_path / "year.parquet")
    scheme = ["--scheme", SCHEME, "--benefit", BENEFIT]
    run = CliRunner()
    left = run.invoke(
        door, ["replay", str(tmp_path / "year.parquet"), *scheme, "--record", "--out", str(tmp_path / "on")]
    )
    assert left.exit_code == 0, left.output
    (tmp_path / "record.parquet").write_bytes((tmp_path / "on" / "part-00000.parquet").read_bytes())
    again = run.invoke(door, ["--json", "replay", str(tmp_path / "record.parquet"), *scheme])
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["changed"] == 0
    other = run.invoke(
        door, ["--json", "replay", str(tmp_path / "record.parquet"), *scheme, "--set", "self_pay_floor=2000 yuan"]
    )
    assert other.exit_code == 1
    assert json.loads(other.stdout)["changed"] > 0
    shown = run.invoke(door, ["--lang", "en", "replay", str(tmp_path / "record.parquet"), *scheme])
    assert "0 differ" in shown.output

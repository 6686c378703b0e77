"""kill -9 of a run over a roster or a year at seeded moments: started again it goes on, and ends with the same bytes. G1

Each run is a process of its own; it is killed when its folder shows that a chosen moment has come, and a little later.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from huibao.bulk.roster import check_roster, open_pages
from huibao.bulk.roster.check import RUN
from huibao.domain.roster.source import SourceId
from huibao.kernel.problem import Refused
from tests.bulk.rosters import messy_sheet, write_csv
from tests.bulk.test_parquet_replay import BENEFIT, SCHEME, digests, recorded, year

FULL = os.environ.get("HUIBAO_TEST_PROFILE") == "full"
SEEDS = range(20 if FULL else 1)
KILLS = 5 if FULL else 3
MOST_SECONDS = 60
DAY = date(2025, 6, 30)
SOURCE = SourceId.DISABILITY_CERTIFICATE

CHECK = """
import sys
from datetime import date
from pathlib import Path
from huibao.bulk.roster import check_roster, open_pages
from huibao.domain.roster.source import SourceId
path, out = map(Path, sys.argv[1:])
check_roster(
    open_pages(path), SourceId.DISABILITY_CERTIFICATE, taken_on=date(2025, 6, 30), folder=out, stretch=250, rows_a_file=300
)
"""
REPLAY = f"""
import sys
from pathlib import Path
from huibao.bulk.replay import plan_of, replay_parquet
path, out = map(Path, sys.argv[1:])
replay_parquet([path], out, plan_of("{SCHEME}", "{BENEFIT}"), rows_a_part=60)
"""

Moment = Callable[[Path], bool]


def run_until(program: str, path: Path, out: Path, moment: Moment | None, wait: float = 0.0) -> int:
    """Run the program into a folder and kill it at a moment, or let it end; how it ended."""
    with subprocess.Popen([sys.executable, "-c", program, str(path), str(out)]) as run:
        ends = time.monotonic() + MOST_SECONDS
        while moment is not None and run.poll() is None and time.monotonic() < ends:
            if moment(out):
                time.sleep(wait)
                run.kill()
                break
            time.sleep(0.001)
        return run.wait(MOST_SECONDS)


def files(pattern: str, at_least: int = 1) -> Moment:
    """When so many files with such names are there."""
    return lambda out: len(list(out.glob(pattern))) >= at_least


def killed_again_and_again(program: str, path: Path, out: Path, moments: list[Moment], seed: int) -> None:
    """Kill a run at each moment in turn, each time going on in the same folder, and let the last one end."""
    waits = random.Random(seed)
    ends = [run_until(program, path, out, moment, waits.uniform(0, 0.02)) for moment in moments]
    assert -signal.SIGKILL in ends, "at least one run died on the way"
    assert run_until(program, path, out, None) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_roster_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = write_csv(tmp_path / "全省名册.csv", messy_sheet(random.Random(3), "", SOURCE, 3_000, 0.01), "gb18030")
    whole = tmp_path / "whole"
    run = check_roster(open_pages(path), SOURCE, taken_on=DAY, folder=whole, stretch=250, rows_a_file=300)
    assert len(run.replies) > 1, "the reply takes several workbooks"
    moments = [
        files("run.json"),
        files("parts/*.parquet", dice.randrange(1, 6)),
        files("parts/*.parquet", dice.randrange(6, 12)),
        dice.choice([files(".findings.parquet.part"), files("findings.parquet"), files(".退回-01.xlsx.part")]),
        dice.choice([files(".退回-02.xlsx.part"), files("退回-01.xlsx"), files("summary.json")]),
    ]
    chosen = [moments[at] for at in sorted(dice.sample(range(len(moments)), KILLS))]
    killed_again_and_again(CHECK, path, tmp_path / "cut", chosen, seed)
    assert digests(tmp_path / "cut") == digests(whole)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_replay_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = tmp_path / "year.parquet"
    pq.write_table(recorded(year(people=600)), path, row_group_size=70)
    assert run_until(REPLAY, path, tmp_path / "whole", None) == 0
    parts = len(list((tmp_path / "whole").glob("part-*.parquet")))
    moments = [files("part-*.parquet", at) for at in sorted(dice.sample(range(1, parts), KILLS - 1))]
    killed_again_and_again(REPLAY, path, tmp_path / "cut", moments, seed)
    assert digests(tmp_path / "cut") == digests(tmp_path / "whole")


def cut_run(tmp_path: Path) -> tuple[Path, Path]:
    """A roster and the folder of a run over it that was killed half-way."""
    path = write_csv(tmp_path / "名册.csv", messy_sheet(random.Random(4), "", SOURCE, 5_000, 0.01), "utf-8")
    out = tmp_path / "out"
    assert run_until(CHECK, path, out, files("parts/*.parquet")) == -signal.SIGKILL
    return path, out


def refusal(path: Path, out: Path, day: date = DAY, area: str | None = None, stretch: int = 250) -> str:
    """What is said instead of going on in a folder."""
    with pytest.raises(Refused) as refused:
        check_roster(open_pages(path), SOURCE, taken_on=day, folder=out, area=area, stretch=stretch, rows_a_file=300)
    (problem,) = refused.value.problems
    assert problem.code == "BULKROSTER-001"
    return problem.says_en


def test_a_killed_run_is_not_gone_on_with_for_another_file_day_area_cutting_or_version(tmp_path: Path) -> None:
    path, out = cut_run(tmp_path)
    before = digests(out / "parts")
    assert "day" in refusal(path, out, day=date(2025, 7, 1))
    assert "area" in refusal(path, out, area="370100")
    assert "stretch" in refusal(path, out, stretch=100)
    run = (out / RUN).read_text(encoding="utf-8")
    (out / RUN).write_text(run.replace('"version": "', '"version": "another '), encoding="utf-8")
    assert "version" in refusal(path, out)
    (out / RUN).write_text(run, encoding="utf-8")
    assert "sheets" in refusal(path.rename(path.with_name("改名.csv")), out), "each finding names the sheet"
    path = path.with_name("改名.csv").rename(path)
    path.write_bytes(path.read_bytes() + b"\n")
    assert "file" in refusal(path, out)
    assert digests(out / "parts") == before, "nothing of the run is touched"

"""`huibao claim …` as somebody types it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from huibao.cli import claim as module
from huibao.cli.main import door
from tests.app import claims_world as world
from tests.app.claims_world import TestClock, identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    """The made-up county; commands run by its clock on the test's own database."""
    clock = world.shandong()
    clock.day = date(2020, 5, 10)
    monkeypatch.setattr(module, "open_database", lambda: clock)
    return clock


def huibao(*words: str) -> Result:
    return CliRunner().invoke(door, ["claim", *words])


def answer(*words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    result = huibao(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def report(*more: str) -> tuple[str, ...]:
    return (
        "report", "--identity", identity(0), "--happened-on", "2020-05-01", "--cause", "fall", "--what", "跌倒",
        "--channel", "hotline", "--reporter", "relative", "--reporter-name", "李家人", *more,
    )  # fmt: skip


NUMBER = "C2020-370782-000001"


def test_it_works_from_the_call_to_the_payment() -> None:
    assert answer(*report("--handler", "张经办"))["state"] == "reported"
    there = [word for paper in ("application", "identity", "bank_account") for word in ("--received", paper)]
    assert answer("papers", NUMBER, *there, "--complete", "--by", "张经办")["state"] == "papers_complete"
    cost = ["--set", "accident_medical_cost=1,000.00", "--set", "accident_medical_in_policy=1000"]
    # (1,000.00 − 50.00) × 80 % = 760.00 in the demonstration city.
    assessed = answer("assess", NUMBER, *cost, "--by", "张经办", "--explain")
    assert assessed["assessed"] == "760.00"
    assert any("SD-4.2" in line for line in assessed["explanation"][0]["lines"])
    assert answer("decide", NUMBER, "--by", "王审批")["owed"] == "760.00"
    done = answer("pay", NUMBER, "--by", "赵出纳")
    assert (done["state"], done["paid"], done["owed"]) == ("paid", "760.00", "0.00")
    assert huibao("pay", NUMBER, "--by", "赵出纳").exit_code == 3


def test_show_tells_timeline_clocks_and_what_may_be_done_next() -> None:
    answer(*report())
    result = huibao("show", NUMBER)
    assert result.exit_code == 0, result.output
    for word in ("孙某", "已报案", "作出核定", "2020-06-09", "还缺材料", "索赔申请书"):
        assert word in result.stdout
    english = CliRunner().invoke(door, ["--lang", "en", "claim", "show", NUMBER])
    assert "Possible now" in english.stdout


def test_the_queue_shows_what_is_due_and_ends_with_1_when_a_clock_ran_out(clock: TestClock) -> None:
    answer(*report())
    assert [one["number"] for one in answer("queue")] == [NUMBER]
    assert huibao("queue", "--ran-out").exit_code == 0
    clock.day = date(2020, 6, 10)
    late = huibao("queue", "--ran-out")
    assert late.exit_code == 1
    assert "✗ 作出核定" in late.stdout


def test_a_drowning_waits_and_a_death_is_paid_to_the_parents(tmp_path: Path) -> None:
    drowned = [*report()]
    drowned[drowned.index("fall")] = "drowning"
    answer(*drowned)
    there = [word for paper in ("application", "identity", "bank_account") for word in ("--received", paper)]
    answer("papers", NUMBER, *there, "--complete", "--by", "张经办")
    assert answer("first-payer", NUMBER, "--wait", "--by", "张经办")["state"] == "waiting_first_payer"
    answer("first-payer", NUMBER, "--amount", "20000", "--reference", "灾1", "--by", "张经办")
    findings = tmp_path / "findings.json"
    findings.write_text(json.dumps({"died_on": "2020-05-01", "amounts": {"accident_medical_cost": "0"}}), "utf-8")
    # 50,000.00 less 20,000.00 paid first.
    assert answer("assess", NUMBER, "--findings", str(findings), "--by", "张经办")["assessed"] == "30,000.00"
    parents = [f"孙父:{identity(11)}:父:1", f"钱母:{identity(12)}:母:1"]
    answer("beneficiaries", NUMBER, "--person", parents[0], "--person", parents[1], "--by", "张经办")
    answer("advance", NUMBER, "--agree", "10000", "--reason", "丧葬急需，无争议", "--by", "王审批")
    assert answer("advance", NUMBER, "--by", "赵出纳")["paid"] == "10,000.00"
    answer("decide", NUMBER, "--by", "王审批")
    assert answer("pay", NUMBER, "--by", "赵出纳")["paid"] == "30,000.00"


def test_a_refusal_its_letter_an_appeal_and_the_reopening() -> None:
    answer(*report())
    assert huibao("refuse", NUMBER, "--by", "王审批").exit_code == 3  # no reasons
    answer("refuse", NUMBER, "--reason", "不属于意外伤害（SD-4.2）", "--by", "王审批")
    answer("refuse", NUMBER, "--sent", "--by", "张经办")
    answer("appeal", NUMBER, "--reason", "有接警记录", "--by", "孙某")
    assert huibao("reopen", NUMBER, "--reason", "属实", "--by", "王审批").exit_code == 3  # the one who refused
    assert answer("reopen", NUMBER, "--reason", "属实", "--by", "周复核")["state"] == "reported"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "C1"), 3),
        (("papers", NUMBER, "--by", "张经办"), 2),
        (("first-payer", NUMBER, "--by", "张经办"), 2),
        (("assess", NUMBER, "--set", "cost", "--by", "张经办"), 2),
        (("assess", NUMBER, "--set", "accident_medical_cost=1e3", "--by", "张经办"), 3),
        (("assess", NUMBER, "--set", "nothing=1", "--by", "张经办"), 3),
        (("assess", NUMBER, "--injury", "a:9:手:3", "--by", "张经办"), 3),
        (("assess", NUMBER, "--injury", "a:x", "--by", "张经办"), 3),
        (("beneficiaries", NUMBER, "--person", "甲:::零", "--by", "张经办"), 2),
        (("decide", NUMBER, "--by", "王审批"), 3),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(words: tuple[str, ...], code: int) -> None:
    answer(*report())
    before = answer("show", NUMBER)
    result = huibao(*words)
    assert result.exit_code == code, result.output
    assert result.stderr != ""
    assert answer("show", NUMBER)["events"] == before["events"]

"""Every shipped scheme loads, checks clean and passes its worked cases; the reference tables agree with them."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files

import pytest

from huibao.rules.cases import CaseReport, run_cases
from huibao.rules.checks import check
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import explain
from huibao.rules.scheme import Scheme, Status
from huibao.rules.shelf import open_scheme, shelf_ids
from huibao.rules.tree import Node, read_tree

IDS = shelf_ids()
OFFICIAL = ("shandong/2020", "hunan/2025")
DEMONSTRATIONS = ("shandong/2020/demo-city", "hunan/2025/demo-county")
PROGRAMMES = (
    "xianyou-2019",
    "yangjiang-2020",
    "zhangjiakou-2022",
    "dadong-2024",
    "yaan",
    "guangfeng-2017",
    "dingliangzhu-2018",
    "qianjiang-2019",
    "xiangshan-2017",
    "ruian-2018",
    "sanming",
)
BILLS = tuple(f"P{at}" for at in range(1, 9))
ACCIDENTS = tuple(f"E{at}" for at in range(1, 8))
SHAPES = (*(f"A{at}" for at in range(1, 9)), *(f"B{at}" for at in range(1, 14)))


def reference(name: str) -> Node:
    """A reference table as a tree."""
    where = f"schemes/reference/{name}.yaml"
    root, problems = read_tree(files("huibao").joinpath(where).read_text(encoding="utf-8"), where)
    assert root is not None
    assert problems == ()
    return root


@pytest.fixture(scope="module")
def reports() -> Mapping[str, CaseReport]:
    """The worked cases of every shipped scheme, run once."""
    return {name: run_cases(name) for name in IDS}


@pytest.fixture(scope="module")
def case_ids(reports: Mapping[str, CaseReport]) -> frozenset[str]:
    """scheme/case of every worked case."""
    return frozenset(f"{name}/{result.name}" for name, report in reports.items() for result in report.results)


def listed_cases(entry: Node, key: str) -> list[str]:
    """The cases an entry of a reference table names."""
    return [item.text for item in entry.pairs[key].items]


def test_the_two_documents_their_demonstrations_and_the_public_programmes_are_on_the_shelf() -> None:
    assert {*OFFICIAL, *DEMONSTRATIONS, *(f"programmes/{name}" for name in PROGRAMMES)} <= set(IDS)


@pytest.mark.parametrize("scheme_id", IDS)
def test_a_shipped_scheme_loads_and_checks_clean(scheme_id: str) -> None:
    assert check(open_scheme(scheme_id)) == ()


@pytest.mark.parametrize("scheme_id", IDS)
def test_the_worked_cases_of_a_shipped_scheme_pass(scheme_id: str, reports: Mapping[str, CaseReport]) -> None:
    report = reports[scheme_id]
    assert report.results
    assert [f"{result.name}: {d.text('en')}" for result in report.failed for d in result.differences] == []


@pytest.mark.parametrize("scheme_id", IDS)
def test_every_worked_case_shows_its_workings_and_has_titles_in_both_languages(
    scheme_id: str, reports: Mapping[str, CaseReport]
) -> None:
    for result in reports[scheme_id].results:
        assert result.workings, result.name
        assert result.source, result.name
        assert result.title.zh, result.name
        assert result.title.en, result.name


@pytest.mark.parametrize("scheme_id", IDS)
def test_every_benefit_of_a_shipped_scheme_has_a_worked_case(scheme_id: str) -> None:
    root, _ = read_tree(
        files("huibao").joinpath("schemes", *scheme_id.split("/"), "cases.yaml").read_text(encoding="utf-8"), scheme_id
    )
    assert root is not None
    worked = {event.pairs["benefit"].text for case in root.pairs["cases"].items for event in case.pairs["events"].items}
    own = {name for name, benefit in open_scheme(scheme_id).benefits.items() if benefit.scheme_id == scheme_id}
    assert own <= worked


def test_the_official_schemes_are_official_and_rest_on_the_text_of_their_document() -> None:
    for scheme_id, key in zip(OFFICIAL, ("SD", "HN"), strict=True):
        scheme = open_scheme(scheme_id)
        assert scheme.status is Status.OFFICIAL
        assert len(scheme.documents[key].sha256) == 64


def test_made_up_values_are_marked_where_a_reader_sees_them() -> None:
    for scheme_id in DEMONSTRATIONS:
        scheme = open_scheme(scheme_id)
        own = [param for param in scheme.params.values() if param.scheme_id == scheme_id]
        assert scheme.status is Status.DEMONSTRATION
        assert "示范" in scheme.title.zh
        assert own
        for param in own:
            assert param.demonstration, param.name
            assert "示范" in param.title.zh, param.name
            assert "made up" in param.title.en, param.name


def test_a_demonstration_gives_every_param_the_documents_leave_open() -> None:
    for scheme_id in DEMONSTRATIONS:
        scheme = open_scheme(scheme_id)
        assert [p.name for p in scheme.params.values() if p.at(scheme.period.first_on) is None] == []


def test_a_published_programme_says_that_its_figures_are_published_ones() -> None:
    for scheme_id in IDS:
        if scheme_id.startswith("programmes/"):
            scheme = open_scheme(scheme_id)
            assert scheme.status is Status.PUBLISHED
            assert all(document.title for document in scheme.documents.values())


@pytest.mark.parametrize("case", [*BILLS, *ACCIDENTS])
def test_a_published_bill_or_accident_is_worked_or_the_note_says_why_not(case: str, case_ids: frozenset[str]) -> None:
    entry = reference("published_cases").pairs["cases"].pairs[case]
    used = listed_cases(entry, "used")
    assert set(used) <= case_ids
    assert used or entry.pairs["complete"].text == "false"
    assert entry.pairs["note"].pairs["zh"].text
    assert entry.pairs["note"].pairs["en"].text


def test_the_note_on_published_cases_knows_no_other_case() -> None:
    assert set(reference("published_cases").pairs["cases"].pairs) == {*BILLS, *ACCIDENTS}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_seen_in_real_programmes_has_a_worked_case(shape: str, case_ids: frozenset[str]) -> None:
    cases = listed_cases(reference("shapes").pairs["shapes"].pairs[shape], "cases")
    assert cases
    assert set(cases) <= case_ids


def shares(scheme: Scheme) -> list[int]:
    """Shares of the grades 1 to 10 in a scheme, basis points."""
    return list(scheme.params["jrt_share"].at(scheme.period.first_on) or ())


def test_schemes_that_grade_disability_use_the_shares_of_the_reference_table() -> None:
    table = reference("jrt0083").pairs["grades"].pairs
    expected = [int(node.text.removesuffix(" %")) * 100 for node in table.values()]
    assert list(table) == [str(grade) for grade in range(1, 11)]
    assert expected == [10_000, 9_000, 8_000, 7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000]
    graded = [scheme for scheme in map(open_scheme, IDS) if "jrt_share" in scheme.params]
    assert len(graded) >= 7
    for scheme in graded:
        assert shares(scheme) == expected, scheme.scheme_id


def test_a_contract_may_shorten_the_clocks_of_the_insurer_and_never_the_limitation() -> None:
    clocks = reference("clocks").pairs["clocks"].pairs
    windows = {name: node.pairs["window"].text for name, node in clocks.items()}
    assert windows["decide"] == "30 days"
    assert windows["pay"] == "10 days"
    assert windows["refuse"] == "3 days"
    assert windows["advance"] == "60 days"
    assert windows["limitation"] == "2 years"
    for name in ("decide", "pay", "refuse", "advance"):
        assert clocks[name].pairs["contract_may"].text == "shorten", name
    for name in ("limitation", "limitation_life"):
        assert clocks[name].pairs["contract_may"].text == "keep", name
    for node in clocks.values():
        assert node.pairs["clause"].text.startswith(("IL-", "JI2-"))
        assert node.pairs["confidence"].text in {"high", "medium", "low"}


def test_what_may_bind_an_amount_is_called_by_a_name_in_both_languages() -> None:
    for scheme in map(open_scheme, IDS):
        for step in (step for benefit in scheme.benefits.values() for step in benefit.steps):
            assert len(step.bound_titles) == len(step.bounds), step.name
            for label, title in zip(step.bounds, step.bound_titles, strict=True):
                assert title.zh != label, f"{scheme.scheme_id} {step.name} {label}"
                assert title.en, label


def test_the_explanation_says_in_words_which_bound_it_was() -> None:
    program = compile_benefit(open_scheme("shandong/2020/demo-city"), "one_stop", date(2020, 5, 1))
    said = (
        (1_000_00, 600_00, "由“目标比例”决定"),
        (500_00, 390_00, "由“个人自付下限”决定"),
        (1_000_00, 900_00, "例外：其他保障已达目标，无须补充"),
    )
    for total, paid, words in said:
        bill = {"bill_total": total, "in_policy": total, "reported_basic_medical": paid}
        assert words in explain(program, bill)[-1].text("zh")
    bill = {"bill_total": 1_000_00, "in_policy": 1_000_00}
    assert "由“年度封顶线”决定" in explain(program, bill, {"supplementary_paid": 349_999_00})[-1].text("zh")

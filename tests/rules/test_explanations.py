"""Every amount is told with its rule, its numbers, what bound it, and the clause it rests on."""

from datetime import date

from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import Line, explain, explain_outcome, rest_text
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Payer
from huibao.rules.wording import value_text, wording
from tests.rules.tiny_scheme import tiny

SCHEME = tiny()


def told(step: str, benefit: str = "bill", **inputs: int | str | bool) -> Line:
    settings = {"least": "1 yuan"} if benefit == "bill" else {}
    program = compile_benefit(SCHEME, benefit, date(2025, 5, 1), None, settings)
    return next(line for line in explain(program, inputs) if line.step == step)


def test_a_line_says_title_amount_rule_numbers_bound_document_and_clause() -> None:
    line = told("backstop", bill_total=800_000, in_policy=800_000)
    assert (line.title_zh, line.title_en, line.payer) == ("政府兜底", "Government backstop", Payer.GOVERNMENT_BACKSTOP)
    assert (line.fen, line.amount, line.bound) == (360_000, "3,600.00", "target")
    assert line.formula == (
        "取大(取小(四舍五入(政策范围内费用 × 目标) − 基本医保 − 大病保险 − 医疗商业补充保险，"
        "医疗费总额 − 基本医保 − 大病保险 − 医疗商业补充保险 − 自付下限)，0)"
    )
    assert line.substituted == (
        "取大(取小(四舍五入(8,000.00 × 95 %) − 0.00 − 4,000.00 − 0.00，8,000.00 − 0.00 − 4,000.00 − 0.00 − 1.00)，0)"
    )
    assert (line.document_title, line.number, line.clause) == ("试验文件", "试〔2025〕1号", "T-5")
    assert line.params == (("目标", "95 %"), ("自付下限", "1.00 元"))
    assert line.text() == f"政府兜底：3,600.00 元 ＝ {line.substituted}；由“target”决定〔试〔2025〕1号 T-5〕"
    assert line.text("en") == (
        "Government backstop: 3,600.00 yuan = greatest of (least of (half up (8,000.00 × 95 %) − 0.00 − 4,000.00 − 0.00; "
        "8,000.00 − 0.00 − 4,000.00 − 0.00 − 1.00); 0); bound by target [试〔2025〕1号 T-5]"
    )


def test_the_group_chosen_and_its_rate_are_said() -> None:
    line = told(
        "grouped", bill_total=800_000, in_policy=800_000, hospital_level="secondary", in_poor=True, in_severe=True
    )
    assert line.group == "severe"
    assert line.substituted == "所属群体中最高(四舍五入(取大(8,000.00 − 4,000.00 − 300.00，0) × 80 %))"
    assert line.params == (("起付线", "300.00 元"), ("比例", "80 %"))
    assert "按群体“重度”" in line.text()
    assert "group Severe" in line.text("en")


def test_an_exception_that_applied_is_named_with_its_own_clause() -> None:
    line = told("supplement", bill_total=800_000, in_policy=800_000, third_party_fault=True)
    assert (line.bound, line.clause, line.substituted) == ("third_party", "T-9", "0")
    assert line.exception is not None
    assert "例外：第三方责任" in line.text()
    assert "exception: Third party" in line.text("en")


def test_brackets_tables_flags_and_words_are_told_as_people_read_them() -> None:
    event: dict[str, int | str | bool] = {
        "worst_grade": 2,
        "cause": "fire",
        "days": 3,
        "accident_medical_cost": 600_000,
    }
    assert told("disability", "event", **event).substituted == "四舍五入(30,000.00 × 50 %)"
    assert told("disability", "event", **event).formula == "四舍五入(保额 × 等级比例〔min(worst_grade, 3)〕)"
    assert told("allowance", "event", **event).substituted == "若 fire ∈ fall, fire 则 3 × 50.00，否则 0"
    assert told("stepped", "event", **event).params == (("分档", "5,000.00 元起 30 %"),)
    assert told("paid_days", "event", **event).text() == "paid_days：3 ＝ 取大(取小(3，30 − 0)，0)〔试〔2025〕1号 T-7〕"
    assert told("supplement", outpatient=True, bill_total=100_000).substituted.startswith("若 非是 则")


def test_a_line_goes_out_as_data_too() -> None:
    data = told("critical", bill_total=800_000, in_policy=800_000).as_dict()
    assert data["amount"] == "4,000.00"
    assert data["payer"] == "critical_illness"
    assert data["substituted"] == "取小(年累计分段(0.00 + 8,000.00，分段)，200,000.00) − 0.00"
    assert data["params"] == [
        {"title": "分段", "value": "0.00 元起 50 %；50,000.00 元起 60 %；100,000.00 元起 70 %"},
        {"title": "分段封顶", "value": "200,000.00 元"},
    ]


def test_the_last_line_is_what_is_left_to_the_person() -> None:
    bill = compile_benefit(SCHEME, "bill", date(2025, 5, 1), None, {"least": "1 yuan"})
    event = compile_benefit(SCHEME, "event", date(2025, 5, 1))
    assert rest_text(bill.run({"bill_total": 123_456})) == "个人自付：1,234.56 元"
    assert rest_text(event.run({"worst_grade": 1}), "en") == "Total: 30,000.00 yuan"


def test_which_of_the_three_bounds_held_in_shandong_is_said() -> None:
    program = compile_benefit(open_scheme("shandong/2020/demo-city"), "one_stop", date(2020, 5, 1))
    # In-policy 8,000 × 90 % − 4,000 = 3,200; then a bill that is all in policy and nearly paid; then a cap of 350,000.
    cases = [
        ({"bill_total": 1_000_000, "in_policy": 800_000, "reported_basic_medical": 400_000}, 0, "target"),
        ({"bill_total": 50_000, "in_policy": 50_000, "reported_basic_medical": 39_000}, 0, "self_pay_floor"),
        ({"bill_total": 2_000_000, "in_policy": 2_000_000}, 34_900_000, "yearly_cap"),
    ]
    for inputs, paid, bound in cases:
        outcome = program.run(inputs, {"supplementary_paid": paid})
        line = explain_outcome(outcome)[-1]
        assert (line.step, line.bound) == ("supplementary", bound)


def test_a_scheme_is_told_in_words_even_where_numbers_are_still_missing() -> None:
    rules = {entry.step.name: entry for entry in wording(SCHEME, SCHEME.benefits["bill"])}
    assert rules["left"].rule.zh == "取大(政策范围内费用 − 基本医保，0)"
    assert rules["left"].rule.en == "greatest of (In-policy cost − Basic medical insurance; 0)"
    ((entry, when, then),) = rules["supplement"].exceptions[:1]
    assert (entry.name, when.zh, then.zh) == ("third_party", "第三方责任", "0")


def test_values_are_told_with_their_keys() -> None:
    params = SCHEME.params
    assert value_text(params["deductible"], params["deductible"].values[0]) == (
        "primary 100.00 元; secondary 300.00 元; tertiary 500.00 元"
    )
    assert value_text(params["bands"], params["bands"].values[0], "en").startswith(
        "from 0.00 yuan 50 %; from 50,000.00"
    )
    assert value_text(params["target"], params["target"].values[0]) == "90 %"

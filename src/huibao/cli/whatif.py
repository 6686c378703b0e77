"""`huibao whatif`: what it would cost if numbers of a scheme were others, and what it takes to reach a target."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from huibao.cli.output import emit, json_option, progress, say, show_problems, speech, table
from huibao.cli.replay import must_have_bulk
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.quantity import ZH_WORDS, NotAQuantity, Unit, typed_quantity

if TYPE_CHECKING:
    from datetime import date

    from huibao.bulk.kernel import BulkProgram
    from huibao.bulk.whatif.engine import Question
    from huibao.bulk.whatif.figures import Figures
    from huibao.bulk.whatif.population import Population
    from huibao.bulk.whatif.source import Claims
    from huibao.bulk.whatif.telling import Section

DAY: Final = click.DateTime(["%Y-%m-%d"])
MAX_ROWS_SHOWN: Final = 100
RESAMPLES: Final = 400
MAX_RESAMPLES: Final = 10_000
MAX_THREADS: Final = 64

MISSING_OPTION = define(
    "WHATIF-018",
    "缺少 {missing}",
    "从文件试算须给出 --scheme、--benefit；至少要有一个假设：--set、--vary 或 --scenarios。",
    "{missing} is missing",
    "Files need --scheme and --benefit; at least one scenario is due: --set, --vary or --scenarios.",
)
BAD_QUANTITY = define(
    "WHATIF-019",
    "{field} 为 {found}，读不成{unit_zh}：{why_zh}",
    "请写数字和单位，例如 10000 元、5 %。",
    "{field} is {found}, which cannot be read as {unit}: {why_en}",
    "Write it with its unit, for example 10000 yuan or 5 %.",
)


class RunByDefault(click.Group):
    """A group whose command `run` may be left unnamed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before what names no command and does not ask for help."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=RunByDefault)
def whatif() -> None:
    """假设测算：改几个数，费用、自付、保费各变多少；达到目标要多少钱。 What it would cost if; what a target takes.

    不写子命令时为 run。Without a subcommand, run.
    """


@whatif.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--scheme", "scheme_id", help="方案编号或文件。Scheme id or file.")
@click.option("--benefit", help="待遇。Benefit.")
@click.option("--given", multiple=True, metavar="NAME=VALUE", help="现行方案缺的数值。A value the scheme leaves open.")
@click.option("--known-on", type=DAY, help="按此日所知。Rules as known on this day.")
@click.option(
    "--set", "changes", multiple=True, metavar="NAME=VALUE", help="假设的新值，合为一个方案。New values, one scenario."
)
@click.option(
    "--vary", "varied", multiple=True, metavar="NAME=V1/V2", help="逐一试算的几个值。Values to try, each a scenario."
)
@click.option(
    "--scenarios", "file", type=click.Path(path_type=Path), help="假设方案的 YAML 文件。YAML file of scenarios."
)
@click.option("--from", "from_on", type=DAY, help="新值起算日。First day of the new values.")
@click.option(
    "--burden-line", metavar="YUAN", help="全年自付的负担线；不给则不数。Yearly self-payment to count people over."
)
@click.option("--insured", type=click.IntRange(1), help="参保人年数。Insured person-years.")
@click.option(
    "--population", type=click.Path(path_type=Path), help="各地区、人群参保数（CSV、Parquet）。Insured by area, groups."
)
@click.option("--operating-share", metavar="PERCENT", help="运营成本占保费比例，无缺省值。Operating share, no default.")
@click.option("--contract", help="数据库中的合同。A contract in the database.")
@click.option("--year", type=click.IntRange(2000, 2100), help="数据库中的保单年度。A policy year in the database.")
@click.option(
    "--resamples",
    type=click.IntRange(0, MAX_RESAMPLES),
    default=RESAMPLES,
    show_default=True,
    help="自助抽样次数，0 不算区间。Resamples; 0 for none.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=1, show_default=True, help="抽样种子。Seed of the draws."
)
@click.option("--threads", type=click.IntRange(1, MAX_THREADS), default=2, show_default=True, help="线程数。Threads.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="报告文件夹。Folder of the report.")
@json_option
def run(**given: Any) -> None:  # noqa: ANN401 - click hands over each option by name
    """在同一批案件上试算一个或多个假设方案。 Reckon scenarios over the same claims, beside the scheme as it stands.

    不给文件时用数据库中的案件。Without files, the cases of the database.
    """
    must_have_bulk()
    from huibao.bulk.kernel import engine_line
    from huibao.bulk.whatif.doubts import doubts, refuse_asking
    from huibao.bulk.whatif.engine import Question, ask
    from huibao.bulk.whatif.figures import figures_of
    from huibao.bulk.whatif.scenario import scenarios_of

    zh, en = engine_line("zh"), engine_line("en")
    if zh and en:
        say(zh, en)
    wishes = _wishes(given)
    line = _quantity("--burden-line", given["burden_line"], Unit.FEN)
    operating = _quantity("--operating-share", given["operating_share"], Unit.BP)
    base, claims = _claims(given)
    population = _population(given, base, wanted=operating is not None)
    refuse_asking(base, line, operating, counted=population is not None)
    scenarios, told = scenarios_of(base, wishes)
    question = Question(base, scenarios, line, given["resamples"], given["seed"], given["threads"])
    answer = _asked(question, claims, ask)
    problems = [*told, *doubts(answer, population), *claims.problems()]
    found = figures_of(answer, population, operating)
    _show(found, problems, given["out"])


def _wishes(given: dict[str, Any]) -> Any:  # noqa: ANN401 - the wishes of the bulk layer, loaded when asked for
    from huibao.bulk.whatif.scenario import wishes_of

    first: date | None = given["from_on"].date() if given["from_on"] else None
    wishes = wishes_of(given["changes"], given["varied"], given["file"], first.isoformat() if first else "")
    if not wishes:
        raise Refused(MISSING_OPTION(missing="--set / --vary / --scenarios"))
    return wishes


def _claims(given: dict[str, Any]) -> "tuple[BulkProgram, Claims]":
    """The scheme as it stands, and the claims, out of files or the database."""
    from huibao.bulk.whatif.scenario import base_program, pair_of
    from huibao.bulk.whatif.source import from_files, from_record

    settings: dict[str, str | int] = dict(pair_of(text) for text in given["given"])
    known: date | None = given["known_on"].date() if given["known_on"] else None
    scheme, benefit = given["scheme_id"], given["benefit"]
    if not given["files"]:
        from huibao.cli.database import open_database

        open_database()
        return from_record(given["contract"], given["year"], scheme, benefit, known, settings)
    missing = [name for name, value in (("--scheme", scheme), ("--benefit", benefit)) if value is None]
    if missing:
        raise Refused(MISSING_OPTION(missing=", ".join(missing)))
    base = base_program(scheme, benefit, known, settings, None)
    return base, from_files(given["files"], base)


def _population(given: dict[str, Any], base: "BulkProgram", *, wanted: bool) -> "Population | None":
    """Who is insured: as the option or the file says, or, of a contract in the database, its covers."""
    from huibao.bulk.whatif.population import of_total, read_population
    from huibao.bulk.whatif.source import insured_on_record

    if given["population"] is not None:
        return read_population(given["population"], base.scheme)
    if given["insured"] is not None:
        return of_total(given["insured"])
    if wanted and given["contract"] is not None and not given["files"]:
        return insured_on_record(given["contract"], base)
    return None


def _quantity(option: str, text: str | None, unit: Unit) -> int | None:
    """An option with its unit as a whole number >= 0; None where it is not given."""
    if text is None:
        return None
    try:
        found = typed_quantity(text, unit)
        if found.unit is not unit or found.value < 0:
            raise NotAQuantity(f"应为非负的{ZH_WORDS[unit]}数", f"{unit.value}, not negative, is due")  # noqa: TRY301 - one way to say what is wrong
    except NotAQuantity as why:
        problem = BAD_QUANTITY(
            field=option, found=text, unit=unit.value, unit_zh=ZH_WORDS[unit], why_zh=why.zh, why_en=why.en
        )
        raise Refused(problem) from why
    return found.value


def _asked(question: "Question", claims: "Claims", ask: Any) -> Any:  # noqa: ANN401 - loaded when asked for
    with progress("测算", "Reckoning", claims.rows) as advance:
        return ask(question, claims.tables, advance)


def _show(found: "Figures", problems: Sequence[Problem], out: Path | None) -> None:
    from huibao.bulk.whatif.figures import as_data
    from huibao.bulk.whatif.page import summary, write_report
    from huibao.bulk.whatif.sections import sections
    from huibao.bulk.whatif.telling import method_words

    lang = speech().lang
    if out is not None:
        written = write_report(out, found, problems, lang)
        say(f"已写入 {written[0]} 等 {len(written)} 个文件", f"wrote {written[0]} and {len(written) - 1} more files")

    def show(console: Console) -> None:
        for line in summary(found, lang):
            console.print(line, markup=False)
        for part in sections(found, lang):
            if part.brief:
                _show_section(console, part)
        console.print(method_words(found, lang), markup=False)

    emit({**as_data(found), "problems": [problem.as_dict() for problem in problems]}, show)
    show_problems(problems)


def _show_section(console: Console, part: "Section") -> None:
    shown = part.narrow or range(len(part.columns))
    rows = [[row[at] for at in shown] for row in part.rows[:MAX_ROWS_SHOWN]]
    right = [nth for nth, at in enumerate(shown) if at in part.right]
    console.print(table(part.title, [part.columns[at] for at in shown], rows, right=right))
    for note in part.notes:
        console.print(note, markup=False)


@whatif.command()
@click.option("--scheme", "scheme_id", required=True, help="方案编号或文件。Scheme id or file.")
@click.option(
    "--target", required=True, metavar="70%", help="方案的目标：比例或名称。The scheme's target: its share or name."
)
@click.option(
    "--population",
    type=click.Path(path_type=Path),
    help="各地区 people、insured（CSV、Parquet）。People and insured by area.",
)
@click.option("--area", metavar="430423", help="改从数据库统计该地区。Count this area in the database instead.")
@click.option("--counted-on", type=DAY, required=True, help="人数统计日。Day of the count.")
@click.option(
    "--premium", metavar="Y1/Y2", help="每人每年保费，可几个；缺省取方案所定。Premiums to try; default the scheme's."
)
@click.option(
    "--take-up", required=True, metavar="P1/P2", help="动员的人中参保的比例。Share of those offered who take it."
)
@click.option(
    "--pays", multiple=True, required=True, metavar="PAYER=P", help="各方分担比例，合计 100%。Who pays which share."
)
@click.option("--budget", multiple=True, metavar="PAYER=YUAN", help="某方或 total 的年度预算。A yearly budget.")
@click.option(
    "--together", is_flag=True, help="全部合计达标即可，不要求各地区都达标。The whole need reach it, not each area."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="报告文件夹。Folder of the report.")
@json_option
def reach(**given: Any) -> None:  # noqa: ANN401 - click hands over each option by name
    """达到覆盖率目标要多少钱、还差多少人：逐一试算保费与参保意愿的组合。 What reaching a coverage target takes."""
    must_have_bulk()
    from huibao.bulk.whatif.reach import Plan, aim_of, as_data, budgets_of, doubts, premiums_of, shares_of, take_ups_of
    from huibao.bulk.whatif.reach import reach as reckon
    from huibao.bulk.whatif.reach_page import method_words, sections, summary, write_reach
    from huibao.rules.shelf import open_scheme

    aim = aim_of(open_scheme(given["scheme_id"]), given["target"])
    on = given["counted_on"].date()
    premiums, stated = premiums_of(aim, given["premium"], on)
    shares = shares_of(aim, given["pays"])
    counts, source = _counts(aim, given, on)
    budgets = budgets_of(shares, given["budget"])
    take_ups = take_ups_of(given["take_up"])
    plan = Plan(aim, premiums, stated, take_ups, shares, budgets, not given["together"], on, source)
    found = reckon(plan, counts)
    problems, lang = list(doubts(found)), speech().lang
    if given["out"] is not None:
        written = write_reach(given["out"], found, problems, lang)
        say(f"已写入 {written[0]} 等 {len(written)} 个文件", f"wrote {written[0]} and {len(written) - 1} more files")

    def show(console: Console) -> None:
        for line in summary(found, lang):
            console.print(line, markup=False)
        for part in sections(found, lang):
            _show_section(console, part)
        console.print(method_words(lang), markup=False)

    emit({**as_data(found), "problems": [problem.as_dict() for problem in problems]}, show)
    show_problems(problems)


def _counts(aim: Any, given: dict[str, Any], on: "date") -> tuple[Any, str]:  # noqa: ANN401 - loaded when asked for
    """People and insured of the target group by area, and where the count comes from."""
    from huibao.bulk.whatif.population import INSURED, PEOPLE, read_population
    from huibao.bulk.whatif.reach import counts_of

    if given["population"] is not None:
        path: Path = given["population"]
        return counts_of(aim, read_population(path, aim.scheme, (PEOPLE, INSURED))), path.name
    if given["area"] is None:
        raise Refused(MISSING_OPTION(missing="--population / --area"))
    from huibao.cli.database import open_database

    open_database()
    from huibao.app.statistics import coverage_report

    target = aim.target
    reports = coverage_report(given["area"], on, scheme_id=aim.scheme.scheme_id, group=target.group, line=target.line)
    pick = speech().pick
    return reports[0].coverage.towns, pick(
        f"数据库中的名册（{given['area']}）", f"rosters in the database ({given['area']})"
    )

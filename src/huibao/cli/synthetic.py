"""`huibao synthetic`: made-up claims and rosters of any size, to try everything else on. Nobody in them lives."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from huibao.cli.output import emit, json_option, progress, speech, table
from huibao.cli.replay import must_have_bulk
from huibao.kernel.problem import Refused, define

if TYPE_CHECKING:
    from huibao.app.synthetic import Planted
    from huibao.bulk.kernel import BulkProgram
    from huibao.bulk.synthetic import Province

PEOPLE: Final = 100_000
MAX_PERCENT: Final = 1_000
HUNAN: Final = "43"
YEARS: Final = {HUNAN: 2025}
RELIEF_YEAR: Final = 2020
HUNAN_SOURCES: Final = ("disability_certificate", "low_income", "rehabilitation", "care", "athletes")
RELIEF_SOURCES: Final = ("poverty_relief", "instant_help")
NOT_SAID: Final = "（未指明 not named）"
SOURCES: Final = (*HUNAN_SOURCES, *RELIEF_SOURCES)

UNKNOWN_BENEFIT = define(
    "SYNTHETIC-005",
    "方案 {scheme} 没有待遇 {found}",
    "可用：{names}。",
    "Scheme {scheme} has no benefit {found}",
    "It has: {names}.",
)


@click.group()
def synthetic() -> None:
    """虚构数据：任意规模的账单、赔案和名册，供试用、测算和压测。 Made-up claims and rosters of any size.

    人员、医院、账单全部由种子生成，不对应任何真人。各项分布及其出处见 docs/SYNTHETIC.md。
    """


@synthetic.command()
@click.option("--scheme", "scheme_id", required=True, help="方案编号。Scheme id.")
@click.option("--benefit", help="待遇；只有一种时可省。Benefit; may be left out where there is one.")
@click.option("--people", type=click.IntRange(1), default=PEOPLE, show_default=True, help="虚构人数。Made-up people.")
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, show_default=True, help="种子。Seed.")
@click.option("--area", help="区划代码，缺省为方案的地区。Division code; default the scheme's area.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="新文件夹。New folder.")
@click.option(
    "--grave", type=click.IntRange(0, 100_000), help="每十万人中特重病人（触及封顶）。Gravely ill per 100,000."
)
@click.option(
    "--claims-percent",
    type=click.IntRange(0, MAX_PERCENT),
    default=100,
    show_default=True,
    help="出险人数，相对文档比例。People who claim, against the documented share.",
)
@click.option(
    "--cost-percent",
    type=click.IntRange(1, MAX_PERCENT),
    default=100,
    show_default=True,
    help="费用，相对文档水平。Costs, against the documented ones.",
)
@click.option("--late", type=click.IntRange(0, 1_000), default=0, help="每千件晚到案件。Late claims per mille.")
@click.option("--faults", type=click.IntRange(0, 10_000), default=0, help="每万行有意差错。Faulty rows per 10,000.")
@click.option("--busy", is_flag=True, help="人人出险（意外险压测用）。Everybody claims.")
@click.option("--people-too", is_flag=True, help="另写人员表 people/。Write the people as well.")
@json_option
def claims(**given: Any) -> None:  # noqa: ANN401 - click hands over each option by name
    """虚构一年的账单或赔案（Parquet），按方案的待遇所需的列。 A year of claims for a benefit, as Parquet."""
    must_have_bulk()
    from dataclasses import replace

    from huibao.app.synthetic.claims import Knobs
    from huibao.bulk.synthetic import files, province_of

    bulk = _program(given["scheme_id"], given["benefit"])
    chosen = {"grave_per_lakh": given["grave"]} if given["grave"] is not None else {}
    knobs = Knobs(
        claims_percent=given["claims_percent"],
        cost_percent=given["cost_percent"],
        late_mille=given["late"],
        faults_per_10_000=given["faults"],
        busy=given["busy"],
        groups=True,
        **chosen,
    )
    province = province_of(bulk.scheme, given["people"], given["seed"], knobs)
    if given["area"]:
        province = replace(province, area=given["area"])
    folder = files.fresh_folder(given["out"])
    with progress("虚构账单", "making up claims", province.blocks) as advance:
        written = files.write_claims(folder, bulk, province, advance)
    insured = files.write_population(folder / files.POPULATION, bulk, province)
    if given["people_too"]:
        (folder / "people").mkdir()
        with progress("虚构人员", "making up people", province.blocks) as advance:
            files.write_people(folder / "people" / "people.parquet", bulk, province, advance)
    data = {
        "synthetic": True,
        "scheme": bulk.scheme.scheme_id,
        "benefit": bulk.benefit_id,
        "seed": province.seed,
        "area": province.area,
        "people": province.people,
        "insured": insured,
        "claims": written.claims,
        "faulty_rows": written.planted,
        "folder": str(folder),
        "files": sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()),
        "next": _next_of_claims(folder, bulk),
    }
    emit(data, lambda out: _show_claims(out, data))


@synthetic.command()
@click.option("--area", default="370000", show_default=True, help="省、市或县代码。Code of a province, city or county.")
@click.option("--people", type=click.IntRange(1), default=PEOPLE, show_default=True, help="虚构人数。Made-up people.")
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, show_default=True, help="种子。Seed.")
@click.option(
    "--taken-on", type=click.DateTime(["%Y-%m-%d"]), help="名册日期，缺省为当年 5 月 1 日。Day of the rosters."
)
@click.option(
    "--source", "sources", multiple=True, type=click.Choice(SOURCES), help="名册来源，可多次。Kinds of roster."
)
@click.option("--clean", is_flag=True, help="不植入差错。Plant no faults.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="新文件夹。New folder.")
@json_option
def rosters(**given: Any) -> None:  # noqa: ANN401 - click hands over each option by name
    """虚构各部门的名册，连同真实世界的差错及其答案。 Rosters as agencies send them, faults and the truth about them.

    县：每个来源一份工作簿或 CSV；省、市：每个来源一份 CSV，人数不限于一县。
    """
    must_have_bulk()
    from huibao.app.synthetic.people import MAX_PEOPLE
    from huibao.bulk.synthetic import Province, files

    area: str = given["area"]
    when: datetime | None = given["taken_on"]
    taken_on = when.date() if when else date(YEARS.get(area[:2], RELIEF_YEAR), 5, 1)
    province = Province(given["people"], given["seed"], area, year=taken_on.year)
    sources = given["sources"] or (HUNAN_SOURCES if area.startswith(HUNAN) else RELIEF_SOURCES)
    write = _county if province.counties == (area,) and province.people <= MAX_PEOPLE else _province
    folder = files.fresh_folder(given["out"])
    made = write(folder, province, sources, taken_on, clean=given["clean"])
    data = {
        "synthetic": True,
        "seed": province.seed,
        "area": area,
        "people": province.people,
        "taken_on": str(taken_on),
        "rosters": made,
        "folder": str(folder),
        "next": [_next_of_rosters(folder / made[0]["file"], made[0]["source"], area, taken_on)],
    }
    emit(data, lambda out: _show_rosters(out, data))


def _program(scheme_id: str, benefit: str | None) -> "BulkProgram":
    """The benefit with plain numbers for what the scheme leaves open: only its inputs matter here."""
    from huibao.bulk.synthetic.inputs import program_for_inputs
    from huibao.rules.shelf import open_scheme

    scheme = open_scheme(scheme_id)
    names = tuple(scheme.benefits)
    chosen = benefit or (names[0] if len(names) == 1 else NOT_SAID)
    if chosen not in names:
        raise Refused(UNKNOWN_BENEFIT(scheme=scheme_id, found=chosen, names="、".join(names)))
    return program_for_inputs(scheme, chosen)


def _county(
    folder: Path, province: "Province", sources: Sequence[str], taken_on: date, *, clean: bool
) -> list[dict[str, Any]]:
    """One county's rosters, as in the demonstration."""
    from random import Random

    from huibao.app.synthetic import County, county_of, make_rosters, write_roster
    from huibao.app.synthetic.people import people_from
    from huibao.bulk.synthetic.cells import name_of_area

    area, (shares, seed, _, year) = province.area, province.place
    try:
        county = county_of(area, taken_on)
    except ValueError:
        county = County(area, name_of_area(area, year), ())
    everybody = people_from(seed, county, province.people, shares, year)
    people = [one for one in everybody if _listed(one.left_on, one.instant_on, taken_on)]
    dice = Random(seed)  # noqa: S311 - a seed, no secret
    made: list[dict[str, Any]] = []
    planted: list[Planted] = []
    files = make_rosters(dice, county, people, taken_on, sources, clean=clean)
    with progress("写名册", "writing rosters", len(files)) as advance:
        for one in files:
            write_roster(folder / one.file, one.sheet, one.table)
            planted += one.planted
            made.append(
                {"file": one.file, "source": one.source, "rows": len(one.table.rows), "planted": len(one.planted)}
            )
            advance(1)
    _write_truth(folder, planted)
    return made


def _listed(left_on: date | None, instant_on: date | None, on: date) -> bool:
    return (left_on is None or left_on > on) and (instant_on is None or instant_on <= on)


def _province(
    folder: Path, province: "Province", sources: Sequence[str], taken_on: date, *, clean: bool
) -> list[dict[str, Any]]:
    """One csv a source for the whole area."""
    from huibao.app.synthetic import Planted
    from huibao.app.synthetic.rosters import KINDS
    from huibao.bulk.synthetic import write_roster
    from huibao.bulk.synthetic.cells import name_of_area

    made: list[dict[str, Any]] = []
    planted: list[Planted] = []
    with progress("写名册", "writing rosters", province.people * len(sources)) as advance:
        for source in sources:
            name = f"{name_of_area(province.area, province.year)}{KINDS[source].name}{taken_on:%Y%m%d}.csv"
            told = write_roster(folder / name, province, source, taken_on, clean=clean, progress=advance)
            found = [Planted(name, row, fault) for fault, rows in told.planted.items() for row in rows]
            planted += found
            made.append({"file": name, "source": source, "rows": told.rows, "planted": len(found)})
    _write_truth(folder, planted)
    return made


def _write_truth(folder: Path, planted: "Iterable[Planted]") -> None:
    """Write which fault was planted where, and what checking should say of it."""
    from huibao.app.synthetic import EXPECTED
    from huibao.bulk.synthetic.files import PLANTED

    with (folder / PLANTED).open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["file", "row", "fault", "expected_codes", "expected_verdict"])
        for one in sorted(planted, key=lambda one: (one.file, one.row_no)):
            expected = EXPECTED[one.fault]
            sheet.writerow([one.file, one.row_no, one.fault, "+".join(sorted(expected.codes)), expected.verdict])


def _next_of_claims(folder: Path, bulk: "BulkProgram") -> list[str]:
    """What to try on the claims."""
    from huibao.bulk.synthetic.files import POPULATION
    from huibao.bulk.synthetic.inputs import open_settings

    said = f"{folder} --scheme {bulk.scheme.scheme_id} --benefit {bulk.benefit_id}"
    open_ones = open_settings(bulk.scheme, bulk.benefit_id)
    settings = "".join(f" --set {name}=…" for name in open_ones)
    given = "".join(f" --given {name}=…" for name in open_ones)
    return [
        f"huibao replay {said}{settings} --record --out {folder}-settled",
        f"huibao whatif {said}{given} --set NAME=VALUE --population {folder / POPULATION} --operating-share …",
    ]


def _next_of_rosters(path: Path, source: str, area: str, taken_on: date) -> str:
    """What to try on a roster."""
    return f"huibao roster check {path} --source {source} --area {area} --taken-on {taken_on}"


def _show_claims(out: Console, data: dict[str, Any]) -> None:
    pick = speech().pick
    rows = [
        (pick("方案、待遇", "scheme, benefit"), f"{data['scheme']} {data['benefit']}"),
        (pick("人数", "people"), f"{data['people']:,}"),
        (pick("其中参保", "of them insured"), f"{data['insured']:,}"),
        (pick("案件", "claims"), f"{data['claims']:,}"),
        (pick("有意差错的行", "rows faulty on purpose"), f"{data['faulty_rows']:,}"),
        (pick("种子", "seed"), data["seed"]),
        (pick("文件夹", "folder"), data["folder"]),
        (pick("文件", "files"), "、".join(data["files"])),
    ]
    out.print(table(pick("虚构数据", "Made-up data"), (pick("项", "what"), pick("值", "value")), rows))
    _end(out, data["next"])


def _show_rosters(out: Console, data: dict[str, Any]) -> None:
    pick = speech().pick
    heads = (pick("文件", "file"), pick("来源", "source"), pick("行数", "rows"), pick("植入差错", "planted faults"))
    rows = [(one["file"], one["source"], f"{one['rows']:,}", f"{one['planted']:,}") for one in data["rosters"]]
    out.print(
        table(pick(f"虚构名册（{data['folder']}）", f"Made-up rosters ({data['folder']})"), heads, rows, right=[2, 3])
    )
    _end(out, data["next"])


def _end(out: Console, following: list[str]) -> None:
    pick = speech().pick
    out.print(
        pick(
            "以上全部为虚构，不对应任何真人、医院或账单；各项分布及出处见 docs/SYNTHETIC.md。",
            "All of it is made up: no real person, hospital or bill. Distributions and sources: docs/SYNTHETIC.md.",
        ),
        markup=False,
    )
    out.print(pick("接下来可以试：", "Next, try:"), markup=False)
    for one in following:
        out.print(f"  {one}", markup=False)

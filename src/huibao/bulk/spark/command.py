"""`python -m huibao.bulk.spark`: a year's claims settled on a cluster, from Parquet to Parquet, and a sample checked.

Started by `spark-submit`, the session it set up is used; started by itself with `--master`, one of its own. Exit codes
are those of `huibao`: 0 fine, 1 the answer is no (a sample differs), 2 wrong use, 3 refused.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Lang, Refused, define

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from huibao.bulk.kernel import BulkProgram

ANSWER_IS_NO, INPUT_REFUSED = 1, 3
"""As in `huibao.cli.output`, which stands above this layer."""
TEN_THOUSAND: Final = 10_000

BAD_SETTING = define(
    "SPARK-030",
    "--set {found} 写法有误",
    "写作 名称=数值，例如 --set self_pay_floor='500 yuan'。",
    "--set {found} cannot be read",
    "Write NAME=VALUE, for example --set self_pay_floor='500 yuan'.",
)


@dataclass(frozen=True, slots=True)
class Job:
    """What the command line asks for."""

    scheme: str
    benefit: str
    claims: tuple[str, ...]
    out: str
    known_on: date | None
    settings: dict[str, str | int]
    opening: str | None
    absent: tuple[str, ...]
    order_by: str | None
    layout: str
    partitions: int | None
    oracle: int
    unique_ids: bool


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("claims", nargs=-1, required=True)
@click.option("--scheme", required=True, help="方案编号或文件。Scheme id, or file on the driver.")
@click.option("--benefit", required=True, help="待遇。Benefit.")
@click.option("--out", required=True, help="结果文件夹，须不存在。Folder for the results; must not exist.")
@click.option("--known-on", type=click.DateTime(["%Y-%m-%d"]), help="按此日所知。Rules as known on this day.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="方案要求的参数。A required parameter.")
@click.option("--opening", help="期初累计 Parquet。Parquet of opening sums.")
@click.option("--absent", multiple=True, metavar="INPUT", help="按 0 计的输入。Input that counts as 0.")
@click.option("--order-by", help="按此列而非日期排序。Column to follow instead of the day.")
@click.option(
    "--layout",
    type=click.Choice(["shuffle", "files"]),
    default="shuffle",
    show_default=True,
    help="files：每个文件已是整人且有序，不再移动。files: each file holds whole people in order; nothing is moved.",
)
@click.option("--partitions", type=click.IntRange(1, 100_000), help="分区数。Number of partitions.")
@click.option(
    "--oracle",
    type=click.IntRange(0, TEN_THOUSAND),
    default=0,
    metavar="N",
    help="万分之 N 的人另用 SQL 核对。Check N of 10,000 people by generated SQL.",
)
@click.option("--trust-ids", is_flag=True, help="不查案件号是否跨人重复。Do not look for claim ids of several people.")
@click.option("--master", help="如 local[2]；用 spark-submit 时不必给。Not needed under spark-submit.")
@click.option("--lang", type=click.Choice(["zh", "en"]), envvar="HUIBAO_LANG", default="zh", help="语言。Language.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
def command(  # noqa: PLR0913, PLR0917 - click hands over each option by name
    claims: tuple[str, ...],
    scheme: str,
    benefit: str,
    out: str,
    known_on: Any,  # noqa: ANN401 - click gives a datetime or None
    settings: tuple[str, ...],
    opening: str | None,
    absent: tuple[str, ...],
    order_by: str | None,
    layout: str,
    partitions: int | None,
    oracle: int,
    trust_ids: bool,
    master: str | None,
    lang: Lang,
    as_json: bool,
) -> None:
    """在 Spark 上结算一年的案件：Parquet 进，Parquet 出。Settle a year's claims on Spark, Parquet to Parquet."""
    try:
        day = known_on.date() if known_on else None
        job = Job(
            scheme,
            benefit,
            claims,
            out,
            day,
            _read(settings),
            opening,
            absent,
            order_by,
            layout,
            partitions,
            oracle,
            not trust_ids,
        )
        told = run(job, master, lang)
    except Refused as refused:
        _refuse(refused, lang, as_json=as_json)
        sys.exit(INPUT_REFUSED)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str) if as_json else _text(told, lang))
    sys.exit(ANSWER_IS_NO if told["oracle"] and told["oracle"]["differ"] else 0)


def main() -> None:
    """The entry of `python -m` and of `spark-submit`."""
    command()


def run(job: Job, master: str | None = None, lang: Lang = "zh") -> dict[str, Any]:
    """Do the job and give its figures. Refused before a claim is read where anything does not fit."""
    from huibao.bulk.spark.session import open_session

    session = open_session(master)
    from huibao.bulk.kernel import engine_line, ready
    from huibao.bulk.spark.frame import probe, read_claims, refuse_shared_claims, settle_frame
    from huibao.bulk.spark.trouble import in_our_words

    line = engine_line(lang)
    if line:
        click.echo(line, err=True)
    bulk = ready(job.scheme, job.benefit, job.known_on, job.settings)
    probe(session, bulk)
    frame = read_claims(session, job.claims, job.layout)
    with in_our_words():
        opening = session.read.parquet(job.opening) if job.opening else None
    settled = settle_frame(
        frame,
        bulk,
        opening=opening,
        absent=job.absent,
        order_by=job.order_by,
        layout=job.layout,
        partitions=job.partitions,
    )
    if job.unique_ids:
        refuse_shared_claims(frame)
    with in_our_words():
        settled.write.mode("overwrite" if left_unfinished(session, job.out) else "errorifexists").parquet(job.out)
        written = session.read.parquet(job.out)
        told = _figures(written, bulk)
    told["oracle"] = _checked(session, job, frame, opening) if job.oracle else None
    return told


def left_unfinished(session: "SparkSession", out: str) -> bool:
    """Whether the folder holds nothing but what a job that was killed left behind: parts without Spark's `_SUCCESS`."""
    jvm: Any = session.sparkContext._jvm  # noqa: SLF001 - the way to any file system the cluster knows
    path = jvm.org.apache.hadoop.fs.Path(out)
    files = path.getFileSystem(session.sparkContext._jsc.hadoopConfiguration())  # noqa: SLF001 - the same
    if not files.exists(path):
        return False
    names = [str(each.getPath().getName()) for each in files.listStatus(path)]
    return all(name.startswith(("part-", ".part-", "_temporary")) for name in names)


def _checked(
    session: "SparkSession", job: Job, frame: "DataFrame", opening: "DataFrame | None"
) -> dict[str, int | list[Any]]:
    """The sample settled by generated SQL and held against what was written, the columns written alone."""
    from huibao.bulk.kernel import ready
    from huibao.bulk.spark.oracle import compare, forgotten, settle_by_sql, some_people

    bulk = ready(job.scheme, job.benefit, job.known_on, job.settings)
    written = some_people(session.read.parquet(job.out), job.oracle)
    some = some_people(frame, job.oracle)
    by_sql = settle_by_sql(some, bulk, opening=opening, order_by=job.order_by, absent=job.absent)
    with forgotten(some):
        found = compare(written, by_sql, bulk)
    return {"claims": found.claims, "differ": found.differ, "some": list(found.some)}


def _figures(written: "DataFrame", bulk: "BulkProgram") -> dict[str, Any]:
    """Claims settled and refused, and fen by output, out of what was written."""
    from pyspark.sql import functions as F  # noqa: N812 - as everybody who writes Spark calls it

    from huibao.bulk.tables import PROBLEM

    sums = [F.sum(f"`{name}`").alias(f"o_{at}") for at, name in enumerate(bulk.source.outputs)]
    rows = written.groupBy(PROBLEM).agg(F.count("*").alias("claims"), *sums).collect()
    refused = {row[PROBLEM]: row["claims"] for row in rows if row[PROBLEM] is not None}
    fine = next((row for row in rows if row[PROBLEM] is None), None)
    fen = {name: int(fine[f"o_{at}"]) if fine else 0 for at, name in enumerate(bulk.source.outputs)}
    return {"claims": sum(row["claims"] for row in rows), "refused": dict(sorted(refused.items())), "fen": fen}


def _read(settings: Sequence[str]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for text in settings:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise Refused(BAD_SETTING(found=text))
        found[name.strip()] = value.strip()
    return found


def _refuse(refused: Refused, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"refused": [each.as_dict() for each in refused.problems]}, ensure_ascii=False, indent=2))
    for problem in refused.problems:
        click.echo(f"✗ {problem.text(lang)}", err=True)


def _text(told: dict[str, Any], lang: Lang) -> str:
    """The answer for people."""
    count = sum(told["refused"].values())
    codes = "，".join(f"{code} × {number}" for code, number in told["refused"].items())
    if lang == "en":
        lines = [f"{told['claims']} claims, {count} refused{f' ({codes})' if codes else ''}."]
    else:
        lines = [f"共 {told['claims']} 笔，退回 {count} 笔{f'（{codes}）' if codes else ''}。"]
    lines += [f"  {name}: {yuan_text(fen)}" for name, fen in told["fen"].items()]
    held = told["oracle"]
    if held and lang == "en":
        lines.append(f"Checked by SQL: {held['claims']} claims, {held['differ']} differ {held['some'] or ''}".rstrip())
    elif held:
        lines.append(f"SQL 核对：{held['claims']} 笔，{held['differ']} 笔不同 {held['some'] or ''}".rstrip())
    return "\n".join(lines)

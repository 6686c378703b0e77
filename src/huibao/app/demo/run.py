"""The whole demonstration, from the seed to the check of every invariant and the export of the books."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Final

from huibao.app import ledger
from huibao.app.audit import check_all
from huibao.app.demo import hunan, neighbours, shandong
from huibao.app.demo.folder import DATABASE
from huibao.app.demo.scene import DemoClock, Progress, Scene
from huibao.app.demo.story import Cell, Column, Story, Text
from huibao.app.ledger import Format

CHECK_COLUMNS: Final = (
    Column("number", "编号", "number"),
    Column("says", "不变量", "what holds"),
    Column("holds", "结果", "result"),
)


def run_demo(folder: Path, seed: int, people: int, progress: Progress) -> Story:
    """Play both acts into a prepared folder and an open, empty database; check everything; export the books."""
    scene = Scene(Random(seed), folder, people, progress, DemoClock(date(2020, 1, 15)))  # noqa: S311 - a seed, no secret
    shandong.play(scene)
    hunan.play(scene)
    neighbours.play(scene)
    balanced = _check(scene)
    _export(scene)
    scene.files.append((DATABASE, Text("数据库，可用 huibao --db 继续查看", "the database; go on with huibao --db")))
    return Story(seed, people, tuple(scene.chapters), tuple(scene.files), balanced)


def _check(scene: Scene) -> bool:
    """Ask every numbered invariant of what the story left behind."""
    scene.progress("核对全部不变量", "checking every invariant")
    findings = check_all()
    broken = [one for one in findings if not one.holds]
    held = "、".join(dict.fromkeys(one.number for one in findings if one.holds))
    rows: list[tuple[Cell, ...]] = [(held, Text("全部成立", "all hold"), Text("✓", "✓"))]
    rows += [(one.number, Text(one.says_zh, one.says_en), Text("✗ 不成立", "✗ broken")) for one in broken]
    scene.tell("check", Text("huibao check", "huibao check"), CHECK_COLUMNS, rows)
    return not broken


def _export(scene: Scene) -> None:
    scene.progress("导出账簿", "exporting the books")
    done = ledger.export(scene.folder / "ledger", (Format.BEANCOUNT, Format.CSV))
    verified = ledger.verify()
    words = {
        "ledger.jsonl": Text("账簿散列链", "the hash chain"),
        "head.txt": Text("链尾散列", "the end of the chain"),
        "verify.py": Text("不需服务器的核验程序", "a verifier that needs no server"),
        "ledger.csv": Text("账簿表格", "the books as a table"),
        "ledger.beancount": Text("账簿，Beancount 格式", "the books for Beancount"),
    }
    scene.files.extend((f"ledger/{path.name}", words.get(path.name, Text("", ""))) for path in done.files)
    columns = (Column("what", "事项", "what"), Column("found", "结果", "found"))
    rows: list[tuple[Cell, ...]] = [
        (Text("分录", "entries"), done.entries),
        (Text("链尾散列", "end of the chain"), done.head_hash[:16]),
        (Text("断点", "breaks"), len(verified.broken)),
    ]
    scene.tell("ledger", Text("账簿", "The books"), columns, rows)

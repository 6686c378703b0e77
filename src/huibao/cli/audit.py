"""`huibao audit …`: what an auditor takes along."""

from pathlib import Path

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.output import emit, json_option, speech
from huibao.kernel.problem import Refused


@click.group()
def audit() -> None:
    """审计：可离线核验的审计包。 Audit: a pack that is checked without this software."""


@audit.command()
@click.option("--area", required=True, help="6 位地区代码。Division code of 6 digits.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="写到这个 zip 文件。The zip to write.",
)
@json_option
def pack(area: str, out: Path) -> None:
    """把一个地区的账簿、散列、审批和核验脚本打成一个包。 Books, hashes, approvals and verifier of an area in one zip."""
    clock = open_database()
    from huibao.app.audit_pack import pack_of
    from huibao.app.ledger import CANNOT_WRITE

    made = pack_of(area, clock)
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(made.content)
        part.replace(out)
    except OSError as error:
        raise Refused(CANNOT_WRITE(where=str(out), why=error.strerror or str(error))) from error
    data = {
        "file": str(out),
        "entries": made.entries,
        "other_entries": made.others,
        "head": made.head_hash,
        "pack": made.pack_hash,
    }

    def draw(console: Console) -> None:
        said = speech().pick(
            f"✓ {out}：{made.entries} 笔分录，本包散列 {made.pack_hash}",
            f"✓ {out}: {made.entries} entries, hash of the pack {made.pack_hash}",
        )
        console.print(said, markup=False, soft_wrap=True)

    emit(data, draw)

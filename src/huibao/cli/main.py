"""`huibao …`: the one door of the command line. Commands load when they are called, so that `settle` stays quick."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from huibao import __version__
from huibao.cli.output import Speech, refuse
from huibao.kernel.problem import Lang, Refused

COMMANDS: Final = {
    "scheme": "huibao.cli.scheme:scheme",
    "contract": "huibao.cli.enrol:contract",
    "roster": "huibao.cli.roster:roster",
    "enrol": "huibao.cli.enrol:enrol",
    "settle": "huibao.cli.settle:settle",
    "settlement": "huibao.cli.settlement:settlement",
    "claim": "huibao.cli.claim:claim",
    "hospital": "huibao.cli.hospital:hospital",
    "replay": "huibao.cli.replay:replay",
    "whatif": "huibao.cli.whatif:whatif",
    "synthetic": "huibao.cli.synthetic:synthetic",
    "fund": "huibao.cli.fund:fund",
    "ledger": "huibao.cli.ledger:ledger",
    "report": "huibao.cli.report:report",
    "audit": "huibao.cli.audit:audit",
    "check": "huibao.cli.check:check",
    "backup": "huibao.cli.backup:backup",
    "restore": "huibao.cli.backup:restore",
    "keys": "huibao.cli.keys:keys",
    "account": "huibao.cli.account:account",
    "serve": "huibao.cli.serve:serve",
    "work": "huibao.cli.work:work",
    "demo": "huibao.cli.demo:demo",
}
"""Name of the command → where it lives, in the order of a year's work."""


class Door(click.Group):
    """The top command: loads a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the commands in the order of a year's work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Load a command; an unknown name is click's to report."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command; a refusal becomes its problems and exit code 3, and nothing ends in a traceback."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            ctx.exit(refuse(refused))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the last door: a clerk is told kind and place, not a traceback
            from huibao.cli.faults import tell

            ctx.exit(tell(error))


@click.command(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="huibao")
@click.option("--lang", type=click.Choice(["zh", "en"]), envvar="HUIBAO_LANG", default="zh", help="语言。Language.")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON instead of tables.")
@click.option(
    "--db",
    type=click.Path(dir_okay=False),
    help="数据库文件或 PostgreSQL 地址。Database file, or address of a PostgreSQL (env HUIBAO_DB).",
)
@click.option(
    "--schemes",
    multiple=True,
    type=click.Path(path_type=Path),
    envvar="HUIBAO_SCHEMES",
    help="本地方案目录。Folder of schemes of your own, beside the shipped ones (env HUIBAO_SCHEMES).",
)
@click.pass_context
def door(ctx: click.Context, lang: Lang, as_json: bool, db: str | None, schemes: tuple[Path, ...]) -> None:
    """惠保：该保的都保上，该赔的一分不差，每一分钱都有账。

    Huibao: insure everybody who should be insured, pay every event what is due to the fen, account for every fen.

    \b
    退出码 Exit codes:
      0  正常 fine
      1  结论为否（算例不符、有行被退回、核对不平） the answer is no
      2  命令用法有误 wrong use of the command
      3  输入被拒绝，未作任何改动 input refused, nothing was done
      4  数据库不可用 the database cannot be used
      5  程序自身有误，未完成的已撤回 a fault of our own, rolled back

    \b
    命令补全 Shell completion (bash):
      eval "$(_HUIBAO_COMPLETE=bash_source huibao)"
    """  # noqa: D301 - \\b is click's mark for "do not re-wrap", not an escape to be kept
    ctx.obj = Speech(lang, as_json)
    if db is not None:
        os.environ["HUIBAO_DB"] = db
    if schemes:
        from huibao.rules.shelf import add_shelf

        for folder in schemes:
            add_shelf(folder)


def main() -> None:
    """Entry point of the installed command."""
    door(prog_name="huibao")


if __name__ == "__main__":
    main()

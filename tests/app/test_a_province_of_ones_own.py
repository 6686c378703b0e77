"""A province that nobody foresaw: a folder with one scheme file, a contract and rosters, and no change to code."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol
from huibao.cli.main import door
from huibao.rules import shelf
from tests.app import insured_county as county


def shipped(scheme_id: str) -> str:
    """A shipped scheme's text under another name, so that it is a clean scheme nobody has shipped."""
    text = shelf.read_text(shelf.shelf_root().joinpath(*scheme_id.split("/"), "scheme.yaml"))
    return text.replace("shandong/2020/demo-city", "elsewhere/2020/city").replace("shandong/2020", "elsewhere/2020")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "schemes"
    for name, text in (("2020", shipped("shandong/2020")), ("2020/city", shipped("shandong/2020/demo-city"))):
        place = folder / "elsewhere" / name
        place.mkdir(parents=True)
        (place / "scheme.yaml").write_text(text, encoding="utf-8")
    yield folder
    shelf._added.clear()
    shelf._standing.cache_clear()


@pytest.mark.django_db
def test_a_third_province_is_a_scheme_file_plus_rosters(own: Path) -> None:
    shelf.add_shelf(own)
    assert "elsewhere/2020/city" in shelf.shelf_ids()
    text = county.CONTRACT_TEXT.replace("shandong/2020/demo-city", "elsewhere/2020/city")
    clock = county.Calendar(date(2020, 6, 30))
    county.add_person(1)
    add_contract(text, "contract.yaml", clock)
    # One person in two lines of the scheme: one who entered.
    assert enrol(county.CONTRACT, county.START, "enrol", clock).people == 1


def test_the_command_line_takes_the_folder(own: Path) -> None:
    checked = CliRunner().invoke(door, ["--schemes", str(own), "scheme", "check", "elsewhere/2020/city"])
    assert checked.exit_code == 0, checked.output


def test_a_shipped_scheme_is_never_replaced(own: Path) -> None:
    before = shelf.open_scheme("shandong/2020").hash
    (own / "shandong" / "2020").mkdir(parents=True)
    (own / "shandong" / "2020" / "scheme.yaml").write_text(shipped("shandong/2020"), encoding="utf-8")
    shelf.add_shelf(own)
    assert shelf.open_scheme("shandong/2020").hash == before

"""What a page tells people to do can be done at the page: no option and no command of the command line."""

import json
import re
import subprocess
import sys

from django.urls import get_resolver

from huibao.kernel.problem import problem_catalogue
from huibao.web.at_hand import INSTEAD, on_the_page

COMMANDS = re.compile(
    r"--[a-z]|huibao [a-z]|roster check|（[a-z]+( [a-z]+)?）|\((enrol|fund allocate)\)|HUIBAO_", re.ASCII
)
TOLD_ELSEWHERE = re.compile(r"(HOSP-0(30|31|42|62)|PREMIUM|RULE|SCHEME|VAULT)")
"""Said to a hospital's program, to who writes a scheme, or to who keeps the server: never on a page."""
OF_THE_PAGES = """
import json, django
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
from huibao.kernel.problem import problem_catalogue
print(json.dumps([[one.code, one.zh_do, one.en_do] for one in problem_catalogue()]))
"""
"""Every kind of finding that the pages load, in a process of its own: here, others' tests load the command line's too."""


def commands_in(*texts: str) -> bool:
    return any(COMMANDS.search(text) for text in texts)


def test_no_page_tells_anybody_to_type_a_command() -> None:
    done = subprocess.run([sys.executable, "-c", OF_THE_PAGES], capture_output=True, text=True, check=True)
    kinds = json.loads(done.stdout.splitlines()[-1])
    speaking = {code for code, *texts in kinds if commands_in(*texts) and not TOLD_ELSEWHERE.match(code)}
    assert speaking, "the pattern finds what it looks for"
    assert speaking - INSTEAD.keys() == set()
    assert [code for code, said in INSTEAD.items() if commands_in(*said)] == []


def test_a_workbook_without_a_header_is_mended_in_the_workbook() -> None:
    assert get_resolver().url_patterns, "every view is loaded, and with it every kind of finding a page can show"
    found = next(kind for kind in problem_catalogue() if kind.code == "BOOK-007")(rows=30)
    assert "--sheet" in found.do
    here = on_the_page(found)
    assert (here.says, "重新上传" in here.do, "drop it again" in here.do_en) == (found.says, True, True)

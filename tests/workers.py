"""Which tests share a worker: those that need one costly neighbour (a browser with its site, a Spark session).

xdist's own `loadgroup` writes the group into a test's id, which pytest 9.2 no longer lets it do: every test stood alone,
and the browser and its site were started on each worker.
"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # xdist brings no types

TOGETHER: Final = ("tests/web/browser/", "tests/bulk/test_spark.py")
"""Paths whose tests run on one worker, in their order."""


class Neighbours(LoadScopeScheduling):  # type: ignore[misc] # xdist brings no types
    """Each test goes to the next free worker, those of one neighbourhood go to one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((path for path in TOGETHER if nodeid.startswith(path)), nodeid)

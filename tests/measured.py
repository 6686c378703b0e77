"""Coverage in every process that runs tests, xdist's workers too: `PYTEST_PLUGINS=tests.measured`, as `make test-full` says.

Begun this early because Django's models are imported before any test is; programs that tests start are not measured.
"""

from typing import Final

import coverage

measuring: Final = coverage.Coverage(data_suffix=True)
"""One file of its own for each process, brought together by `coverage combine`."""
measuring.start()


def pytest_unconfigure() -> None:
    """Write down what was reached."""
    measuring.stop()
    measuring.save()

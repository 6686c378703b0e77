"""What every test shares: how many random examples hypothesis tries.

`HUIBAO_TEST_PROFILE=ci` (the default) is quick and repeatable, `sample` quicker, for what was tried on one engine already
and is tried on the other; `full` looks much longer.
"""

import os
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings

from scripts.postgres import Cluster, temporary

KEYS = ",".join(f"{name}:{letter * 43}=" for name, letter in (("test", "a"), ("index-test", "b")))
"""What the tests seal and search with; no installation has such keys."""
os.environ.setdefault("HUIBAO_KEYS", KEYS)

settings.register_profile(
    "ci",
    max_examples=40,
    stateful_step_count=20,
    deadline=None,  # two busy cores make single examples slow without anything being wrong
    derandomize=True,  # the same commit gives the same answer
    database=None,  # parallel workers would share one folder of examples
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("sample", settings.get_profile("ci"), max_examples=12, stateful_step_count=15)
settings.register_profile("full", max_examples=1000, stateful_step_count=60, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HUIBAO_TEST_PROFILE", "ci"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Let neighbours run on one worker (`tests/workers.py`); asked only where there are workers."""
    from tests.workers import Neighbours

    return Neighbours(config, log)


def pytest_configure() -> None:
    """Hand the keys to the settings too, which were read before this file; programs a test starts inherit them."""
    from django.conf import settings as django_settings

    django_settings.HUIBAO_KEYS = os.environ["HUIBAO_KEYS"]


@pytest.fixture(scope="session", autouse=True)
def _passwords_hash_quickly() -> None:
    """Make the hash of passwords cheap: what it costs in an installation is not what the tests are about."""
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["tests.quick_hasher.QuickArgon2"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Run the tests on a database file like everybody's, so that the settings read back at start are the real ones.

    Where HUIBAO_DB names a PostgreSQL (`scripts/postgres.py`), on a database of its own for each worker.
    """
    settings_dict = connections["default"].settings_dict
    if settings_dict["ENGINE"].endswith("sqlite3"):
        settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for tests that start programs of their own against it; one a worker, gone afterwards."""
    with temporary() as started:
        yield started


@pytest.fixture(autouse=True)
def _facts_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let Django empty the tables after a test with real transactions: the guards step aside for that alone."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from huibao.store.protection import stand_aside

    connections["default"].ensure_connection()
    with transaction.atomic():
        stand_aside(connections["default"])

"""G9: mixed signed load on the served process for an hour, on a PostgreSQL of its own: how long it takes, is anything lost?

`python -m bench.soak [--minutes 60] [--rate 100] [--people 20000]`, or `make soak`; `--quick` for a look. Who is asked for
what, how often and for how much is made up for measuring. Written to the page when it ran for half an hour or more.
"""

import argparse
import os
import resource
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from scripts.postgres import temporary

OPEN_FILES: Final = 8_192
MASTER: Final = "made-up-master-key-for-measuring-0123456789"
SEAL: Final = ",".join(f"{name}:c29ha3NvYWtzb2Frc29ha3NvYWtzb2Frc29ha3NvYWs=" for name in ("soak", "index-soak"))
CHINA: Final = ZoneInfo("Asia/Shanghai")
QUICK: Final = (0.2, 15, 400)


def main() -> None:
    """Start a PostgreSQL, make the product ready for it, run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=100, help="messages and pages a second")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true", help="some seconds, few people; writes nothing")
    asked = parser.parse_args()
    minutes, rate, people = QUICK if asked.quick else (asked.minutes, asked.rate, asked.people)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
    with temporary() as cluster:
        address = cluster.new_database()
        environment(address)
        import django

        django.setup()
        from bench.soak.run import soak  # needs the settings

        soak(cluster, address.partition("@/")[2].partition("?")[0], rate, minutes, people)


def environment(address: str) -> None:
    """Where the product finds its settings, and a clock that stands in the contract's year and goes on as time does."""
    days = (datetime.now(CHINA).date() - date(2020, 6, 30)).days
    os.environ |= {
        "HUIBAO_DB": address,
        "DJANGO_SETTINGS_MODULE": "bench.hospital_settings",
        "BENCH_DAYS_BACK": str(days),
        "HUIBAO_GATEWAY_KEY": MASTER,
        "HUIBAO_SECRET_KEY": MASTER,
        "HUIBAO_KEYS": SEAL,
        "HUIBAO_PLAIN_HTTP": "1",
    }


if __name__ == "__main__":
    main()

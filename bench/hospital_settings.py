"""Settings of the measured server: everybody's, with a clock that stands in the demonstration's year and goes on as time does."""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from huibao.config.settings import *  # noqa: F403 - everything as it is, but the clock

CHINA = ZoneInfo("Asia/Shanghai")


class Then:
    """The real time, moved into the year of the made-up contract."""

    BACK = timedelta(days=int(os.environ["BENCH_DAYS_BACK"]))

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(CHINA) - self.BACK

    def today(self) -> date:
        """The day."""
        return self.now().date()


HUIBAO_CLOCK = "bench.hospital_settings.Then"

"""What this desk puts on the first page."""

from huibao.web.desk import Desk
from huibao.web.job import Job


def jobs(desk: Desk) -> list[Job]:
    """Nothing yet."""
    del desk
    return []

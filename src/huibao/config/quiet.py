"""What the log says: kinds and places, never a message, a name or a number of a person."""

import logging
import re
import traceback
from typing import Final

LONG_NUMBER: Final = re.compile(r"\d{10,}[\dXx]?")
"""Identity numbers, telephones and accounts are long runs of digits; no number of ours is."""


class Quiet(logging.Formatter):
    """One line a record: time, level, text with long numbers struck out, and of an exception its kind and place alone."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = LONG_NUMBER.sub("…", record.getMessage())
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {said}"
        if record.exc_info and record.exc_info[1] is not None:
            line += f" · {type(record.exc_info[1]).__name__} {_place(record.exc_info[1])}"
        return line.replace("\n", " ")


def _place(error: BaseException) -> str:
    """File, line and function where an exception came up; its text may hold somebody's data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} {frames[-1].name}" if frames else ""


LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "huibao.config.quiet.Quiet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR"},
        "huibao": {"handlers": ["stderr"], "level": "WARNING"},
    },
}

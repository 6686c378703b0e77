"""`rotating.py N`: `huibao keys rotate` on the database that HUIBAO_DB names, three rows at a time, killed at the Nth value.

The kill comes within a transaction, with the guard of the facts set aside. With N = 0 nobody kills.
"""

import os
import signal
import sys
from typing import Any

from huibao.cli.database import open_database


def main(killed_at: int) -> None:
    """Rotate; print what was done."""
    open_database()
    from huibao.store import rotation

    rotation.AT_ONCE = 3  # type: ignore[misc] # small batches, so that a kill falls between and within some
    seals, done = rotation.anew, [0]

    def anew(*given: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever it is given
        done[0] += 1
        if done[0] == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return seals(*given)

    rotation.anew = anew  # type: ignore[assignment] # the same, whatever it is given
    made = rotation.rotate()
    sys.stdout.write(" ".join([str(sum(made.sealed.values())), *made.free]) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

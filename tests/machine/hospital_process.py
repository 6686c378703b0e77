"""A process of its own that settles one person's bills against a database file: `prepare DB` or `settle DB NAME COUNT`."""

import os
import sys


def main(act: str, database: str, name: str = "", count: str = "0") -> None:
    """Do the act; every bill that could not be settled ends the process with its problems."""
    os.environ["HUIBAO_DB"] = database
    os.environ["DJANGO_SETTINGS_MODULE"] = "huibao.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests.app import insured_county as county

    if act == "prepare":
        call_command("migrate", verbosity=0)
        county.insure(people=1)
        return
    from datetime import date

    from huibao.app.settlement import settle_bills
    from huibao.domain.settlement.bill import Bill

    clock = county.Calendar(date(2020, 6, 30))
    for number in range(int(count)):
        inputs = {"bill_total": 5_000_000, "in_policy": 4_000_000}
        bill = Bill(f"{name}-{number}", date(2020, 5, 1), date(2020, 5, 9), inputs, name, person=county.identity(1))
        (result,) = settle_bills([bill], clock)
        if result.status != "settled":
            raise SystemExit(str(result.problems))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a browser test asks of the site's database, by the program's own eyes: `python -m tests.web.browser.asked QUESTION`.

Identity numbers are not in clear in the database, so no test reads them by SQL of its own.
"""

import json
import sys
from collections.abc import Callable
from typing import Final


def insured_number() -> str:
    """The made-up number of somebody covered today who had a claim, else of anybody covered today."""
    from huibao.store.models.claim import Claim
    from huibao.store.models.roster import Person

    covered = _covered()
    hurt = Claim.objects.filter(person_id__in=covered).values("person_id")
    one = (
        Person.objects.filter(id__in=hurt).order_by("id").first()
        or Person.objects.filter(id__in=covered).order_by("id").first()
    )
    return one.identity if one else ""


def former_number() -> str:
    """The made-up number of somebody on the county's roster without cover today."""
    from huibao.store.models.roster import Person

    one = Person.objects.filter(area="430423").exclude(id__in=_covered()).order_by("id").first()
    return one.identity if one else ""


def waiting_number() -> str:
    """The made-up number of the first whose stay waits at the hospital's counter."""
    from huibao.store.models.hospital import Stay

    one = Stay.objects.filter(settlements__isnull=True).order_by("id").first()
    return one.person.identity if one else ""


def settled_at_counter() -> str:
    """The number of a settlement made at the counter that stands; "" when there is none."""
    from huibao.store.models.hospital import StaySettlement

    one = StaySettlement.objects.filter(reverses__isnull=True, reversal__isnull=True).order_by("id").first()
    return one.setl_id if one else ""


def acts(verb: str) -> int:
    """How often something was done with a person, by the record of acts."""
    from huibao.store.models.staff import Act

    return Act.objects.filter(noun="person", verb=verb).count()


def _covered() -> object:
    from huibao.cli.database import present
    from huibao.store.models.coverage import Coverage

    today = present().today()
    return Coverage.objects.filter(person__area="430423", first_on__lte=today, last_on__gte=today).values("person_id")


QUESTIONS: Final[dict[str, Callable[..., object]]] = {
    "insured_number": insured_number,
    "former_number": former_number,
    "acts": acts,
    "waiting_number": waiting_number,
    "settled_at_counter": settled_at_counter,
}
"""Add yours here."""


def main() -> None:
    """Answer one question as JSON."""
    import django

    django.setup()
    sys.stdout.write(json.dumps(QUESTIONS[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()

"""A benefit made ready only for its inputs: what a scheme leaves open gets a plain number, which nobody will see."""

from huibao.bulk.kernel import BulkProgram, ready
from huibao.rules.compiler import params_used
from huibao.rules.scheme import Scheme


def open_settings(scheme: Scheme, benefit: str) -> dict[str, str | int]:
    """Return the least number allowed for each param of a benefit that no document gives."""
    found: dict[str, str | int] = {}
    for name in params_used(scheme, scheme.benefits[benefit]):
        param = scheme.params[name]
        if param.at(scheme.period.first_on) is None and not param.values:
            found[name] = param.minimum or 0
    return found


def program_for_inputs(scheme: Scheme, benefit: str) -> BulkProgram:
    """Return the program of a benefit for one who only asks what it must be told."""
    return ready(scheme, benefit, settings=open_settings(scheme, benefit))

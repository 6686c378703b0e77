"""Letters to print: the request for papers and the decision, as tagged PDF, in ordinary and in large print."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from huibao.app.claims import letter
from huibao.kernel.problem import Refused
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page


@require_GET
def decision(request: DeskRequest, number: str) -> HttpResponse:
    """The letter about what was decided."""
    return _letter(request, number, letter.Which.DECISION)


@require_GET
def papers(request: DeskRequest, number: str) -> HttpResponse:
    """The one request for papers."""
    return _letter(request, number, letter.Which.PAPERS)


def _letter(request: DeskRequest, number: str, which: letter.Which) -> HttpResponse:
    desk = request.desk
    large = bool(request.GET.get("large"))
    try:
        made = letter.letter(desk.who, number, which, desk.clock, large=large, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}-{which.value}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer

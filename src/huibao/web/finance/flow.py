"""The flow of a year's money: the picture and its table, which hold the same figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from huibao.app import fund_flow
from huibao.app.fund_flow import TITLES, Flow
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.finance.books import ground, where


@require_GET
def flow(request: DeskRequest) -> HttpResponse:
    """Source → fund → line → city → insurer → use."""
    desk = request.desk
    try:
        here = ground(request)
        found = fund_flow.flow_of(here, desk.lang)
    except Refused as refused:
        return refused_page(request, refused)
    title = desk.pick(f"{here.area_name} {here.year} 年资金流向", f"Flow of the money, {here.area_name} {here.year}")
    picture = fund_flow.flow_svg(found, title, _describe(found, desk), desk.lang) if found.links else ""
    at = 1 if desk.lang == "en" else 0
    rows = [
        (TITLES[one.source[0]][at], one.source[1], TITLES[one.target[0]][at], one.target[1], one.fen)
        for one in found.links
    ]
    shown = {
        "ground": here,
        "title": title,
        "picture": mark_safe(picture),  # noqa: S308 - drawn by us, every text escaped # nosec B308 B703
        "rows": rows,
        "here_is": where(here),
    }
    return render(request, "finance/flow.html", shown)


def _describe(found: Flow, desk: Desk) -> str:
    at = 1 if desk.lang == "en" else 0
    nodes = found.nodes
    parts = []
    for stage, column in nodes.items():
        if column:
            names = desk.pick("、", ", ").join(f"{node[1]} {yuan_text(found.through(node))}" for node in column[:4])
            parts.append(f"{TITLES[stage][at]}{desk.pick('：', ': ')}{names}")
    return desk.pick("。单位元；全部数字见下表。", ". In yuan; all figures are in the table below.").join(
        [desk.pick("；", "; ").join(parts), ""]
    )

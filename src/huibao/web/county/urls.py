"""Addresses of this desk, and of everybody's own background work."""

from typing import Final

from django.urls import URLPattern, path

from huibao.web import works
from huibao.web.county import checking, enrolment, rosters, rows

urlpatterns: Final[list[URLPattern]] = [
    path("work", works.works, name="works"),
    path("work/<int:work_id>", works.one, name="work-one"),
    path("work/<int:work_id>/files/<str:slot>", works.file, name="work-file"),
    path("county/waiting", checking.waiting, name="county-waiting"),
    path("county/rosters", rosters.drafts, name="county-rosters"),
    path("county/rosters/new", rosters.new, name="county-drop"),
    path("county/rosters/<int:draft_id>", rosters.draft, name="county-draft"),
    path("county/rosters/<int:draft_id>/columns", rosters.columns, name="county-columns"),
    path("county/rosters/<int:draft_id>/again", rosters.again, name="county-again"),
    path("county/rosters/<int:draft_id>/whole", rosters.whole, name="county-whole"),
    path("county/rosters/<int:draft_id>/away", rosters.away, name="county-away"),
    path("county/rosters/<int:draft_id>/reply", rosters.reply, name="county-reply"),
    path("county/rosters/<int:draft_id>/differences", rosters.differences, name="county-differences"),
    path("county/rosters/<int:draft_id>/errors", rosters.errors, name="county-errors"),
    path("county/rosters/<int:draft_id>/rows", rows.rows, name="county-rows"),
    path("county/rosters/<int:draft_id>/rows/<int:number>", rows.decide, name="county-decide-row"),
    path("county/rosters/<int:draft_id>/rows/<int:number>/mend", rows.mend, name="county-mend"),
    path("county/rosters/<int:draft_id>/check", checking.check, name="county-check"),
    path("county/rosters/<int:draft_id>/submit", checking.hand_on, name="county-submit"),
    path("county/rosters/<int:draft_id>/back", checking.back, name="county-take-back"),
    path("county/rosters/<int:draft_id>/decide", checking.decide, name="county-decide"),
    path("county/enrolment", enrolment.contracts_page, name="county-enrolment"),
    path("county/enrolment/<int:work_id>", enrolment.preview, name="county-preview"),
    path("county/enrolment/<int:work_id>/people", enrolment.people, name="county-people"),
    path("county/enrolment/<int:work_id>/submit", enrolment.hand_on, name="county-preview-submit"),
    path("county/enrolment/<int:work_id>/decide", enrolment.decide, name="county-preview-decide"),
    path("county/enrolment/<int:work_id>/lists", enrolment.make_lists, name="county-lists"),
]

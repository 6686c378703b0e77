"""Addresses of this desk, and of a county's reminders."""

from typing import Final

from django.urls import URLPattern, path

from huibao.web.supervision import reminding, views

urlpatterns: Final[list[URLPattern]] = [
    path("supervision", views.shares, name="supervision"),
    path("supervision/months", views.by_month, name="supervision-months"),
    path("supervision/funnel", views.funnel, name="supervision-funnel"),
    path("supervision/days", views.days, name="supervision-days"),
    path("supervision/count", views.count, name="supervision-count"),
    path("supervision/county/<str:area>", views.county, name="supervision-county"),
    path("supervision/county/<str:area>/sheet", views.sheet, name="supervision-sheet"),
    path("supervision/county/<str:area>/remind", reminding.remind, name="supervision-remind"),
    path("reminders", reminding.reminders, name="reminders"),
    path("reminders/<int:reminder_id>", reminding.reminder, name="reminder"),
    path("reminders/<int:reminder_id>/answer", reminding.answer, name="reminder-answer"),
]

"""Addresses of this desk. A claim's number is one of ours and tells nothing about anybody."""

from typing import Final

from django.urls import URLPattern, path

from huibao.web.insurer import advancing, case, deciding, handling, letters, payees, paying, queue, visiting
from huibao.web.insurer.tasks import page, press

urlpatterns: Final[list[URLPattern]] = [
    path("insurer/queue", queue.queue, name="insurer-queue"),
    path("insurer/claims/<str:number>", case.show, name="insurer-case"),
    path("insurer/claims/<str:number>/take", press(handling.TAKE), name="insurer-take"),
    path("insurer/claims/<str:number>/papers/ask", page(handling.ASK), name="insurer-ask"),
    path("insurer/claims/<str:number>/papers/received", page(handling.RECEIVED), name="insurer-received"),
    path("insurer/claims/<str:number>/first-payer", page(handling.FIRST), name="insurer-first"),
    path("insurer/claims/<str:number>/assess", page(handling.ASSESS), name="insurer-assess"),
    path("insurer/claims/<str:number>/payees", page(payees.PAYEES), name="insurer-payees"),
    path("insurer/claims/<str:number>/beneficiaries", page(payees.HEIRS), name="insurer-heirs"),
    path("insurer/claims/<str:number>/advance", page(advancing.ASK), name="insurer-advance"),
    path("insurer/claims/<str:number>/advance/decide", page(advancing.DECIDE), name="insurer-advance-decide"),
    path("insurer/claims/<str:number>/advance/back", page(advancing.SEND_BACK), name="insurer-advance-back"),
    path("insurer/claims/<str:number>/close", press(advancing.CLOSE), name="insurer-close"),
    path("insurer/claims/<str:number>/decide", page(deciding.DECIDE), name="insurer-decide"),
    path("insurer/claims/<str:number>/refuse", page(deciding.REFUSE), name="insurer-refuse"),
    path("insurer/claims/<str:number>/sent", press(handling.SENT), name="insurer-sent"),
    path("insurer/claims/<str:number>/letter", letters.decision, name="insurer-letter"),
    path("insurer/claims/<str:number>/papers/letter", letters.papers, name="insurer-papers-letter"),
    path("insurer/claims/<str:number>/appeal", page(handling.APPEAL), name="insurer-appeal"),
    path("insurer/claims/<str:number>/hear", page(deciding.HEAR), name="insurer-hear"),
    path("insurer/claims/<str:number>/visit", page(visiting.PLAN), name="insurer-visit"),
    path("insurer/visits", visiting.visits, name="insurer-visits"),
    path("insurer/visits/<int:visit_id>", visiting.visit, name="insurer-visit-one"),
    path("insurer/payments", paying.payments, name="insurer-payments"),
    path("insurer/payments/<str:number>", paying.file, name="insurer-file"),
    path("insurer/payments/<str:number>/fetch", paying.fetch, name="insurer-fetch"),
]

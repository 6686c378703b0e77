"""Addresses of this desk."""

from typing import Final

from django.urls import URLPattern, path

from huibao.web.cashier import counter, debts, month

urlpatterns: Final[list[URLPattern]] = [
    path("counter", counter.look_up, name="cashier-counter"),
    path("counter/new", counter.come_in, name="cashier-new"),
    path("counter/stays/<int:stay_id>", counter.bill, name="cashier-bill"),
    path("counter/stays/<int:stay_id>/settle", counter.settle, name="cashier-settle"),
    path("counter/settled/<str:setl_id>", counter.settled, name="cashier-settled"),
    path("counter/settled/<str:setl_id>/sheet", counter.sheet, name="cashier-sheet"),
    path("counter/settled/<str:setl_id>/undo", counter.undo, name="cashier-undo"),
    path("debts", debts.debts, name="cashier-debts"),
    path("debts/<str:number>", debts.one, name="cashier-debt"),
    path("debts/<str:number>/write-off", debts.write_off, name="cashier-write-off"),
    path("counter/month", month.month, name="cashier-month"),
]

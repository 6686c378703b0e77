"""Addresses of this desk."""

from typing import Final

from django.urls import URLPattern, path

from huibao.web.finance import approving, asking, bank, books, flow, pack

urlpatterns: Final[list[URLPattern]] = [
    path("books", books.balance, name="finance-balance"),
    path("books/subjects/<str:code>", books.subject, name="finance-subject"),
    path("books/account", books.account, name="finance-account"),
    path("books/vouchers/<int:number>", books.voucher, name="finance-voucher"),
    path("books/vouchers/<int:number>/paper", books.paper, name="finance-paper"),
    path("books/account/bank", bank.statements, name="finance-bank"),
    path("books/bank/<int:number>", bank.sheet, name="finance-bank-sheet"),
    path("books/bank/<int:number>/print", bank.printed, name="finance-bank-print"),
    path("books/banks", books.banks, name="finance-banks"),
    path("books/flow", flow.flow, name="finance-flow"),
    path("books/pack", pack.pack, name="finance-pack"),
    path("approvals", approving.listed, name="finance-approvals"),
    path("approvals/<int:number>", approving.one, name="finance-approval"),
    path("approvals/<int:number>/decide", approving.decide, name="finance-decide"),
    path("approvals/<int:number>/withdraw", approving.withdraw, name="finance-withdraw"),
    path("money/<str:kind>", asking.ask, name="finance-ask"),
]

"""Addresses of the console. None of them holds anything about a person but a number of our own."""

from django.urls import path

from huibao.web import entry, keeping, own, passkeys, people, work
from huibao.web.cashier.urls import urlpatterns as cashier
from huibao.web.county.urls import urlpatterns as county
from huibao.web.finance.urls import urlpatterns as finance
from huibao.web.insurer.urls import urlpatterns as insurer
from huibao.web.supervision.urls import urlpatterns as supervision

app_name = "console"

urlpatterns = [
    path("", work.home, name="home"),
    path("enter", entry.enter, name="enter"),
    path("enter/code", entry.code, name="code"),
    path("enter/passkey", passkeys.enter, name="enter-passkey"),
    path("enter/second", entry.enrol, name="enrol"),
    path("join/<str:token>", entry.join, name="join"),
    path("leave", entry.leave, name="leave"),
    path("comfort", own.comfort, name="comfort"),
    path("account", own.own, name="own"),
    path("account/stay", own.stay, name="stay"),
    path("account/password", own.password, name="password"),
    path("account/unsent", own.unsent_form, name="unsent"),
    path("account/codes", own.codes, name="codes"),
    path("account/passkeys", passkeys.own_keys, name="passkeys"),
    path("account/passkeys/new", passkeys.new_key, name="passkey-new"),
    path("account/passkeys/<int:passkey_id>/remove", passkeys.remove_key, name="passkey-remove"),
    path("account/sittings/<int:sitting_id>/end", own.end_sitting, name="end-sitting"),
    path("people", people.search, name="find"),
    path("people/<int:person_id>", people.person, name="person"),
    path("people/<int:person_id>/full", people.unmask, name="unmask"),
    path("accounts", keeping.accounts, name="accounts"),
    path("accounts/<str:name>/invite", keeping.invite_anew, name="invite-anew"),
    path("accounts/<str:name>/end", keeping.end, name="end-account"),
    path("coverage", work.coverage, name="coverage"),
    *county,
    *insurer,
    *cashier,
    *finance,
    *supervision,
]

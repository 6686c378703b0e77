"""Who sits before the page: each request's account, language and comfort; every page is closed unless it says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.module_loading import import_string

from huibao.app.access import ROLES, Actor, Role
from huibao.app.accounts import unsent
from huibao.app.accounts.sign_in import IDLE, LONGEST, TOKEN_BYTES, Where, actor_of, sitting_of
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Lang
from huibao.store.staff import SittingRecord
from huibao.web.tongues import with_names_marked

CONSOLE: Final = "console"
OTHER_DOORS: Final = ("/fsi/", "/hss-call-service-interface")
"""Addresses of the hospital interface, which has signatures of its own and no cookies."""
PREFIX: Final = "" if settings.PLAIN_HTTP else "__Host-"
SITTING: Final = f"{PREFIX}huibao_sitting"
DEVICE: Final = f"{PREFIX}huibao_device"
COMFORT: Final = f"{PREFIX}huibao_comfort"
UNSENT: Final = f"{PREFIX}huibao_unsent"
NEVER_KEPT: Final = frozenset({"csrfmiddlewaretoken", "password", "new", "again", "code", "passkey"})
"""Fields of a form that are not kept when its session has ended."""
MOST_BODY: Final = 55 * 2**20
"""Bytes of a request: the largest roster a page takes, and what goes with it."""
MOST_DIGITS: Final = 18
"""Of a length that is said; a longer number is too large by its first digits."""
DEVICE_SECONDS: Final = 400 * 24 * 3600
COMFORTS: Final = frozenset({"elder", "contrast", "en"})
BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)

View = Callable[..., HttpResponse]


@dataclass(slots=True)
class Desk:
    """What a page knows of who reads it."""

    clock: Clock
    where: Where
    comforts: frozenset[str] = frozenset()
    sitting: SittingRecord | None = None
    actor: Actor | None = None
    cookies: list[tuple[str, str, int | None]] = field(default_factory=list)
    """To be set with the answer: name, value ("" deletes), seconds (None: until the browser closes)."""

    @property
    def lang(self) -> Lang:
        """Chinese unless English was chosen."""
        return "en" if "en" in self.comforts else "zh"

    def pick(self, zh: str, en: str) -> str:
        """The one of the two that is read here."""
        return en if self.lang == "en" else zh

    def role_of(self, name: str) -> str:
        """A role in words; "" for a name that is none, as the system's own."""
        words = ROLES[Role(name)] if name in set(Role) else None
        return self.pick(words.zh, words.en) if words is not None else ""

    @property
    def who(self) -> Actor:
        """The account; only for pages that are closed."""
        if self.actor is None:
            raise AssertionError
        return self.actor

    @property
    def role(self) -> str:
        """The role's name as it is read here."""
        words = ROLES[self.who.role]
        return self.pick(words.zh, words.en)


class DeskRequest(HttpRequest):
    """A request with its desk."""

    desk: Desk


def open_to_all(view: View) -> View:
    """Mark a page that needs no signing in."""
    view.open_to_all = True  # type: ignore[attr-defined] # a mark the middleware looks for
    return view


def clock() -> Clock:
    """The clock of the installation; tests set another."""
    found: object = settings.HUIBAO_CLOCK
    return cast("Clock", import_string(found)() if isinstance(found, str) else found)


class DeskMiddleware:
    """Gives each request of the console its desk, and keeps closed pages closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sit down, answer, put the cookies on."""
        if request.path.startswith(OTHER_DOORS):
            return self.get_response(request)
        request.get_host()  # a name that is not this installation's is refused before anything is done under it
        sent = request.META.get("CONTENT_LENGTH") or ""
        if sent.isascii() and sent.isdigit() and int(sent[:MOST_DIGITS]) > MOST_BODY:
            raise RequestDataTooBig  # before anything of it is read: whoever is not signed in would fill the disk else
        desk = seated(request)
        cast("DeskRequest", request).desk = desk
        with translation.override("en" if desk.lang == "en" else "zh-hans"):
            response = self.get_response(request)
        for name, value, seconds in desk.cookies:
            _put(response, name, value, seconds)
        if desk.lang == "en" and not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            response.content = with_names_marked(response.content.decode()).encode()
        if desk.sitting is not None or request.method == "POST":
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> HttpResponse | None:  # noqa: ANN401 - Django's own signature
        """Send whoever is not signed in to the door, and back to the page afterwards."""
        match = request.resolver_match
        if match is None or CONSOLE not in match.app_names or getattr(view, "open_to_all", False):
            return None
        desk = cast("DeskRequest", request).desk
        if desk.actor is not None:
            return None
        if desk.sitting is not None:
            return HttpResponseRedirect(reverse(f"console:{desk.sitting.stage}"))
        had_one = request.COOKIES.get(SITTING, "")
        asked = {"next": request.get_full_path()} if request.method in {"GET", "HEAD"} else {}
        if request.method == "POST" and _kept(desk, request, had_one):
            asked["next"] = reverse("console:unsent")
        if had_one:
            asked["ended"] = "1"
        query = f"?{urlencode(asked)}" if (asked and request.path != reverse("console:home")) or had_one else ""
        return HttpResponseRedirect(reverse("console:enter") + query)


def _kept(desk: Desk, request: HttpRequest, token: str) -> bool:
    """Keep what was typed into a page whose session has ended meanwhile, for whoever typed it."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NEVER_KEPT]
    if not fields or not unsent.keep(token, request.path, fields, desk.clock, had_file=bool(request.FILES)):
        return False
    desk.cookies.append((UNSENT, token, int(unsent.KEPT_FOR.total_seconds())))
    return True


def seated(request: HttpRequest) -> Desk:
    """The desk of a request: by its cookies."""
    desk = bare(request)
    desk.sitting = sitting_of(request.COOKIES.get(SITTING, ""), desk.clock)
    if desk.sitting is not None and desk.sitting.stage == "full":
        desk.actor = actor_of(desk.sitting.staff)
    return desk


def bare(request: HttpRequest) -> Desk:
    """A desk at which nobody sits: what can be told without asking the database."""
    device = request.COOKIES.get(DEVICE, "")[:64]
    agent = request.headers.get("User-Agent", "")
    kind = " · ".join(next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS))
    where = Where(_source(request), kind.strip(" ·"), device)
    comforts = frozenset(request.COOKIES.get(COMFORT, "").split(".")) & COMFORTS
    return Desk(clock(), where, comforts)


def _source(request: HttpRequest) -> str:
    """From where a request comes: behind our own proxy, the last address that it added; never what a sender claims."""
    added = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    found = added if settings.HUIBAO_BEHIND_PROXY and added else str(request.META.get("REMOTE_ADDR", ""))
    return found[:45]


def on_every_page(request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    desk = getattr(request, "desk", None)
    if desk is None:
        desk = bare(request)
    return {
        "request": request,
        "desk": desk,
        "lang": desk.lang,
        "here": request.get_full_path(),
        "idle_seconds": int(IDLE.total_seconds()),
        "made_up": settings.HUIBAO_DEMONSTRATION,
    }


def keep_sitting(desk: Desk, token: str) -> None:
    """Give the browser its cookie, gone with the browser or after a working day."""
    desk.cookies.append((SITTING, token, int(LONGEST.total_seconds())))


def forget_sitting(desk: Desk) -> None:
    """Take the cookie back."""
    desk.cookies.append((SITTING, "", 0))


def know_device(desk: Desk) -> Where:
    """See to it that the browser has a secret by which it is known again; returns where it is."""
    import secrets

    if not desk.where.device_token:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        desk.where = Where(desk.where.source, desk.where.device, token)
        desk.cookies.append((DEVICE, token, DEVICE_SECONDS))
    return desk.where


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The page asked for before, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/"):
        return asked
    return fallback


def _put(response: HttpResponse, name: str, value: str, seconds: int | None) -> None:
    if value:
        response.set_cookie(
            name, value, max_age=seconds, path="/", secure=not settings.PLAIN_HTTP, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(name, path="/", samesite="Lax")

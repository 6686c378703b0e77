"""Addresses: the hospital interface under both paths that vendors' clients use, and the console."""

from django.urls import include, path

from huibao.hospital.door import door, nothing_here
from huibao.web import faults

urlpatterns = [
    path("fsi/api/rsfComIfsService/callService/<str:infno>", door),
    path("hss-call-service-interface/<str:infno>", door),
    path("hss-call-service-interface", door),
    path("fsi/<path:rest>", nothing_here),
    path("", include("huibao.web.urls")),
]

handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler500 = faults.broken

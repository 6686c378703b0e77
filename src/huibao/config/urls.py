"""Addresses: the hospital interface under both paths that vendors' clients use."""

from django.urls import path

from huibao.hospital.door import door, nothing_here

urlpatterns = [
    path("fsi/api/rsfComIfsService/callService/<str:infno>", door),
    path("hss-call-service-interface/<str:infno>", door),
    path("hss-call-service-interface", door),
]

handler404 = nothing_here

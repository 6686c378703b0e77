"""The Django app of the pages: no tables, only assets and templates."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages under one label."""

    name = "huibao.web"
    label = "web"
    verbose_name = "惠保 · 页面"

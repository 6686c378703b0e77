"""The Django app that owns every table."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of all nouns under one label, so that there is one linear migration history."""

    name = "huibao.store"
    label = "store"
    verbose_name = "惠保"

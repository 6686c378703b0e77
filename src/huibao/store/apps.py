"""The Django app that owns every table."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """Tables of all nouns under one label, so that there is one linear migration history."""

    name = "huibao.store"
    label = "store"
    verbose_name = "惠保"

    def ready(self) -> None:
        """See to it that the facts' guards stand after every migration."""
        post_migrate.connect(put_up_guards, sender=self, dispatch_uid="huibao-facts-stay")


def put_up_guards(using: str, **_: Any) -> None:  # noqa: ANN401 - Django hands over more than is asked for
    """Put up the triggers: facts stay (L3), claims keep to their moves (C1), covers never overlap (V1), three people (T2), …"""
    from huibao.store import standing
    from huibao.store.protection import put_up_all

    put_up_all(connections[using])
    standing.fill(using)

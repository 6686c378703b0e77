"""Table models, one module per noun; Django finds those that are imported here."""

from huibao.store.models import roster as roster

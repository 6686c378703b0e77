"""What a WSGI server serves; `huibao serve` starts one."""

import gc
import os
from typing import Final

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huibao.config.settings")

pages = get_wsgi_application()

from huibao.hospital.gate import Gate  # noqa: E402 - Django must be set up before its settings are read

application = Gate(pages)

OBJECTS: Final = 5_000
"""New objects after which Python looks for rings among them; a message makes hundreds, and next to none in rings."""

# What is loaded by now stays for good: looking through it again and again took a twentieth of each message's time.
gc.collect()
gc.freeze()
gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])

"""What a WSGI server serves; `huibao serve` starts one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huibao.config.settings")

pages = get_wsgi_application()

from huibao.hospital.gate import Gate  # noqa: E402 - Django must be set up before its settings are read

application = Gate(pages)

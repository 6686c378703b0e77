"""What a WSGI server serves; `huibao hospital serve` starts one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huibao.config.settings")

application = get_wsgi_application()

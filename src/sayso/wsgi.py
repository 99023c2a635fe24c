"""The door for a WSGI server: `sayso.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
application = get_wsgi_application()

"""The JSON API: joins what each app offers under one session sign-in. Knows no rule of its own.

Described at /api/openapi.json. There is no page of documents: the usual one loads its parts from other hosts.
"""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.security import django_auth

from sayso import __version__

# Signed in by session cookie; every writing call needs the CSRF token, as the pages' forms do.
api = NinjaAPI(title="Sayso", version=__version__, docs_url=None, auth=django_auth)

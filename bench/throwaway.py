"""An installation that is there for one measurement and gone after it; how every bench on rows begins."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def installation() -> Iterator[str]:
    """Its database is made; gives what kind it is. On PostgreSQL when run by tests/postgres.py, else on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            SAYSO_DATA=folder, SAYSO_HTTPS="0", SAYSO_HOSTS="testserver", DJANGO_SETTINGS_MODULE="sayso.settings"
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        yield connection.vendor

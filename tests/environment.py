"""The environment every test runs in, set before Django reads its settings.

Loaded by `-p environment` in pyproject.toml: pytest-django reads the settings before any conftest is seen.
Knows environment variables only; nothing of Sayso is imported here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

DATA_DIR = tempfile.mkdtemp(prefix="sayso-tests-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

# A developer's own settings must not leak in; the database is the one exception (see postgres.py).
for name in [name for name in os.environ if name.startswith("SAYSO_") and name != "SAYSO_DATABASE_URL"]:
    del os.environ[name]

os.environ["SAYSO_DATA"] = DATA_DIR
os.environ["SAYSO_HTTPS"] = "0"
os.environ["SAYSO_SECRET_KEY"] = "for-tests-only-" + "0" * 32
os.environ["SAYSO_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
# Playwright keeps an event loop in the test's thread; Django would take each query beside it for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

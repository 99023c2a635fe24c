"""The tests' own ground: a database that behaves as in real use, no way to the developer's data, a real browser."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def test_data_lies_in_a_folder_for_temporary_files():
    assert settings.DATA_DIR.is_relative_to(Path(tempfile.gettempdir()).resolve())


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for_and_empty_of_events():
    from sayso.engagements.models import Event

    assert connection.vendor in {"sqlite", "postgresql"}
    assert Event.objects.count() == 0


@pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="about SQLite")
@pytest.mark.django_db
def test_sqlite_writes_ahead_as_in_real_use():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


def test_the_browser_finds_a_planted_fault(chromium, accessibility_faults):
    page = chromium.new_page()
    page.set_content("<html lang=en><title>t</title><main><h1>t</h1><img src=x></main></html>")
    faults = accessibility_faults(page)
    page.close()
    assert [fault.split(":")[0] for fault in faults] == ["image-alt"]

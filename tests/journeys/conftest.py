"""Browsers and installations of the journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.running import Installation

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
expect.set_options(timeout=15_000)  # two cores for two browsers, their servers and workers


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A fresh one, nothing running yet; every process is ended with the test."""
    installation = Installation(tmp_path / "sayso")
    installation.folder.mkdir()
    yield installation
    installation.close()


def is_fault(said: Any, expects: Sequence[str]) -> bool:
    return said.type == "error" and not any(part in said.text for part in expects)


@pytest.fixture
def visit(chromium: Any, installation: Installation) -> Iterator[Callable[..., Any]]:
    """A function that gives somebody a browser of their own, signed in when a session is given.

    A page whose scripts complain, or that the content security policy stops, fails the test at its end.
    """
    contexts, complaints = [], []

    def visit(
        session: str | None = None, *, viewport: dict[str, int] = PHONE, expects: Sequence[str] = (), **options: Any
    ) -> Any:
        context = chromium.new_context(viewport=viewport, base_url=installation.url, **options)
        context.set_default_timeout(15_000)
        if session:
            context.add_cookies([{"name": "sayso_session", "value": session, "url": installation.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_fault(said, expects) else None)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []

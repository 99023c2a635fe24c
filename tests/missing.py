"""What a test says when the machine lacks something it needs."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def could_not(reason: str) -> NoReturn:
    """Skip, but never where a machine decides whether a change is good."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)

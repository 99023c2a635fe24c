"""The engine settings a snapshot was made with, read back from it. Knows no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sayso.engine.distil import Settings


def settings_from(told: Mapping[str, Any]) -> Settings:
    """The settings written into a snapshot's body. Raises ValueError on names this version does not know."""
    known = {field.name for field in fields(Settings)}
    if unknown := sorted(set(told) - known):
        raise ValueError(f"the snapshot was made with settings that this version does not know: {', '.join(unknown)}.")
    return Settings(**told)

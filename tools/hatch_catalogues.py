"""Makes the catalogues the program reads (.mo) when it is built or set up: no step that could be forgotten."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "tools"))
        from catalogues import compile_all

        compile_all(Path(self.root) / "src" / "sayso" / "locale")

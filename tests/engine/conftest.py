"""What the engine's tests share."""

from __future__ import annotations

import pytest

from sayso.engine.posterior import tiers


@pytest.fixture(autouse=True)
def short_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains long enough to find what is planted; the last per cent is the bench's matter."""
    monkeypatch.setitem(tiers.BUDGET, tiers.Tier.FULL, 4_000_000)
    monkeypatch.setitem(tiers.BUDGET, tiers.Tier.FAST, 2_000_000)

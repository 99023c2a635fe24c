"""What the engine's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sayso.engine.posterior import tiers


@pytest.fixture(autouse=True, scope="package")
def short_chains() -> Iterator[None]:
    """Chains long enough to find what is planted; the last per cent is the bench's matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tiers.BUDGET, tiers.Tier.FULL, 4_000_000)
        patch.setitem(tiers.BUDGET, tiers.Tier.FAST, 2_000_000)
        patch.setattr(tiers, "FEWEST_SWEEPS", 150)
        yield

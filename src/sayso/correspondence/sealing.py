"""Who a waiting mail is for, closed with the engagement's key: the database alone does not tell, nor anybody later."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from sayso.members.pseudonyms import sealing_key


def seal(engagement_slug: str, **told: Any) -> str:
    """Raises KeyMissing."""
    return _box(engagement_slug).encrypt(json.dumps(told).encode()).decode()


def unseal(engagement_slug: str, sealed: str) -> dict[str, Any] | None:
    """What was closed in; None for what another key closed. Raises KeyMissing."""
    try:
        told: dict[str, Any] = json.loads(_box(engagement_slug).decrypt(sealed.encode()))
    except InvalidToken:
        return None
    return told


def _box(engagement_slug: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sealing_key(engagement_slug=engagement_slug)))

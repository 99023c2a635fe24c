"""Brings one message to one channel by its incoming webhook. Knows addresses and replies; knows no table.

Only to hosts that were allowed, over TLS with a good certificate, no redirect followed, no reply read, not for long.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

from sayso.web.kept_words import sentence

LONGEST_S = 10.0


class NotPosted(Exception):
    """Why, in a word or two that hold no address."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def post(address: str, message: dict[str, Any]) -> None:
    """Raises NotPosted."""
    if not address.startswith("https://"):
        raise NotPosted(sentence("not https"))
    request = urllib.request.Request(  # noqa: S310 - https only, to hosts that were allowed
        address,
        data=json.dumps(message, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "Sayso"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=LONGEST_S):
            return
    except urllib.error.HTTPError as refused:
        refused.close()
        raise NotPosted(sentence("answered %(code)s", code=refused.code)) from None
    except TimeoutError:
        raise NotPosted(sentence("took too long")) from None
    except (OSError, http.client.HTTPException) as wrong:
        told = getattr(wrong, "reason", wrong)
        raise NotPosted(
            "took too long" if isinstance(told, TimeoutError) else f"not reached: {type(told).__name__}"
        ) from None

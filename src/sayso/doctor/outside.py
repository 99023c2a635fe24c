"""Accounts of elsewhere that open the door: whether their providers answer as told, and where they must send people.

Asks each OpenID Connect provider for its public description, as a sign-in would; signs nobody in. What is missing in
the settings is told before all else, as `settings`.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, Found

ANSWER_S = 5
MOST_BYTES = 1_000_000
DESCRIPTION = "/.well-known/openid-configuration"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
CHECK_ISSUER = "Check SAYSO_OIDC_ISSUER: the address before /.well-known/, as the provider writes it."


def _redirects() -> Found:
    """The addresses that have to be entered at the provider, letter by letter."""
    from django.conf import settings
    from django.urls import reverse

    addresses = [
        f"{door['name']}: {_site()}{reverse(door['view'].replace('_login', '_callback'), kwargs=door['kwargs'])}"
        for door in settings.OUTSIDE_ACCOUNTS
    ]
    if not addresses:
        return []
    if not _site().startswith("https://") and not settings.DEMO and _is_for_others():
        cause = f"Providers would send people back in the open: {'; '.join(addresses)}"
        return Finding("outside.redirect", WARN, cause, "Set SAYSO_SITE to the https address people type.")
    return Finding("outside.redirect", OK, f"Enter at the provider, as it stands: {'; '.join(addresses)}")


def _site() -> str:
    from django.conf import settings

    scheme = "https" if settings.HTTPS else "http"
    return str(settings.SITE or f"{scheme}://{settings.ALLOWED_HOSTS[0]}")


def _is_for_others() -> bool:
    from django.conf import settings

    return bool(set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"})


def _providers() -> Found:
    from django.conf import settings

    told = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [_provider(app["name"], app["settings"]["server_url"]) for app in told]


def _provider(name: str, issuer: str) -> Finding:
    where = issuer if "/.well-known/" in issuer else issuer + DESCRIPTION
    try:
        told = _description(where)
    except HTTPError as wrong:
        return _fails(f"{name}: {where} answers {wrong.code}.", CHECK_ISSUER)
    except (URLError, TimeoutError, OSError, http.client.HTTPException) as wrong:
        reason = getattr(wrong, "reason", None) or wrong
        cause = f"{name}: {where} does not answer within {ANSWER_S} s: {reason}"
        return _fails(cause, "Check SAYSO_OIDC_ISSUER, and that this server may reach it. Other ways in stay open.")
    except ValueError:
        return _fails(f"{name}: {where} is no description of a provider.", CHECK_ISSUER)
    if missing := [field for field in NEEDED if not told.get(field)]:
        return _fails(f"{name}: {where} lacks {', '.join(missing)}.", CHECK_ISSUER)
    if str(told["issuer"]).rstrip("/") != where.removesuffix(DESCRIPTION).rstrip("/"):
        return _fails(f"{name}: it calls itself {told['issuer']}, not {issuer}.", CHECK_ISSUER)
    ways = told.get("code_challenge_methods_supported")
    if isinstance(ways, list) and "S256" not in ways:
        cause = f"{name}: it does not say that it knows PKCE with S256, which we use."
        return Finding(
            "outside.provider", WARN, cause, "Try a sign-in; if it fails, ask the provider's people for PKCE."
        )
    return Finding("outside.provider", OK, f"{name}: {told['issuer']} answers as it should.")


def _description(where: str) -> dict[str, Any]:
    """Raises ValueError for what is no JSON object."""
    asked = Request(where, headers={"Accept": "application/json"})  # noqa: S310 - the settings allow https, or this machine
    with urlopen(asked, timeout=ANSWER_S) as reply:  # noqa: S310
        told = json.loads(reply.read(MOST_BYTES))
    if not isinstance(told, dict):
        raise ValueError
    return told


def _fails(cause: str, mend: str) -> Finding:
    return Finding("outside.provider", FAIL, cause, mend)


CHECKS = (
    Check(
        "outside.provider",
        _providers,
        "Does each OpenID Connect provider answer within five seconds, under the name it was told by?",
        "Check `SAYSO_OIDC_ISSUER`, and that this server may reach it. Other ways in stay open.",
    ),
    Check(
        "outside.redirect",
        _redirects,
        "To which address must providers send people back? It has to be entered there, letter by letter.",
        "Set `SAYSO_SITE` to the https address people type.",
    ),
)

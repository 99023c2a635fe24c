"""Accounts of elsewhere that may open the door: what the environment asks for, as allauth's settings want it.

Pure: texts in, settings out. Everything is off by default. The roster decides who comes in; an account only proves
who somebody is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OPENID_CONNECT = "openid_connect"
# Those that say themselves whether an address was checked. (Microsoft's do not: connect your tenant by OpenID Connect.)
SOCIAL = {
    "google": ("Google", "SAYSO_GOOGLE_ID", "SAYSO_GOOGLE_SECRET"),
    "github": ("GitHub", "SAYSO_GITHUB_ID", "SAYSO_GITHUB_SECRET"),
    "gitlab": ("GitLab", "SAYSO_GITLAB_ID", "SAYSO_GITLAB_SECRET"),
}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class WrongSetting(ValueError):
    """The text names the variable and what to write."""


@dataclass
class OutsideAccounts:
    """apps : for INSTALLED_APPS; providers : for SOCIALACCOUNT_PROVIDERS; doors : what the sign-in page offers"""

    apps: list[str] = field(default_factory=list)
    providers: dict[str, Any] = field(default_factory=dict)
    doors: list[dict[str, Any]] = field(default_factory=list)


def read_outside_accounts(env: Mapping[str, str]) -> OutsideAccounts:
    """Raises WrongSetting."""
    found = OutsideAccounts()
    for connection in _connections(env):
        _add_connection(found, connection)
    for name in (word.strip().lower() for word in env.get("SAYSO_SOCIAL", "").split(",") if word.strip()):
        _add_social(found, name, env)
    if found.doors:
        found.apps.insert(0, "allauth.socialaccount")
    return found


def _connections(env: Mapping[str, str]) -> list[dict[str, str]]:
    told = []
    if issuer := env.get("SAYSO_OIDC_ISSUER", ""):
        client = {"client_id": env.get("SAYSO_OIDC_ID", ""), "secret": env.get("SAYSO_OIDC_SECRET", "")}
        name, claim = env.get("SAYSO_OIDC_NAME", "My work account"), env.get("SAYSO_OIDC_CLAIM", "")
        told.append({"id": "account", "name": name, "issuer": issuer, "claim": claim, **client})
    if path := env.get("SAYSO_OIDC_FILE", ""):
        try:
            listed = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise WrongSetting(f"SAYSO_OIDC_FILE: {path} cannot be read as JSON: {problem}.") from None
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise WrongSetting(f"SAYSO_OIDC_FILE: {path} must hold a list of objects.")
        told += [{key: str(value) for key, value in one.items()} for one in listed]
    return told


def _add_connection(found: OutsideAccounts, told: dict[str, str]) -> None:
    missing = [name for name in ("id", "name", "issuer", "client_id", "secret") if not told.get(name)]
    if missing:
        raise WrongSetting(f"An OpenID Connect provider lacks {', '.join(missing)} (SAYSO_OIDC_…).")
    if not SLUG.fullmatch(told["id"]):
        raise WrongSetting(f"The provider's id {told['id']!r} may have small letters, digits and dashes only.")
    if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", told["issuer"]):
        raise WrongSetting(f"The issuer {told['issuer']!r} must begin with https://.")
    apps = found.providers.setdefault(OPENID_CONNECT, {"OAUTH_PKCE_ENABLED": True, "APPS": []})["APPS"]
    if any(app["provider_id"] == told["id"] for app in apps):
        raise WrongSetting(f"Two OpenID Connect providers have the id {told['id']!r}.")
    if not apps:
        found.apps.append(f"allauth.socialaccount.providers.{OPENID_CONNECT}")
    apps.append(
        {
            "provider_id": told["id"],
            "name": told["name"],
            "client_id": told["client_id"],
            "secret": told["secret"],
            "settings": {"server_url": told["issuer"].rstrip("/"), "staff_number_claim": told.get("claim", "")},
        }
    )
    door = {"name": told["name"], "view": "openid_connect_login", "kwargs": {"provider_id": told["id"]}}
    found.doors.append(door)


def _add_social(found: OutsideAccounts, name: str, env: Mapping[str, str]) -> None:
    if name not in SOCIAL:
        raise WrongSetting(f"SAYSO_SOCIAL knows {', '.join(SOCIAL)}, not {name!r}.")
    label, its_id, its_secret = SOCIAL[name]
    own = {"client_id": env.get(its_id, ""), "secret": env.get(its_secret, "")}
    if not all(own.values()):
        raise WrongSetting(f"SAYSO_SOCIAL names {name}: write {its_id} and {its_secret}.")
    found.apps.append(f"allauth.socialaccount.providers.{name}")
    scope = {"github": ["user:email"]}.get(name)
    found.providers[name] = {"APPS": [own], "OAUTH_PKCE_ENABLED": True, **({"SCOPE": scope} if scope else {})}
    found.doors.append({"name": label, "view": f"{name}_login", "kwargs": {}})

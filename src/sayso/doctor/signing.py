"""The signing key of sessions and links."""

from __future__ import annotations

import os
from pathlib import Path

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, is_loose

LEAST_SIGNS, LEAST_DIFFERENT = 50, 12
# Seen in examples; whoever knows the key signs in as anybody.
NOT_SECRET = ("django-insecure", "changeme", "change-me", "change me", "secret", "password", "example")


def _kept() -> Finding:
    from django.conf import settings

    if os.environ.get("SAYSO_SECRET_KEY"):
        return Finding("keys.secret", OK, "The signing key comes from the environment.")
    path = Path(settings.DATA_DIR) / "keys" / "secret"
    if not path.is_file():
        return Finding("keys.secret", FAIL, f"{path} is missing.", "Start again: it is made when Sayso starts.")
    if is_loose(path) or is_loose(path.parent):
        return Finding("keys.secret", FAIL, f"Others can read {path}.", f"chmod 700 {path.parent}; chmod 600 {path}")
    return Finding("keys.secret", OK, "Readable by its owner only.")


def _strong() -> Finding:
    from django.conf import settings

    key = settings.SECRET_KEY
    mend = "Unset SAYSO_SECRET_KEY, and Sayso makes a good one. Everybody signs in again."
    if key.lower().startswith(NOT_SECRET):
        return Finding("keys.strength", FAIL, "The signing key is one from an example: anybody may know it.", mend)
    if len(set(key)) < LEAST_DIFFERENT:
        return Finding("keys.strength", FAIL, f"The signing key has only {len(set(key))} different signs.", mend)
    if len(key) < LEAST_SIGNS:
        return Finding("keys.strength", WARN, f"The signing key has {len(key)} signs; {LEAST_SIGNS} are good.", mend)
    return Finding("keys.strength", OK, "The signing key is long and mixed.")


CHECKS = (
    Check(
        "keys.secret",
        _kept,
        "Is the signing key of sessions there, and readable by its owner only?",
        "`chmod 600` it; it is made anew when it is missing.",
    ),
    Check(
        "keys.strength",
        _strong,
        "Is the signing key long, mixed, and from no example?",
        "Unset `SAYSO_SECRET_KEY`, and Sayso makes a good one. Everybody signs in again.",
    ),
)

"""The only bridge from a member to a participant: a keyed hash, its key in a file, never in the database.

Without the key nobody can walk the bridge, in either direction. Destroying the key at close burns it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from sayso.members.models import Member

KEY_BYTES, SECRET_BYTES = 32, 20


class KeyMissing(Exception):
    """The engagement's key is not where it should be: destroyed at close, or the data folder moved without it."""


def key_path(engagement_slug: str) -> Path:
    return Path(settings.DATA_DIR) / "keys" / f"{engagement_slug}.key"


def make_key(*, engagement_slug: str) -> None:
    """Make the engagement's key, readable by its owner only. An existing key is kept: a new one would orphan votes."""
    path = key_path(engagement_slug)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))


def destroy_key(*, engagement_slug: str) -> None:
    """Burn the bridge for good: written over, then removed. Copies elsewhere are out of our reach."""
    path = key_path(engagement_slug)
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def pseudonym_of(*, member: Member, engagement_slug: str) -> str:
    """32 hexadecimal characters, the same each time. Raises KeyMissing."""
    return _derived(f"member {member.pk}", engagement_slug)


def guest_pseudonym(*, token: str, engagement_slug: str) -> str:
    """The same for a guest, who is known by what lies in the browser only. Raises KeyMissing."""
    return _derived(f"guest {token}", engagement_slug)


def mark_of(*, member: Member, engagement_slug: str, purpose: str) -> str:
    """Another mark of the member, for what must not be laid beside their participant. Raises KeyMissing."""
    return _derived(f"{purpose} of member {member.pk}", engagement_slug)


def sealing_key(*, engagement_slug: str) -> bytes:
    """What closes a row so that it can be read only as long as the engagement's key is there. Raises KeyMissing."""
    return _mac(_key(engagement_slug), "sealed rows")


def ballot_secrets(*, engagement_slug: str, pseudonyms: Iterable[str]) -> list[bytes]:
    """What lets each participant, and nobody else, find their own votes in the ballot record. Raises KeyMissing."""
    key = _key(engagement_slug)
    return [_mac(key, f"ballots {pseudonym}")[:SECRET_BYTES] for pseudonym in pseudonyms]


def _derived(message: str, engagement_slug: str) -> str:
    return _mac(_key(engagement_slug), message).hex()[:32]


def _key(engagement_slug: str) -> bytes:
    try:
        return key_path(engagement_slug).read_bytes()
    except FileNotFoundError:
        raise KeyMissing(f"The key of {engagement_slug} is missing: restore it with the data folder.") from None


def _mac(key: bytes, message: str) -> bytes:
    return hmac.new(key, message.encode(), hashlib.sha256).digest()

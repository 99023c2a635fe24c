"""The first door of an installation, and a keeper's way back in: a link that works once, printed where the server runs.

The link's token is a file beside the keys, so that only who may read the keys can come in by it; the database knows
nothing of it. Knows organisations and keepers; knows no page.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from sayso.members.access import record_access
from sayso.members.actions import add_member, add_organisation
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessKind, Member, Organisation
from sayso.members.rules import Refused, may_keep_roster

GOOD_FOR_S = 60 * 60  # a keeper's way back in; the first set-up waits as long as nobody has set up


@dataclass(frozen=True)
class Invited:
    """Whom a link lets in: somebody of the roster, or, before there is one, whoever sets Sayso up."""

    member: Member | None


def is_set_up() -> bool:
    return Organisation.objects.exists()


def first_token() -> str:
    """The token of the first set-up, made when there is none. Only for an installation without organisation."""
    kept = _kept()
    if kept and kept["member"] is None:
        return str(kept["token"])
    return _keep(None)


def token_for_keeper(*, member: Member) -> str:
    """A way in for a keeper who lost theirs, on record. Appoints them where nobody keeps the roster. Raises Refused."""
    with transaction.atomic():
        if not may_keep_roster(member):
            if names := _names_of_keepers(member.organisation):
                raise Refused(
                    _("%(full_name)s does not keep the roster. These do: %(names)s.")
                    % {"full_name": member.full_name, "names": names}
                )
            appoint_keeper(member=member)
        record_access(
            organisation=member.organisation,
            by=None,
            kind=AccessKind.ROLES_CHANGED,
            detail=f"a way in for keeper {member.pk} was made on the command line",
        )
    return _keep(member)


def invited_by(token: str) -> Invited | None:
    """Whom the link lets in; None when it is not, or no longer, good."""
    kept = _kept()
    if kept is None or not hmac.compare_digest(str(kept["token"]).encode(), token.encode()):
        return None
    if kept["member"] is None:
        return None if is_set_up() else Invited(None)
    member = Member.objects.filter(pk=kept["member"]).first()
    is_good = member and may_keep_roster(member) and time.time() - kept["made_at"] < GOOD_FOR_S
    return Invited(member) if is_good else None


def set_up(*, organisation: str, full_name: str, email: str, staff_number: str) -> Member:
    """The organisation and its first keeper; the link is used up. Raises Refused where somebody else was first."""
    with transaction.atomic():
        if is_set_up():
            raise Refused(_("Sayso is set up already. Come in as you usually do."))
        made = add_organisation(name=organisation)
        keeper = add_member(
            organisation=made, full_name=full_name, email=email or None, staff_number=staff_number or None
        )
        appoint_keeper(member=keeper)
        use_up()  # last: of two at once, one finds the link gone, and its organisation is taken back
    return keeper


def use_up() -> None:
    """Raises Refused for all but one."""
    try:
        _path().unlink()
    except FileNotFoundError:
        raise Refused(_("This link has been used a moment ago.")) from None


def address_of(token: str, base: str) -> str:
    return f"{base.rstrip('/')}/setup/{token}/"


def usual_base(port: int = 8000) -> str:
    """Where this installation answers, as far as its settings tell."""
    if settings.HTTPS:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    return f"http://127.0.0.1:{port}"


def _names_of_keepers(organisation: Organisation) -> str:
    held = organisation.keepers.held().filter(member__is_active=True)
    return ", ".join(held.values_list("member__full_name", flat=True).order_by("pk"))


def _path() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "setup"


def _kept() -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(_path().read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return kept


def _keep(member: Member | None) -> str:
    """In one step, so that nobody reads half a token."""
    token, path = secrets.token_urlsafe(32), _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"setup.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"token": token, "member": member and member.pk, "made_at": time.time()}, file)
    beside.replace(path)
    return token

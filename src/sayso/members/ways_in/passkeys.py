"""Passkeys: made, proved, removed. The `fido2` library checks; this keeps the public half and nothing of when.

Knows members and challenges; knows nothing of pages. A challenge lies in the session between its question and its
answer, and is good once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sayso.members.models import Member, Passkey
from sayso.members.rules import Refused
from sayso.members.ways_in.passes import keyed_mark
from sayso.web.typed import one_line

CHALLENGE = "passkey_challenge"
MOST = 10  # of one member
FAILED = "That did not work. Nothing has changed. Please try again, or come in another way."


def ask_to_make(request: HttpRequest, member: Member) -> dict[str, Any]:
    """What the browser needs to make one; those there are not made twice on one device."""
    options, state = _server(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=hashlib.sha256(keyed_mark(f"passkey {member.pk}").encode()).digest(),
            name=member.email or member.staff_number or member.full_name,
            display_name=member.full_name,
        ),
        credentials=[_data(passkey) for passkey in member.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[CHALLENGE] = state
    return dict(options)


def keep_passkey(*, request: HttpRequest, member: Member, name: str, answer: Mapping[str, Any]) -> Passkey:
    """Keep the public half of a new one. Raises Refused."""
    try:
        made = _server(request).register_complete(_challenge(request), answer).credential_data
    except (ValueError, TypeError, KeyError) as problem:
        raise Refused(FAILED) from problem
    if made is None or member.passkeys.count() >= MOST:
        raise Refused(_("There are %(most)s passkeys already. Remove one first.") % {"most": MOST} if made else FAILED)
    try:
        with transaction.atomic():
            return Passkey.objects.create(
                member=member,
                name=one_line(name)[:60] or "Passkey",
                credential_id=made.credential_id.hex(),
                public_data=bytes(made),
            )
    except IntegrityError:
        raise Refused(_("This passkey is kept already.")) from None


def ask_to_prove(request: HttpRequest) -> dict[str, Any]:
    """What the browser needs to show one; names nobody, so that it tells nothing of who has any."""
    options, state = _server(request).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    request.session[CHALLENGE] = state
    return dict(options)


def member_by_passkey(request: HttpRequest, answer: Mapping[str, Any]) -> Member:
    """Whose passkey answered the question put to this browser. Raises Refused."""
    state, known = _challenge(request), _known(answer)
    try:
        _server(request).authenticate_complete(state, [_data(known)] if known else [], answer)
    except Exception as problem:  # the library lets its cryptography's own errors through
        raise Refused(FAILED) from problem
    if known is None or not known.member.is_active:
        raise Refused(FAILED)
    return known.member


def _known(answer: Mapping[str, Any]) -> Passkey | None:
    from fido2.utils import websafe_decode

    try:
        credential_id = websafe_decode(str(answer.get("rawId", ""))).hex()
    except ValueError:
        return None
    return Passkey.objects.filter(credential_id=credential_id).select_related("member").first()


def _challenge(request: HttpRequest) -> Any:
    state = request.session.pop(CHALLENGE, None)
    if state is None:
        raise Refused(FAILED)
    return state


def _data(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.public_data))


def _server(request: HttpRequest) -> Fido2Server:
    """For this very host: an answer made for another site, or another port, is none."""
    host, ours = request.get_host(), f"{request.scheme}://{request.get_host()}"
    entity = PublicKeyCredentialRpEntity(name="Sayso", id=host.rsplit(":", 1)[0] if ":" in host else host)
    return Fido2Server(entity, verify_origin=lambda origin: origin == ours)

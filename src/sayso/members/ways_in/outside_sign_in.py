"""Coming in with an account of elsewhere: its checked e-mail address, or a claim, finds the member.

Knows allauth's social accounts and the roster. Nothing of the account is kept: no row, no token, no moment. Each time
the roster decides anew.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import redirect, render

from sayso.members.models import Member
from sayso.members.ways_in.entering import let_in, where_to


class OutsideAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Always the last step here: in, or told why not. allauth would go on to keep the account."""
        member = _member_of(sociallogin)
        if member is None:
            raise ImmediateHttpResponse(render(request, "members/account_unknown.html", status=403))
        let_in(request, member)
        raise ImmediateHttpResponse(redirect(where_to(request, str(sociallogin.state.get("next") or ""))))


def _member_of(sociallogin: Any) -> Member | None:
    here = Member.objects.filter(is_active=True)
    if claim := _settings(sociallogin).get("staff_number_claim"):
        number = _claim(sociallogin.account.extra_data, claim)
        found = list(here.filter(staff_number=number)[:2]) if number else []
        return found[0] if len(found) == 1 else None  # of two organisations' members, neither
    checked = [address.email.strip().lower() for address in sociallogin.email_addresses if address.verified is True]
    return here.filter(email__in=checked).order_by("pk").first()


def _settings(sociallogin: Any) -> dict[str, Any]:
    return sociallogin.provider.app.settings or {} if sociallogin.provider.app else {}


def _claim(told: dict[str, Any], claim: str) -> str:
    """From what the provider told when asked, or else from the token it signed."""
    for part in (told.get("userinfo"), told.get("id_token"), told):
        if isinstance(part, dict) and isinstance(part.get(claim), str | int):
            return str(part[claim]).strip()
    return ""

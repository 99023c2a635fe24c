"""Whom a session belongs to: allauth's own answer, read with a ready query, since every page asks."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from sayso.members.models import Member
from sayso.web.ready_queries import ReadyQuery

_member = ReadyQuery(lambda number: Member.objects.filter(pk=number))


class SignedIn(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> Member | None:
        member = _member.first(int(user_id))
        return member if member and self.user_can_authenticate(member) else None

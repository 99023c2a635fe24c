"""Coming in by e-mail: a link and a code, no passwords, and nobody signs themselves up.

Knows allauth and the roster; knows nothing of engagements.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.http import HttpRequest
from django.urls import reverse


class RosterAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The roster decides who may come in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Forget the moment allauth writes into the session: it would tell when this member's first answers came."""
        reply = super().post_login(request, user, **kwargs)
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**record, "at": 0} for record in records]
        return reply

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Add the link that fills the code in. It shows a button; only the button signs in, so scanners do not."""
        if code := context.get("code"):
            path = reverse("account_confirm_login_code")
            context = {**context, "link": self.request.build_absolute_uri(f"{path}?{urlencode({'code': code})}")}
        super().send_mail(template_prefix, email, context)

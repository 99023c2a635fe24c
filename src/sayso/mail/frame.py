"""A message with the headers machines need: written by a machine, to be answered by none. Knows no reader."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

LOOP = "X-Loop"


def framed(
    *,
    to: str,
    subject: str,
    plain: str,
    html: str,
    language: str,
    headers: Mapping[str, str] = {},
    envelope: str = "",
    is_answer: bool = False,
) -> EmailMultiAlternatives:
    """Plain text first, and the same as HTML. `envelope` is where it bounces to, when that is not the sender."""
    message = EmailMultiAlternatives(
        subject=subject,
        body=plain,
        from_email=envelope or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Auto-Submitted": "auto-replied" if is_answer else "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            LOOP: parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            "Content-Language": language,
            **headers,
        },
    )
    message.attach_alternative(html, "text/html")
    return message

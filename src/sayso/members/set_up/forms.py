"""What whoever sets Sayso up sends, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.form_fields import OneAddress, OneLine


class SetUpForm(forms.Form):
    organisation = OneLine(error_messages={"required": lazily("Write your organisation's name.")})
    full_name = OneLine(error_messages={"required": lazily("Write your name.")})
    email = OneAddress(
        required=False, error_messages={"invalid": lazily("This is no e-mail address. Look at it again.")}
    )
    staff_number = OneLine(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("email") and not cleaned.get("staff_number"):
            self.add_error("email", _("Write your e-mail address or your staff number. You come in by it later."))
        return cleaned

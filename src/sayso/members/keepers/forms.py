"""Whom a keeper makes a keeper, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.form_fields import OneLine
from sayso.members.models import Member, Organisation
from sayso.members.queries import member_known_as


class KeeperForm(forms.Form):
    known_as = OneLine(error_messages={"required": lazily("Write an e-mail address or staff number.")})

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_known_as(self) -> Member:
        member = member_known_as(self.organisation, self.cleaned_data["known_as"])
        if member is None:
            raise forms.ValidationError(_("Nobody on the roster has this e-mail address or staff number. Look it up."))
        return member

"""What people type to come in, checked. Typed words are given back, but for codes."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    staff_number = forms.CharField(max_length=200, error_messages={"required": _("Write your staff number.")})
    code = forms.CharField(max_length=60, error_messages={"required": _("Write the code from your letter.")})


class PasskeyForm(forms.Form):
    name = forms.CharField(max_length=60, required=False)
    answer = forms.CharField(max_length=20_000)

    def clean_answer(self) -> dict[str, Any]:
        try:
            answer = json.loads(self.cleaned_data["answer"])
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise forms.ValidationError(_("The answer did not arrive whole."))
        return answer

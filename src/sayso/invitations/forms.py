"""What a lead fills in for waves and letters, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import Engagement
from sayso.invitations.models import WaveKind
from sayso.invitations.wording import Unfillable, check_text
from sayso.members.models import Unit
from sayso.web.typed import one_line

WHOLE, CHOSEN = "all", "units"


class UnitsForm(forms.Form):
    """Everybody, or some units with all below them."""

    whom = forms.ChoiceField(choices=[(WHOLE, lazily("Everybody")), (CHOSEN, lazily("Some units"))], initial=WHOLE)
    units = forms.ModelMultipleChoiceField(Unit.objects.none(), required=False)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = engagement.organisation.units.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("whom") == CHOSEN and not cleaned.get("units"):
            self.add_error("units", _("Tick at least one unit, or choose everybody."))
        if cleaned.get("whom") == WHOLE and cleaned.get("units"):
            self.add_error("whom", _("You ticked units, and chose everybody. Choose one of the two."))
        cleaned["chosen"] = list(cleaned.get("units") or ()) if cleaned.get("whom") == CHOSEN else []
        return cleaned


class WaveForm(UnitsForm):
    kind = forms.ChoiceField(choices=WaveKind.choices, initial=WaveKind.INVITATION)


class LettersForm(UnitsForm):
    is_for_all = forms.BooleanField(required=False)


class TextForm(forms.Form):
    """A subject and a body with named fields."""

    subject = forms.CharField(max_length=150, error_messages={"required": lazily("Write a subject.")})
    body = forms.CharField(
        max_length=5_000, strip=False, error_messages={"required": lazily("Write what the mail says.")}
    )

    def clean_subject(self) -> str:
        return _checked(one_line(self.cleaned_data["subject"]), needs_link=False)

    def clean_body(self) -> str:
        return _checked(self.cleaned_data["body"].replace("\r\n", "\n").strip(), needs_link=True)


class WhenForm(forms.Form):
    """Now, when left empty; else a day and a time in this installation's zone."""

    at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": lazily("Write day and time as 2027-03-01 09:00.")},
    )

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and at < timezone.now():
            raise forms.ValidationError(_("That time has passed. Choose a later one, or leave it empty for now."))
        return at


def _checked(text: str, *, needs_link: bool) -> str:
    try:
        check_text(text, needs_link=needs_link)
    except Unfillable as problem:
        raise forms.ValidationError(str(problem)) from None
    return text

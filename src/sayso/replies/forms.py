"""What the pages of replies send, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sayso.engagements.forms import LONGEST_LOOKED_AT, Typed
from sayso.engagements.wording import Unusable, clean_statement, too_long
from sayso.replies.models import MAX_REASON_CHARACTERS, Said
from sayso.web.typed import one_line

WRITE_WHY = gettext_lazy("Write why it cannot be done. Everybody reads it.")


def _cleaned(text: str) -> str:
    try:
        if len(text) > LONGEST_LOOKED_AT:
            raise Unusable(too_long(len(text)))
        return clean_statement(text)
    except Unusable as problem:
        raise forms.ValidationError(str(problem)) from None


class WordsForm(forms.Form):
    """A reply, a question or an answer: as long as a statement."""

    text = Typed(required=False, strip=False)
    is_by_author = forms.BooleanField(required=False)

    def clean_text(self) -> str:
        return _cleaned(self.cleaned_data["text"])


class AcknowledgementForm(forms.Form):
    said = forms.ChoiceField(
        choices=Said.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Press one of the five.")),
    )
    reason = Typed(required=False, strip=False)

    def clean_reason(self) -> str:
        reason = one_line(self.cleaned_data["reason"][:LONGEST_LOOKED_AT])
        if len(reason) > MAX_REASON_CHARACTERS:
            over = len(reason) - MAX_REASON_CHARACTERS
            raise forms.ValidationError(
                ngettext(
                    "That is %(n)s too many characters. Your words are still here: shorten them.",
                    "That is %(n)s too many characters. Your words are still here: shorten them.",
                    over,
                )
                % {"n": f"{over:,}"}
            )
        return reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("said") != Said.CANNOT:
            cleaned["reason"] = ""
        elif not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", WRITE_WHY)
        return cleaned


class DecisionForm(forms.Form):
    """What becomes of a reply that waits, or was decided."""

    decision = forms.ChoiceField(choices=[("approve", "Show it"), ("return", "Hide it"), ("undo", "Undo")])
    template = forms.CharField(required=False, max_length=300)
    own_words = forms.CharField(
        required=False,
        max_length=300,
        error_messages={
            "max_length": gettext_lazy("The reason is too long. Please say it in %(limit_value)d characters or fewer.")
        },
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["reason"] = cleaned.get("own_words", "").strip() or cleaned.get("template", "").strip()
        if cleaned.get("decision") == "return" and not cleaned["reason"] and "own_words" not in self.errors:
            raise forms.ValidationError(_("Please pick or write a reason. Its author will read it."))
        return cleaned

"""What browsers and the API send, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms

from sayso.engagements.drawn import unseal
from sayso.engagements.models import Engagement, Participant, Stance, Statement, Topic
from sayso.engagements.wording import Unusable, clean_statement
from sayso.members.models import Member
from sayso.members.queries import member_known_as


class StatementForm(forms.Form):
    topic = forms.ModelChoiceField(Topic.objects.none(), error_messages={"invalid_choice": "Please pick a question."})
    # Longer than is taken, so that nobody's words are cut off; the message says by how much.
    text = forms.CharField(max_length=20_000, required=False, strip=False)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = engagement.topics.all()  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        try:
            return clean_statement(self.cleaned_data["text"])
        except Unusable as problem:
            raise forms.ValidationError(str(problem)) from None


class VoteForm(forms.Form):
    statement = forms.ModelChoiceField(Statement.objects.none())
    stance = forms.TypedChoiceField(choices=Stance.choices, coerce=int)
    is_important = forms.BooleanField(required=False)
    drawn = forms.CharField(required=False)

    def __init__(self, participant: Participant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant = participant
        self.fields["statement"].queryset = participant.engagement.statements.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """In place of the seal, the probability it holds."""
        cleaned = super().clean() or {}
        sealed = cleaned.pop("drawn", "")
        if "statement" in cleaned:
            cleaned["probability"] = unseal(self.participant, cleaned["statement"], sealed)
        return cleaned


class SeatForm(forms.Form):
    """Somebody on the roster, by e-mail address or staff number."""

    known_as = forms.CharField(max_length=254, error_messages={"required": "Write an e-mail address or staff number."})

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagement = engagement

    def clean_known_as(self) -> Member:
        member = member_known_as(self.engagement.organisation, self.cleaned_data["known_as"])
        if member is None:
            raise forms.ValidationError("Nobody on the roster has this e-mail address or staff number. Look it up.")
        return member

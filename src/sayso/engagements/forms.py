"""What browsers and the API send, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import connection
from django.utils.translation import gettext_lazy as _

from sayso.engagements.drawn import unseal
from sayso.engagements.kinds import guess_kind
from sayso.engagements.models import Engagement, Kind, Participant, Stance, Statement, Topic
from sayso.engagements.wording import Unusable, clean_statement, number_in, too_long
from sayso.members.models import Member
from sayso.members.queries import member_known_as

NOT_SURE = "not_sure"
LONGEST_LOOKED_AT = 20_000  # characters; beyond, nothing but their number is told


class Typed(forms.CharField):
    """Words as they were typed, but for the one character that no database takes."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\0", "")


class StatementForm(forms.Form):
    topic = forms.ModelChoiceField(
        Topic.objects.none(), error_messages={"invalid_choice": _("Please pick a question.")}
    )
    # Longer than is taken, so that nobody's words are cut off; the message says by how much.
    text = Typed(required=False, strip=False)
    kind = forms.ChoiceField(
        choices=[("", _("Guess it for me")), *Kind.choices, (NOT_SURE, _("not sure"))], required=False
    )
    named = forms.BooleanField(required=False)

    def __init__(self, engagement: Engagement, *args: Any, signer: str = "", **kwargs: Any) -> None:
        """`signer` is the name that a tick puts to the words; empty where none may be."""
        super().__init__(*args, **kwargs)
        self.signer = signer
        self.fields["topic"].queryset = engagement.topics.all()  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            if len(text) > LONGEST_LOOKED_AT:
                raise Unusable(too_long(len(text)))
            return clean_statement(text)
        except Unusable as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        """What `say_statement` takes: the kind chosen or guessed, the name in place of the tick."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("kind", "")
        cleaned["is_kind_guessed"] = not chosen
        cleaned["kind"] = guess_kind(cleaned.get("text", "")) if not chosen else "" if chosen == NOT_SURE else chosen
        cleaned["signed_name"] = self.signer if cleaned.pop("named", False) else ""
        return cleaned


def known_by_number(number: int) -> Statement:
    """A statement of which only the number is known: whoever votes on it looks it up, and locks it, in any case."""
    return Statement.from_db(connection.alias, ["id"], [number])


class _ByNumber(forms.CharField):
    def clean(self, value: Any) -> Statement:
        number = number_in(str(value or ""))
        if not number:
            raise forms.ValidationError(self.error_messages["required"])
        return known_by_number(number)


class VoteForm(forms.Form):
    statement = _ByNumber()
    stance = forms.TypedChoiceField(choices=Stance.choices, coerce=int)
    is_important = forms.BooleanField(required=False)
    drawn = forms.CharField(required=False)

    def __init__(self, participant: Participant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.participant = participant

    def clean(self) -> dict[str, Any]:
        """In place of the seal, the probability it holds."""
        cleaned = super().clean() or {}
        sealed = cleaned.pop("drawn", "")
        if "statement" in cleaned:
            cleaned["probability"] = unseal(self.participant, cleaned["statement"], sealed)
        return cleaned


class SeatForm(forms.Form):
    """Somebody on the roster, by e-mail address or staff number."""

    known_as = forms.CharField(
        max_length=254, error_messages={"required": _("Write an e-mail address or staff number.")}
    )

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagement = engagement

    def clean_known_as(self) -> Member:
        member = member_known_as(self.engagement.organisation, self.cleaned_data["known_as"])
        if member is None:
            raise forms.ValidationError(_("Nobody on the roster has this e-mail address or staff number. Look it up."))
        return member

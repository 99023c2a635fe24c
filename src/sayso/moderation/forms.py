"""What those who moderate send, checked; what they typed is always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import About, Engagement, Kind, Leaning, Statement, Topic
from sayso.members.models import Member
from sayso.moderation.queries import moderating, people_of

CHOICES = ("approve", "return", "merge", "split", "hide", "undo", "note", "assign", "correct")
NONE_OF_THESE = "none"
NEEDS_REASON = ("return", "hide")


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[(name, name) for name in CHOICES])
    template = forms.CharField(required=False, max_length=300)
    own_words = forms.CharField(
        required=False,
        max_length=300,
        error_messages={
            "max_length": lazily("The reason is too long. Please say it in %(limit_value)d characters or fewer.")
        },
    )
    into = forms.ModelChoiceField(Statement.objects.none(), required=False)
    first = forms.CharField(required=False, max_length=5_000)
    second = forms.CharField(required=False, max_length=5_000)
    keeps = forms.ChoiceField(required=False, choices=[("", ""), ("0", "0"), ("1", "1")])
    note = forms.CharField(
        required=False,
        max_length=500,
        error_messages={
            "max_length": lazily("The note is too long. Please say it in %(limit_value)d characters or fewer.")
        },
    )
    assignee = forms.ModelChoiceField(Member.objects.none(), required=False)
    kind = forms.ChoiceField(required=False, choices=[*Kind.choices, (NONE_OF_THESE, "")])
    leaning = forms.ChoiceField(required=False, choices=Leaning.choices)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = engagement.statements.all()  # type: ignore[attr-defined]
        who = [member.pk for member in people_of(moderating(engagement))]
        self.fields["assignee"].queryset = Member.objects.filter(pk__in=who)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["reason"] = cleaned.get("own_words", "").strip() or cleaned.get("template", "").strip()
        asked = cleaned.get("decision")
        if asked in NEEDS_REASON and not cleaned["reason"] and "own_words" not in self.errors:
            raise forms.ValidationError(_("Please pick or write a reason. Its author will read it."))
        if asked == "merge" and not cleaned.get("into"):
            raise forms.ValidationError(_("Please pick the statement to merge it with."))
        if asked == "correct":
            about = About.LEANING if cleaned.get("leaning") else About.KIND
            if not (to := cleaned.get(about, "")):
                raise forms.ValidationError(_("Please pick one of these."))
            cleaned |= {"about": about, "to": "" if to == NONE_OF_THESE else to}
        return cleaned


class PolicyForm(forms.Form):
    promised_hours = forms.IntegerField(
        min_value=1,
        max_value=336,
        error_messages={
            "required": lazily("Write how many hours reading may take."),
            "invalid": lazily("Write a number of hours."),
            "min_value": lazily("Write at least 1 hour."),
            "max_value": lazily("Write at most 336 hours: two weeks."),
        },
    )
    words = forms.CharField(required=False, max_length=3_000, strip=True)
    reasons = forms.CharField(
        max_length=6_000, error_messages={"required": lazily("Write at least one reason, one a line.")}
    )

    def clean_reasons(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["reasons"].splitlines() if line.strip()]
        if long := next((line for line in lines if len(line) > 300), None):
            raise forms.ValidationError(
                _("“%(long)s…” is too long. A reason has at most 300 characters.") % {"long": long[:40]}
            )
        if len(lines) > 20:
            raise forms.ValidationError(
                _("These are %(n)s reasons. Keep to 20, so that one can be found.") % {"n": len(lines)}
            )
        return list(dict.fromkeys(lines))


class SeedsForm(forms.Form):
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        error_messages={"required": lazily("Pick a question."), "invalid_choice": lazily("Pick a question.")},
    )
    lines = forms.CharField(required=False, max_length=400_000, strip=False)
    file = forms.FileField(required=False, max_length=200)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = engagement.topics.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if file := cleaned.get("file"):
            if file.size > 1_000_000:
                raise forms.ValidationError(_("The file is larger than 1 MB. Bring 500 statements at most."))
            try:
                cleaned["lines"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    _("The file is not UTF-8. Save it as “CSV UTF-8” and bring it again.")
                ) from None
        return cleaned

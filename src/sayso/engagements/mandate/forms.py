"""What leads send about a mandate, checked. What they type into its fields is kept as it is: `actions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.mandate.fields import DATED, PLAIN, Asked, as_typed
from sayso.engagements.mandate.phase_actions import CHANGEABLE
from sayso.engagements.mandate.queries import Shown, in_words, value_of
from sayso.engagements.mandate.trial_actions import LONGEST_REMARK
from sayso.engagements.models import Engagement
from sayso.engagements.phases import PLANNED, Phase
from sayso.web.typed import one_line

REASON = 300  # characters


class OneLine(forms.CharField):
    """A text in one normal form, on one line, without invisible characters."""

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(value or "")))


class BeginForm(forms.Form):
    title = OneLine(
        max_length=80,
        error_messages={
            "required": lazily("Give it a short name."),
            "max_length": lazily("At most 80 characters, please."),
        },
    )


class PhaseForm(forms.Form):
    to = forms.TypedChoiceField(
        choices=[(phase.value, phase.label) for phase in PLANNED],
        coerce=Phase,
        error_messages={"required": lazily("Pick a phase."), "invalid_choice": lazily("Pick a phase.")},
    )
    reason = OneLine(required=False, max_length=REASON)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagement = engagement


@dataclass(frozen=True)
class Part(Shown):
    """One thing that may be changed, as the page shows it: with what was just typed where that could not be taken."""

    now: str = ""
    reason: str = ""
    reason_errors: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return bool(self.problem or self.reason_errors)

    @property
    def now_in_words(self) -> str:
        return in_words(self.asked, self.now)


class ChangeForm(forms.Form):
    name = forms.ChoiceField(choices=[(name, name) for name in CHANGEABLE])
    # Longer than is taken, so that nobody's words are cut off; the message says by how much.
    typed = forms.CharField(required=False, max_length=20_000, strip=False)
    reason = OneLine(required=False, max_length=REASON)

    def __init__(self, engagement: Engagement, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagement = engagement

    def groups(self) -> list[tuple[str, list[Part]]]:
        """What may be changed, under three headings."""
        parts = [self._part({**PLAIN, **DATED}[name]) for name in CHANGEABLE]
        headings = {"text": _("Words"), "date": _("Days"), "number": _("Limits")}
        return [(heading, [part for part in parts if part.asked.kind == kind]) for kind, heading in headings.items()]

    def _part(self, asked: Asked) -> Part:
        now = as_typed(value_of(self.engagement, asked.name))
        if not self.is_bound or self.data.get("name") != asked.name:
            return Part(asked, now, now=now)
        wrong = {field: tuple(str(error) for error in errors) for field, errors in self.errors.items()}
        typed, reason = self.data.get("typed", ""), self.data.get("reason", "")
        return Part(asked, typed, " ".join(wrong.get("typed", ())), "", now, reason, wrong.get("reason", ()))


class CloseForm(forms.Form):
    reason = OneLine(max_length=REASON, error_messages={"required": lazily("Say why. Everybody reads the reason.")})


class RemarkForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_REMARK,
        error_messages={
            "required": lazily("Nothing arrived. Write a few words, or go back."),
            "max_length": lazily("At most %(limit_value)d characters, please. Your words are still here."),
        },
    )

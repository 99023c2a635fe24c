"""What a lead sends to give a role or plan a week, checked. Typed words are always given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.forms import SeatForm
from sayso.engagements.models import Engagement, RoleName
from sayso.engagements.roles.actions import Days
from sayso.engagements.roles.queries import DAYS_SHOWN, can_be_planned
from sayso.members.models import Member

FURTHEST = timedelta(days=366)
NOT_A_DAY = {"invalid": lazily("Write the day like 2027-03-14.")}


class RoleForm(SeatForm):
    name = forms.TypedChoiceField(
        choices=RoleName.choices, coerce=RoleName, error_messages={"required": lazily("Pick a role.")}
    )
    first_day = forms.DateField(required=False, error_messages=NOT_A_DAY)
    last_day = forms.DateField(required=False, error_messages=NOT_A_DAY)

    def clean(self) -> dict[str, Any]:
        """With one day given, the other is the same."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        first, last = first or last, last or first
        if first and last and not self.errors:
            if cleaned.get("name") != RoleName.MODERATOR:
                self.add_error(
                    "first_day", _("Days are for the moderator of the day. Leave them empty for other roles.")
                )
            elif problem := _problem_with(first, last):
                self.add_error("last_day", problem)
        cleaned["days"] = Days(first, last) if first and last else None
        return cleaned


def _problem_with(first: date, last: date) -> str:
    today = timezone.localdate()
    if last < first:
        return _("The last day comes before the first. Swap them.")
    if last < today:
        return _("These days are over. Pick today or later.")
    return _("That is more than a year ahead. Pick fewer days.") if last - today > FURTHEST else ""


class WeekForm(forms.Form):
    """One field for each day from `first` on: who reads on it too."""

    def __init__(self, engagement: Engagement, first: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = [first + timedelta(days=number) for number in range(DAYS_SHOWN)]
        people = can_be_planned(engagement)
        for day in self.days:
            self.fields[f"day_{day:%Y%m%d}"] = forms.ModelChoiceField(
                people, required=False, label=date_format(day, "WEEKDAY_FORMAT"), empty_label=_("Nobody else")
            )

    def field_for(self, day: date) -> forms.BoundField:
        return self[f"day_{day:%Y%m%d}"]

    def planned(self) -> Iterator[tuple[Member, Days]]:
        """Days that follow each other and go to one person are one duty."""
        picked = [(self.cleaned_data.get(f"day_{day:%Y%m%d}"), day) for day in self.days]
        for member, run in groupby(picked, key=lambda pair: pair[0]):
            days = [day for _, day in run]
            if member is not None:
                yield member, Days(days[0], days[-1])

"""What the pages of rooms send, checked and made whole. What was typed is always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import Engagement, Statement, Topic
from sayso.members.models import Member
from sayso.members.queries import member_known_as
from sayso.rooms.answers import BY_KEY
from sayso.rooms.models import MOST_SHEETS, MOST_TABLES, KitLine, RoomSession
from sayso.rooms.rules import large_units
from sayso.rooms.wording import Lines, clean_lines, cleaned
from sayso.web.typed import one_line

MOST_HANDS = 2_000


class OneLine(forms.CharField):
    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


def _number(most: int, what: Any, least: int = 0, **more: Any) -> forms.IntegerField:
    told = format_lazy(
        lazily("Write a number from {least} to {most}: {what}."), least=least, most=f"{most:,}", what=what
    )
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), told)
    return forms.IntegerField(min_value=least, max_value=most, error_messages=errors, **more)


class RoomForm(forms.Form):
    title = OneLine(max_length=100, error_messages={"required": lazily("Give the meeting a name.")})
    day = forms.DateField(
        error_messages={
            "required": lazily("Pick the day of the meeting."),
            "invalid": lazily("Write the day as 2027-03-14."),
        }
    )
    place = OneLine(max_length=200, required=False)
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        error_messages={"required": lazily("Pick a question."), "invalid_choice": lazily("Pick a question.")},
    )
    n_tables = _number(MOST_TABLES, lazily("how many tables there are"), least=1)
    n_sheets = _number(MOST_SHEETS, lazily("how many sheets to print"))
    host = OneLine(max_length=254, required=False)
    unit = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": lazily("Pick a unit, or leave it empty.")}
    )

    def __init__(self, engagement: Engagement, session: RoomSession | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagement, self.session = engagement, session
        self.fields["topic"].queryset = engagement.topics.all()  # type: ignore[attr-defined]
        self.units = large_units(engagement)
        self.fields["unit"].choices = [("", ""), *((unit, unit) for unit in self.units)]  # type: ignore[attr-defined]

    def clean_host(self) -> Member | None:
        typed = self.cleaned_data["host"]
        if not typed:
            return None
        now = self.session.facilitator if self.session else None
        if now and typed == now.full_name:
            return now
        member = member_known_as(self.engagement.organisation, typed)
        if member is None:
            raise forms.ValidationError(_("Nobody on the roster has this e-mail address or staff number. Look it up."))
        return member

    def plan(self) -> dict[str, Any]:
        """What the actions take."""
        told = dict(self.cleaned_data)
        host = told.pop("host")
        return {**told, "facilitator": host}


def told_of(session: RoomSession) -> dict[str, Any]:
    """What stands in the form before anything is changed."""
    names = ("title", "day", "place", "topic", "n_tables", "n_sheets", "unit")
    host = session.facilitator.full_name if session.facilitator else ""
    return {**{name: getattr(session, name) for name in names}, "topic": session.topic_id, "host": host}


class KitForm(forms.Form):
    statements = forms.ModelMultipleChoiceField(
        Statement.objects.none(),
        error_messages={
            "required": lazily("Tick at least one statement."),
            "invalid_choice": lazily("One of these is no longer open for answers. Look at the list again."),
            "invalid_pk_value": lazily("One of these is no longer open for answers. Look at the list again."),
        },
    )

    def __init__(self, offered: list[Statement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        numbers = [statement.pk for statement in offered]
        self.fields["statements"].queryset = Statement.objects.filter(pk__in=numbers)  # type: ignore[attr-defined]

    def in_order(self) -> list[Statement]:
        chosen = {statement.pk for statement in self.cleaned_data["statements"]}
        return [statement for statement in self.offered if statement.pk in chosen]


class PresentForm(forms.Form):
    n_present = _number(MOST_HANDS, lazily("how many people sat there"))


class LinesForm(forms.Form):
    """Many lines at once, one idea a line."""

    lines = forms.CharField(
        max_length=50_000,
        required=False,
        strip=False,
        error_messages={"max_length": lazily("That is too much for one go. Enter it in several.")},
    )

    def clean_lines(self) -> list[str]:
        found = clean_lines(self.cleaned_data["lines"])
        if not found.clean and not found.wrong:
            raise forms.ValidationError(_("Nothing arrived. Write one idea a line."))
        return _or_wrong(found)


def _or_wrong(found: Lines) -> list[str]:
    if found.wrong:
        raise forms.ValidationError(
            [_("Line %(number)s: %(told)s") % {"number": number, "told": told} for number, told in found.wrong]
        )
    return found.clean


class MinutesForm(forms.Form):
    """Minutes after the first look: each line with a tick, and to be mended."""

    def __init__(self, sent: QueryDict, *args: Any, **kwargs: Any) -> None:
        super().__init__(sent, *args, **kwargs)
        self.rows = [
            {"number": number, "text": sent.get(f"line-{number}", ""), "kept": f"keep-{number}" in sent, "wrong": ""}
            for number in range(1, 301)
            if f"line-{number}" in sent
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        kept = [row for row in self.rows if row["kept"] and str(row["text"]).strip()]
        found = cleaned((int(str(row["number"])), str(row["text"])) for row in kept)
        wrong = dict(found.wrong)
        for row in self.rows:
            row["wrong"] = wrong.get(int(str(row["number"])), "")
        if wrong:
            raise forms.ValidationError(_("Some lines need mending. They are marked below."))
        if not found.clean:
            raise forms.ValidationError(_("Nothing is ticked. Tick what somebody in the room said."))
        return {**told, "lines": found.clean}


class HandsForm(forms.Form):
    """Three counts for each line; a line left empty was not asked."""

    def __init__(self, lines: list[KitLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            for what in ("agree", "pass", "disagree"):
                self.fields[f"{what}-{line.number}"] = _number(MOST_HANDS, lazily("how many hands"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"line": line, "cells": [self[f"{what}-{line.number}"] for what in ("agree", "pass", "disagree")]}
            for line in self.lines
        ]

    def counts(self) -> dict[KitLine, tuple[int, int, int]]:
        told = {
            line: [self.cleaned_data[f"{what}-{line.number}"] for what in ("agree", "pass", "disagree")]
            for line in self.lines
        }
        return {
            line: (cells[0] or 0, cells[1] or 0, cells[2] or 0)
            for line, cells in told.items()
            if any(cell is not None for cell in cells)
        }


class SheetForm(forms.Form):
    """One sheet as it is typed: a key for each line, and own words."""

    lines = forms.CharField(max_length=20_000, required=False, strip=False)

    def __init__(self, kit: list[KitLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kit = kit
        for line in kit:
            self.fields[f"a-{line.number}"] = forms.ChoiceField(
                choices=[("", ""), *((key, key) for key in BY_KEY)],
                required=False,
                error_messages={
                    "invalid_choice": _("Number %(number)s: 1 for agree, 2 for pass, 3 for disagree.")
                    % {"number": line.number}
                },
            )

    def clean_lines(self) -> list[str]:
        return _or_wrong(clean_lines(self.cleaned_data["lines"]))

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"line": line, "name": f"a-{line.number}", "value": self[f"a-{line.number}"].value() or ""}
            for line in self.kit
        ]

    def answers(self) -> dict[int, int]:
        typed = {line.number: self.cleaned_data[f"a-{line.number}"] for line in self.kit}
        return {number: int(BY_KEY[key]) for number, key in typed.items() if key}


class StubForm(forms.Form):
    code = OneLine(max_length=60, error_messages={"required": lazily("Type the code from the part you tore off.")})

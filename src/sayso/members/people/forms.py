"""What keepers send about one person or one unit, checked."""

from __future__ import annotations

from typing import Any

from django import forms

from sayso.members.form_fields import OneAddress, OneLine
from sayso.members.models import Unit
from sayso.members.queries import unit_paths
from sayso.members.unit_paths import JOINT, one_path


class PersonForm(forms.Form):
    full_name = OneLine(label="Name", error_messages={"required": "Write the person's name."})
    staff_number = OneLine(required=False, label="Staff number")
    email = OneAddress(
        required=False,
        label="E-mail address",
        error_messages={"invalid": "This is no e-mail address. Look at it again."},
    )
    unit = OneLine(required=False, label="Unit")
    manager = OneLine(required=False, label="Manager")
    role = OneLine(required=False, label="Family of roles")
    site = OneLine(required=False, label="Site")
    language = OneLine(required=False, label="Language")

    def clean_unit(self) -> str:
        return one_path(self.cleaned_data["unit"])


class UnitForm(forms.Form):
    name = OneLine(label="Name", error_messages={"required": "Write the unit's name."})
    parent = forms.ChoiceField(required=False, label="Belongs to")

    def __init__(self, unit: Unit, data: Any = None) -> None:
        super().__init__(data, initial={"name": unit.name, "parent": unit.parent_id or ""})
        paths = unit_paths(unit.organisation)
        here = paths[unit.pk]
        others = sorted((path, pk) for pk, path in paths.items() if not (path + JOINT).startswith(here + JOINT))
        self.fields["parent"].choices = [("", "Nothing above it"), *((pk, path) for path, pk in others)]  # type: ignore[attr-defined]
        self.organisation = unit.organisation

    def clean_parent(self) -> Unit | None:
        chosen = self.cleaned_data["parent"]
        return Unit.objects.filter(organisation=self.organisation, pk=chosen).first() if chosen else None

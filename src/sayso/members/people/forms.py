"""What keepers send about one person or one unit, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.form_fields import OneAddress, OneLine
from sayso.members.models import Unit
from sayso.members.queries import unit_paths
from sayso.members.unit_paths import JOINT, one_path


class PersonForm(forms.Form):
    full_name = OneLine(label=lazily("Name"), error_messages={"required": lazily("Write the person's name.")})
    staff_number = OneLine(required=False, label=lazily("Staff number"))
    email = OneAddress(
        required=False,
        label=lazily("E-mail address"),
        error_messages={"invalid": lazily("This is no e-mail address. Look at it again.")},
    )
    unit = OneLine(required=False, label=lazily("Unit"))
    manager = OneLine(required=False, label=lazily("Manager"))
    role = OneLine(required=False, label=lazily("Family of roles"))
    site = OneLine(required=False, label=lazily("Site"))
    language = OneLine(required=False, label=lazily("Language"))

    def clean_unit(self) -> str:
        return one_path(self.cleaned_data["unit"])


class UnitForm(forms.Form):
    name = OneLine(label=lazily("Name"), error_messages={"required": lazily("Write the unit's name.")})
    parent = forms.ChoiceField(required=False, label=lazily("Belongs to"))

    def __init__(self, unit: Unit, data: Any = None) -> None:
        super().__init__(data, initial={"name": unit.name, "parent": unit.parent_id or ""})
        paths = unit_paths(unit.organisation)
        here = paths[unit.pk]
        others = sorted((path, pk) for pk, path in paths.items() if not (path + JOINT).startswith(here + JOINT))
        self.fields["parent"].choices = [("", _("Nothing above it")), *((pk, path) for path, pk in others)]  # type: ignore[attr-defined]
        self.organisation = unit.organisation

    def clean_parent(self) -> Unit | None:
        chosen = self.cleaned_data["parent"]
        return Unit.objects.filter(organisation=self.organisation, pk=chosen).first() if chosen else None

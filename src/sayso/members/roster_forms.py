"""What the keepers' pages send, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from sayso.members.models import Member, Organisation, RosterFile, Unit
from sayso.members.queries import member_known_as, unit_paths
from sayso.members.roster_columns import HEADINGS, ColumnsUnclear, check_columns
from sayso.members.roster_files import TOO_LARGE
from sayso.members.roster_plan import LONGEST
from sayso.members.unit_paths import JOINT, one_path
from sayso.web.typed import one_line
from sayso.web.uploads import MOST_BYTES, is_too_large

NOT_READ = ""
FIELDS = {
    "full_name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "staff_number": "Staff number",
    "email": "E-mail address",
    "unit": "Unit",
    "manager": "Manager",
    "role": "Family of roles",
    "site": "Site",
    "language": "Language",
}
assert FIELDS.keys() == HEADINGS.keys()  # noqa: S101 - a field without a word would be nameless on a page


class OneLine(forms.CharField):
    """On one line, without what nobody sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class OneAddress(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "").lower()


class SetUpForm(forms.Form):
    organisation = OneLine(error_messages={"required": "Write your organisation's name."})
    full_name = OneLine(error_messages={"required": "Write your name."})
    email = OneAddress(required=False, error_messages={"invalid": "This is no e-mail address. Look at it again."})
    staff_number = OneLine(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("email") and not cleaned.get("staff_number"):
            self.add_error("email", "Write your e-mail address or your staff number. You come in by it later.")
        return cleaned


class FileForm(forms.Form):
    file = forms.FileField(
        error_messages={"required": "Choose a file first.", "empty": "The file is empty. Choose the one with people."}
    )

    def __init__(self, request: HttpRequest) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None)
        if is_sent and is_too_large(request):
            self.fields["file"].error_messages["required"] = TOO_LARGE  # it was dropped on the way

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ColumnsForm(forms.Form):
    """One choice for each heading: which field it holds, or none."""

    def __init__(self, file: RosterFile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file = file
        field_of = {heading: field for field, heading in file.columns.items()}
        choices = [(NOT_READ, "Not read"), *FIELDS.items()]
        for number, heading in enumerate(file.header):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                choices=choices, required=False, label=heading, initial=field_of.get(heading, NOT_READ)
            )

    def clean(self) -> dict[str, Any]:
        """Field to heading, as `columns`."""
        cleaned = super().clean() or {}
        columns: dict[str, str] = {}
        for number, heading in enumerate(self.file.header):
            field = cleaned.get(f"column-{number}", NOT_READ)
            if field in columns:
                twice = f"“{columns[field]}” and “{heading}” are both {FIELDS[field].lower()}. Choose one of them."
                self.add_error(f"column-{number}", twice)
            elif field:
                columns[field] = heading
        try:
            check_columns(dict.fromkeys(columns, 0))
        except ColumnsUnclear as unclear:
            raise forms.ValidationError(str(unclear).partition(" Mend:")[0] + " Choose it below.") from None
        return {"columns": columns}

    def shown(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each choice with the first values of its column."""
        return list(zip(self, self.file.samples, strict=True))


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


class KeeperForm(forms.Form):
    known_as = OneLine(error_messages={"required": "Write an e-mail address or staff number."})

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_known_as(self) -> Member:
        member = member_known_as(self.organisation, self.cleaned_data["known_as"])
        if member is None:
            raise forms.ValidationError("Nobody on the roster has this e-mail address or staff number. Look it up.")
        return member

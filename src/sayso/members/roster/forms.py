"""What the keepers' pages send, checked and made whole. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from sayso.members.models import RosterFile
from sayso.members.roster.columns import ColumnsUnclear, check_columns
from sayso.members.roster.field_words import FIELDS
from sayso.members.roster.uploads import TOO_LARGE
from sayso.web.kept_told import reason_and_mend
from sayso.web.templatetags.speaking import amid
from sayso.web.uploads import MOST_BYTES, is_too_large

NOT_READ = ""


class FileForm(forms.Form):
    file = forms.FileField(
        error_messages={
            "required": lazily("Choose a file first."),
            "empty": lazily("The file is empty. Choose the one with people."),
        }
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
        choices = [(NOT_READ, _("Not read")), *FIELDS.items()]
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
                twice = _("“%(one)s” and “%(other)s” are both %(what)s. Choose one of them.") % {
                    "one": columns[field],
                    "other": heading,
                    "what": amid(FIELDS[field]),
                }
                self.add_error(f"column-{number}", twice)
            elif field:
                columns[field] = heading
        try:
            check_columns(dict.fromkeys(columns, 0))
        except ColumnsUnclear as unclear:
            raise forms.ValidationError(reason_and_mend(unclear.args[0])[0] + " " + _("Choose it below.")) from None
        return {"columns": columns}

    def shown(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each choice with the first values of its column."""
        return list(zip(self, self.file.samples, strict=True))

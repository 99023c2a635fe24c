"""What a lead sends about words to avoid."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

# Those with a formula or a list; any other language can be tried as "other".
LANGUAGES = (
    ("en", lazily("English")),
    ("de", lazily("German")),
    ("es", lazily("Spanish")),
    ("fr", lazily("French")),
    ("it", lazily("Italian")),
    ("nl", lazily("Dutch")),
    ("sv", lazily("Swedish")),
    ("da", lazily("Danish")),
    ("nb", lazily("Norwegian")),
    ("other", lazily("Another language")),
)


class WordForm(forms.Form):
    word = forms.CharField(
        max_length=60,
        error_messages={
            "required": lazily("Write the word to avoid."),
            "max_length": lazily("That is too long for a word. Take %(limit_value)d characters or fewer."),
        },
    )
    say = forms.CharField(
        max_length=100,
        required=False,
        error_messages={"max_length": lazily("Please say it in %(limit_value)d characters or fewer.")},
    )

    def clean_word(self) -> str:
        word = " ".join(self.cleaned_data["word"].split())
        if not any(letter.isalnum() for letter in word):
            raise forms.ValidationError(_("Write a word with letters in it."))
        return word


class TryForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    language = forms.ChoiceField(choices=LANGUAGES, required=False)

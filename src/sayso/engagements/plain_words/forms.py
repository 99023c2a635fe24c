"""What a lead sends about words to avoid."""

from __future__ import annotations

from django import forms

# Those with a formula or a list; any other language can be tried as "other".
LANGUAGES = (
    ("en", "English"),
    ("de", "German"),
    ("es", "Spanish"),
    ("fr", "French"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("sv", "Swedish"),
    ("da", "Danish"),
    ("nb", "Norwegian"),
    ("other", "Another language"),
)


class WordForm(forms.Form):
    word = forms.CharField(
        max_length=60,
        error_messages={
            "required": "Write the word to avoid.",
            "max_length": "That is too long for a word. Take %(limit_value)d characters or fewer.",
        },
    )
    say = forms.CharField(
        max_length=100,
        required=False,
        error_messages={"max_length": "Please say it in %(limit_value)d characters or fewer."},
    )

    def clean_word(self) -> str:
        word = " ".join(self.cleaned_data["word"].split())
        if not any(letter.isalnum() for letter in word):
            raise forms.ValidationError("Write a word with letters in it.")
        return word


class TryForm(forms.Form):
    text = forms.CharField(required=False, strip=False)
    language = forms.ChoiceField(choices=LANGUAGES, required=False)

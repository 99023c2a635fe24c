"""Fields of forms about people. Typed words are always given back."""

from __future__ import annotations

from typing import Any

from django import forms

from sayso.members.lengths import LONGEST
from sayso.web.typed import one_line


class OneLine(forms.CharField):
    """On one line, without what nobody sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST, **kwargs)

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class OneAddress(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "").lower()

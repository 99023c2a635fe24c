"""What rows keep, in the language of whoever reads. See `kept_words`."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from sayso.web.kept_words import Kept, made_of, said


def in_words(row: str) -> str:
    """A row's sentence, or one on its way there; a sentence from before, or somebody's own words, as they stand."""
    row = row.as_kept if isinstance(row, Kept) else row
    told = made_of(row)
    if told is None:
        return gettext(row) if row else ""
    try:
        return said(told, gettext, ngettext)
    except (KeyError, TypeError, ValueError):  # from another version, or a translation that names what is not there
        return row


def reason_and_mend(row: str) -> tuple[str, str]:
    """The two halves of a sentence, in each language parted by its word for a mend, which every translation has."""
    before_it = gettext("Mend:")
    reason, _, mend = in_words(row).partition(f" {before_it} ")
    return reason, mend

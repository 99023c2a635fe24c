"""What pages say about a translation. Knows words; knows no database."""

from __future__ import annotations

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _


def told_from(language: str) -> str:
    """That a machine translated it, and from which language, in the language of the page."""
    try:
        name = get_language_info(language)["name_translated"]
    except KeyError:
        return _("Translated by a machine.")
    return _("Translated by a machine from %(language)s.") % {"language": name}

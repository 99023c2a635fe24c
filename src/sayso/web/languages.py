"""The languages we have texts for, and which of them somebody's roster entry means. Knows no people, no texts."""

from __future__ import annotations

FALLBACK = "en"
# As its speakers call it; then what rosters write.
NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "ar": "العربية"}
# Ours and those that people may write in.
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_SPELLINGS = {
    "en": ("english", "englisch", "inglés", "ingles", "anglais", "الإنجليزية"),
    "de": ("deutsch", "german", "alemán", "aleman", "allemand", "الألمانية"),
    "es": ("español", "espanol", "spanish", "spanisch", "castellano", "espagnol", "الإسبانية"),
    "ar": ("العربية", "arabic", "arabisch", "árabe", "arabe", "عربي"),
}
_CODES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in (code, *spellings)}


def language_of(told: str) -> str:
    """The code of a language as a roster tells it, empty where we have no text for it.

    >>> language_of("de-AT"), language_of(" Spanish "), language_of("Klingon")
    ('de', 'es', '')
    """
    plain = told.strip().casefold()
    return _CODES.get(plain) or _CODES.get(plain.replace("_", "-").partition("-")[0], "")


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def direction_of_words(language: str) -> str:
    """Of people's own words, as `dir` takes it: where their language is not known, their first letters tell.

    >>> direction_of_words("ar"), direction_of_words("de"), direction_of_words("")
    ('rtl', 'ltr', 'auto')
    """
    return direction(language) if language else "auto"

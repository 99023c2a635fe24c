"""Which language words are in, or that it cannot be told. Knows words; knows no database.

A wrong language is worse than none: a screen reader would speak the words as nobody can follow. Short or mixed words
get none. The model weighs 70 MB once it is loaded, so only the worker asks. Figures: docs/science/languages.md.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

SURE = 0.9
EXPECTED = 5.0  # times likelier, where people are addressed in it
# Rarely written at work, and so near to a large one that a short sentence is taken for them; and those of old books.
NEVER = frozenset(
    ["af", "an", "br", "eo", "fo", "fy", "gl", "jv", "la", "lb", "nn", "oc", "qu", "sa", "se", "vo", "wa"]
)


def language_told(text: str, expected: Collection[str] = ()) -> str:
    """The code (ISO 639-1) of the language that `text` is in; empty where that is not sure.

    expected : codes of languages in which people here are addressed

    >>> language_told("Nobody tells the night shift what was decided.")
    'en'
    >>> language_told("Homeoffice")
    ''
    """
    found = _likelihoods(text)
    weighed = {code: share * (EXPECTED if code in expected else 1.0) for code, share in found.items()}
    likeliest = max(weighed, key=lambda code: weighed[code])
    return likeliest if weighed[likeliest] >= SURE * sum(weighed.values()) else ""


def _likelihoods(text: str) -> dict[str, float]:
    ranked = _identifier().rank(text)
    return {code: share for code, share in ranked if len(code) == 2 and code not in NEVER}


@lru_cache(maxsize=1)
def _identifier():  # type: ignore[no-untyped-def]
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

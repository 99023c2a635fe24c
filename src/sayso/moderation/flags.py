"""What in a statement needs a second look: people's names and numbers, links, abuse, what a spreadsheet would run.

Each finding points at words; none decides. Control and bidirectional signs are taken out when words arrive, so there is
nothing left to find. Knows text, and the names it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

MAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
LINK = re.compile(
    r"\bhttps?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|org|net|info|io|de|at|ch|es|uk|fr|eu)\b(?:/\S*)?", re.IGNORECASE
)
FORMULA_SIGNS = ("=", "+", "-", "@")
# Where a number without its country code may be from, by the language people write in.
REGIONS = {
    "en": ("GB", "US", "IE"),
    "de": ("DE", "AT", "CH"),
    "es": ("ES", "MX"),
    "fr": ("FR", "BE"),
    "ar": ("EG", "SA", "AE"),
}
ABUSE = {
    **{"en": "english", "de": "german", "es": "spanish", "ar": "arabic", "fr": "french", "it": "italian"},
    **{"nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish", "sv": "swedish"},
}
# On the lists, but words that people need at work.
HARMLESS = {"sex", "nackt", "bonze", "dick", "cock", "muschi", "ische"}

SAID = {
    "same": _("The same words are there already."),
    "alike": _("Nearly the same words are there already."),
    "contact": _("It holds contact data"),
    "name": _("It may name a person"),
    "link": _("It holds a link"),
    "abuse": _("It may hurt somebody"),
    "formula": _("A spreadsheet could run it as a formula. Our files prevent that."),
}


@dataclass(frozen=True)
class Flag:
    """One thing noticed. `words` are those of the statement, `other` the number of one that says the same."""

    kind: str
    words: str = ""
    other: int | None = None
    likeness: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    @property
    def said(self) -> str:
        return f"{SAID[self.kind]}: {self.words}" if self.words else str(SAID[self.kind])


def noticed(text: str, *, languages: Iterable[str], names: Iterable[str]) -> list[Flag]:
    """All that can be said of a text by itself, what is gravest first."""
    languages = list(languages)
    mails = MAIL.findall(text)
    without = MAIL.sub(" ", text)
    return [
        *(Flag("contact", words) for words in [*mails, *_phones(without, languages)]),
        *(Flag("name", name) for name in dict.fromkeys(names)),
        *(Flag("abuse", word) for word in _abuse(text, languages)),
        *(Flag("link", link) for link in LINK.findall(without)),
        *([Flag("formula")] if text.startswith(FORMULA_SIGNS) else []),
    ]


def _phones(text: str, languages: list[str]) -> list[str]:
    if sum(sign.isdecimal() for sign in text) < 6:
        return []
    import phonenumbers  # its tables are read only where there are digits

    regions = [region for language in languages for region in REGIONS.get(language, ())] or ["GB"]
    found = (match.raw_string for region in regions for match in phonenumbers.PhoneNumberMatcher(text, region))
    return list(dict.fromkeys(found))


def _abuse(text: str, languages: list[str]) -> list[str]:
    names = tuple(ABUSE[language] for language in dict.fromkeys([*languages, "en"]) if language in ABUSE)
    words = _listed(names).check_profanity(text)["profane_words"]
    return [word for word in dict.fromkeys(map(str, words)) if word.casefold() not in HARMLESS]


@cache
def _listed(languages: tuple[str, ...]) -> Any:
    from glin_profanity import Filter

    return Filter({"languages": list(languages), "word_boundaries": True})


TITLES = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "herr",
    "frau",
    "señor",
    "señora",
    "sr",
    "sra",
    "monsieur",
    "madame",
    "mme",
    "m",
]
PARTS = re.compile(r"[^\W\d_][\w'’-]*\.?")


def may_be_names(text: str) -> set[str]:
    """Two to four words running, in small letters: what may be somebody's full name on a roster."""
    words = [word.strip(".").lower() for word in PARTS.findall(text)]
    return {" ".join(words[i : i + n]) for n in (2, 3, 4) for i in range(len(words) - n + 1)}


def surnames_after_titles(text: str) -> set[str]:
    """“Mr Jones”, “Frau Dr. Weiß”: the word after a title, in small letters, when it is written large."""
    words = PARTS.findall(text)
    is_title = [word.strip(".").casefold() in TITLES for word in words]
    return {
        words[i].strip(".").lower()
        for i in range(1, len(words))
        if is_title[i - 1] and not is_title[i] and words[i][0].isupper()
    }

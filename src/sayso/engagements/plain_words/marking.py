"""Where a text has words to avoid, long sentences, and sentences that hide who does it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sayso.engagements.plain_words import english, german, spanish
from sayso.engagements.plain_words.spans import Span, sentences, words

LONGEST_SENTENCE = 15
BUILT_IN: Mapping[str, Mapping[str, str]] = {"en": english.WORDS, "de": german.WORDS, "es": spanish.WORDS}
# Endings a word may carry; a letter they replace comes off first.
ENDINGS = {
    "en": (("y", "(?:y|ies|ied|ying)"), ("e", "(?:e|es|ed|ing)"), ("", "(?:s|es|ed|ing|['\u2019]s)?")),
    "de": (("en", "(?:en|e|t|te|ten|st|end|ende|enden)"), ("e", "(?:e|en|n|es|er)"), ("", "(?:s|es|e|en|er|em|n)?")),
    "es": (
        ("ar", "(?:ar|a|an|amos|ando|ado|ada|ar[e\u00e9\u00e1]\\w*)"),
        ("ción", "(?:ci\u00f3n|ciones)"),
        ("o", "(?:o|a|os|as)"),
        ("", "(?:s|es)?"),
    ),
}
UNKNOWN_LANGUAGE = (("", "(?:s|es)?"),)
# "was decided by the board": only with "by" and somebody, as "is interested" and "by Monday" say something else.
PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+\s+)?(?:\w+ed|built|chosen|done|given|held|kept|led|made|paid|put|read|"
    r"run|seen|sent|set|shown|taken|told|written)\s+by\s+(?:us\b|you\b|them\b|(?:the|a|an|our|your|their|its|his|her|all|each|"
    r"every|some)\s+(?!end\b|day\b|time\b|week\b|month\b|year\b|start\b|way\b)\w+)",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A word to avoid at its place, and what to say instead; empty: leave it out."""

    span: Span
    say: str


def words_to_avoid(text: str, language: str, own: Mapping[str, str]) -> list[Found]:
    """Each place once, from the left, the longest entry first; the engagement's own list goes before ours.

    >>> words_to_avoid("We leverage synergies.", "en", {"we": ""})
    [Found(span=Span(start=0, end=2), say=''), Found(span=Span(start=3, end=11), say='use'), \
Found(span=Span(start=12, end=21), say='gains from working together')]
    """
    known = {**BUILT_IN.get(language, {}), **{_key(word): say for word, say in own.items() if _key(word)}}
    taken: list[Found] = []
    covered = bytearray(len(text))
    for word in sorted(known, key=lambda word: (-len(word), word)):
        for found in _pattern(word, language).finditer(text):
            start, end = found.span()
            if not any(covered[start:end]):
                covered[start:end] = b"\x01" * (end - start)
                taken.append(Found(Span(start, end), known[word]))
    return sorted(taken)


def long_sentences(text: str) -> list[Span]:
    """Those of more than LONGEST_SENTENCE words."""
    return [sentence for sentence in sentences(text) if len(words(sentence.of(text))) > LONGEST_SENTENCE]


def passives(text: str, language: str) -> list[Span]:
    """English only: where it says by whom, and could begin with them.

    >>> [span.of(text) for text in ("It was decided by the board.", "It is needed by the end of May.")
    ...  for span in passives(text, "en")]
    ['was decided by the board']
    """
    return [Span(*found.span()) for found in PASSIVE.finditer(text)] if language == "en" else []


def _key(word: str) -> str:
    return " ".join(word.lower().split())


@lru_cache(maxsize=4_000)
def _pattern(word: str, language: str) -> re.Pattern[str]:
    """The word with its usual endings, whole, on one line."""
    for comes_off, endings in ENDINGS.get(language, UNKNOWN_LANGUAGE):
        if (word.endswith(comes_off) and len(word) > len(comes_off) + 2) or not comes_off:
            stem = word[: len(word) - len(comes_off)]
            plain = r"[^\S\n]+".join(re.escape(part) for part in stem.split(" "))
            ending = endings if word[-1:].isalpha() else ""
            return re.compile(rf"(?<!\w){plain}{ending}(?!\w)", re.IGNORECASE)
    raise AssertionError("the last ending fits every word")

"""One text checked: the pieces to show it marked, what to say instead, and how it reads."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sayso.engagements.plain_words import marking, reading_level
from sayso.engagements.plain_words.reading_level import Level
from sayso.engagements.plain_words.spans import Span, words

MOST_CHARACTERS = 20_000  # what comes after is not looked at, and that is said


class Piece(NamedTuple):
    """A run of the text, in order; all of them together are the text."""

    text: str
    is_avoided: bool = False
    is_long: bool = False


class Offer(NamedTuple):
    """A word as it was written, and a plainer one; empty: leave it out."""

    written: str
    say: str


@dataclass(frozen=True)
class Check:
    """What can be said of a text. Nothing of it keeps anybody from sending it."""

    pieces: list[Piece]
    offers: list[Offer]
    long_sentences: list[int]
    passives: list[str]
    level: Level
    is_cut: bool = False

    @property
    def has_marks(self) -> bool:
        return bool(self.offers or self.long_sentences)

    @property
    def has_more_to_say(self) -> bool:
        """Whether there is anything beside that it cannot be measured, which nobody need read under each field."""
        return bool(self.has_marks or self.passives or self.level.figure or self.is_cut)

    @property
    def is_plain(self) -> bool:
        return not (self.has_marks or self.passives) and self.level.band in (None, 0, 1)


def check(text: str, language: str, own: Mapping[str, str] | None = None) -> Check:
    """Look a text over. `language` as in "en" or "de-AT"; `own` are the engagement's words to avoid.

    >>> made = check("In order to <b>win</b>, utilise it.", "en")
    >>> made.offers
    [Offer(written='In order to', say='to'), Offer(written='utilise', say='use')]
    >>> "".join(piece.text for piece in made.pieces)
    'In order to <b>win</b>, utilise it.'
    """
    looked_at = text[:MOST_CHARACTERS]
    code = base_language(language)
    avoided = marking.words_to_avoid(looked_at, code, own or {})
    long = marking.long_sentences(looked_at)
    offers = dict.fromkeys(Offer(found.span.of(looked_at), found.say) for found in avoided)
    return Check(
        pieces=_pieces(looked_at, [found.span for found in avoided], long),
        offers=list(offers),
        long_sentences=[len(words(span.of(looked_at))) for span in long],
        passives=[span.of(looked_at) for span in marking.passives(looked_at, code)],
        level=reading_level.level_of(looked_at, code),
        is_cut=len(text) > MOST_CHARACTERS,
    )


def base_language(language: str) -> str:
    """
    >>> [base_language(code) for code in ("en", "de-AT", "ES_mx", "")]
    ['en', 'de', 'es', '']
    """
    return language.replace("_", "-").split("-")[0].lower()


def _pieces(text: str, avoided: list[Span], long: list[Span]) -> list[Piece]:
    is_avoided, is_long = _covered(text, avoided), _covered(text, long)
    cuts = sorted({0, len(text), *(edge for span in (*avoided, *long) for edge in span)})
    return [Piece(text[a:b], bool(is_avoided[a]), bool(is_long[a])) for a, b in itertools.pairwise(cuts)]


def _covered(text: str, spans: list[Span]) -> bytearray:
    """For each character whether it lies in one of the spans."""
    found = bytearray(len(text))
    for start, end in spans:
        found[start:end] = b"\x01" * (end - start)
    return found

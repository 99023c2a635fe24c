"""How hard a text reads: one published formula a language, and a sentence that says what its figure means.

Each formula was fitted to running text of its language, so nothing is said of fewer than `FEWEST_WORDS` words. They
measure length of words and sentences, not whether somebody understands.

English   R. Flesch, "A new readability yardstick", J. Applied Psychology 32 (1948)
German    T. Amstad, "Wie verständlich sind unsere Zeitungen?", Zürich (1978)
Spanish   F. Szigriszt Pazos, Madrid (1993); bands: I. Barrio-Cantalejo et al., An. Sist. Sanit. Navar. 31 (2008)
French    L. Kandel, A. Moles, Cahiers d'études de radio-télévision 19 (1958)
Dutch     W. H. Douma, Wageningen (1960)
Italian   Gulpease: P. Lucisano, M. E. Piemontese, Scuola e città 39 (1988)
Swedish, Danish, Norwegian   LIX: C. H. Björnsson, "Läsbarhet" (1968)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sayso.engagements.plain_words.spans import sentences, words
from sayso.engagements.plain_words.syllables import syllables

FEWEST_WORDS = 20


def gettext_noop(words: str) -> str:
    """Marks words to be collected; they are translated where they are shown, since nothing here knows Django."""
    return words


SAID = (
    gettext_noop("Reads easily, like somebody talking."),
    gettext_noop("Reads like a good newspaper. Most people can follow."),
    gettext_noop("Reads like a newspaper. Easier would be better."),
    gettext_noop("Reads like an official letter. Please make it easier."),
    gettext_noop("Reads like a law. Few will read it to the end."),
)


class Counts(NamedTuple):
    """What the formulas count."""

    words: int
    sentences: int
    syllables: int
    letters: int
    long_words: int


@dataclass(frozen=True)
class Level:
    """How a text reads: a sentence, the figure behind it, and a band from 0 (easy) to 4; None: nothing can be said."""

    said: str
    figure: str = ""
    band: int | None = None
    per_sentence: int = 0  # words

    @property
    def step(self) -> int:
        """As `figure` counts them: from 1, easy, to `n_steps`."""
        return 0 if self.band is None else self.band + 1

    @property
    def n_steps(self) -> int:
        return len(SAID)


class Formula(NamedTuple):
    score: Callable[[Counts], float]
    bands: tuple[float, float, float, float]  # from easy to hard; a score as good as the first is the easiest band
    is_ease: bool = True  # the higher, the easier

    def band(self, score: float) -> int:
        return sum(score < bound if self.is_ease else score >= bound for bound in self.bands)


def flesch(counts: Counts) -> float:
    """
    >>> round(flesch(Counts(words=100, sentences=10, syllables=150, letters=0, long_words=0)), 3)
    69.785
    """
    return 206.835 - 1.015 * counts.words / counts.sentences - 84.6 * counts.syllables / counts.words


def amstad(counts: Counts) -> float:
    """
    >>> amstad(Counts(words=100, sentences=10, syllables=180, letters=0, long_words=0))
    64.7
    """
    return 180 - counts.words / counts.sentences - 58.5 * counts.syllables / counts.words


def szigriszt(counts: Counts) -> float:
    """
    >>> round(szigriszt(Counts(words=100, sentences=10, syllables=200, letters=0, long_words=0)), 3)
    72.235
    """
    return 206.835 - 62.3 * counts.syllables / counts.words - counts.words / counts.sentences


def kandel_moles(counts: Counts) -> float:
    """
    >>> round(kandel_moles(Counts(words=100, sentences=10, syllables=160, letters=0, long_words=0)), 2)
    79.09
    """
    return 207 - 1.015 * counts.words / counts.sentences - 73.6 * counts.syllables / counts.words


def douma(counts: Counts) -> float:
    """
    >>> round(douma(Counts(words=100, sentences=10, syllables=160, letters=0, long_words=0)), 2)
    74.34
    """
    return 206.84 - 0.93 * counts.words / counts.sentences - 77 * counts.syllables / counts.words


def gulpease(counts: Counts) -> float:
    """
    >>> gulpease(Counts(words=100, sentences=10, syllables=0, letters=500, long_words=0))
    69.0
    """
    return 89 + (300 * counts.sentences - 10 * counts.letters) / counts.words


def lix(counts: Counts) -> float:
    """
    >>> lix(Counts(words=100, sentences=10, syllables=0, letters=0, long_words=25))
    35.0
    """
    return counts.words / counts.sentences + 100 * counts.long_words / counts.words


FLESCH_BANDS = (70.0, 60.0, 50.0, 30.0)
FORMULAS = {
    "en": Formula(flesch, FLESCH_BANDS),
    "de": Formula(amstad, FLESCH_BANDS),
    "es": Formula(szigriszt, (80.0, 65.0, 55.0, 40.0)),
    "fr": Formula(kandel_moles, FLESCH_BANDS),
    "nl": Formula(douma, FLESCH_BANDS),
    "it": Formula(gulpease, (80.0, 60.0, 50.0, 40.0)),
    **dict.fromkeys(("sv", "da", "nb", "nn", "no"), Formula(lix, (30.0, 40.0, 50.0, 60.0), is_ease=False)),
}


def level_of(text: str, language: str) -> Level:
    """How the text reads in the language; says so where there is no formula or too little text.

    >>> level_of("We meet on Monday.", "en").said
    'Too short to say how it reads.'
    >>> level_of("Kokoonnumme maanantaina. " * 20, "fi").said
    'How easily a text in this language reads, we cannot measure.'
    """
    formula = FORMULAS.get(language)
    if formula is None:
        return Level(gettext_noop("How easily a text in this language reads, we cannot measure."))
    counts = count(text, language)
    if counts.words < FEWEST_WORDS:
        return Level(gettext_noop("Too short to say how it reads."))
    band = formula.band(formula.score(counts))
    per_sentence = round(counts.words / counts.sentences)
    return Level(SAID[band], _figure(band, per_sentence), band, per_sentence)


def count(text: str, language: str) -> Counts:
    """
    >>> count("We meet here. Nobody reads minutes.", "en")
    Counts(words=6, sentences=2, syllables=9, letters=28, long_words=1)
    """
    found = [word.of(text) for word in words(text)]
    letters = [sum(letter.isalnum() for letter in word) for word in found]
    n_sentences = sum(1 for sentence in sentences(text) if words(sentence.of(text)))
    spoken = sum(syllables(word, language) for word in found)
    return Counts(len(found), max(n_sentences, 1), spoken, sum(letters), sum(n > 6 for n in letters))


def _figure(band: int, per_sentence: int) -> str:
    return f"step {band + 1} of {len(SAID)}, from easy to hard; {per_sentence} words a sentence"

"""Where sentences end: not after "z.B." and "approx.", nor where words go on in small letters. Knows no meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from sayso.engine.key_points.small_words import SMALL
from sayso.engine.wording import words

# Only those a rule would not know: single letters and words without a vowel ("Dr", "bzw", "Mrd") need no list.
_ABBREVIATED = """
approx apt asst assoc aug ave avg bldg blvd capt cf co corp dec dept dist ea ed eg elem esp est etc ex excl exec feb fri
gen gov
govt hon hwy ie incl jan jun jul max min misc nov occ oct prep pres prof rep sec sen sep sept thu tue univ vol wed yr
abb abs abt allg anm ao aufl ausg ausschl betr bez bgm bsp bspw ca christl dez dipl div einschl ehem eig eigtl elektr
ev
evtl entspr etw exkl fam frl gem geb ges gesch geschl gew ggfs hpts ing inkl insb insbes inst jahrh jew jur kap kath
konv
landw landwirtsch lfd mathem mind mio mtl nachm od okt öff öffentl ökol österr priv prot proz reg schriftl sek sog soz
spez staatl tägl techn teilw temp theol übl umg urspr usf usw verh verf versch voraussichtl wirtsch zusätzl
admón aprox atte avda depto dra ej gral máx mín núm pág párr pról prov sra sres srta uds
boul éd env hab mme mmes mlle nb réf
avv dott ecc es geom ingg pag pagg sigg
aanw afd afk alg bijv bijz evt enz mevr ong resp vnl zgn
"""
ABBREVIATED = frozenset(_ABBREVIATED.split())
# Those that themselves may stand last in a sentence.
_CLOSING = frozenset({"etc", "usw", "usf", "ecc", "enz"})
_END = re.compile(r"(?:(?P<stop>[.…]+)|[!?؟]+)[”“\"»’')\]]*(?=\s)|\n+|(?<=[。！？])")
_LAST_WORD = re.compile(r"[^\W_]+$")
_CLIPPED = re.compile(r"[bcdfgkmnpstvz]l$")  # "zusätzl", "gesetzl", "mtl": no whole word of our languages ends so
_OPEN = re.compile(r"[^\W_]+(?![^\W_]|[.…])")
_OPENING = "\"“”„«»'‘’([ \t\r\n"
_LONGEST, _MOST_WITHOUT_VOWEL, _SHORT, _ORDINAL = 40, 5, 3, 2  # letters


def sentences_in(text: str, said_openly: Collection[str]) -> Iterator[str]:
    """The sentences of a text, each with its closing marks; O(letters).

    A full stop ends one unless the word before is abbreviated: a single letter, a word without a vowel, one of a list,
    or one after which it goes on in small letters and that stands nowhere without its dot (after Kiss & Strunk 2006).
    `said_openly` are words that stand somewhere without it, of all there is to read.

    >>> list(sentences_in("Bauen bzw. wohnen, z. B. in landw. Gebäuden. Mehr davon!", ()))
    ['Bauen bzw. wohnen, z. B. in landw. Gebäuden.', 'Mehr davon!']
    """
    start = 0
    for end in _END.finditer(text):
        if end["stop"] and not _stops(text, end.start(), end.end(), end["stop"], said_openly):
            continue
        yield text[start : end.end()].strip()
        start = end.end()
    yield text[start:].strip()


def _stops(text: str, dot: int, after: int, stop: str, said_openly: Collection[str]) -> bool:
    """Whether the full stop at `dot` ends a sentence."""
    following = text[after : after + _LONGEST].lstrip(_OPENING)
    goes_on = following[:1].islower()
    found = _LAST_WORD.search(text, max(0, dot - _LONGEST), dot)
    if found is None:
        return not goes_on
    word = found[0]
    if len(stop) > 1 or stop == "…":
        return not goes_on
    if word.isdecimal():
        return len(word) > _ORDINAL and not goes_on
    folded = word.casefold()
    if folded in _CLOSING and not goes_on:
        return (words(following) or [""])[0] in SMALL
    if len(word) == 1 or folded in ABBREVIATED or _is_without_vowel(word):
        return False
    if _CLIPPED.search(folded) and folded not in said_openly:
        return False
    if goes_on:  # of who writes in small letters alone it tells nothing
        return len(word) > _SHORT and (folded in said_openly or text.lstrip(_OPENING)[:1].islower())
    return len(word) >= _SHORT or word.isupper() or folded in said_openly or folded in SMALL


def _is_without_vowel(word: str) -> bool:
    """Latin letters only, not all of them capitals as in "GDP"."""
    if len(word) > _MOST_WITHOUT_VOWEL or word.isupper():
        return False
    letters = unicodedata.normalize("NFD", word.casefold())
    return letters[0].isascii() and not any(letter in "aeiouyæøœ" for letter in letters)


def said_openly(texts: Collection[str]) -> frozenset[str]:
    """Words that stand somewhere without a dot after them, so that a dot after them ends a sentence; O(letters).

    >>> sorted(said_openly(["The rain. too", "rain and ca. one"]))
    ['and', 'one', 'rain', 'the', 'too']
    """
    return frozenset(word.casefold() for text in texts for word in _OPEN.findall(text))

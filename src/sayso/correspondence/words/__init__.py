"""What our mails say, in each language there is one for. A language that lacks a sentence is a type error."""

from __future__ import annotations

from sayso.correspondence.words.arabic import ARABIC
from sayso.correspondence.words.english import ENGLISH
from sayso.correspondence.words.german import GERMAN
from sayso.correspondence.words.said import Said
from sayso.correspondence.words.spanish import SPANISH
from sayso.web.languages import language_of

ALL = {said.language: said for said in (ENGLISH, GERMAN, SPANISH, ARABIC)}


def words_for(told: str) -> Said:
    """For a language as a roster tells it; English where we have no other."""
    return ALL.get(language_of(told), ENGLISH)

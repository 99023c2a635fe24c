"""A guess at what kind of thing a statement is, by a few turns of phrase in four languages. Mostly it is not sure.

It only saves its author a tap: they see it, and their word counts. Where two kinds fit, none is guessed. The same for
how a statement stands to the change. What corrections teach comes on top (`distillations.kind_learning`). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sayso.engagements.kind_models import Kind, Leaning

RULE_RIGHT = 0.6  # of 34 guesses on statements that somebody had read, 21 were right (docs/benchmarks.md)

# By language: en, de, es, ar. Word beginnings, in lower case.
TELLING: dict[Kind, tuple[str, ...]] = {
    Kind.FEAR: (
        r"\b(i am|i'm|we are|we're|people are) (afraid|scared|frightened|terrified)",
        r"\bi fear\b", r"\bfear (of|that)\b",
        r"\b(ich|wir) (habe|haben) angst", r"\bangst,? (dass|davor|vor)\b", r"\bfürchte",
        r"\b(tengo|tenemos|me da|nos da) miedo", r"\btemo que\b",
        r"\b(أخاف|نخاف|أخشى|نخشى|خائف|خائفون)",
    ),
    Kind.CONCERN: (
        r"\b(i am|i'm|we are|we're) (worried|concerned)", r"\bi worry\b", r"\bmy (worry|concern)\b", r"\bworries me\b",
        r"\b(macht|machen) (mir|uns) sorgen", r"\bich sorge mich", r"\bsorge,? dass\b", r"\bbesorgt\b",
        r"\b(me|nos) preocupa", r"\bpreocupad[oa]s?\b",
        r"\b(أقلق|نقلق|قلق|قلقون|يقلقني|يقلقنا)",
    ),
    Kind.NEED: (
        r"\b(i|we|people|teams) (really |urgently )?need\b",
        r"\b(ich|wir) (brauche|brauchen|benötige|benötigen)\b", r"\bbrauchen wir\b",
        r"\b(necesito|necesitamos|nos hace falta|me hace falta)\b",
        r"\b(أحتاج|نحتاج|بحاجة إلى)",
    ),
    Kind.WANT: (
        r"\b(i|we) (want|wish|would like|'d like|would love)\b", r"\bi'd (like|love)\b",
        r"\b(ich|wir) (will|wollen|möchte|möchten|wünsche|wünschen|hätte gern|hätten gern)",
        r"\b(quiero|queremos|quisiera|quisiéramos|me gustaría|nos gustaría)\b",
        r"\b(أريد|نريد|أتمنى|نتمنى|أود|نود)\b",
    ),
    Kind.IDEA: (
        r"\b(why not|what if|how about|my idea|i suggest|i propose)\b",
        r"\b(warum nicht|wie wäre es|mein vorschlag|ich schlage vor)\b",
        r"\b(por qué no|y si|propongo|mi propuesta|mi idea)\b",
        r"\b(لماذا لا|ماذا لو|أقترح|نقترح)",
    ),
    Kind.PRAISE: (
        r"\b(thank you|thanks to|works (very |really )?well|i am proud|i'm proud|well done)\b",
        r"\bis (great|excellent)\b",
        r"\b(danke|läuft (sehr )?gut|klappt (sehr )?gut|ich bin stolz|großartig|toll, dass)\b",
        r"\b(gracias|funciona (muy )?bien|estoy orgullos[oa]|excelente)\b",
        r"\b(شكرا|شكرًا|ممتاز|رائع|أفتخر)",
    ),
    Kind.PROBLEM: (
        r"\b(does not|doesn't|do not|don't) work\b", r"\bis broken\b",
        r"\btoo (many|much|late|long|slow|often|few|little)\b",
        r"\b(nobody|no one) (tells|knows|asks|answers|listens|reads)\b",
        r"\bfunktioniert (nicht|nie)\b", r"\bzu (viele|viel|spät|lange|langsam|oft|wenig|wenige)\b", r"\bist kaputt\b",
        r"\bniemand (sagt|weiß|fragt|antwortet|hört|liest)\b",
        r"\bno funciona", r"\bdemasiad[oa]s?\b", r"\bestá rot[oa]\b",
        r"\bnadie (dice|sabe|pregunta|responde|escucha|lee)\b",
        r"\b(لا يعمل|لا تعمل|معطل|معطلة|لا أحد)",
    ),
}  # fmt: skip
LEANING: dict[Leaning, tuple[str, ...]] = {
    Leaning.FOR: (
        r"\b(i|we) (fully |really )?support\b",
        r"\b(i am|i'm|we are|we're) (all )?(for|in favou?r of) (it|this|that)\b",
        r"\b(it is|it's) (high |about )?time (we|to|for)\b", r"\blooking forward to\b",
        r"\b(bin|sind) dafür\b", r"\bhöchste zeit\b", r"\bfreue mich (auf|darauf)\b", r"\bfreuen uns (auf|darauf)\b",
        r"\b(estoy|estamos) a favor\b", r"\bya era hora\b", r"\bya es hora de\b",
        r"\b(أؤيد|نؤيد|أنا مع|نحن مع|حان الوقت|حان وقت)",
    ),
    Leaning.UNSURE: (
        r"\b(i am|i'm|we are|we're) (not sure|unsure|in two minds|undecided)\b", r"\bit depends\b",
        r"\b(bin|sind) (mir |uns )?(nicht sicher|unsicher|unentschlossen)\b", r"\bkommt darauf an\b",
        r"\bno (estoy|estamos) segur[oa]s?\b", r"\bdepende (de|del)\b",
        r"\b(لست متأكد|لسنا متأكد|متردد|مترددون|يعتمد على)",
    ),
    Leaning.AGAINST: (
        r"\b(i|we) (strongly )?oppose\b", r"\b(i am|i'm|we are|we're) (all )?against\b",
        r"\b(should|must|can) (stay|remain) (as|the way) it is\b",
        r"\bleave (it|things|everything) as (it is|they are)\b",
        r"\bno need (to|for) change\b", r"\bworked (well|fine) (so far|until now|as it was)\b",
        r"\b(bin|sind) dagegen\b", r"\b(soll|sollte|muss|kann) (alles )?(so )?bleiben,? wie es ist\b",
        r"\bso lassen, wie\b",
        r"\b(estoy|estamos) en contra\b", r"\bdejarlo como está\b", r"\bque (siga|se quede) como está\b",
        r"\b(أعارض|نعارض|أنا ضد|نحن ضد|يبقى كما هو|تبقى كما هي)",
    ),
}  # fmt: skip
_FOUND = {kind: re.compile("|".join(phrases)) for kind, phrases in TELLING.items()}
_LEANS = {leaning: re.compile("|".join(phrases)) for leaning, phrases in LEANING.items()}


def guess_kind(text: str) -> str:
    """A Kind, or empty for not sure.

    >>> str(guess_kind("I am afraid that we lose our jobs.")), guess_kind("The bench should go.")
    ('fear', '')
    """
    plain = _plain(text)
    found = [kind for kind, pattern in _FOUND.items() if pattern.search(plain)]
    if plain.endswith(("?", "؟")):
        # "Why not …?" is an idea that asks nothing.
        return found[0] if found == [Kind.IDEA] else Kind.QUESTION if not found else ""
    return found[0] if len(found) == 1 else ""


def guess_leaning(text: str) -> str:
    """A Leaning, or empty for not known.

    >>> str(guess_leaning("We are against this.")), guess_leaning("The bench should go.")
    ('against', '')
    """
    plain = _plain(text)
    found = [leaning for leaning, pattern in _LEANS.items() if pattern.search(plain)]
    return found[0] if len(found) == 1 else ""


def guessed(about: str, text: str) -> Mapping[str, Any]:
    """The columns of a statement that hold our guess, before anything was learnt.

    >>> guessed("leaning", "The bench should go.")
    {'leaning': '', 'is_leaning_guessed': True, 'leaning_sure': None}
    """
    guess = guess_kind(text) if about == "kind" else guess_leaning(text)
    return {about: guess, f"is_{about}_guessed": True, f"{about}_sure": RULE_RIGHT if guess else None}


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())

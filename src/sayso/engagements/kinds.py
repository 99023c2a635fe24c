"""A guess at what kind of thing a statement is, by a few turns of phrase in four languages. Mostly it is not sure.

It only saves its author a tap: they see it, and their word counts. Where two kinds fit, none is guessed. Pure.
"""

from __future__ import annotations

import re

from sayso.engagements.visit_models import Kind

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
_FOUND = {kind: re.compile("|".join(phrases)) for kind, phrases in TELLING.items()}


def guess_kind(text: str) -> str:
    """A Kind, or empty for not sure.

    >>> str(guess_kind("I am afraid that we lose our jobs.")), guess_kind("The bench should go.")
    ('fear', '')
    """
    plain = " ".join(text.lower().replace("’", "'").split())
    found = [kind for kind, pattern in _FOUND.items() if pattern.search(plain)]
    if plain.endswith(("?", "؟")):
        # "Why not …?" is an idea that asks nothing.
        return found[0] if found == [Kind.IDEA] else Kind.QUESTION if not found else ""
    return found[0] if len(found) == 1 else ""

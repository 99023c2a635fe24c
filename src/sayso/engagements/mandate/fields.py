"""The fields of a mandate: what is asked, in which step, and how what was typed becomes a value.

Knows words and limits; knows no tables. Texts are for leads; what members read of them stands in templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.utils.translation import override

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, IdentityLevel
from sayso.engagements.phases import HAPPENS, PLANNED, Phase
from sayso.engagements.wording import Unusable, clean_statement
from sayso.web.languages import NAMES
from sayso.web.typed import one_line

STEPS = {
    "question": lazily("The question"),
    "frame": lazily("Open and fixed"),
    "promise": lazily("The promise"),
    "topics": lazily("Topics"),
    "dates": lazily("Dates"),
    "rules": lazily("Languages and limits"),
    "words": lazily("First statements"),
}
Words = str | Promise
MOST_TOPICS, MOST_SEEDS = 6, 60  # an engagement; a topic
# Languages people at work speak most where such talks are held; the code is stored, the name is its speakers' own.
LANGUAGES = {
    code: str(LANG_INFO[code]["name_local"]).capitalize()
    for code in ("en", "ar", "bs", "de", "es", "fa", "fr", "hr", "hu", "it", "nl", "pl", "pt", "ro", "ru", "tr", "uk")
}
PROMISES = {
    "confidential": lazily(
        "Your colleagues see your words and never your name.\nThose in charge never see who said what."
    ),
    "open": lazily(
        "Your name stands beside your words only where you choose it.\nNobody ever sees how you answered others."
    ),
    "guest": lazily(
        "We do not ask who you are, and your words carry no name.\nThose in charge never see who said what."
    ),
}


def usual_promises() -> set[str]:
    """Ours, in every language: whoever began it may have had another than whoever goes on."""
    found = set()
    for code in NAMES:
        with override(code):
            found |= {str(promise) for promise in PROMISES.values()}
    return found


@dataclass(frozen=True)
class Asked:
    """One field. `kind` says how it is shown: line, text, date, number, choice or choices."""

    name: str
    step: str
    label: Words
    kind: str
    clean: Callable[[str], Any]
    hint: Words = ""
    needed: Words = ""  # what is told while it is empty; empty: it may stay so
    choices: Mapping[str, Words] = field(default_factory=dict)


def _lines(most: int, typed: str) -> str:
    """Lines in one normal form, none empty. Raises Unusable."""
    return _short(most, "\n".join(filter(None, map(one_line, typed.splitlines()))))


def _line(most: int, typed: str) -> str:
    return _short(most, one_line(typed))


def _short(most: int, text: str) -> str:
    if len(text) > most:
        raise Unusable(_("That is %(n)s characters too long. It is kept; please shorten it.") % {"n": len(text) - most})
    return text


def _day(typed: str) -> date | None:
    """A day as browsers send it, or as people write it: 2027-03-14, 14.3.2027, 14/3/2027. Raises Unusable."""
    text = one_line(typed)
    if not text:
        return None
    parts = text.split("-") if "-" in text else text.replace("/", ".").split(".")[::-1]
    try:
        year, month, day = (int(part) for part in parts)
        if year < 2000:
            raise ValueError
        return date(year, month, day)
    except ValueError:
        raise Unusable(_("“%(text)s” is no date. Write it as 14.3.2027 or 2027-03-14.") % {"text": text[:40]}) from None


def _statements(typed: str) -> list[str]:
    """One statement a line, each once. Raises Unusable, naming the line."""
    found = []
    for number, line in enumerate(typed.splitlines(), 1):
        try:
            found += [clean_statement(line)] if line.strip() else []
        except Unusable as problem:
            raise Unusable(_("Line %(number)s: %(problem)s") % {"number": number, "problem": problem}) from None
    if len(found) > MOST_SEEDS:
        raise Unusable(
            _("%(most_seeds)s are the most: leave room for what people say themselves.") % {"most_seeds": MOST_SEEDS}
        )
    return list(dict.fromkeys(found))


def _number(least: int, most: int, typed: str) -> int:
    text = one_line(typed)
    if not text.isdecimal() or not least <= int(text[:9]) <= most or len(text) > 9:
        raise Unusable(_("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most})
    return int(text)


def _choice(choices: Mapping[str, Words], typed: str) -> str:
    if typed not in choices:
        raise Unusable(_("Pick one of these."))
    return typed


def _some(choices: Mapping[str, Words], typed: str) -> list[str]:
    picked = typed.split(",") if typed else []
    if set(picked) - set(choices):
        raise Unusable(_("Pick from these."))
    return [code for code in choices if code in picked]


def _is_yes(choices: Mapping[str, Words], typed: str) -> bool:
    return _choice(choices, typed) == str(True)


DICTATION = {
    str(False): lazily("No. People write with their keyboard, which may have a voice of its own."),
    str(True): lazily(
        "Yes, where the browser can. Some browsers send what is spoken to their makers; each person is told."
    ),
}
TRANSLATIONS = {
    str(False): lazily("No. People read each statement in its own words."),
    str(True): lazily(
        "Yes. Statements that are open for votes are sent, without a name, to the translator that whoever "
        "runs Sayso has set up. Where none is, nothing is sent."
    ),
}
LEVELS = {str(level): label for level, label in IdentityLevel.choices}
_PLAIN = (
    Asked(
        "title",
        "question",
        lazily("A short name"),
        "line",
        partial(_line, 80),
        lazily("Such as “How we work together”."),
        lazily("It needs a short name."),
    ),
    Asked(
        "objective",
        "question",
        lazily("Which problem are we solving?"),
        "text",
        partial(_lines, 500),
        lazily("One or two sentences that everybody here understands."),
        lazily("Say which problem you are solving."),
    ),
    Asked(
        "what_is_open",
        "frame",
        lazily("What is open"),
        "text",
        partial(_lines, 700),
        lazily("What people can still change. One thing a line."),
        lazily("Say what is open."),
    ),
    Asked(
        "what_is_fixed",
        "frame",
        lazily("What is fixed"),
        "text",
        partial(_lines, 700),
        lazily("What is decided already, so that nobody is misled. One thing a line."),
        lazily("Say what is fixed."),
    ),
    Asked(
        "who_decides",
        "frame",
        lazily("Who decides"),
        "text",
        partial(_lines, 300),
        lazily("Who has the last word, and how they will use what they hear."),
        lazily("Say who decides."),
    ),
    Asked(
        "identity_level",
        "promise",
        lazily("Who sees who said what"),
        "choice",
        partial(_choice, LEVELS),
        choices=LEVELS,
    ),
    Asked(
        "promise",
        "promise",
        lazily("Our promise, in two lines"),
        "text",
        partial(_lines, 400),
        lazily("This is the first thing people read. Promise only what is true."),
        lazily("Write the promise."),
    ),
    Asked(
        "answers_due",
        "promise",
        lazily("Answers by"),
        "date",
        _day,
        lazily("The day by which each thing that was raised has its answer."),
        lazily("Say by when people will have answers."),
    ),
    Asked(
        "languages",
        "rules",
        lazily("Languages people are addressed in"),
        "choices",
        partial(_some, LANGUAGES),
        needed=lazily("Pick at least one language."),
        choices=LANGUAGES,
    ),
    Asked(
        "has_dictation", "rules", lazily("Writing by voice"), "choice", partial(_is_yes, DICTATION), choices=DICTATION
    ),
    Asked(
        "has_translations",
        "rules",
        lazily("Translations by a machine"),
        "choice",
        partial(_is_yes, TRANSLATIONS),
        choices=TRANSLATIONS,
    ),
    Asked(
        "cards_per_sitting",
        "rules",
        lazily("Cards in one sitting"),
        "number",
        partial(_number, 5, 60),
        lazily("Usual: 20, about three minutes. Makers of survey tools say that long ones lose twice as many."),
    ),
    Asked(
        "min_votes_to_place",
        "rules",
        lazily("Answers before somebody sees results"),
        "number",
        partial(_number, 7, 60),
        lazily("Usual: 7. With fewer, a place on the map would be a guess."),
    ),
    Asked(
        "min_group_scores",
        "rules",
        lazily("Smallest group whose figures are shown"),
        "number",
        partial(_number, 5, 500),
        lazily("At least 5, as is usual, so that nobody can be found in a figure."),
    ),
    Asked(
        "min_group_words",
        "rules",
        lazily("Smallest group whose words are shown"),
        "number",
        partial(_number, 10, 500),
        lazily("At least 10, as is usual: words give people away sooner than figures."),
    ),
)
PLAIN = {asked.name: asked for asked in _PLAIN}
THRESHOLDS = ("cards_per_sitting", "min_votes_to_place", "min_group_scores", "min_group_words")


def topic_fields(topic_id: int, number: int, title: str) -> list[Asked]:
    return [
        Asked(
            f"topic-{topic_id}-title",
            "topics",
            _("Topic %(number)s, in a few words") % {"number": number},
            "line",
            partial(_line, 100),
            needed=_("Topic %(number)s needs a few words.") % {"number": number},
        ),
        Asked(
            f"topic-{topic_id}-question",
            "topics",
            _("As a question to members"),
            "text",
            partial(_line, 300),
            _("As they would say it over tea."),
            _("Topic %(number)s needs its question.") % {"number": number},
        ),
        Asked(
            f"seeds-{topic_id}",
            "words",
            _("On “%(topic)s”") % {"topic": title or _("topic %(number)s") % {"number": number}},
            "text",
            _statements,
            _("One statement a line, at most %(most)s characters each.") % {"most": MAX_STATEMENT_CHARACTERS},
        ),
    ]


def phase_fields(phase: Phase) -> list[Asked]:
    needed = phase == Phase.LISTEN
    begins, ends = (lazily("Say when listening begins."), lazily("Say when listening ends.")) if needed else ("", "")
    return [
        Asked(
            f"{phase}-begins",
            "dates",
            format_lazy(lazily("{phase} begins"), phase=phase.label),
            "date",
            _day,
            HAPPENS[phase],
            begins,
        ),
        Asked(
            f"{phase}-ends", "dates", format_lazy(lazily("{phase} ends"), phase=phase.label), "date", _day, needed=ends
        ),
    ]


DATED = {asked.name: asked for phase in PLANNED for asked in phase_fields(phase)}


def as_typed(value: Any) -> str:
    """A value as it would be typed: the other way round."""
    if isinstance(value, list):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")

"""The fields of a mandate: what is asked, in which step, and how what was typed becomes a value.

Knows words and limits; knows no tables. Texts are for leads; what members read of them stands in templates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.conf.locale import LANG_INFO

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, IdentityLevel
from sayso.engagements.phases import HAPPENS, PLANNED, Phase
from sayso.engagements.wording import Unusable, clean_statement
from sayso.web.typed import one_line

STEPS = {
    "question": "The question",
    "frame": "Open and fixed",
    "promise": "The promise",
    "topics": "Topics",
    "dates": "Dates",
    "rules": "Languages and limits",
    "words": "First statements",
}
MOST_TOPICS, MOST_SEEDS = 6, 60  # an engagement; a topic
# Languages people at work speak most where such talks are held; the code is stored, the name is its speakers' own.
LANGUAGES = {
    code: str(LANG_INFO[code]["name_local"]).capitalize()
    for code in ("en", "ar", "bs", "de", "es", "fa", "fr", "hr", "hu", "it", "nl", "pl", "pt", "ro", "ru", "tr", "uk")
}
PROMISES = {
    "confidential": "Your colleagues see your words and never your name.\nThose in charge never see who said what.",
    "open": "Your name stands beside your words only where you choose it.\nNobody ever sees how you answered others.",
    "guest": "We do not ask who you are, and your words carry no name.\nThose in charge never see who said what.",
}


@dataclass(frozen=True)
class Asked:
    """One field. `kind` says how it is shown: line, text, date, number, choice or choices."""

    name: str
    step: str
    label: str
    kind: str
    clean: Callable[[str], Any]
    hint: str = ""
    needed: str = ""  # what is told while it is empty; empty: it may stay so
    choices: dict[str, str] = field(default_factory=dict)


def _lines(most: int, typed: str) -> str:
    """Lines in one normal form, none empty. Raises Unusable."""
    return _short(most, "\n".join(filter(None, map(one_line, typed.splitlines()))))


def _line(most: int, typed: str) -> str:
    return _short(most, one_line(typed))


def _short(most: int, text: str) -> str:
    if len(text) > most:
        raise Unusable(f"That is {len(text) - most} characters too long. It is kept; please shorten it.")
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
        raise Unusable(f"“{text[:40]}” is no date. Write it as 14.3.2027 or 2027-03-14.") from None


def _statements(typed: str) -> list[str]:
    """One statement a line, each once. Raises Unusable, naming the line."""
    found = []
    for number, line in enumerate(typed.splitlines(), 1):
        try:
            found += [clean_statement(line)] if line.strip() else []
        except Unusable as problem:
            raise Unusable(f"Line {number}: {problem}") from None
    if len(found) > MOST_SEEDS:
        raise Unusable(f"{MOST_SEEDS} are the most: leave room for what people say themselves.")
    return list(dict.fromkeys(found))


def _number(least: int, most: int, typed: str) -> int:
    text = one_line(typed)
    if not text.isdecimal() or not least <= int(text[:9]) <= most or len(text) > 9:
        raise Unusable(f"Write a number from {least} to {most}.")
    return int(text)


def _choice(choices: dict[str, str], typed: str) -> str:
    if typed not in choices:
        raise Unusable("Pick one of these.")
    return typed


def _some(choices: dict[str, str], typed: str) -> list[str]:
    picked = typed.split(",") if typed else []
    if set(picked) - set(choices):
        raise Unusable("Pick from these.")
    return [code for code in choices if code in picked]


def _is_yes(choices: dict[str, str], typed: str) -> bool:
    return _choice(choices, typed) == str(True)


DICTATION = {
    str(False): "No. People write with their keyboard, which may have a voice of its own.",
    str(True): "Yes, where the browser can. Some browsers send what is spoken to their makers; each person is told.",
}
TRANSLATIONS = {
    str(False): "No. People read each statement in its own words.",
    str(True): "Yes. Statements that are open for votes are sent, without a name, to the translator that whoever "
    "runs Sayso has set up. Where none is, nothing is sent.",
}
LEVELS = {str(level): str(label) for level, label in IdentityLevel.choices}
_PLAIN = (
    Asked("title", "question", "A short name", "line", partial(_line, 80), "Such as “How we work together”.",
          "It needs a short name."),
    Asked("objective", "question", "Which problem are we solving?", "text", partial(_lines, 500),
          "One or two sentences that everybody here understands.", "Say which problem you are solving."),
    Asked("what_is_open", "frame", "What is open", "text", partial(_lines, 700),
          "What people can still change. One thing a line.", "Say what is open."),
    Asked("what_is_fixed", "frame", "What is fixed", "text", partial(_lines, 700),
          "What is decided already, so that nobody is misled. One thing a line.", "Say what is fixed."),
    Asked("who_decides", "frame", "Who decides", "text", partial(_lines, 300),
          "Who has the last word, and how they will use what they hear.", "Say who decides."),
    Asked("identity_level", "promise", "Who sees who said what", "choice", partial(_choice, LEVELS), choices=LEVELS),
    Asked("promise", "promise", "Our promise, in two lines", "text", partial(_lines, 400),
          "This is the first thing people read. Promise only what is true.", "Write the promise."),
    Asked("answers_due", "promise", "Answers by", "date", _day,
          "The day by which each thing that was raised has its answer.", "Say by when people will have answers."),
    Asked("languages", "rules", "Languages people are addressed in", "choices", partial(_some, LANGUAGES),
          needed="Pick at least one language.", choices=LANGUAGES),
    Asked("has_dictation", "rules", "Writing by voice", "choice", partial(_is_yes, DICTATION), choices=DICTATION),
    Asked("has_translations", "rules", "Translations by a machine", "choice", partial(_is_yes, TRANSLATIONS),
          choices=TRANSLATIONS),
    Asked("cards_per_sitting", "rules", "Cards in one sitting", "number", partial(_number, 5, 60),
          "Usual: 20, about three minutes. Makers of survey tools say that long ones lose twice as many."),
    Asked("min_votes_to_place", "rules", "Answers before somebody sees results", "number", partial(_number, 7, 60),
          "Usual: 7. With fewer, a place on the map would be a guess."),
    Asked("min_group_scores", "rules", "Smallest group whose figures are shown", "number", partial(_number, 5, 500),
          "At least 5, as is usual, so that nobody can be found in a figure."),
    Asked("min_group_words", "rules", "Smallest group whose words are shown", "number", partial(_number, 10, 500),
          "At least 10, as is usual: words give people away sooner than figures."),
)  # fmt: skip
PLAIN = {asked.name: asked for asked in _PLAIN}
THRESHOLDS = ("cards_per_sitting", "min_votes_to_place", "min_group_scores", "min_group_words")


def topic_fields(topic_id: int, number: int, title: str) -> list[Asked]:
    return [
        Asked(f"topic-{topic_id}-title", "topics", f"Topic {number}, in a few words", "line", partial(_line, 100),
              needed=f"Topic {number} needs a few words."),
        Asked(f"topic-{topic_id}-question", "topics", "As a question to members", "text", partial(_line, 300),
              "As they would say it over tea.", f"Topic {number} needs its question."),
        Asked(f"seeds-{topic_id}", "words", f"On “{title or f'topic {number}'}”", "text", _statements,
              f"One statement a line, at most {MAX_STATEMENT_CHARACTERS} characters each."),
    ]  # fmt: skip


def phase_fields(phase: Phase) -> list[Asked]:
    needed = phase == Phase.LISTEN
    begins, ends = ("Say when listening begins.", "Say when listening ends.") if needed else ("", "")
    return [
        Asked(f"{phase}-begins", "dates", f"{phase.label} begins", "date", _day, str(HAPPENS[phase]), begins),
        Asked(f"{phase}-ends", "dates", f"{phase.label} ends", "date", _day, needed=ends),
    ]


DATED = {asked.name: asked for phase in PLANNED for asked in phase_fields(phase)}


def as_typed(value: Any) -> str:
    """A value as it would be typed: the other way round."""
    if isinstance(value, list):
        return ",".join(value)
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")

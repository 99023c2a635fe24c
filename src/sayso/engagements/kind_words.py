"""What a statement is, in words: said by somebody, or a guess of ours and how sure we are. Never who said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sayso.engagements.correcting import standing_in_office
from sayso.engagements.models import About, Engagement, Kind, Leaning, Statement, StatementState

FAIRLY_SURE = 0.75  # from here on a guess is told as one that is fairly sure
FEWEST_KNOWN = 3  # statements of a key point, before a kind is told of it


@dataclass(frozen=True)
class Told:
    """One of the two things told of a statement, with what it may be corrected to."""

    about: str
    value: str
    sentence: str
    is_guess: bool
    is_by_author: bool
    choices: Sequence[tuple[str, str]]

    @property
    def is_known(self) -> bool:
        return bool(self.value) or not self.is_guess

    @property
    def now(self) -> str:
        return dict(self.choices).get(self.value) or _("none of these")

    @property
    def question(self) -> str:
        return str(About(self.about).label)


def told_of(statements: Iterable[Statement], *, to_author: bool) -> dict[int, list[Told]]:
    """By number of statement: its kind, then how it stands to the change. One query for all of them."""
    rows = list(statements)
    in_office = standing_in_office(row.pk for row in rows)
    return {
        row.pk: [
            _told(row, about, is_in_office=(row.pk, about.value) in in_office, to_author=to_author) for about in About
        ]
        for row in rows
    }


def _told(statement: Statement, about: About, *, is_in_office: bool, to_author: bool) -> Told:
    choices = Kind if about == About.KIND else Leaning
    value, is_guess = getattr(statement, about), getattr(statement, f"is_{about}_guessed")
    what = str(choices(value).label) if value else _("none of these")
    if not is_guess:
        sentence = _said(what, is_in_office=is_in_office, to_author=to_author)
    elif not value:
        is_kind = about == About.KIND
        sentence = _("We do not know what it is.") if is_kind else _("We do not know how it stands to the change.")
    elif (getattr(statement, f"{about}_sure") or 0) >= FAIRLY_SURE:
        sentence = _("We think it is %(what)s, and are fairly sure.") % {"what": what}
    else:
        sentence = _("We think it is %(what)s, but are not sure.") % {"what": what}
    by_author = not is_guess and not is_in_office
    return Told(about, value, sentence, is_guess, by_author, [(str(one), str(one.label)) for one in choices])


def _said(what: str, *, is_in_office: bool, to_author: bool) -> str:
    if is_in_office:
        return _("Those who moderate say it is %(what)s.") % {"what": what}
    if to_author:
        return _("You said it is %(what)s.") % {"what": what}
    return _("Its author says it is %(what)s.") % {"what": what}


def mostly(engagement: Engagement, statements: Iterable[str]) -> str:
    """Of which kind more than half of some open statements are, as a sentence; empty where too few are known.

    What each of them is stays untold: seen changing, it would say that its author was here.
    """
    shown = Statement.objects.filter(engagement=engagement, state=StatementState.PUBLISHED, pk__in=list(statements))
    known = Counter(shown.exclude(kind="").values_list("kind", flat=True))
    n_known = sum(known.values())
    if n_known < FEWEST_KNOWN:
        return ""
    kind, n = min(known.items(), key=lambda item: (-item[1], item[0]))
    if 2 * n <= n_known:
        return ""
    return _("Most often it is %(what)s, we think.") % {"what": Kind(kind).label}

"""How an answer is written in a file, a grid or on a sheet, and which stance it means. Knows words only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sayso.engagements.models import Stance

# The keys of the grid, in the order of the boxes on the sheet.
BY_KEY = {"1": Stance.AGREE, "2": Stance.PASS, "3": Stance.DISAGREE}
KEY_OF = {int(stance): key for key, stance in BY_KEY.items()}
WORD_OF = {int(stance): stance.label.lower() for stance in Stance}

_WRITTEN = {
    Stance.AGREE: (
        "1",
        "a",
        "agree",
        "yes",
        "y",
        "+",
        "✓",
        "ja",
        "zustimmen",
        "sí",
        "si",
        "de acuerdo",
        "أوافق",
        "نعم",
    ),
    Stance.PASS: ("2", "p", "pass", "unsure", "=", "–", "enthaltung", "weiß nicht", "paso", "لا رأي"),
    Stance.DISAGREE: ("3", "d", "disagree", "no", "n", "x", "✗", "nein", "ablehnen", "en desacuerdo", "لا أوافق", "لا"),
}
_MEANT = {written: stance for stance, ways in _WRITTEN.items() for written in ways}


class Unclear(ValueError):
    """Nobody can tell which answer is meant; the text says so, and the mend."""


def stance_of(typed: str) -> Stance | None:
    """The stance a cell means; None for an empty one. Raises Unclear.

    >>> stance_of("Agree"), stance_of(" 3 "), stance_of("")
    (<Stance.AGREE: 1>, <Stance.DISAGREE: -1>, None)
    """
    plain = typed.strip().casefold()
    if not plain:
        return None
    if plain in _MEANT:
        return _MEANT[plain]
    raise Unclear(
        _("“%(typed)s” is no answer. Write 1 for agree, 2 for pass, 3 for disagree.") % {"typed": typed.strip()[:20]}
    )

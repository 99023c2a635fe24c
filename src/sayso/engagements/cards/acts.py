"""Acts that a device gave while it had no net, or sent twice because the reply was lost: each is done once.

A device draws a number for each act and sends it along. We keep a mark of that number, in the same transaction as what
was done, and of nothing else: the mark leads to no answer. What cannot be taken is told, and may be sent again mended.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from sayso.engagements import actions, rules
from sayso.engagements.drawn import unseal
from sayso.engagements.forms import StatementForm, known_by_number
from sayso.engagements.locking import put_if_new, writing
from sayso.engagements.models import ArrivedAct, Participant, Stance
from sayso.engagements.wording import number_in

ACT = re.compile(r"[0-9a-f]{32}")
KEPT = timedelta(days=30)  # a device that was away for longer may give an answer twice: the last one counts
MOST_AT_ONCE = 100
STANCES = {str(stance.value): stance.value for stance in Stance}
NOT_WHOLE = _("That did not arrive whole. Please give it again.")


@dataclass(frozen=True)
class Outcome:
    """What became of one act: taken, now or before, unless an error says why not."""

    act: str
    error: str = ""


def take_acts(*, participant: Participant, acts: list[Mapping[str, Any]], signer: str) -> list[Outcome]:
    """Each act in the order given, at most MOST_AT_ONCE; one that is refused does not hold up the others."""
    if acts and not secrets.randbelow(100):
        ArrivedAct.objects.filter(day__lt=timezone.localdate() - KEPT).delete()
    return [take_act(participant=participant, act=act, signer=signer) for act in acts[:MOST_AT_ONCE]]


def take_act(*, participant: Participant, act: Mapping[str, Any], signer: str) -> Outcome:
    """One act, once. Whatever is refused leaves no mark."""
    name, do = str(act.get("act", "")), DOES.get(str(act.get("do", "")))
    if not ACT.fullmatch(name) or do is None:
        return Outcome(name[:32], NOT_WHOLE)
    try:
        with writing(participant.engagement, by=participant, is_whole=True):
            if _is_new(participant, name):
                do(participant, act, signer)
    except rules.Refused as refusal:
        return Outcome(name, str(refusal))
    return Outcome(name)


def _is_new(participant: Participant, name: str) -> bool:
    mark = salted_hmac("sayso.act", f"{participant.pseudonym} {name}").hexdigest()[:32]
    return put_if_new(ArrivedAct(mark=mark), unique=("mark",))


def _vote(participant: Participant, act: Mapping[str, Any], signer: str) -> None:
    """Read as `VoteForm` reads it, which has more to tell of what is wrong than a device can show, and costs more."""
    number, stance = number_in(str(act.get("statement", ""))), STANCES.get(str(act.get("stance", "")))
    if not number or stance is None:
        raise rules.Refused(NOT_WHOLE)
    statement = known_by_number(number)
    actions.cast_vote(
        participant=participant,
        statement=statement,
        stance=stance,
        is_important=bool(act.get("is_important")),
        probability=unseal(participant, statement, str(act.get("drawn", ""))),
    )


def _undo(participant: Participant, act: Mapping[str, Any], signer: str) -> None:
    statement = participant.engagement.statements.filter(pk=number_in(str(act.get("statement", "")))).first()
    if statement is None:
        raise rules.Refused(NOT_WHOLE)
    actions.withdraw_vote(participant=participant, statement=statement)


def _say(participant: Participant, act: Mapping[str, Any], signer: str) -> None:
    form = StatementForm(participant.engagement, dict(act), signer=signer)
    if not form.is_valid():
        raise rules.Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    actions.say_statement(participant=participant, **form.cleaned_data)


DOES: dict[str, Callable[[Participant, Mapping[str, Any], str], None]] = {"vote": _vote, "undo": _undo, "say": _say}

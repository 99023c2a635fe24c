"""How a wave will read: for a made-up person, and for three real ones with all that names them covered. Reads only."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sayso.invitations import queries
from sayso.invitations.message import Written, write
from sayso.invitations.models import Wave
from sayso.invitations.wording import Text, first_name
from sayso.mail.queries import bouncing_among
from sayso.members.models import Member
from sayso.web.languages import NAMES, direction

MADE_UP = "Ada Example"
SHOWN = 3


@dataclass(frozen=True)
class Sample:
    title: str
    by_mail: bool
    direction: str
    written: Written


def samples_of(wave: Wave, today: date) -> list[Sample]:
    """The made-up one in each language there is a text for is the lead's to choose; here it is in the first."""
    texts = queries.texts_of(wave)
    made_up = _sample(wave, next(iter(texts.values())), MADE_UP, _("Somebody made up"), by_mail=True)
    return [made_up, *(_covered(wave, texts, member) for member in _some_of(wave, today))]


def sample_in(wave: Wave, text: Text) -> Sample:
    return _sample(wave, text, MADE_UP, NAMES.get(text.language, text.language), by_mail=True)


def _some_of(wave: Wave, today: date) -> list[Member]:
    people = list(queries.people_for(wave, today).values_list("pk", flat=True))
    chosen = random.SystemRandom().sample(people, min(SHOWN, len(people)))
    return list(Member.objects.filter(pk__in=chosen))


def _covered(wave: Wave, texts: dict[str, Text], member: Member) -> Sample:
    text = queries.text_for(texts, member)
    covered = re.sub(r"\w", "•", first_name(member.full_name))
    by_mail = bool(member.email) and not bouncing_among(member.organisation_id, [member.email])
    return _sample(
        wave,
        text,
        covered,
        _("Somebody of yours, %(language)s") % {"language": NAMES.get(text.language, text.language)},
        by_mail=by_mail,
    )


def _sample(wave: Wave, text: Text, full_name: str, title: str, *, by_mail: bool) -> Sample:
    link = f"{wave.site}/in/…/?to=/e/{wave.engagement.slug}/"
    written = write(text, wave.engagement, full_name=full_name, link=link)
    return Sample(title, by_mail, direction(text.language), written)

"""Which words of a text are the names of people on the roster. Tells the words, never who it is beyond them."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from django.db.models.functions import Lower

from sayso.members.models import Organisation
from sayso.moderation.flags import may_be_names, surnames_after_titles


def colleagues_in(organisation: Organisation, texts: list[str]) -> list[list[str]]:
    """For each text, full names on the roster that stand in it, and surnames after a title."""
    full = [may_be_names(text) for text in texts]
    after = [surnames_after_titles(text) for text in texts]
    people = organisation.members.annotate(small=Lower("full_name"))
    wanted, ends = set().union(*full) if full else set(), set().union(*after) if after else set()
    # SQLite makes only ASCII small: a name with É in it is met as it is usually written.
    usual = {name.title() for name in wanted}
    having = people.filter(Q(small__in=wanted) | Q(full_name__in=usual)) if wanted else people.none()
    known = {name.lower() for name in having.values_list("full_name", flat=True)}
    known_ends = set()
    if ends:
        having = people.filter(reduce(or_, (Q(small__endswith=f" {name}") for name in ends)))
        known_ends = {name.lower().rsplit(" ", 1)[-1] for name in having.values_list("full_name", flat=True)} & ends
    return [
        sorted(name.title() for name in (mine & known) | (titled & known_ends))
        for mine, titled in zip(full, after, strict=True)
    ]

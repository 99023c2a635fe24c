"""Writes to the roster. Knows people and units; knows nothing of files, nor of what anyone said."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sayso.members.models import Member, Organisation, Unit
from sayso.members.rules import Refused


def add_organisation(*, name: str) -> Organisation:
    return Organisation.objects.create(name=name)


def add_unit(*, organisation: Organisation, name: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(organisation=organisation, name=name, parent=parent)


def add_member(
    *,
    organisation: Organisation,
    full_name: str,
    email: str | None = None,
    unit: Unit | None = None,
    staff_number: str | None = None,
) -> Member:
    """A person on the roster. E-mail addresses count as one whatever their case."""
    member = Member(
        organisation=organisation,
        full_name=full_name,
        email=email.strip().lower() if email else None,
        unit=unit,
        staff_number=staff_number or None,
    )
    member.set_unusable_password()
    member.save()
    return member


def change_language(*, member: Member, language: str) -> None:
    """What members may correct themselves. Raises Refused for what cannot be a language."""
    told = " ".join(language.split())
    if not told or len(told) > 40:
        raise Refused(_("Write the name of a language, at most 40 letters. Nothing is changed."))
    Member.objects.filter(pk=member.pk).update(language=told)
